"""The customer's own sign-in: who gets in, and what ends it."""

from functools import partial

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.test import override_settings

from customers.models import CustomerUser, Domain
from customers.services import delete_user, restore_user, set_sign_in_blocked
from partnercenter.accounts.models import User
from partnercenter.tenant.session import COOKIE
from tests.factories import SYSTEM
from tests.portal.visitor import Visitor
from tests.tenant.visitor import PASSWORD, TenantVisitor, admin_of

UNKNOWN = (
    "You could not be signed in. No account of a customer has this user principal name and password. Mind capital "
    "letters. Staff of a partner sign in to Partner Center instead."
)
BLOCKED = (
    "You could not be signed in. Sign-in is blocked for this account. An administrator of your organization can "
    "unblock it."
)


@pytest.fixture
def admin(world):
    CustomerUser.objects.filter(pk=world.global_admin.pk).update(password=make_password(PASSWORD))
    return world.global_admin


def refused(name, password=PASSWORD):
    page = TenantVisitor().post("/tenant/sign-in/", {"username": name, "password": password})
    assert page.status == 200
    return page.messages


def test_a_customers_user_signs_in_and_sees_the_own_organization(admin):
    visitor = TenantVisitor(admin)
    page = visitor.get("/tenant/")
    assert (page.status, page.headline) == (200, "Fabrikam, Inc. | Admin center")
    assert page.title == "Home · Admin center"
    assert [badge.text for badge in page.main.all(classes="badge")] == ["Global Administrator"]
    assert "Litware" not in page.html


def test_the_name_may_be_written_in_any_case_and_with_blanks_around_it(admin):
    page = TenantVisitor().post("/tenant/sign-in/", {"username": " Global.ADMIN@fabrikam.COM ", "password": PASSWORD})
    assert (page.status, page.location) == (302, "/tenant/")


def test_who_is_no_user_of_a_customer_is_refused_and_not_told_whether_the_name_exists(world, admin):
    world.ava.set_password(PASSWORD)
    world.ava.save()
    tries = [
        (admin.user_principal_name, "wrong"),
        (admin.user_principal_name, "Demo"),
        ("nobody@fabrikam.com", PASSWORD),
        ("global.admin@nowhere.example", PASSWORD),
        ("global.admin", PASSWORD),
        ("@fabrikam.com", PASSWORD),
        (world.ava.username, PASSWORD),
        (world.dana.user_principal_name, ""),  # nobody has given her a password
    ]
    assert [refused(*one) for one in tries[:-1]] == [[UNKNOWN]] * 7
    assert refused(*tries[-1]) == []  # the field itself asks for it
    assert refused(world.dana.user_principal_name, "!") == [UNKNOWN]


def test_names_and_passwords_that_no_database_takes_are_refused_in_the_form(admin):
    for values in (("a\0b", PASSWORD), (admin.user_principal_name, "a\0b"), ("x" * 300, PASSWORD)):
        page = TenantVisitor().post("/tenant/sign-in/", dict(zip(("username", "password"), values, strict=True)))
        assert (page.status, page.headline) == (200, "Sign in to your organization")
        assert len(page.main.all(classes="errorlist")) == 1


def test_a_domain_that_is_not_verified_signs_nobody_in(admin):
    Domain.objects.filter(name="fabrikam.com").update(is_verified=False)
    assert refused(admin.user_principal_name) == [UNKNOWN]


def test_a_blocked_user_is_told_so_but_only_with_the_right_password(admin):
    CustomerUser.objects.filter(pk=admin.pk).update(sign_in_blocked=True)
    assert refused(admin.user_principal_name) == [BLOCKED]
    assert refused(admin.user_principal_name, "wrong") == [UNKNOWN]


@pytest.mark.parametrize(
    "change",
    [{"sign_in_blocked": True}, {"deleted_at": "2026-11-22T12:00:00Z"}, {"password": "md5$a$b"}],
    ids=["blocked", "deleted", "another password"],
)
def test_the_session_of_somebody_blocked_deleted_or_with_another_password_ends_at_once(admin, change):
    visitor = TenantVisitor(admin)
    assert visitor.get("/tenant/").status == 200
    before = {name: getattr(admin, name) for name in change}
    CustomerUser.objects.filter(pk=admin.pk).update(**change)
    assert visitor.get("/tenant/").location == "/tenant/sign-in/?next=%2Ftenant%2F"
    CustomerUser.objects.filter(pk=admin.pk).update(**before)
    assert visitor.get("/tenant/").status == 302


def restored(*, by, user):
    restore_user(by=by, customer=user.customer, user_id=user.pk)


def test_a_block_or_deletion_that_is_undone_at_once_ends_the_sessions_too(world):
    for end, undo in (
        (partial(set_sign_in_blocked, blocked=True), partial(set_sign_in_blocked, blocked=False)),
        (delete_user, restored),
    ):
        visitor = TenantVisitor(CustomerUser.objects.get(pk=world.dana.pk))
        assert visitor.get("/tenant/").status == 200
        for service in (end, undo):
            service(by=SYSTEM, user=CustomerUser.objects.get(pk=world.dana.pk))
        assert visitor.get("/tenant/").status == 302


