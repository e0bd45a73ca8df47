"""Delete, restore, reset and block in a real browser."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.steps import looks, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.once]

PICTURES = os.environ.get("LOOK", "")
FABRIKAM = "/customers/fab00000-0000-4000-8000-000000000001"
FOCUSED = "(document.activeElement.labels?.[0] ?? document.activeElement).textContent"
USERS = f"{FABRIKAM}/users/"


def tick(page, *names: str) -> None:
    for name in names:
        page.get_by_label(f"Select {name}", exact=True).check()


def command(page, name: str) -> None:
    page.locator(".command-bar").get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
def test_users_go_and_come_back_and_get_passwords(open_page, own_portal, scripts):
    page = open_page(own_portal, java_script_enabled=scripts)
    sign_in(page, "ava.admin")
    page.goto(USERS)
    tick(page, "Felix Wagner", "Hana Kovač")
    command(page, "Delete user(s)")
    expect(page.get_by_role("heading", level=1)).to_have_text("Delete users | Fabrikam, Inc.")
    expect(page.get_by_text("Loses Enterprise Mobility + Security E3 and Office 365 E3.")).to_be_visible()
    expect(page.get_by_text("Is Helpdesk Administrator no longer.")).to_be_visible()
    page.get_by_role("button", name="Delete 2 users").click()
    expect(page.get_by_role("status").get_by_text("2 done, 0 unchanged, 0 failed.")).to_be_visible()

    page.goto(f"{FABRIKAM}/users/deleted/")
    expect(page.get_by_text("4 days")).to_be_visible()
    tick(page, "Felix Wagner")
    command(page, "Restore")
    expect(page.get_by_text("Gets back Enterprise Mobility + Security E3 and Office 365 E3.")).to_be_visible()
    page.get_by_role("button", name="Restore 1 user").click()
    expect(page.get_by_text("Back as felix.wagner@fabrikam.com.")).to_be_visible()

    page.goto(USERS)
    tick(page, "Felix Wagner")
    command(page, "Reset password")
    page.get_by_role("button", name="Reset 1 user").click()
    password = page.locator(".secret code").text_content()
    link = page.get_by_label("One-time link").input_value()
    reader = open_page(own_portal, java_script_enabled=scripts)
    reader.goto(link)
    reader.get_by_role("button", name="Show the password").click()
    expect(reader.locator(".secret code")).to_have_text(password)
    assert reader.goto(link).status == 410

    page.goto(USERS)
    tick(page, "Felix Wagner")
    command(page, "Block sign-in")
    page.get_by_role("button", name="Block 1 user").click()
    expect(page.get_by_text("Can't sign in any more.")).to_be_visible()


@looks(360, 1440)
def test_every_page_is_accessible_and_fits(open_page, own_portal, accessibility_problems, width, scheme):
    page = open_page(own_portal, viewport={"width": width, "height": 900}, color_scheme=scheme)

    def look(name: str) -> None:
        assert accessibility_problems(page) == []
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow == 0, f"{page.url} scrolls sideways by {overflow} px"
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{scheme}.png", full_page=True)

    sign_in(page, "uma.users")
    page.goto(f"{USERS}?user=da9a0000-0000-4000-8000-000000000001")
    look("users")
    page.goto(USERS)
    tick(page, "Felix Wagner", "Global Admin")
    command(page, "Delete user(s)")
    look("delete")
    page.get_by_role("button", name="Delete 1 user").click()
    look("deleted")
    page.goto(f"{FABRIKAM}/users/deleted/")
    look("deleted-users")
    tick(page, "Felix Wagner", "Ulrika Holm")
    command(page, "Restore")
    look("restore")
    page.goto(USERS)
    tick(page, "Giulia Romano", "Liam O'Connor")
    command(page, "Reset password")
    page.get_by_role("button", name="Reset 2 users").click()
    look("reset")
    link = page.get_by_label("One-time link").first.input_value()
    page.goto(link)
    look("link")
    page.get_by_role("button", name="Show the password").click()
    look("link-shown")
    page.goto(link)
    look("link-gone")


def test_by_keyboard_alone_somebody_is_blocked(open_page, own_portal):
    page = open_page(own_portal)
    sign_in(page, "ava.admin")
    page.goto(f"{USERS}?q=felix")

    def tab_to(name: str) -> None:
        for _ in range(100):
            page.keyboard.press("Tab")
            if (
                page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).textContent").strip()
                == name
            ):
                return
        pytest.fail(f"The Tab key never reaches {name}.")

    tab_to("Select Felix Wagner")
    page.keyboard.press("Space")
    page.get_by_role("searchbox").first.focus()
    tab_to("Block sign-in")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Block 1 user")).to_be_visible()
    tab_to("Block 1 user")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Can't sign in any more.")).to_be_visible()
