"""Which tokens open an API, and as whom."""

import base64
import hmac
import json
from datetime import timedelta

import pytest
from django.test import override_settings
from joserfc import jwt
from joserfc.jwk import RSAKey

from partnercenter.accounts.bearer import (
    GRAPH_AUDIENCES,
    BearerRefused,
    bearer_token,
    partner_center_audiences,
    principal_from_bearer,
)
from partnercenter.accounts.models import SigningKey, User
from partnercenter.accounts.principals import Door, PrincipalKind
from partnercenter.accounts.services import update_app
from partnercenter.accounts.signing import rotate, sign, signing_key
from tests.accounts.conftest import AT_GRAPH, AT_PARTNER_CENTER, claims_of, program
from tests.cast import NOW, after
from tests.factories import SYSTEM, StaffFactory


def opened(token, *, audiences=None):
    return principal_from_bearer(
        token,
        door=Door.PARTNER_CENTER_API,
        audiences=partner_center_audiences() if audiences is None else audiences,
        request_id="request",
        correlation_id="correlation",
    )


def reason(token, **options):
    with pytest.raises(BearerRefused) as refused:
        opened(token, **options)
    return refused.value.reason


@pytest.fixture
def ava_token(world, desk, sign_in):
    return sign_in(world.ava, desk)["access_token"]


@pytest.fixture
def ava_claims(world, desk, sign_in):
    return claims_of(sign_in(world.ava, desk))


@pytest.fixture
def app_token(world, desk, ask):
    answer = ask(world.contoso.pk, grant_type="client_credentials", scope=AT_PARTNER_CENTER, **desk.proof)
    return answer.json()["access_token"]


def test_a_persons_token_opens_as_the_person_through_the_app(world, desk, ava_token):
    ava = opened(ava_token)
    assert (ava.kind, ava.id, ava.partner_id, ava.partner_roles, ava.user) == (
        PrincipalKind.STAFF,
        str(world.ava.pk),
        world.contoso.pk,
        {"global_admin", "admin_agent"},
        world.ava,
    )
    assert (ava.app_id, ava.tenant_id, ava.has_mfa) == (str(desk.app.pk), world.contoso.pk, True)
    assert (ava.request_id, ava.correlation_id, ava.door) == ("request", "correlation", Door.PARTNER_CENTER_API)


def test_an_apps_own_token_opens_as_the_app_with_nobody_behind_it(world, desk, app_token):
    app = opened(app_token)
    assert (app.kind, app.id, app.name, app.partner_id, app.tenant_id, app.user, app.partner_roles) == (
        PrincipalKind.APP,
        str(desk.app.pk),
        "Contoso Desk",
        world.contoso.pk,
        world.contoso.pk,
        None,
        frozenset(),
    )


def test_a_token_for_a_customers_tenant_says_so(world, desk, sign_in):
    token = sign_in(world.ava, desk, tenant=world.fabrikam.pk, scope=AT_GRAPH)["access_token"]
    assert opened(token, audiences=GRAPH_AUDIENCES).tenant_id == world.fabrikam.pk


def test_who_acts_takes_four_queries(ava_token, django_assert_num_queries):
    with django_assert_num_queries(4):
        opened(ava_token)


def test_no_token_is_missing(world):
    assert reason("") == "missing"


@pytest.mark.parametrize(
    "token", ["x", "a.b", "..", "a.b.c", "a.b.c.d", f"{'W' * 20_000}.b.c", "W10.b.c", "ä.b.c", "\x00.b.c"]
)
def test_what_is_no_token_is_malformed(world, token):
    assert reason(token) == "malformed"


def test_a_deeply_nested_header_is_malformed(world):
    nested = base64.urlsafe_b64encode(b"[" * 9_000).decode()
    assert reason(f"{nested}.b.c") == "malformed"


def test_a_token_counts_to_the_second_it_expires(ava_token):
    with after(minutes=59, seconds=59):
        assert opened(ava_token).kind is PrincipalKind.STAFF
    with after(minutes=60):
        assert reason(ava_token) == "expired"


def test_a_token_of_the_future_does_not_count_yet(world, ava_claims):
    begins = int((NOW + timedelta(seconds=1)).timestamp())
    assert reason(sign({**ava_claims, "nbf": begins})) == "not_yet_valid"


@pytest.mark.parametrize("times", [{"exp": "soon"}, {"exp": None}, {"nbf": []}, {"exp": 1e99}])
def test_times_that_are_none_are_malformed(ava_claims, times):
    assert reason(sign({**ava_claims, **times})) == "malformed"


def part(content):
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def test_an_unsigned_token_is_refused(ava_token):
    head, body, _ = ava_token.split(".")
    kid, _ = signing_key()
    none = part({"alg": "none", "kid": kid})
    assert [reason(f"{head}.{body}."), reason(f"{none}.{body}."), reason(f"{none}.{body}.x")] == ["signature"] * 3


