"""A new user in a real browser, from a template made before."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.steps import looks, press, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.once]

PICTURES = os.environ.get("LOOK", "")
USERS = "/customers/fab00000-0000-4000-8000-000000000001/users/"
FOCUSED = "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.replace(/\\s+/g, ' ').trim()"


def expect_step(page, label: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Add user | {label}")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
def test_a_template_is_made_and_a_user_from_it(open_page, own_portal, scripts):
    page = open_page(own_portal, java_script_enabled=scripts)
    sign_in(page, "ava.admin")
    page.goto(f"{USERS}templates/new/")
    page.get_by_label("Template name").fill("Office")
    page.get_by_label("Email made of the name").select_option("first.last")
    page.get_by_label("Location", exact=True).select_option("Slovakia")
    page.get_by_label("Selected: Office 365 E3").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add user from Office").click()
    expect_step(page, "User info")
    page.get_by_label("First name").fill("Ludmila")
    page.get_by_label("Last name").fill("Šťastná")
    press(page, "Next")
    press(page, "Next")
    expect(page.get_by_label("Selected: Office 365 E3")).to_be_checked()
    press(page, "Next")
    expect(page.get_by_text("ludmila.stastna@fabrikam.com")).to_be_visible()
    press(page, "Complete")
    expect(page.get_by_text("Ludmila Šťastná was added.")).to_be_visible()
    password = page.locator(".secret code").text_content()
    reader = open_page(own_portal, java_script_enabled=scripts)
    reader.goto(page.get_by_label("One-time link").input_value())
    reader.get_by_role("button", name="Show the password").click()
    expect(reader.locator(".secret code")).to_have_text(password)
    page.get_by_role("link", name="Add another user").click()
    expect_step(page, "User info")


@looks(360, 1440)
def test_every_page_is_accessible_and_fits(open_page, live_portal, accessibility_problems, width, scheme):
    page = open_page(live_portal, viewport={"width": width, "height": 900}, color_scheme=scheme)
    name = f"Kim {width} {scheme}"

    def look(name: str) -> None:
        assert accessibility_problems(page) == []
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow == 0, f"{page.url} scrolls sideways by {overflow} px"
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{scheme}.png", full_page=True)

    sign_in(page, "ava.admin")
    page.goto(f"{USERS}templates/new/")
    look("template")
    page.get_by_role("button", name="Save").click()
    look("template-refused")
    page.get_by_label("Template name").fill(name)
    page.get_by_role("button", name="Save").click()
    look("templates")
    page.goto(f"{USERS}add/")
    look("add-info")
    page.get_by_label("Display name").fill(name)
    page.get_by_role("textbox", name="Email").fill(f"kim.{width}.{scheme}")
    press(page, "Next")
    press(page, "Next")
    press(page, "Next")
    look("add-review")
    press(page, "Complete")
    expect(page.get_by_text(f"{name} was added.")).to_be_visible()
    look("add-done")


def test_by_keyboard_alone_somebody_is_added(open_page, own_portal):
    page = open_page(own_portal)
    sign_in(page, "ava.admin")
    page.goto(f"{USERS}add/")

    def tab_to(name: str) -> None:
        for _ in range(150):
            page.keyboard.press("Tab")
            if page.evaluate(FOCUSED).startswith(name):
                return
        pytest.fail(f"The Tab key never reaches {name}.")

    tab_to("Display name")
    page.keyboard.type("Kim Keys")
    tab_to("Email")
    page.keyboard.type("kim.keys")
    for step in ("Permissions", "Assign licenses", "Review"):
        tab_to("Next")
        page.keyboard.press("Enter")
        expect_step(page, step)
    tab_to("Complete")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Kim Keys was added.")).to_be_visible()
