"""The pages that belong to no app, and the shell around all of them."""

import json

import pytest
from django.urls import reverse
from zeal import zeal_ignore

from partnercenter.accounts.models import User
from tests.portal.police import offenses
from tests.portal.visitor import Visitor


def test_the_way_in_leads_to_the_customers(world):
    page = Visitor(world.ava).open("/")
    assert page.address == reverse("customers")


def test_health_is_told_to_anybody(db):
    page = Visitor().get(reverse("healthz"))
    assert (page.status, json.loads(page.response.content)) == (200, {"status": "ok"})
    assert Visitor().post(reverse("healthz")).status == 405


def test_the_shell_names_the_person_the_partner_and_the_roles_and_nobody_else(world):
    page = Visitor(world.ava).get(reverse("customers"))
    (top,) = page.document.all("header", classes="topbar")
    assert "Ava Admin" in top.text
    assert "Contoso Cloud Partners" in top.text
    assert [badge.text for badge in top.all(classes="badge")] == ["Admin agent", "Global admin"]
    assert "Litware" not in page.html


def test_signing_out_ends_the_session_and_only_a_post_does_it(world):
    visitor = Visitor(world.ava)
    assert visitor.get(reverse("sign-out")).status == 405
    page = visitor.get(reverse("customers"))
    (form,) = [form for form in page.forms if form.element["action"] == reverse("sign-out")]
    with zeal_ignore():  # the session is read again after it was emptied
        page = visitor.arrive(form.submit(press="Sign out"))
    assert page.headline == "Sign in"
    assert visitor.get(reverse("customers")).status == 302


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_is_remembered_and_leads_back_to_the_page(world, theme):
    visitor = Visitor(world.ava)
    page = visitor.post(reverse("theme"), {"theme": theme, "next": "/customers/?q=a"})
    assert page.location == "/customers/?q=a"
    assert visitor.get(reverse("customers")).document.all("html")[0]["data-theme"] == theme
    visitor.post(reverse("theme"), {"theme": "system", "next": "/"})
    assert "data-theme" not in visitor.get(reverse("customers")).document.all("html")[0]


@pytest.mark.parametrize("theme", ["", "blue", '"><script>', "dark\0"])
def test_a_theme_that_does_not_exist_is_none(world, theme):
    visitor = Visitor(world.ava)
    visitor.post(reverse("theme"), {"theme": theme, "next": "/"})
    assert "data-theme" not in visitor.get(reverse("customers")).document.all("html")[0]


def test_a_theme_cookie_that_somebody_made_up_is_ignored(world):
    visitor = Visitor(world.ava)
    visitor.client.cookies["theme"] = '"><script>alert(1)</script>'
    assert "data-theme" not in visitor.get(reverse("customers")).document.all("html")[0]


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
    "",
    "\n//evil.example",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_the_theme_switch_leads_nowhere_but_to_our_own_pages(db, target):
    assert Visitor().post(reverse("theme"), {"theme": "dark", "next": target}).location == "/"


def test_a_word_that_happens_to_name_an_address_is_no_address(db):
    """Django's redirect would look it up, and fail where the address wants arguments."""
    page = Visitor().post(reverse("theme"), {"theme": "dark", "next": "edit-user"})
    assert (page.status, page.location) == (302, "edit-user")


@pytest.mark.parametrize("target", ELSEWHERE[:-1])
def test_signing_in_leads_nowhere_but_to_our_own_pages(world, target):
    world.ava.set_password("demo")
    world.ava.save()
    visitor = Visitor()
    page = visitor.get(reverse("sign-in"))
    values = page.form_with("password").values
    answer = visitor.send(page.address, values | {"username": world.ava.username, "password": "demo", "next": target})
    assert (answer.status, answer.location) == (302, "/")


def test_a_wrong_password_is_refused_without_saying_whether_the_person_exists(world):
    told = set()
    for name in (world.ava.username, "nobody@contoso-partners.example"):
        visitor = Visitor()
        page = visitor.post(reverse("sign-in"), {"username": name, "password": "wrong"})
        told.add((page.status, tuple(page.messages)))
    assert len(told) == 1


def test_ops_sign_in_to_the_admin(db):
    User.objects.create_superuser("ops", password="demo")
    page = Visitor().post(reverse("sign-in"), {"username": "ops", "password": "demo"})
    assert page.location == "/admin/"


# The police themselves ----------------------------------------------------------------------------------------------

GOOD = "<html><head><title>T</title></head><body><h1>H</h1>{}</body></html>"


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("", []),
        ("<p style='color: red'>a</p>", ["inline style on <p>"]),
        ("<style>p {}</style>", ["inline style on <style>"]),
        ("<a onclick='x()'>a</a>", ["inline onclick on <a>"]),
        ("<script>x()</script>", ["script without src or nonce"]),
        ("<script src='a.js'></script><script nonce='b'></script>", []),
        ("<a href='javascript:x()'>a</a>", ["a script as an address"]),
        ("<p>{{ user.name }}</p>", ["unrendered template code: {{"]),
        ("<p>{% if a %}</p>", ["unrendered template code: {%", "unrendered template code: %}"]),
        ("<form method='post' id='f'></form>", ["form f without CSRF token"]),
        (
            "<form id='f'><input name='csrfmiddlewaretoken'></form>",
            ["form f puts its CSRF token into the address"],
        ),
        ("<form><form></form></form>", ["a form inside a form"]),
        ("<h1>Again</h1>", ["2 headlines"]),
        ("<p id='a'></p><p id='a'></p>", ["id a stands 2 times"]),
        ("<label for='a'></label>", ["<label> points at a, which is not there"]),
        ("<div><p></div>", ["</div> closes <p>"]),
        ("<button disabled>Save</button>", ["<button> Save is off without a reason"]),
        ("<input name='n' disabled aria-describedby='a'><p id='a'>Help</p>", ["<input> n is off without a reason"]),
        ("<input disabled aria-describedby='a'><p id='a' class='why'></p>", ["<input>  is off without a reason"]),
        ("<input disabled aria-describedby='a'><p id='a' class='why'>No.</p>", []),
        ("<fieldset disabled aria-describedby='a'><input disabled></fieldset><p id='a' class='why'>No.</p>", []),
        ("<a aria-disabled='true'>Go</a>", ["<a> Go is off without a reason"]),
        ("<div><b class='command off'>Go</b></div>", ["Go is off without a reason"]),
        ("<div><b class='command off'>Go</b><p class='why'>No.</p></div>", []),
    ],
)
def test_the_police_see_what_a_page_must_not_have(html, found):
    assert offenses(GOOD.format(html) if "{" not in html else GOOD.replace("{}", html)) == found
