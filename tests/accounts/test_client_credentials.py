"""An app on its own asks for a token."""

import base64
from datetime import timedelta

import pytest

from partnercenter.accounts.models import ClientSecret
from partnercenter.accounts.services import add_secret, remove_secret, update_app
from partnercenter.accounts.tokens.claims import service_principal
from partnercenter.accounts.tokens.tenants import tenant_named
from tests.accounts.conftest import AT_GRAPH, AT_PARTNER_CENTER, GRAPH, PARTNER_CENTER, claims_of, refused
from tests.cast import NOW, after
from tests.factories import SYSTEM

ISSUED = int(NOW.timestamp())


@pytest.fixture
def ask_alone(world, desk, ask):
    def ask_alone(tenant="", **fields):
        named = {"grant_type": "client_credentials", "scope": AT_PARTNER_CENTER, **desk.proof, **fields}
        return ask(tenant or world.contoso.pk, **{name: value for name, value in named.items() if value})

    return ask_alone


def test_the_answer_of_v2_holds_numbers_and_no_more_than_the_token(ask_alone):
    answer = ask_alone()
    body = answer.json()
    assert body.pop("access_token").count(".") == 2
    assert body == {"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599}
    assert (answer["Cache-Control"], answer["Pragma"]) == ("no-store, no-cache", "no-cache")


def test_the_answer_of_v1_holds_texts(ask_alone):
    body = ask_alone(version="v1", scope="", resource=PARTNER_CENTER).json()
    assert body.pop("access_token").count(".") == 2
    assert body == {
        "token_type": "Bearer",
        "expires_in": "3599",
        "ext_expires_in": "3599",
        "expires_on": str(ISSUED + 3600),
        "not_before": str(ISSUED),
        "resource": PARTNER_CENTER,
    }


def test_the_token_speaks_of_the_app_alone(world, desk, ask_alone):
    claims = claims_of(ask_alone())
    principal = str(service_principal(desk.app, tenant_named(str(world.contoso.pk))))
    assert len(claims.pop("uti")) > 16
    assert claims == {
        "aud": PARTNER_CENTER,
        "iss": f"https://sts.windows.net/{world.contoso.pk}/",
        "iat": ISSUED,
        "nbf": ISSUED,
        "exp": ISSUED + 3600,
        "app_displayname": "Contoso Desk",
        "appid": str(desk.app.pk),
        "appidacr": "1",
        "idp": f"https://sts.windows.net/{world.contoso.pk}/",
        "idtyp": "app",
        "oid": principal,
        "sub": principal,
        "tenant_region_scope": "EU",
        "tid": str(world.contoso.pk),
        "ver": "1.0",
        "wids": ["0997a1d0-0d1d-4acb-b408-d5ca73121e90"],
        "xms_tcdt": 1577836800,
    }


def test_a_token_for_graph_carries_the_application_permissions(ask_alone):
    claims = claims_of(ask_alone(scope=AT_GRAPH))
    assert (claims["aud"], claims["roles"], "scp" in claims) == (GRAPH, ["Directory.Read.All"], False)


@pytest.mark.parametrize(
    "scope", ["https://graph.microsoft.com//.default", "00000003-0000-0000-c000-000000000000/.default"]
)
def test_a_resource_has_several_spellings(ask_alone, scope):
    assert claims_of(ask_alone(scope=scope))["aud"] == GRAPH


@pytest.mark.parametrize("tenant", ["contoso-partners.example", "CONTOSO-Partners.Example"])
def test_the_tenant_may_be_named_by_its_domain(world, ask_alone, tenant):
    assert claims_of(ask_alone(tenant))["tid"] == str(world.contoso.pk)


def test_the_secret_may_come_by_http_basic(desk, ask_alone):
    secret = base64.b64encode(f"{desk.app.pk}:{desk.secret}".encode()).decode()
    body = ask_alone(client_id="", client_secret="", headers={"Authorization": f"Basic {secret}"}).json()
    assert claims_of(body)["appid"] == str(desk.app.pk)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"grant_type": ""}, (400, "invalid_request", 900144)),
        ({"grant_type": "implicit"}, (400, "unsupported_grant_type", 70003)),
        ({"client_id": ""}, (400, "invalid_request", 900144)),
        ({"client_id": "nobody"}, (400, "unauthorized_client", 700016)),
        ({"client_id": "a9900000-0000-4000-8000-00000000dead"}, (400, "unauthorized_client", 700016)),
        ({"client_secret": "wrong"}, (401, "invalid_client", 7000215)),
        ({"client_secret": ""}, (401, "invalid_client", 7000218)),
        ({"client_assertion": "a.b.c"}, (401, "invalid_client", 700027)),
        ({"scope": ""}, (400, "invalid_request", 900144)),
        ({"scope": "User.Read"}, (400, "invalid_scope", 1002012)),
        ({"scope": f"{PARTNER_CENTER}/user_impersonation"}, (400, "invalid_scope", 1002012)),
        ({"scope": f"{AT_GRAPH} {AT_PARTNER_CENTER}"}, (400, "invalid_scope", 1002012)),
        ({"scope": "https://elsewhere.example/.default"}, (400, "invalid_resource", 500011)),
        ({"scope": "\x00/.default"}, (400, "invalid_request", 9002313)),
        ({"tenant": "common"}, (400, "invalid_request", 50059)),
        ({"tenant": "nowhere.example"}, (400, "invalid_request", 90002)),
        ({"tenant": "c0000000-0000-4000-8000-00000000dead"}, (400, "invalid_request", 90002)),
        ({"tenant": "not a tenant"}, (400, "invalid_request", 900023)),
        ({"tenant": "fabrikam.com"}, (400, "unauthorized_client", 700016)),
        ({"tenant": "litware-partners.example"}, (400, "unauthorized_client", 700016)),
    ],
)
def test_what_is_wrong_is_refused_in_entras_numbers(ask_alone, fields, refusal):
    assert refused(ask_alone(**fields)) == refusal


