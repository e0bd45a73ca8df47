"""The second factor of staff and ops: no door goes around it, no code works twice."""

import re

import pytest
from django.contrib.admin import site
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from partnercenter.accounts.models import User
from partnercenter.audit.models import AuditRecord, Operation
from tests.accounts.conftest import AT_GRAPH, claims_of, set_password
from tests.accounts.test_authorize import BACK, told
from tests.cast import after
from tests.portal.visitor import Visitor

PAGE, CODE_PAGE = "/account/second-factor/", "/sign-in/code/"
WRONG = "This code is wrong, has run out or was used already. Wait for the next one."


class Phone:
    """An authenticator app: it knows the secret that the page showed."""

    def __init__(self, user):
        self.user = user
        self.last = ""

    @property
    def device(self):
        return TOTPDevice.objects.get(user=self.user)

    def next_code(self):
        """As if half a minute had passed since the last one; the time of codes is the wall's."""
        TOTPDevice.objects.filter(user=self.user).update(last_t=-1, throttling_failure_count=0)
        self.last = f"{totp(self.device.bin_key):06d}"
        return self.last


@pytest.fixture
def ops(world):
    return User.objects.create_superuser("ops", password="demo")


@pytest.fixture
def ava(world):
    set_password(world.ava, "demo")
    return world.ava


def set_up(user):
    """The phone and the backup codes of somebody who went through the page."""
    visitor, phone = Visitor(user), Phone(user)
    visitor.arrive(visitor.get(PAGE).post_form.submit(press="Set up"))
    page = visitor.get(PAGE).form_with("code").submit(code=phone.next_code(), press="Confirm")
    assert page.headline == "Backup codes"
    return visitor, phone, [item.text for item in page.main.all("li")]


def by_password(user, visitor=None, door="/sign-in/", **fields):
    """What the first step answers."""
    visitor = visitor or Visitor()
    return visitor, visitor.post(door, {"username": user.username, "password": "demo", **fields})


def fails(visitor, code):
    page = visitor.post(CODE_PAGE, {"code": code})
    assert page.status == 200
    return page.errors_of("code")


def test_setting_it_up_shows_a_secret_proves_the_phone_and_gives_backup_codes_once(ava):
    visitor = Visitor(ava)
    assert visitor.get(PAGE).headline == "Second factor"
    page = visitor.arrive(visitor.get(PAGE).post_form.submit(press="Set up"))
    device = TOTPDevice.objects.get(user=ava)
    shown = page.main.all("span", classes="secret")[0].text
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", shown)
    assert (len(page.main.all("svg", classes="qr")), device.confirmed) == (1, False)

    page = page.form_with("code").submit(code="000000", press="Confirm")
    message = "This code does not fit. Check that the time of your phone is right, and type the code it shows now."
    assert page.errors_of("code") == [message]
    page = page.form_with("code").submit(code=Phone(ava).next_code(), press="Confirm")
    codes = [item.text for item in page.main.all("li")]
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[a-z2-9]{5}-[a-z2-9]{5}", code) for code in codes)
    kept = list(StaticToken.objects.values_list("token", flat=True))
    assert not {code.replace("-", "") for code in codes} & set(kept)
    assert "10 backup codes left" in visitor.get(PAGE).text
    assert codes[0] not in visitor.get(PAGE).html
    assert "no-store" in visitor.get(PAGE).response["Cache-Control"]


def test_the_password_alone_signs_nobody_in_at_any_door(ava, ops):
    for user, door in ((ava, "/sign-in/"), (ops, "/sign-in/"), (ops, "/admin/login/")):
        if not User.objects.get(pk=user.pk).has_second_factor:
            set_up(user)
        visitor, answer = by_password(user, door=door)
        assert (answer.status, answer.location.split("?")[0]) == (302, CODE_PAGE), door
        for address in ("/customers/", "/admin/", PAGE, "/devicelogin", "/_schema/v1/"):
            assert visitor.get(address).location.split("?")[0] in ("/sign-in/", "/admin/login/"), address


def test_the_code_signs_in_to_where_somebody_was_going_with_a_new_session_each_time(ava, ops):
    _, phone, _ = set_up(ava)
    visitor, answer = by_password(ava, next="/customers/?q=a")
    assert answer.location == f"{CODE_PAGE}?next=%2Fcustomers%2F%3Fq%3Da"
    between = visitor.client.cookies["sessionid"].value
    page = visitor.get(answer.location)
    assert page.headline == "Enter your code"
    code = phone.next_code()
    page = page.form_with("code").submit(code=f" {code[:3]} {code[3:]} ")
    assert (page.status, page.location) == (302, "/customers/?q=a")
    assert visitor.get("/customers/").status == 200
    assert visitor.client.cookies["sessionid"].value != between

    _, phone, _ = set_up(ops)
    visitor, answer = by_password(ops, door="/admin/login/", next="/admin/accounts/")
    page = visitor.get(answer.location).form_with("code").submit(code=phone.next_code())
    assert page.location == "/admin/accounts/"
    assert visitor.get("/admin/").status == 200
    visitor, answer = by_password(ops)
    assert visitor.get(answer.location).form_with("code").submit(code=phone.next_code()).location == "/admin/"


