"""A new customer, what needs a decision, and software bought and given back, in a real browser."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import looks, press, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.once]

PICTURES = os.environ.get("LOOK", "")
FABRIKAM = "/customers/fab00000-0000-4000-8000-000000000001/"
COMPANY = {
    "Legal company name": "Coho Winery",
    "Primary domain prefix": "coho",
    "Address line 1": "1 Sample Way",
    "City": "Redmond",
    "State or province": "WA",
    "First name": "Ana",
    "Last name": "Born",
    "Customer email address": "ana@coho.example",
}


def fill(page: Page, values: dict[str, str]) -> None:
    for label, value in values.items():
        page.get_by_role("textbox", name=re.compile(f"^{label}( \\*)?$")).fill(value)


def expect_headline(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


@looks(360, 1440)
def test_every_page_is_accessible_and_fits(open_page, live_portal, accessibility_problems, width, scheme):
    page = open_page(live_portal, viewport={"width": width, "height": 900}, color_scheme=scheme)
    sign_in(page, "ava.admin")

    def look(name: str) -> None:
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{scheme}.png", full_page=True)
        assert accessibility_problems(page) == [], name
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow == 0, f"{page.url} scrolls sideways by {overflow} px"

    for name, address in (
        ("customers", "/customers/"),
        ("action-center", "/action-center/"),
        ("services", f"{FABRIKAM}service-management/"),
        ("account", f"{FABRIKAM}account/"),
        ("agreement", f"{FABRIKAM}account/agreement/"),
        ("qualification", f"{FABRIKAM}account/qualification/"),
        ("end-reselling", f"{FABRIKAM}account/end-reselling/"),
        ("software", f"{FABRIKAM}software/"),
        ("software-catalog", f"{FABRIKAM}software/new/"),
        ("software-order", f"{FABRIKAM}software/new/office-ltsc-standard/"),
        ("add-customer", "/customers/new/"),
    ):
        page.goto(address)
        look(name)
    press(page, "Next")
    look("add-customer-refused")
    fill(page, COMPANY | {"Primary domain prefix": f"look{width}{scheme}", "Postal code": "98052"})
    page.get_by_label("Country or region").select_option("United States")
    press(page, "Next")
    expect_headline(page, "Add customer | Review")
    look("add-customer-review")
    press(page, "Complete")
    expect_headline(page, "Add customer | Done")
    look("add-customer-done")


def test_a_customer_is_added_by_keyboard_and_its_password_read_once(open_page, own_portal):
    page = open_page(own_portal)
    sign_in(page, "sam.sales")
    page.get_by_role("link", name="Add customer").focus()
    page.keyboard.press("Enter")
    expect_headline(page, "Add customer | Account info")
    for label, value in (COMPANY | {"Postal code": "ABC"}).items():
        page.get_by_role("textbox", name=re.compile(f"^{label}( \\*)?$")).focus()
        page.keyboard.type(value)
    page.get_by_label("Country or region").focus()
    page.keyboard.type("United States")
    page.keyboard.press("Tab")
    page.get_by_role("textbox", name="Postal code").focus()
    page.keyboard.press("Enter")
    refused = "ABC is no postal code of US; one is 98052."
    expect(page.get_by_role("alert")).to_contain_text(refused)
    expect(page.get_by_role("alert")).to_be_focused()
    postal = page.get_by_role("textbox", name="Postal code")
    expect(postal).to_have_accessible_description(re.compile(re.escape(refused)))
    postal.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("98052")
    page.keyboard.press("Enter")
    expect_headline(page, "Add customer | Review")
    page.locator(".wizard-actions").get_by_role("button", name="Complete").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The customer was added.")).to_be_visible()
    password = page.locator("#password-new").inner_text()
    page.reload()
    expect(page.get_by_text("The temporary password was shown once and is not kept.")).to_be_visible()
    expect(page.get_by_text(password)).to_have_count(0)

    new = open_page(own_portal)
    new.goto("/tenant/sign-in/")
    new.get_by_label("User principal name").fill("admin@coho.onmicrosoft.com")
    new.get_by_label("Password").fill(password)
    new.get_by_role("button", name="Sign in", exact=True).click()
    expect(new.get_by_role("heading", level=1)).to_contain_text("Coho Winery")


def test_without_scripts_a_customer_is_added_and_software_bought_and_given_back(open_page, own_portal):
    page = open_page(own_portal, java_script_enabled=False)
    sign_in(page, "ava.admin")
    page.get_by_role("link", name="Add customer").click()
    fill(page, COMPANY | {"Postal code": "98052", "Add new tag": "Wine"})
    page.get_by_label("Country or region").select_option("United States")
    press(page, "Next")
    press(page, "Complete")
    expect(page.locator("#password-new")).not_to_be_empty()
    page.get_by_role("link", name="Open the customer").click()
    expect(page.get_by_text("Wine", exact=True)).to_be_visible()

    menu = page.get_by_role("navigation", name="Coho Winery").first
    menu.get_by_role("link", name="Software", exact=True).click()
    page.get_by_role("link", name="Buy software").click()
    page.get_by_role("link", name="Office LTSC Standard 2024").click()
    page.get_by_role("button", name="Submit order").click()
    page.get_by_role("link", name="Office LTSC Standard 2024").click()
    page.get_by_role("button", name="Get keys and downloads").click()
    expect(page.locator("#software-key")).not_to_be_empty()
    page.get_by_role("link", name="Cancel this software").click()
    page.get_by_label("I know that its keys and download links stop working.").check()
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("row", name="Office LTSC Standard 2024")).to_contain_text("Cancelled")

    page.get_by_role("link", name="Action center").first.click()
    page.get_by_role("link", name=re.compile("^Ending terms")).click()
    expect(page.get_by_role("row", name=re.compile("Exchange Online .Plan 1. has expired"))).to_be_visible()
