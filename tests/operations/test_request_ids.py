"""One request has one name: in its answer, its audit record and its line of the log."""

import logging
import uuid

import pytest

from partnercenter import request_ids
from partnercenter.audit.models import AuditRecord
from tests.accounts.conftest import AT_GRAPH

SENT = {"MS-RequestId": "11111111-1111-4111-8111-111111111111", "MS-CorrelationId": "two", "client-request-id": "three"}


@pytest.fixture
def lines(caplog):
    """The lines of the access log, newest last, with the ids that the console would write."""
    caplog.set_level(logging.INFO, logger="partnercenter.access")

    def lines():
        return [record for record in caplog.records if record.name == "partnercenter.access"]

    caplog.handler.addFilter(_ids())
    return lines


def _ids():
    from partnercenter.operations.logs import IdsFilter  # noqa: PLC0415  as late as logging itself does it

    return IdsFilter()


def in_line(line):
    return line.request_id, line.correlation_id


def in_audit():
    entry = AuditRecord.objects.exclude(door="command").get()
    return entry.request_id, entry.correlation_id


@pytest.mark.parametrize("headers", [{}, SENT])
def test_a_change_by_the_v1_api_has_the_ids_of_its_answer(world, desk, sign_in, client, lines, headers):  # noqa: PLR0917  fixtures
    token = sign_in(world.ava, desk)["access_token"]
    answer = client.patch(
        f"/v1/customers/{world.fabrikam.pk}/users/{world.dana.pk}",
        {"displayName": "Dana H."},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", **headers},
    )
    told = answer["MS-RequestId"], answer["MS-CorrelationId"]
    assert in_audit() == in_line(lines()[-1]) == told
    if headers:
        assert told == (SENT["MS-RequestId"], SENT["MS-CorrelationId"])


@pytest.mark.parametrize("headers", [{}, SENT])
def test_a_change_by_graph_has_the_ids_of_its_answer(world, desk, sign_in, client, lines, headers):  # noqa: PLR0917  fixtures
    token = sign_in(world.ava, desk, tenant=world.fabrikam.pk, scope=AT_GRAPH)["access_token"]
    answer = client.patch(
        f"/v1.0/users/{world.dana.pk}",
        {"displayName": "Dana H."},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", **headers},
    )
    assert answer.status_code == 204, answer.content
    told = answer["request-id"], answer["client-request-id"]
    assert in_audit() == in_line(lines()[-1]) == told
    assert uuid.UUID(told[0])
    assert told[1] == (headers.get("client-request-id") or told[0])


def test_a_change_in_the_portal_has_the_id_of_its_answer(world, client, lines):
    client.force_login(world.ava)
    answer = client.post("/settings/groups/new/", {"display_name": "Night shift"})
    assert answer.status_code == 302, answer.content
    assert in_audit() == in_line(lines()[-1]) == (answer["X-Request-Id"],) * 2


def test_a_refused_token_request_names_the_ids_of_its_line(world, ask, lines):
    body = ask(world.contoso.pk, grant_type="password", headers={"client-request-id": SENT["MS-RequestId"]}).json()
    assert in_line(lines()[-1]) == (body["trace_id"], body["correlation_id"])
    assert body["correlation_id"] == SENT["MS-RequestId"]


def test_outside_of_a_request_there_are_no_ids(client, db):
    client.get("/healthz")
    assert request_ids.current() == request_ids.RequestIds()
