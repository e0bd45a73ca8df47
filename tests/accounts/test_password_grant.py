"""A person's name and password for a token: in the demo only."""

import base64
import json

import pytest
from django.test import override_settings

from partnercenter.accounts.models import User
from partnercenter.accounts.services import update_app
from partnercenter.accounts.signing import verified_claims
from partnercenter.accounts.tokens.claims import pairwise
from tests.accounts.conftest import (
    AT_GRAPH,
    AT_PARTNER_CENTER,
    GRAPH,
    PARTNER_CENTER,
    claims_of,
    program,
    refused,
    set_password,
)
from tests.cast import NOW, after
from tests.factories import SYSTEM, role_ids

ISSUED = int(NOW.timestamp())


@pytest.fixture
def ask_as(world, desk, ask):
    """`ask_as(world.ava, tenant=..., password=...)` by the password grant, with the right password unless told."""

    def ask_as(user, *, tenant="", **fields):
        set_password(user, "demo")
        named = {
            "grant_type": "password",
            "username": user.username,
            "password": "demo",
            "scope": AT_PARTNER_CENTER,
            **desk.proof,
            **fields,
        }
        return ask(tenant or user.partner_id, **{name: value for name, value in named.items() if value})

    return ask_as


def test_the_token_speaks_of_the_person_at_home(world, desk, ask_as):
    ava = world.ava
    User.objects.filter(pk=ava.pk).update(first_name="Ava", last_name="Admin")
    ava.refresh_from_db()
    body = ask_as(ava).json()
    claims = claims_of(body)
    del claims["uti"]
    (global_admin,) = role_ids("Global Administrator")
    assert claims == {
        "aud": PARTNER_CENTER,
        "iss": f"https://sts.windows.net/{world.contoso.pk}/",
        "iat": ISSUED,
        "nbf": ISSUED,
        "exp": ISSUED + 3600,
        "acr": "1",
        "amr": ["pwd", "mfa"],
        "app_displayname": "Contoso Desk",
        "appid": str(desk.app.pk),
        "appidacr": "1",
        "family_name": "Admin",
        "given_name": "Ava",
        "idtyp": "user",
        "ipaddr": "127.0.0.1",
        "name": "Ava Admin",
        "oid": str(ava.pk),
        "scp": "user_impersonation",
        "sub": pairwise(desk.app, ava.pk),
        "tenant_region_scope": "EU",
        "tid": str(world.contoso.pk),
        "unique_name": ava.username,
        "upn": ava.username,
        "ver": "1.0",
        "wids": [str(global_admin), "b79fbf4d-3ef9-4689-8143-76b194e85509"],
        "xms_tcdt": 1577836800,
    }
    del body["access_token"]
    assert body == {
        "token_type": "Bearer",
        "expires_in": 3599,
        "ext_expires_in": 3599,
        "scope": f"{PARTNER_CENTER}/user_impersonation {AT_PARTNER_CENTER}",
    }


def test_the_answer_of_v1_holds_texts_and_everything_unasked(ask_as, world):
    body = ask_as(world.ava, version="v1", scope="", resource=PARTNER_CENTER).json()
    assert {name: type(value) for name, value in body.items()} == dict.fromkeys(
        [
            *("token_type", "expires_in", "ext_expires_in", "expires_on", "not_before", "resource", "scope"),
            *("access_token", "refresh_token", "id_token"),
        ],
        str,
    )
    assert body["scope"] == "user_impersonation"


def test_with_openid_the_app_learns_who_signed_in(world, desk, ask_as):
    claims = verified_claims(ask_as(world.ava, scope=f"openid {AT_GRAPH}").json()["id_token"])
    assert claims == {
        "aud": str(desk.app.pk),
        "iss": f"https://login.microsoftonline.com/{world.contoso.pk}/v2.0",
        "iat": ISSUED,
        "nbf": ISSUED,
        "exp": ISSUED + 3600,
        "name": "Ava Admin",
        "oid": str(world.ava.pk),
        "preferred_username": world.ava.username,
        "sub": pairwise(desk.app, world.ava.pk),
        "tid": str(world.contoso.pk),
        "upn": world.ava.username,
        "ver": "2.0",
    }


def test_msal_finds_the_account_in_client_info(world, ask_as):
    info = ask_as(world.ava, client_info="1", tenant=world.fabrikam.pk).json()["client_info"]
    assert json.loads(base64.urlsafe_b64decode(info + "==")) == {
        "uid": str(world.ava.pk),
        "utid": str(world.contoso.pk),
    }


@pytest.mark.parametrize("tenant", ["common", "organizations", "contoso-partners.example"])
def test_common_is_the_persons_own_tenant(world, ask_as, tenant):
    assert claims_of(ask_as(world.lea, tenant=tenant).json())["tid"] == str(world.contoso.pk)


