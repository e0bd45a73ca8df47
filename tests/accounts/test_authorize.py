"""From an app to the sign-in page and back with a code, and the code for tokens."""

import base64
import hashlib
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from partnercenter.accounts.models import AuthorizationCode, User
from partnercenter.accounts.signing import verified_claims
from tests.accounts.conftest import AT_GRAPH, claims_of, program, refused, set_password
from tests.cast import after

BACK = "https://desk.example/back"
VERIFIER = "a-long-enough-verifier-that-nobody-else-can-guess-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def visit(world, desk, client):
    """Open the authorize address as a browser would; `path` for another than v2 at Contoso."""

    def visit(*, path="", method="get", data=None, **fields):
        query = {
            "client_id": str(desk.app.pk),
            "response_type": "code",
            "redirect_uri": BACK,
            "scope": f"openid offline_access {AT_GRAPH}",
            "state": "4711",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **fields,
        }
        path = path or f"/{world.contoso.pk}/oauth2/v2.0/authorize"
        query = {name: value for name, value in query.items() if value}
        return client.get(path, query) if method == "get" else client.post(path, data, query_params=query)

    return visit


@pytest.fixture
def redeem(world, desk, ask):
    def redeem(code, *, tenant="", **fields):
        named = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
            "scope": f"openid offline_access {AT_GRAPH}",
            **desk.proof,
            **fields,
        }
        return ask(tenant or world.contoso.pk, **{name: value for name, value in named.items() if value})

    return redeem


@pytest.fixture
def ava_code(world, client, visit):
    """A function: each call is one visit of Ava that ends with a code."""
    client.force_login(world.ava)
    return lambda **fields: told(visit(**fields))["code"]


def told(answer):
    """What the redirect tells the app."""
    assert answer.status_code == 302
    return dict(parse_qsl(urlsplit(answer.url).query))


def number(page):
    """The AADSTS number on a page of ours; nobody was sent anywhere."""
    assert page.status_code == 400
    return int(page.context["refusal"]["error_codes"][0])


def test_a_stranger_signs_in_first_and_comes_back_to_the_app_with_a_code(world, client, visit):
    set_password(world.ava, "demo")
    to_sign_in = visit()
    assert to_sign_in.url.startswith("/sign-in/?next=")
    form = client.get(to_sign_in.url)
    assert "form-action 'self' https://desk.example;" in f"{form['Content-Security-Policy']};"
    (back,) = parse_qs(urlsplit(to_sign_in.url).query)["next"]
    signed_in = client.post("/sign-in/", {"username": world.ava.username, "password": "demo", "next": back})
    answer = client.get(signed_in.url)
    assert answer.url.startswith(f"{BACK}?")
    assert told(answer).keys() == {"code", "state"}
    assert told(answer)["state"] == "4711"


def test_the_sign_in_page_leads_nowhere_else_for_an_address_that_is_not_registered(client, visit):
    to_sign_in = f"/sign-in/?next={visit().request['PATH_INFO']}?redirect_uri=https://evil.example%26client_id=x"
    assert "evil" not in client.get(to_sign_in)["Content-Security-Policy"]


def test_the_code_is_worth_all_three_tokens(world, desk, ava_code, redeem):
    body = redeem(ava_code(nonce="n-1")).json()
    claims, who = claims_of(body), verified_claims(body["id_token"])
    assert (claims["upn"], claims["tid"], claims["appid"], claims["amr"]) == (
        world.ava.username,
        str(world.contoso.pk),
        str(desk.app.pk),
        ["pwd", "mfa"],
    )
    assert (who["aud"], who["nonce"], who["oid"]) == (str(desk.app.pk), "n-1", str(world.ava.pk))
    assert "refresh_token" in body


def test_a_code_of_v1_is_worth_a_token_for_its_resource(world, ava_code, redeem):
    resource = "https://api.partnercenter.microsoft.com"
    code = ava_code(path="/common/oauth2/authorize", scope="", resource=resource)
    body = redeem(code, version="v1", tenant="common", scope="").json()
    assert (claims_of(body)["aud"], body["resource"]) == (resource, resource)


def test_a_code_works_once(ava_code, redeem):
    code = ava_code()
    assert redeem(code).status_code == 200
    assert refused(redeem(code)) == (400, "invalid_grant", 54005)


def test_a_code_that_comes_again_ends_what_was_issued_from_it_and_nothing_else(world, ava_code, redeem, ask, desk):
    def refresh(token):
        return ask(world.contoso.pk, grant_type="refresh_token", refresh_token=token, scope=AT_GRAPH, **desk.proof)

    other = redeem(ava_code()).json()["refresh_token"]
    code = ava_code()
    first = redeem(code).json()["refresh_token"]
    renewed = refresh(first).json()["refresh_token"]
    redeem(code)
    assert [refused(refresh(token)) for token in (first, renewed)] == [(400, "invalid_grant", 50173)] * 2
    assert refresh(other).status_code == 200


def test_an_access_token_from_a_code_that_came_again_opens_nothing_any_more(ava_code, client, redeem, ask, desk):
    def me(token):
        return client.get("/v1.0/me", headers={"Authorization": f"Bearer {token}"}).status_code

    other, code = redeem(ava_code()).json(), ava_code()
    first = redeem(code).json()
    renewed = ask(
        desk.app.tenant_id,
        grant_type="refresh_token",
        refresh_token=first["refresh_token"],
        scope=AT_GRAPH,
        **desk.proof,
    ).json()
    tokens = [body["access_token"] for body in (first, renewed, other)]
    assert [me(token) for token in tokens] == [200, 200, 200]
    redeem(code)
    assert [me(token) for token in tokens] == [401, 401, 200]
    with after(minutes=30):
        ava_code()  # tidies codes away, but not this one
        assert [me(token) for token in tokens] == [401, 401, 200]


