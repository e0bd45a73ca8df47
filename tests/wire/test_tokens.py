"""The v1 API behind tokens of the token service: who gets in, and what the refusals look like."""

import pytest

from gdap.services.relationships import terminate_relationship
from partnercenter.audit.models import AuditRecord
from tests.accounts.conftest import AT_GRAPH, AT_PARTNER_CENTER
from tests.cast import after
from tests.factories import SYSTEM
from tests.partner_center import body_of, code_of


@pytest.fixture
def token(world, desk, sign_in):
    return sign_in(world.ava, desk)["access_token"]


@pytest.fixture
def get(client):
    """`get(path, token)`, as any client does it."""
    return lambda path, token: client.get(path, headers={"Authorization": f"Bearer {token}"})


def test_a_persons_token_opens_what_the_person_may(world, token, get):
    assert body_of(get("/v1/customers", token))["totalCount"] == 3
    assert get(f"/v1/customers/{world.fabrikam.pk}/users/{world.dana.pk}", token).status_code == 200


def test_an_apps_token_opens_what_apps_may(world, desk, ask, get):
    answer = ask(world.contoso.pk, grant_type="client_credentials", scope=AT_PARTNER_CENTER, **desk.proof)
    token = answer.json()["access_token"]
    assert body_of(get("/v1/customers", token))["totalCount"] == 3
    assert code_of(get(f"/v1/customers/{world.fabrikam.pk}/users", token)) == (403, 900329)


def test_a_change_names_the_person_the_app_and_the_door(world, token, client, desk):
    client.patch(
        f"/v1/customers/{world.fabrikam.pk}/users/{world.dana.pk}",
        {"displayName": "Dana H."},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "MS-RequestId": "one", "MS-CorrelationId": "two"},
    )
    entry = AuditRecord.objects.get(operation="update_customer_user")
    assert (entry.principal_name, entry.app_id, entry.door, entry.request_id, entry.correlation_id) == (
        world.ava.username,
        str(desk.app.pk),
        "partner_center_api",
        "one",
        "two",
    )
    assert (entry.before, entry.after) == ({"display_name": "Dana Hudecova"}, {"display_name": "Dana H."})


def test_an_expired_token_is_refused(world, token, get):
    with after(hours=2):
        assert code_of(get("/v1/customers", token)) == (401, 400)


def test_a_token_that_was_touched_is_refused(token, get):
    head, payload, signature = token.split(".")
    assert code_of(get("/v1/customers", f"{head}.{payload}.{signature[::-1]}")) == (401, 400)
    assert code_of(get("/v1/customers", f"{head}.{payload}.")) == (401, 400)


def test_a_token_for_graph_is_refused_for_its_audience(world, desk, sign_in, get):
    token = sign_in(world.ava, desk, scope=AT_GRAPH)["access_token"]
    assert code_of(get("/v1/customers", token)) == (401, 900420)


def test_a_role_that_ended_a_second_ago_opens_nothing(world, token, get):
    path = f"/v1/customers/{world.fabrikam.pk}/users"
    terminate_relationship(by=SYSTEM, relationship=world.at_fabrikam)
    assert code_of(get(path, token)) == (403, 900308)


def test_another_scheme_is_refused(client, db):
    assert code_of(client.get("/v1/customers", headers={"Authorization": "Basic eDp5"})) == (401, 400)