def test_a_code_works_once_and_a_wrong_one_makes_the_next_wait(ava):
    _, phone, _ = set_up(ava)
    visitor, _ = by_password(ava)
    assert fails(visitor, phone.last) == [WRONG]  # it confirmed the set-up a moment ago
    TOTPDevice.objects.update(throttling_failure_count=10)  # a machine may be slower than the first pause
    assert fails(visitor, phone.last)[0].startswith("Too many wrong codes. Try again in ")
    device = phone.device
    for garbage in ("000000", "", "abc", "123456789", "\u0661\u0662\u0663\u0664\u0665\u0666", "x" * 21):
        TOTPDevice.objects.update(throttling_failure_count=0)
        StaticDevice.objects.update(throttling_failure_count=0)
        assert len(fails(visitor, garbage)) == 1, garbage
    assert phone.device.last_t == device.last_t
    assert visitor.post(CODE_PAGE, {"code": phone.next_code()}).status == 302


def test_ten_wrong_codes_in_a_row_wait_for_minutes_whatever_the_session(ava):
    _, phone, _ = set_up(ava)
    TOTPDevice.objects.update(throttling_failure_count=10, throttling_failure_timestamp="2100-01-01T00:00:00Z")
    for _ in range(2):
        visitor, _ = by_password(ava)
        assert fails(visitor, phone.last)[0].startswith("Too many wrong codes. Try again in ")


def test_a_backup_code_works_once_in_any_writing(ava):
    _, _, codes = set_up(ava)
    visitor, _ = by_password(ava)
    assert visitor.post(CODE_PAGE, {"code": codes[0].replace("-", " ").upper()}).status == 302
    assert "9 backup codes left" in visitor.get(PAGE).text
    visitor, _ = by_password(ava)
    assert fails(visitor, codes[0]) == [WRONG]


def test_new_backup_codes_replace_the_old_ones_and_need_the_factor(ava):
    visitor, phone, codes = set_up(ava)
    page = visitor.get(PAGE).form_with("code").submit(code="000000", press="Make new backup codes")
    assert page.errors_of("code") == [WRONG]
    page = visitor.get(PAGE).form_with("code").submit(code=phone.next_code(), press="Make new backup codes")
    fresh = [item.text for item in page.main.all("li")]
    assert set(fresh) & set(codes) == set()
    visitor, _ = by_password(ava)
    assert fails(visitor, codes[1]) == [WRONG]


def test_removing_it_needs_it_and_ends_the_other_sessions(ava):
    visitor, phone, codes = set_up(ava)
    other, _ = by_password(ava)
    other.post(CODE_PAGE, {"code": codes[0]})
    assert other.get("/customers/").status == 200
    assert visitor.get(PAGE).form_with("code").submit(code="000000", press="Remove the second factor").status == 200
    page = visitor.get(PAGE).form_with("code").submit(code=phone.next_code(), press="Remove the second factor")
    assert (page.status, page.location) == (302, PAGE)
    assert (visitor.get("/customers/").status, other.get("/customers/").status) == (200, 302)
    assert by_password(ava)[1].location == "/"


def test_setting_it_up_ends_the_sessions_and_refresh_tokens_that_had_only_a_password(ava, desk, sign_in, ask):
    other = Visitor(ava)
    token = sign_in(ava, desk)["refresh_token"]
    visitor, _, _ = set_up(User.objects.get(pk=ava.pk))
    assert (visitor.get("/customers/").status, other.get("/customers/").status) == (200, 302)
    again = ask(ava.partner_id, grant_type="refresh_token", refresh_token=token, scope=AT_GRAPH, **desk.proof)
    assert again.json()["error_codes"] == [50173]


def test_a_session_without_the_code_counts_for_nothing_whoever_made_it(ava):
    set_up(ava)
    visitor = Visitor(User.objects.get(pk=ava.pk))  # signed in past the pages
    for address in ("/customers/", PAGE, "/devicelogin"):
        assert visitor.get(address).location.startswith("/sign-in/"), address


def test_the_password_grant_asks_for_what_it_has_no_place_for(ava, desk, sign_in):
    assert "access_token" in sign_in(ava, desk)
    set_up(User.objects.get(pk=ava.pk))
    body = sign_in(User.objects.get(pk=ava.pk), desk)
    assert (body["error_codes"], body["suberror"]) == ([50076], "basic_action")


