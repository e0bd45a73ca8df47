"""Guessing: who fails waits, longer each time, by account and by address, and learns nothing from it."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from customers.models import CustomerUser
from partnercenter import clock
from partnercenter.accounts.models import SignInLimit, User
from partnercenter.accounts.services import TooManyTries, begin_try, forgive, set_staff_blocked, subjects
from partnercenter.accounts.services.sign_in_limits import in_words, wait_after
from partnercenter.addresses import neighborhood
from partnercenter.audit.models import AuditRecord, Operation
from tests.accounts.conftest import AT_GRAPH, AT_PARTNER_CENTER, set_password
from tests.cast import after
from tests.factories import SYSTEM

Kind = SignInLimit.Kind
WRONG_ONE = "wrong"
LOCKED = "The account is locked, you've tried to sign in too many times with an incorrect user ID or password."
WAIT_A_MINUTE = "Too many tries to sign in. Try again in 60 seconds."


def portal(name, password=WRONG_ONE, **extra):
    """The message of a sign-in page that was not passed; empty for one that was."""
    return _said(Client(**extra).post("/sign-in/", {"username": name, "password": password}))


def tenant(name, password=WRONG_ONE, **extra):
    return _said(Client(**extra).post("/tenant/sign-in/", {"username": name, "password": password}))


def admin(name, password=WRONG_ONE, **extra):
    return _said(Client(**extra).post("/admin/login/", {"username": name, "password": password}))


def _said(answer):
    if answer.status_code == 302:
        return ""
    assert answer.status_code == 200
    (message,) = answer.context["form"].non_field_errors()
    return message


@pytest.fixture
def people(world):
    """Ava, a customer's admin and ops, with the password `demo`."""
    set_password(world.ava, "demo")
    CustomerUser.objects.filter(pk=world.global_admin.pk).update(password=make_password("demo"))
    User.objects.create_superuser("ops", password="demo")
    return world


def test_after_five_failures_the_right_password_waits_too_and_then_signs_in(people):
    doors = ((portal, people.ava.username), (tenant, people.global_admin.user_principal_name), (admin, "ops"))
    for door, name in doors:
        said = [door(name) for _ in range(5)]
        assert len(set(said)) == 1, door
        assert "try" not in said[0].lower(), door
        assert [door(name.upper()), door(f" {name} "), door(name, "demo")] == [WAIT_A_MINUTE] * 3, door
        with after(seconds=59):
            assert door(name, "demo") == "Too many tries to sign in. Try again in a second.", door
        with after(seconds=60):
            assert door(name, "demo") == "", door
            assert [door(name) for _ in range(4)] == said[:4], door  # it begins anew


def test_a_name_that_nobody_has_gets_the_very_answers_of_one_that_somebody_has(people):
    doors = (
        (portal, people.ava.username, "nobody@contoso-partners.example"),
        (tenant, people.global_admin.user_principal_name, "nobody@fabrikam.com"),
        (admin, "ops", "nobody"),
    )
    for door, known, unknown in doors:
        answers = [[door(name) for _ in range(7)] for name in (known, unknown)]
        assert answers[0] == answers[1], door
    assert SignInLimit.objects.filter(kind=Kind.STAFF, name="").count() == 2  # what was typed is not kept


def test_the_two_sides_and_all_doors_of_one_side(people):
    """Failures at the portal count in the admin and at the token endpoint; those of a customer's user do not."""
    for _ in range(5):
        portal("ops")
    assert admin("ops", "demo") == WAIT_A_MINUTE
    for _ in range(5):
        tenant(people.ava.username)
    assert portal(people.ava.username, "demo") == ""


