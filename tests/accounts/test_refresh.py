"""One refresh token of a partner's person, redeemed at the partner and at each customer."""

from datetime import timedelta

import pytest

from gdap.services.relationships import terminate_relationship
from partnercenter import clock
from partnercenter.accounts.models import RefreshToken, User
from tests.accounts.conftest import AT_GRAPH, AT_PARTNER_CENTER, claims_of, program, refused, set_password
from tests.cast import after
from tests.factories import SYSTEM


@pytest.fixture
def redeem(desk, ask):
    def redeem(tenant, token, **fields):
        named = {"grant_type": "refresh_token", "refresh_token": token, "scope": AT_GRAPH, **desk.proof, **fields}
        return ask(tenant, **{name: value for name, value in named.items() if value})

    return redeem


@pytest.fixture
def ava_refresh(world, desk, sign_in):
    return sign_in(world.ava, desk)["refresh_token"]


def test_one_token_opens_the_partner_and_each_customer_that_a_role_reaches(world, redeem, ava_refresh):
    tenants = [world.contoso.pk, world.fabrikam.pk, world.northwind.pk]
    assert [claims_of(redeem(tenant, ava_refresh))["tid"] for tenant in tenants] == [str(tenant) for tenant in tenants]


def test_where_no_role_reaches_she_is_nobody(world, redeem, ava_refresh):
    tenants = [world.tailspin.pk, world.proseware.pk, world.namesake.pk, world.litware.pk]
    assert [refused(redeem(tenant, ava_refresh)) for tenant in tenants] == [(400, "invalid_grant", 50020)] * 4


def test_each_answer_carries_a_new_token_and_the_old_one_goes_on(world, redeem, ava_refresh):
    second = redeem(world.fabrikam.pk, ava_refresh).json()["refresh_token"]
    third = redeem(world.northwind.pk, second).json()["refresh_token"]
    assert len({ava_refresh, second, third}) == 3
    assert [redeem(world.contoso.pk, token).status_code for token in (ava_refresh, second, third)] == [200] * 3


def test_without_a_scope_it_is_for_what_the_sign_in_was_for(world, redeem, ava_refresh):
    assert (
        claims_of(redeem(world.contoso.pk, ava_refresh, scope=""))["aud"] == "https://api.partnercenter.microsoft.com"
    )


def test_v1_names_a_resource_or_nothing(world, redeem, ava_refresh):
    tokens = [
        redeem(world.contoso.pk, ava_refresh, version="v1", scope="", resource=resource)
        for resource in ("https://graph.microsoft.com", "")
    ]
    assert [claims_of(token)["aud"] for token in tokens] == [
        "https://graph.microsoft.com",
        "https://api.partnercenter.microsoft.com",
    ]


def test_it_lasts_ninety_days_from_its_last_use(world, handset, ask, sign_in):
    def redeem(token):
        fields = {"grant_type": "refresh_token", "refresh_token": token, "scope": AT_GRAPH}
        return ask(world.contoso.pk, **fields, **handset.proof)

    token = sign_in(world.ava, handset)["refresh_token"]
    with after(days=90, seconds=-1):
        renewed = redeem(token).json()["refresh_token"]
    with after(days=90):
        assert refused(redeem(token)) == (400, "invalid_grant", 700082)
    with after(days=179):
        assert redeem(renewed).status_code == 200


def test_a_relationship_that_was_terminated_a_second_ago_reaches_nothing(world, redeem, ava_refresh):
    terminate_relationship(by=SYSTEM, relationship=world.at_fabrikam)
    with after(seconds=1):
        assert refused(redeem(world.fabrikam.pk, ava_refresh)) == (400, "invalid_grant", 50020)


def test_a_new_password_ends_every_sign_in(world, redeem, ava_refresh):
    set_password(world.ava, "another")
    assert refused(redeem(world.contoso.pk, ava_refresh)) == (400, "invalid_grant", 50173)


def test_a_revoked_token_ends(world, redeem, ava_refresh):
    RefreshToken.objects.update(revoked_at=clock.now() + timedelta(seconds=1))
    assert redeem(world.contoso.pk, ava_refresh).status_code == 200
    with after(seconds=1):
        assert refused(redeem(world.contoso.pk, ava_refresh)) == (400, "invalid_grant", 50173)


def test_somebody_who_left_gets_nothing(world, redeem, ava_refresh):
    User.objects.filter(pk=world.ava.pk).update(is_active=False)
    assert refused(redeem(world.contoso.pk, ava_refresh)) == (400, "invalid_grant", 50057)


def test_it_is_good_for_the_app_that_got_it(world, redeem, ava_refresh):
    other = program(world.contoso, "Contoso Other")
    assert refused(redeem(world.contoso.pk, ava_refresh, **other.proof)) == (400, "invalid_grant", 70000)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"refresh_token": ""}, (400, "invalid_request", 900144)),
        ({"refresh_token": "invented"}, (400, "invalid_grant", 70000)),
        ({"client_secret": "wrong"}, (401, "invalid_client", 7000215)),
        ({"scope": "Mail.Send"}, (400, "invalid_grant", 65001)),
        ({"scope": f"{AT_GRAPH} {AT_PARTNER_CENTER}"}, (400, "invalid_scope", 70011)),
    ],
)
def test_what_is_wrong_is_refused_in_entras_numbers(world, redeem, ava_refresh, fields, refusal):
    token = fields.pop("refresh_token", ava_refresh) if "refresh_token" in fields else ava_refresh
    assert refused(redeem(world.contoso.pk, token, **fields)) == refusal


def test_only_its_digest_is_kept(ava_refresh):
    kept = [str(value) for row in RefreshToken.objects.values() for value in row.values()]
    assert ava_refresh not in kept