def test_a_deleted_user_does_not_sign_in(admin):
    CustomerUser.objects.filter(pk=admin.pk).update(deleted_at="2026-11-22T12:00:00Z")
    assert refused(admin.user_principal_name) == [UNKNOWN]


def test_every_sign_in_begins_a_new_session_and_forgets_the_one_before(admin):
    visitor = TenantVisitor(admin)
    first = visitor.cookie
    visitor.post("/tenant/sign-out/")
    assert not Session.objects.filter(session_key=first).exists()
    visitor.client.cookies[COOKIE] = first
    assert visitor.sign_in(admin).status == 302
    assert visitor.cookie != first


def test_signing_out_ends_the_session_and_only_a_post_does_it(admin):
    visitor = TenantVisitor(admin)
    stolen = visitor.cookie
    assert visitor.get("/tenant/sign-out/").status == 405
    page = visitor.get("/tenant/")
    (form,) = [form for form in page.forms if form.element["action"] == "/tenant/sign-out/"]
    assert visitor.arrive(form.submit(press="Sign out")).headline == "Sign in to your organization"
    other = TenantVisitor()
    other.client.cookies[COOKIE] = stolen
    assert other.get("/tenant/").status == 302


def test_the_cookie_is_sent_to_this_side_only(admin):
    cookie = TenantVisitor(admin).client.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/tenant/", True, "Lax")


def test_neither_session_opens_the_other_side_even_as_the_others_cookie(world, admin):
    both = TenantVisitor(admin)
    both.client.force_login(world.ava)
    assert (both.get("/tenant/").status, both.get("/customers/").status) == (200, 200)
    staff, customer = both.client.cookies["sessionid"].value, both.cookie

    crossed = Visitor()
    crossed.client.cookies["sessionid"] = customer
    crossed.client.cookies[COOKIE] = staff
    assert crossed.get("/customers/").status == 302
    assert crossed.get("/tenant/").status == 302


def test_signing_out_on_one_side_leaves_the_other_signed_in(world, admin):
    both = TenantVisitor(admin)
    both.client.force_login(world.ava)
    both.post("/tenant/sign-out/")
    assert (both.get("/tenant/").status, both.get("/customers/").status) == (302, 200)


def test_staff_and_ops_are_strangers_here_and_a_customer_there(world, admin):
    for user in (world.ava, User.objects.create_superuser("ops", password="demo")):
        assert Visitor(user).get("/tenant/").location == "/tenant/sign-in/?next=%2Ftenant%2F"
    for address in ("/", "/customers/", f"/customers/{world.fabrikam.pk}/users/", "/admin/"):
        assert TenantVisitor(admin).get(address).location.split("?")[0] in ("/sign-in/", "/admin/login/")


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/tenant/", "/customers/", "/tenant", "javascript:alert(1)", "", "tenant/"],
)
def test_signing_in_leads_nowhere_but_to_pages_of_this_side(admin, target):
    assert TenantVisitor().sign_in(admin, after=target).location == "/tenant/"


def test_signing_in_leads_back_to_what_was_asked_for(admin):
    visitor = TenantVisitor()
    answer = visitor.sign_in(admin, after="/tenant/?q=a")
    assert answer.location == "/tenant/?q=a"
    assert visitor.get("/tenant/sign-in/?next=/tenant/%3Fq=a").location == "/tenant/?q=a"


def test_an_address_that_nobody_has_is_a_404_in_the_own_shell(admin):
    for visitor, shown in ((TenantVisitor(), ""), (TenantVisitor(admin), "Fabrikam, Inc.")):
        page = visitor.get("/tenant/garbage/")
        assert (page.status, page.headline) == (404, "There is nothing at this address")
        assert page.title == "Not found · Admin center"
        assert page.document.all(classes="organization")[0].text == shown


def test_a_form_of_an_older_session_is_refused_with_a_way_back_to_this_side(admin):
    page = TenantVisitor(admin).send("/tenant/sign-out/", {})
    assert (page.status, page.links("Go to the start page")) == (403, ["/tenant/"])


def test_only_the_demo_shows_whom_to_sign_in_as(world, admin):
    assert "global.admin@fabrikam.com" in TenantVisitor().get("/tenant/sign-in/").text
    with override_settings(DEMO_MODE=False):
        assert "global.admin@fabrikam.com" not in TenantVisitor().get("/tenant/sign-in/").text


def test_the_list_of_demo_accounts_takes_the_same_queries_for_one_and_for_three(world, django_assert_num_queries):
    for count in (1, 2):
        with django_assert_num_queries(1):
            TenantVisitor().get("/tenant/sign-in/")
        for number in range(count):
            admin_of(world.northwind, f"admin{count}{number}")