def test_each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour():
    waits = [wait_after(failures, Kind.STAFF) for failures in range(1, 12)]
    minutes = [wait // timedelta(minutes=1) for wait in waits]
    assert minutes == [0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15]
    assert wait_after(10_000, Kind.STAFF) == timedelta(minutes=15)
    assert [in_words(seconds) for seconds in (1, 59, 119, 121, 900)] == [
        "a second", "59 seconds", "119 seconds", "3 minutes", "15 minutes",
    ]  # fmt: skip


def test_one_address_that_tries_many_names_waits_and_others_do_not(people):
    for number in range(50):
        portal(f"guess{number}@contoso-partners.example", REMOTE_ADDR="203.0.113.7")
    said = portal(people.ava.username, "demo", REMOTE_ADDR="203.0.113.7")
    assert said == "Too many tries from your network. Try again in 60 seconds."
    assert portal(people.ava.username, "demo", REMOTE_ADDR="203.0.113.8") == ""


def test_what_was_right_is_given_back_to_the_address_so_that_an_office_never_waits(people):
    for _ in range(60):
        begin_try(tried := subjects(Kind.STAFF, people.ava.username, "203.0.113.7"))
        forgive(tried)
    assert not SignInLimit.objects.filter(failures__gt=0).exists()


def test_a_whole_network_of_ipv6_is_one_address_and_what_is_none_counts_for_nothing():
    assert neighborhood("2001:db8:1:2:3::4") == neighborhood("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert neighborhood("2001:db8:1:3::1") != "2001:db8:1:2::/64"
    assert (neighborhood("::ffff:203.0.113.7"), neighborhood("unix:"), neighborhood("")) == ("203.0.113.7", "", "")


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(people, settings):
    forged = {"headers": {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}}
    for behind, addresses in ((False, ["127.0.0.1"]), (True, ["127.0.0.1", "203.0.113.7"])):
        settings.BEHIND_PROXY = behind
        portal("guess@contoso-partners.example", **forged)
        assert sorted(SignInLimit.objects.filter(kind=Kind.ADDRESS).values_list("name", flat=True)) == addresses


def test_a_clock_that_is_moved_back_keeps_nobody_waiting(people):
    with after(days=365):
        for _ in range(5):
            portal(people.ava.username)
        assert portal(people.ava.username, "demo") == WAIT_A_MINUTE
    assert portal(people.ava.username, "demo") == ""


def test_failures_are_forgotten_after_a_day(people):
    for _ in range(4):
        portal(people.ava.username)
    with after(days=1, seconds=1):
        assert WAIT_A_MINUTE not in [portal(people.ava.username) for _ in range(4)]
        assert portal(people.ava.username, "demo") == ""


def test_the_token_endpoint_refuses_in_entras_numbers_and_tells_no_names(people, desk, ask):
    def password_grant(name, password=WRONG_ONE):
        fields = {"grant_type": "password", "username": name, "password": password, "scope": AT_PARTNER_CENTER}
        answer = ask(people.contoso.pk, **fields, **desk.proof)
        body = answer.json()
        about = re.sub(r" Trace ID.*", "", body.get("error_description", ""))
        return answer.status_code, body.get("error_codes"), about, answer.headers.get("Retry-After")

    wrong = (400, [50126], "AADSTS50126: Error validating credentials due to invalid username or password.", None)
    locked = (
        400,
        [50053],
        f"AADSTS50053: {LOCKED} {WAIT_A_MINUTE}",
        "60",
    )
    for name in (people.ava.username, "nobody@contoso-partners.example"):
        assert [password_grant(name) for _ in range(6)] == [wrong] * 5 + [locked]
    assert portal(people.ava.username, "demo") == WAIT_A_MINUTE
    with after(minutes=1):
        assert password_grant(people.ava.username, "demo")[0] == 200


def test_guesses_at_a_client_secret_wait_by_app_and_address_so_nobody_locks_out_an_app_from_elsewhere(
    people, desk, ask
):
    def credentials(secret, address="203.0.113.7"):
        fields = {"grant_type": "client_credentials", "client_id": str(desk.app.pk), "client_secret": secret}
        answer = ask(people.contoso.pk, scope=AT_GRAPH, **fields, address=address)
        return answer.status_code, (answer.json().get("error_codes") or [0])[0], answer.headers.get("Retry-After")

    assert [credentials("wrong") for _ in range(10)] == [(401, 7000215, None)] * 10
    assert credentials("wrong") == credentials(desk.secret) == (429, 90055, "60")
    assert credentials(desk.secret, "203.0.113.8")[0] == 200
    with after(minutes=1):
        assert credentials(desk.secret)[0] == 200
        assert not SignInLimit.objects.filter(kind=Kind.APP).exists()


def test_a_token_with_the_right_secret_writes_nothing(people, desk, ask, django_assert_max_num_queries):
    fields = {"grant_type": "client_credentials", "scope": AT_GRAPH, **desk.proof}
    ask(people.contoso.pk, **fields)
    assert ask(people.contoso.pk, **fields).status_code == 200
    assert not SignInLimit.objects.exists()


def test_codes_of_devices_are_not_guessed_at_without_end(people, client):
    client.force_login(people.ava)
    statuses = [client.post("/devicelogin", {"user_code": "BCDFGHJKL"}).status_code for _ in range(11)]
    assert statuses == [400] * 10 + [429]
    assert WAIT_A_MINUTE in client.post("/devicelogin", {"user_code": "BCDFGHJKL"}).content.decode()


def test_ops_see_who_waits_and_let_them_try_again_and_both_is_recorded(people, client):
    for _ in range(5):
        portal(people.ava.username)
    client.force_login(User.objects.get(username="ops"))
    page = client.get("/admin/accounts/signinlimit/").content.decode()
    assert people.ava.username in page
    row = SignInLimit.objects.get(kind=Kind.STAFF)
    client.post("/admin/accounts/signinlimit/", {"action": "unlock", "_selected_action": [str(row.pk)]})
    assert portal(people.ava.username, "demo") == ""
    trail = AuditRecord.objects.filter(resource_id=str(row.pk)).order_by("occurred_at", "id")
    told = [(entry.operation, entry.principal_name, entry.resource_name) for entry in trail]
    about = f"staff account: {people.ava.username}"
    assert sorted(told) == [(Operation.LOCK_SIGN_IN, "sign-in", about), (Operation.UNLOCK_SIGN_IN, "ops", about)]


def test_a_block_of_staff_ends_sessions_and_refresh_tokens_also_when_it_is_undone_at_once(people, desk, sign_in, ask):
    browser = Client()
    browser.force_login(people.ava)
    assert browser.get("/customers/").status_code == 200
    token = sign_in(people.ava, desk)["refresh_token"]
    for blocked in (True, False):
        assert set_staff_blocked(by=SYSTEM, user=people.ava, blocked=blocked)
        assert not set_staff_blocked(by=SYSTEM, user=people.ava, blocked=blocked)
    assert browser.get("/customers/").status_code == 302
    again = ask(people.contoso.pk, grant_type="refresh_token", refresh_token=token, scope=AT_GRAPH, **desk.proof)
    assert again.json()["error_codes"] == [50173]
    assert portal(people.ava.username, "demo") == ""


def test_a_sign_in_begins_a_new_session_and_leaves_the_key_of_the_old_one_worthless(people):
    browser = Client()
    browser.get(f"/customers/{people.fabrikam.pk}/users/")
    browser.post(f"/customers/{people.fabrikam.pk}/users/", {"x": "kept for after the sign-in"})
    before = browser.cookies["sessionid"].value
    browser.post("/sign-in/", {"username": people.ava.username, "password": "demo"})
    assert browser.cookies["sessionid"].value != before
    thief = Client()
    thief.cookies["sessionid"] = before
    assert thief.get("/customers/").status_code == 302


@pytest.mark.race
def test_a_hundred_guesses_at_one_moment_are_a_hundred_guesses(transactional_db, race):
    def guess():
        try:
            begin_try(subjects(Kind.STAFF, "ava", "203.0.113.7"))
        except TooManyTries:
            return "waits"
        return "tried"

    results = race([guess] * 12)
    assert [result for result in results if result not in ("tried", "waits")] == []
    assert results.count("tried") == 5
    assert SignInLimit.objects.get(kind=Kind.STAFF).failures == 5
    assert SignInLimit.objects.get(kind=Kind.STAFF).opens_at > clock.now()