def test_a_changed_token_is_refused(ava_claims, ava_token):
    head, _, signature = ava_token.split(".")
    assert reason(f"{head}.{part({**ava_claims, 'upn': 'somebody.else'})}.{signature}") == "signature"


def test_the_public_key_is_no_shared_secret(ava_claims):
    kid, key = signing_key()
    signed = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': kid})}.{part(ava_claims)}"
    for secret in (key.as_pem(private=False), json.dumps(SigningKey.objects.get().public_jwk).encode()):
        digest = hmac.digest(secret, signed.encode(), "sha256")
        token = f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"
        assert reason(token) == "signature"


def test_a_key_of_somebody_else_is_refused_whatever_it_calls_itself(ava_claims):
    kid, _ = signing_key()
    foreign = RSAKey.generate_key(2048, auto_kid=False)
    tokens = [jwt.encode({"alg": "RS256", **named}, ava_claims, foreign) for named in ({"kid": kid}, {"kid": "x"}, {})]
    assert [reason(token) for token in tokens] == ["signature"] * 3


def test_a_key_that_comes_along_in_the_header_is_not_looked_at(ava_claims):
    kid, _ = signing_key()
    foreign = RSAKey.generate_key(2048, auto_kid=False)
    token = jwt.encode({"alg": "RS256", "kid": kid, "jwk": foreign.as_dict(private=False)}, ava_claims, foreign)
    assert reason(token) == "signature"


def test_after_a_roll_over_older_tokens_count_until_they_would_have_ended(ava_token):
    rotate()
    with after(minutes=59):
        assert opened(ava_token).kind is PrincipalKind.STAFF


def test_after_a_leak_older_tokens_count_no_more(ava_token):
    rotate(retire_old_at_once=True)
    assert reason(ava_token) == "signature"


def test_a_token_for_another_audience_is_refused_and_says_which(world, desk, sign_in):
    token = sign_in(world.ava, desk, scope="https://management.azure.com/.default")["access_token"]
    with pytest.raises(BearerRefused) as refused:
        opened(token)
    assert (refused.value.reason, refused.value.audience) == ("audience", "https://management.azure.com")


def test_old_sdks_come_with_a_token_for_azure_ad_graph_unless_that_is_switched_off(world, desk, sign_in):
    token = sign_in(world.ava, desk, scope="https://graph.windows.net/.default")["access_token"]
    assert opened(token).kind is PrincipalKind.STAFF
    with override_settings(STRICT_AUDIENCE=True):
        assert reason(token) == "audience"


def test_issuer_and_tenant_must_agree(world, ava_claims):
    other = f"https://sts.windows.net/{world.litware.pk}/"
    wrong = [{"iss": other}, {"tid": str(world.litware.pk)}, {"tid": "x"}, {"tid": None}, {"iss": None}]
    assert [reason(sign({**ava_claims, **claims})) for claims in wrong] == ["issuer"] * len(wrong)


def test_another_partners_tenant_is_not_hers(world, ava_claims, desk):
    elsewhere = {"iss": f"https://sts.windows.net/{world.litware.pk}/", "tid": str(world.litware.pk)}
    assert reason(sign({**ava_claims, **elsewhere})) == "issuer"
    of_the_app = {**ava_claims, "idtyp": "app", "oid": str(desk.app.pk)}
    assert reason(sign({**of_the_app, **elsewhere})) == "issuer"


def test_an_app_that_was_switched_off_opens_nothing(desk, ava_token, app_token):
    update_app(by=SYSTEM, app=desk.app, is_active=False)
    assert [reason(ava_token), reason(app_token)] == ["unknown_app"] * 2


def test_an_app_of_another_partner_opens_nothing_for_her(world, ava_claims):
    theirs = program(world.litware, "Litware Desk")
    wrong = [str(theirs.app.pk), "x", None]
    assert [reason(sign({**ava_claims, "appid": app_id})) for app_id in wrong] == ["unknown_app"] * 3


def test_somebody_who_left_opens_nothing(world, ava_token):
    User.objects.filter(pk=world.ava.pk).update(is_active=False)
    assert reason(ava_token) == "inactive_user"


def test_ops_have_no_tokens(ava_claims):
    ops = User.objects.create_superuser("ops")
    assert reason(sign({**ava_claims, "oid": str(ops.pk)})) == "inactive_user"


def test_somebody_who_changed_to_another_partner_opens_nothing(world, ava_claims):
    stranger = StaffFactory(partner=world.litware)
    assert reason(sign({**ava_claims, "oid": str(stranger.pk)})) == "unknown_app"


def test_the_header_names_the_scheme():
    assert [bearer_token(header) for header in ("Bearer a.b.c", "bearer  a.b.c ", "Bearer", "")] == [
        "a.b.c",
        "a.b.c",
        "",
        "",
    ]
    with pytest.raises(BearerRefused) as refused:
        bearer_token("Basic abc")
    assert refused.value.reason == "malformed"
