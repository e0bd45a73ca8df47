"""What a customer owns, in a real browser: both tabs of Billing, and software with its key."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.steps import looks

pytestmark = pytest.mark.e2e

BILLING = "/tenant/billing"
STORAGE = "Office 365 Extra File Storage"
KEY = re.compile(r"^([B-Z2-9]{5}-){4}[B-Z2-9]{5}$")


def enter(page, name: str = "global.admin@fabrikam.com") -> None:
    page.goto("/tenant/sign-in/")
    page.get_by_label("User principal name").fill(name)
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Fabrikam, Inc.")


def menu(page, label: str) -> None:
    page.get_by_role("navigation", name="Admin center").get_by_role("link", name=label, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(label)


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
def test_a_product_is_in_both_tabs_and_what_nobody_is_assigned_in_one(open_page, own_portal, scripts):
    page = open_page(own_portal, java_script_enabled=scripts)
    enter(page)
    menu(page, "Licenses")
    expect(page.get_by_role("row", name="Office 365 E3")).to_contain_text("7/20")
    expect(page.get_by_text(STORAGE)).to_have_count(0)
    page.get_by_role("link", name="Office 365 E3", exact=True).click()
    page.get_by_role("link", name="Assign licenses").click()
    page.get_by_label("Select Dana Hudecova", exact=True).check()
    page.get_by_role("button", name="Assign", exact=True).click()
    page.get_by_label("Sway", exact=True).uncheck()
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_text("Office 365 E3 is assigned to Dana Hudecova.")).to_be_visible()
    expect(page.get_by_role("row", name="Dana Hudecova")).to_contain_text("36 of 37 on")

    menu(page, "Your products")
    storage = page.get_by_role("row", name=STORAGE).get_by_role("cell")
    expect(storage.nth(0)).to_have_text("50")
    expect(storage.nth(1)).to_have_text("Not Available")
    newer = page.get_by_role("row", name="Office 365 E3 (Košice office)").get_by_role("cell")
    assert newer.all_text_contents()[:2] == ["8", "Not Available"]
    classic = page.get_by_role("row", name=re.compile("^Office 365 E3 12")).get_by_role("cell")
    assert classic.all_text_contents()[:2] == ["12", "8"]

    page.get_by_role("link", name="Software, with its keys").click()
    page.get_by_role("link", name=re.compile("^Windows Server")).click()
    page.get_by_label("Language").select_option("Slovak")
    page.get_by_role("button", name="Get keys and downloads").click()
    expect(page.locator("#software-key")).to_have_text(KEY)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download").click()
    assert saved.value.suggested_filename == "windows-server-2025-slovak-64-bit.txt"


@pytest.mark.once
def test_licenses_are_assigned_by_keyboard(open_page, own_portal):
    page = open_page(own_portal)
    enter(page)
    page.goto(f"{BILLING}/licenses/")
    for reach in (
        page.get_by_role("link", name="Power BI Pro", exact=True),
        page.get_by_role("link", name="Assign licenses"),
    ):
        reach.focus()
        page.keyboard.press("Enter")
    page.get_by_label("Select Natalia Molnarova", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Assign", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Assign", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Power BI Pro is assigned to Natalia Molnarova.")).to_be_visible()


@pytest.mark.once
@looks(360, 1440)
def test_every_page_is_accessible_and_fits(open_page, live_portal, accessibility_problems, width, scheme):
    page = open_page(live_portal, viewport={"width": width, "height": 900}, color_scheme=scheme)

    def look() -> None:
        assert accessibility_problems(page) == []
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow == 0, f"{page.url} scrolls sideways by {overflow} px"

    enter(page)
    for address in ("licenses/", "your-products/", "your-products/software/"):
        page.goto(f"{BILLING}/{address}")
        look()
    page.get_by_role("link", name=re.compile("^Windows Server")).click()
    page.get_by_role("button", name="Get keys and downloads").click()
    look()
    page.goto(f"{BILLING}/licenses/")
    page.get_by_role("link", name="Office 365 E3", exact=True).click()
    look()
    page.get_by_label("Select Felix Wagner", exact=True).check()
    page.get_by_role("button", name="Unassign", exact=True).click()
    look()
