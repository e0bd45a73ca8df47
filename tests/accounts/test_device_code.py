"""A device without a browser waits for a person with one."""

import pytest
from django.test import Client

from partnercenter.accounts.models import DeviceCode, User
from tests.accounts.conftest import AT_GRAPH, claims_of, refused
from tests.cast import after

PAGE = "/devicelogin"


@pytest.fixture
def started(world, handset, client):
    """What the device was told."""
    fields = {"client_id": str(handset.app.pk), "scope": f"openid offline_access {AT_GRAPH}"}
    return client.post(f"/{world.contoso.pk}/oauth2/v2.0/devicecode", fields).json()


@pytest.fixture
def poll(world, handset, ask, started):
    def poll(**fields):
        named = {
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
            "device_code": started["device_code"],
            **handset.proof,
            **fields,
        }
        return ask(world.contoso.pk, **named)

    return poll


@pytest.fixture
def answer(world, client, started):
    def answer(decision, *, user=None, code=""):
        client.force_login(user or world.ava)
        return client.post(PAGE, {"user_code": code or started["user_code"], "decision": decision})

    return answer


def test_the_device_learns_where_to_send_the_person(started):
    told = dict(started)
    assert len(told.pop("device_code")) > 40
    code = told.pop("user_code")
    assert len(code) == 9
    assert told == {
        "verification_uri": "http://testserver/devicelogin",
        "expires_in": 900,
        "interval": 5,
        "message": "To sign in, use a web browser to open the page http://testserver/devicelogin and enter the code "
        f"{code} to authenticate.",
    }


def test_v1_says_it_in_texts(client, handset):
    fields = {"client_id": str(handset.app.pk), "resource": "https://graph.microsoft.com"}
    told = client.post("/common/oauth2/devicecode", fields).json()
    assert (told["expires_in"], told["interval"], told["verification_url"]) == (
        "900",
        "5",
        "http://testserver/devicelogin",
    )


def test_the_device_waits_until_the_person_has_decided(world, poll, answer):
    assert refused(poll()) == (400, "authorization_pending", 70016)
    assert answer("approve").context["done"] == "approve"
    body = poll().json()
    assert claims_of(body)["upn"] == world.ava.username
    assert body.keys() == {
        *("token_type", "expires_in", "ext_expires_in", "scope", "access_token", "refresh_token", "id_token")
    }
    assert refused(poll()) == (400, "invalid_grant", 54005)


def test_the_person_may_decline(poll, answer):
    assert answer("decline").context["done"] == "decline"
    assert refused(poll()) == (400, "authorization_declined", 65004)


def test_after_fifteen_minutes_it_is_over(poll, answer):
    with after(minutes=15, seconds=-1):
        assert refused(poll()) == (400, "authorization_pending", 70016)
    with after(minutes=15):
        assert refused(poll()) == (400, "expired_token", 70019)
        assert answer("approve").status_code == 400
    answer("approve")
    with after(minutes=15):
        assert refused(poll()) == (400, "expired_token", 70019)


def test_before_deciding_the_person_sees_which_app_it_is(handset, answer):
    page = answer("")
    assert "Are you trying to sign in to Contoso Handset?" in page.content.decode()
    assert DeviceCode.objects.get().approved_at is None


def test_the_code_may_be_typed_carelessly(started, answer):
    typed = f" {started['user_code'][:4].lower()}-{started['user_code'][4:].lower()} "
    assert answer("", code=typed).context["device"].user_code == started["user_code"]


def test_a_code_that_nobody_waits_for_is_refused(answer):
    assert [answer("approve", code=code).status_code for code in ("WRONG", "\x00", "x" * 10_000)] == [400] * 3


def test_what_was_decided_stays(answer, poll):
    answer("decline")
    assert answer("approve").status_code == 400
    assert refused(poll()) == (400, "authorization_declined", 65004)


def test_strangers_sign_in_first_and_ops_have_no_tokens(client, started):
    assert client.get(PAGE).url == "/sign-in/?next=/devicelogin"
    client.force_login(User.objects.create_superuser("ops"))
    assert client.post(PAGE, {"user_code": started["user_code"], "decision": "approve"}).url == "/admin/"


def test_another_partners_person_gets_no_token_through_this_app(world, poll, answer):
    answer("approve", user=world.max)
    assert refused(poll()) == (400, "invalid_grant", 65001)


@pytest.mark.parametrize("code", ["invented", "\x00"])
def test_an_invented_device_code_is_refused(poll, code):
    assert refused(poll(device_code=code))[0] == 400


def test_a_form_of_another_site_decides_nothing(world, started):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.ava)
    assert strict.post(PAGE, {"user_code": started["user_code"], "decision": "approve"}).status_code == 403
    assert DeviceCode.objects.get().approved_at is None