def test_a_code_lasts_ten_minutes(ava_code, redeem):
    first, second = ava_code(), ava_code()
    with after(minutes=10, seconds=-1):
        assert redeem(first).status_code == 200
    with after(minutes=10):
        assert refused(redeem(second)) == (400, "invalid_grant", 70008)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"code_verifier": "x" * 50}, (400, "invalid_grant", 501481)),
        ({"code_verifier": CHALLENGE}, (400, "invalid_grant", 501481)),
        ({"code_verifier": ""}, (400, "invalid_grant", 501481)),
        ({"redirect_uri": "https://desk.example/other"}, (401, "invalid_client", 500112)),
        ({"redirect_uri": ""}, (400, "invalid_request", 900144)),
        ({"client_secret": "wrong"}, (401, "invalid_client", 7000215)),
        ({"tenant": "fabrikam.com"}, (400, "invalid_grant", 700005)),
        ({"code": "invented"}, (400, "invalid_grant", 70000)),
        ({"code": ""}, (400, "invalid_request", 900144)),
    ],
)
def test_whoever_lacks_something_gets_nothing_and_leaves_the_code_as_it_was(ava_code, redeem, fields, refusal):
    code = ava_code()
    assert refused(redeem(**{"code": code, **fields})) == refusal
    assert redeem(code).status_code == 200


def test_a_verifier_without_a_challenge_is_refused(ava_code, redeem):
    code = ava_code(code_challenge="", code_challenge_method="")
    assert refused(redeem(code)) == (400, "invalid_grant", 501481)
    assert redeem(code, code_verifier="").status_code == 200


def test_a_code_is_good_for_the_app_that_got_it(world, ava_code, redeem):
    other = program(world.contoso, "Contoso Other", redirect_uris=[BACK])
    assert refused(redeem(ava_code(), **other.proof)) == (400, "invalid_grant", 70000)


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example/back",
        "https://desk.example/back/",
        "https://desk.example/back?x=1",
        "https://desk.example.evil.example/back",
        "http://desk.example/back",
        "http://localhost:80@evil.example/back",
        "http://localhost:8400/other",
        "https://localhost:8400/back",
        "javascript:alert(1)",
        "//evil.example/back",
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(world, client, visit, uri):
    assert number(visit(redirect_uri=uri)) == 50011
    client.force_login(world.ava)
    assert number(visit(redirect_uri=uri)) == 50011


def test_on_loopback_any_port_will_do(ava_code, redeem):
    uri = "http://localhost:51234/back"
    assert redeem(ava_code(redirect_uri=uri), redirect_uri=uri).status_code == 200


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"client_id": ""}, 900144),
        ({"client_id": "nobody"}, 700016),
        ({"redirect_uri": ""}, 900144),
        ({"response_mode": "pigeon"}, 70000),
        ({"path": "/nowhere.example/oauth2/v2.0/authorize"}, 90002),
        ({"path": "/not a tenant/oauth2/v2.0/authorize"}, 900023),
    ],
)
def test_without_a_known_way_back_the_person_reads_what_is_wrong(visit, fields, code):
    assert number(visit(**fields)) == code


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "unsupported_response_type"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "S512"}, "invalid_request"),
        ({"scope": ""}, "invalid_request"),
        ({"scope": "api://elsewhere/.default"}, "invalid_resource"),
        ({"scope": "Mail.Send"}, "invalid_grant"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_whatever_else_is_wrong_the_app_is_told(visit, fields, error):
    answer = told(visit(**fields))
    assert (answer["error"], answer["state"]) == (error, "4711")


def test_the_app_may_ask_for_a_fragment_or_a_post(ava_code, visit):
    answer = visit(response_mode="fragment")
    assert parse_qs(urlsplit(answer.url).fragment).keys() == {"code", "state"}
    page = visit(response_mode="form_post")
    assert dict(page.context["fields"]).keys() == {"code", "state"}
    assert "form-action 'self' https://desk.example;" in f"{page['Content-Security-Policy']};"


def test_the_person_may_choose_another_account(world, client, visit):
    client.force_login(world.ava)
    page = visit(prompt="select_account")
    assert (page.status_code, page.context["may_continue"]) == (200, True)
    assert told(visit(prompt="select_account", method="post", data={"decision": "continue"})).keys() == {
        "code",
        "state",
    }
    away = visit(prompt="select_account", method="post", data={"decision": "another"})
    assert away.url.startswith("/sign-in/?next=")
    assert "prompt" not in away.url
    assert "_auth_user_id" not in client.session


def test_an_app_that_wants_the_password_again_gets_it(world, client, visit):
    client.force_login(world.ava)
    assert visit(prompt="login").context["may_continue"] is False
    assert visit(prompt="login", method="post", data={"decision": "continue"}).status_code == 200


def test_a_customers_tenant_lets_in_whom_a_role_reaches(world, client, visit):
    path = f"/{world.fabrikam.pk}/oauth2/v2.0/authorize"
    client.force_login(world.lea)
    assert told(visit(path=path)).keys() == {"code", "state"}
    client.force_login(world.nora)
    assert number(visit(path=path)) == 50020


def test_ops_get_no_code(client, visit):
    client.force_login(User.objects.create_superuser("ops"))
    assert number(visit()) == 50034


def test_only_the_digest_of_a_code_is_kept(ava_code):
    code = ava_code()
    assert code not in [str(value) for value in AuthorizationCode.objects.values().get().values()]