def test_an_app_learns_whether_there_was_a_second_factor(ava, desk, ask, settings):
    """By the way of a browser: password, code, and back to the app with a code of its own."""
    settings.DEMO_MODE = False
    settings.SECURE_SSL_REDIRECT = False

    def methods(visitor):
        query = f"client_id={desk.app.pk}&response_type=code&redirect_uri={BACK}&scope={AT_GRAPH}&state=1"
        answer = visitor.client.get(f"/common/oauth2/v2.0/authorize?{query}")
        code = told(answer)["code"]
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "scope": AT_GRAPH}
        return claims_of(ask(ava.partner_id, **fields, **desk.proof))["amr"]

    assert methods(Visitor(ava)) == ["pwd"]
    _, phone, _ = set_up(ava)
    visitor, _ = by_password(ava)
    visitor.post(CODE_PAGE, {"code": phone.next_code()})
    assert methods(visitor) == ["pwd", "mfa"]


def test_the_way_to_an_app_leads_through_the_code_and_the_browser_may_follow(ava, desk):
    _, phone, _ = set_up(ava)
    query = f"client_id={desk.app.pk}&response_type=code&redirect_uri={BACK}&scope={AT_GRAPH}"
    visitor = Visitor()
    to_sign_in = visitor.get(f"/common/oauth2/v2.0/authorize?{query}")
    page = visitor.get(to_sign_in.location).form_with("username").submit(username=ava.username, password="demo")
    page = visitor.get(page.location)
    assert "form-action 'self' https://desk.example;" in f"{page.response['Content-Security-Policy']};"
    page = page.form_with("code").submit(code=phone.next_code())
    assert visitor.client.get(page.location).url.startswith(f"{BACK}?")


def test_the_second_step_is_for_a_few_minutes_and_for_the_password_that_was_given(ava):
    _, phone, _ = set_up(ava)
    visitor, _ = by_password(ava)
    with after(minutes=10):
        assert visitor.get(CODE_PAGE).location == "/sign-in/"
        assert visitor.post(CODE_PAGE, {"code": phone.next_code()}).location == "/sign-in/"
    set_password(User.objects.get(pk=ava.pk), "another")
    assert visitor.post(CODE_PAGE, {"code": phone.next_code()}).location == "/sign-in/"
    assert Visitor().get(CODE_PAGE).location == "/sign-in/"


def test_where_the_setting_asks_for_it_nothing_else_is_reached_before(ava, ops, settings):
    settings.REQUIRE_SECOND_FACTOR = ["staff", "ops"]
    for user, addresses in ((ava, ("/", "/customers/", "/devicelogin")), (ops, ("/admin/", "/admin/accounts/user/"))):
        visitor = Visitor(user)
        assert {visitor.get(address).location for address in addresses} == {PAGE}
        page = visitor.get(PAGE)
        assert page.messages == ["You need a second factor before you can go on."]
        visitor, _, _ = set_up(user)
        assert visitor.get(addresses[-1]).status == 200
    by_script = Visitor(User.objects.get(username__startswith="dan.")).client
    answer = by_script.get("/customers/", headers={"HX-Request": "true"})
    assert (answer.headers["HX-Redirect"], answer.content) == (PAGE, b"")
    settings.REQUIRE_SECOND_FACTOR = ["ops"]
    assert Visitor(User.objects.create_superuser("ops2")).get("/admin/").location == PAGE
    assert Visitor(User.objects.get(username__startswith="lea.")).get("/customers/").status == 200


def test_ops_reset_it_in_the_admin_and_everything_is_recorded(ava, ops):
    visitor, _, _ = set_up(ava)
    as_ops = Client()
    as_ops.force_login(ops)
    action = {"action": "reset_second_factor", "_selected_action": [str(ava.pk)]}
    page = as_ops.post("/admin/accounts/user/", action, follow=True)
    assert "Second factors taken away: 1." in page.content.decode()
    assert visitor.get("/customers/").status == 302
    assert not TOTPDevice.objects.exists()
    assert not StaticDevice.objects.exists()
    assert by_password(ava)[1].location == "/"
    trail = AuditRecord.objects.filter(resource_id=str(ava.pk)).order_by("occurred_at", "id")
    assert sorted((entry.operation, entry.principal_name) for entry in trail) == [
        (Operation.ADD_SECOND_FACTOR, ava.username),
        (Operation.RESET_SECOND_FACTOR, "ops"),
    ]


def test_the_admin_shows_no_secret_of_it(ops):
    assert not site.is_registered(TOTPDevice)
    assert not site.is_registered(StaticDevice)


def test_a_customers_user_and_a_stranger_have_no_such_page(world):
    assert Visitor().get(PAGE).location == f"/sign-in/?next={PAGE}"


def test_nobody_of_the_demo_has_one(world):
    assert not User.objects.filter(has_second_factor=True).exists()