def test_a_refusal_has_the_shape_of_entras(world, desk, ask_alone):
    correlation = "0a49cdbc-2e94-4089-bc6f-1162b123592c"
    body = ask_alone(client_secret="wrong", headers={"client-request-id": correlation}).json()
    trace = body["trace_id"]
    assert body == {
        "error": "invalid_client",
        "error_description": "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the "
        f"request is the client secret value, not the client secret ID, for a secret added to app '{desk.app.pk}'. "
        f"Trace ID: {trace} Correlation ID: {correlation} Timestamp: 2026-11-22 12:00:00Z",
        "error_codes": [7000215],
        "timestamp": "2026-11-22 12:00:00Z",
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": "https://login.microsoftonline.com/error?code=7000215",
    }


def test_a_secret_ends_to_the_second(ask_alone):
    lifetime = timedelta(days=730)
    with after(days=730, seconds=-1):
        assert ask_alone().status_code == 200
    with after(days=lifetime.days):
        assert refused(ask_alone()) == (401, "invalid_client", 7000222)


def test_of_two_secrets_each_opens_until_it_is_removed(desk, ask_alone):
    second = add_secret(by=SYSTEM, app=desk.app)
    assert [ask_alone(client_secret=secret).status_code for secret in (desk.secret, second)] == [200, 200]
    remove_secret(by=SYSTEM, secret=ClientSecret.objects.get(hint=desk.secret[:3]))
    assert [ask_alone(client_secret=secret).status_code for secret in (desk.secret, second)] == [401, 200]


def test_a_secret_opens_its_own_app_only(world, desk, handset, ask_alone):
    assert refused(ask_alone(client_id=str(handset.app.pk))) == (401, "invalid_client", 700025)


def test_a_public_app_has_no_token_of_its_own(handset, ask_alone):
    assert refused(ask_alone(client_id=str(handset.app.pk), client_secret="")) == (401, "invalid_client", 7000218)


def test_an_app_that_was_switched_off_is_not_there(desk, ask_alone):
    update_app(by=SYSTEM, app=desk.app, is_active=False)
    assert refused(ask_alone()) == (400, "unauthorized_client", 700016)


def test_only_the_digest_of_a_secret_is_kept(desk):
    row = ClientSecret.objects.values().get()
    assert desk.secret not in map(str, row.values())
    assert (row["hint"], len(row["digest"])) == (desk.secret[:3], 64)


def test_the_endpoint_takes_posted_forms_only(client, world, desk):
    path = f"/{world.contoso.pk}/oauth2/v2.0/token"
    assert refused(client.get(path)) == (400, "invalid_request", 900561)
    fields = {"grant_type": "client_credentials", **desk.proof}
    assert refused(client.post(path, fields, content_type="application/json")) == (400, "invalid_request", 900144)
    assert refused(client.post(path, b"\xff\xfe", content_type="multipart/form-data; boundary=")) == (
        400,
        "invalid_request",
        9002313,
    )


def test_a_body_of_ten_megabytes_is_refused(client, world):
    path = f"/{world.contoso.pk}/oauth2/v2.0/token"
    answer = client.post(path, b"a=" + b"b" * 10_000_000, content_type="application/x-www-form-urlencoded")
    assert refused(answer) == (400, "invalid_request", 9002313)