def test_at_a_customer_the_token_is_a_guests_with_the_roles_held_there(world, ask_as):
    claims = claims_of(ask_as(world.lea, tenant="fabrikam.com", scope=AT_GRAPH).json())
    (license_admin,) = role_ids("License Administrator")
    assert {name: claims[name] for name in ("aud", "iss", "tid", "idp", "oid", "wids", "scp")} == {
        "aud": GRAPH,
        "iss": f"https://sts.windows.net/{world.fabrikam.pk}/",
        "tid": str(world.fabrikam.pk),
        "idp": f"https://sts.windows.net/{world.contoso.pk}/",
        "oid": str(world.lea.pk),
        "wids": [str(license_admin)],
        "scp": "Directory.ReadWrite.All User.Read",
    }


@pytest.mark.parametrize("person", ["sam", "nora"])
def test_without_a_gdap_role_there_is_no_token_at_a_customer(world, ask_as, person):
    answer = ask_as(getattr(world, person), tenant=world.fabrikam.pk)
    assert refused(answer) == (400, "invalid_grant", 50020)


def test_at_a_customer_of_another_partner_and_at_another_partner_she_is_nobody(world, ask_as):
    for tenant in (world.proseware.pk, world.litware.pk, world.tailspin.pk):
        assert refused(ask_as(world.ava, tenant=tenant)) == (400, "invalid_grant", 50020)


def test_an_app_for_one_tenant_is_not_known_at_customers(world, desk, ask_as):
    update_app(by=SYSTEM, app=desk.app, is_multi_tenant=False)
    assert ask_as(world.lea).status_code == 200
    assert refused(ask_as(world.lea, tenant=world.fabrikam.pk)) == (400, "unauthorized_client", 700016)


def test_an_app_of_another_partner_has_no_consent(world, ask_as):
    theirs = program(world.litware, "Litware Desk")
    answer = ask_as(world.ava, **theirs.proof)
    assert (*refused(answer), answer.json()["suberror"]) == (400, "invalid_grant", 65001, "consent_required")


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"password": "wrong"}, (400, "invalid_grant", 50126)),
        ({"password": ""}, (400, "invalid_request", 900144)),
        ({"username": "nobody@contoso-partners.example"}, (400, "invalid_grant", 50126)),  # as if somebody had it
        ({"username": ""}, (400, "invalid_request", 900144)),
        ({"client_secret": "wrong"}, (401, "invalid_client", 7000215)),
        ({"scope": "User.Read Mail.Send"}, (400, "invalid_grant", 65001)),
        ({"scope": f"{PARTNER_CENTER}/other"}, (400, "invalid_grant", 65001)),
        ({"scope": f"{AT_GRAPH} {AT_PARTNER_CENTER}"}, (400, "invalid_scope", 70011)),
        ({"scope": f"{AT_GRAPH} User.Read"}, (400, "invalid_scope", 70011)),
        ({"scope": "api://elsewhere/.default"}, (400, "invalid_resource", 500011)),
        ({"version": "v1"}, (400, "invalid_request", 900144)),
        ({"version": "v1", "resource": "https://elsewhere.example"}, (400, "invalid_resource", 500011)),
    ],
)
def test_what_is_wrong_is_refused_in_entras_numbers(world, ask_as, fields, refusal):
    assert refused(ask_as(world.ava, **fields)) == refusal


def test_scopes_of_graph_may_be_named_one_by_one_in_any_case(world, ask_as):
    body = ask_as(world.ava, scope="openid profile user.read").json()
    assert (claims_of(body)["scp"], body["scope"]) == ("User.Read", "openid profile User.Read")


def test_somebody_who_left_has_no_token(world, ask_as):
    User.objects.filter(pk=world.ava.pk).update(is_active=False)
    world.ava.is_active = False
    assert refused(ask_as(world.ava)) == (400, "invalid_grant", 50057)


def test_ops_are_nobody_here(world, ask_as):
    ops = User.objects.create_superuser("ops")
    assert refused(ask_as(ops, tenant="common")) == (400, "invalid_grant", 50126)


def test_outside_the_demo_a_second_factor_is_asked_for_before_the_password_is_looked_at(world, ask_as):
    with override_settings(DEMO_MODE=False, SECURE_SSL_REDIRECT=False):
        for password in ("demo", "wrong"):
            answer = ask_as(world.ava, password=password)
            assert (*refused(answer), answer.json()["suberror"]) == (400, "invalid_grant", 50076, "basic_action")


def test_a_role_that_ended_a_second_ago_reaches_nothing(world, handset, ask_as):
    through_it = {"client_id": str(handset.app.pk), "client_secret": ""}
    with after(days=730, seconds=-1):
        assert ask_as(world.lea, tenant=world.fabrikam.pk, **through_it).status_code == 200
    with after(days=730):
        assert refused(ask_as(world.lea, tenant=world.fabrikam.pk, **through_it)) == (400, "invalid_grant", 50020)
