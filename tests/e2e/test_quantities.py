"""Quantities of subscriptions in a real browser: more seats, and the wizard offers them; SaaS, usage and add-ons."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import edit, expect_step, looks, press, sign_in

pytestmark = pytest.mark.e2e

E1 = "Office 365 E1"


STORED = """
from licensing.models import Subscription
result = [*Subscription.objects.filter(quantity=7).values_list("product__name", "status")]
"""
FABRIKAM = "/customers/fab00000-0000-4000-8000-000000000001"


def set_quantity(page: Page, subscription: str, count: int) -> None:
    """Subscriptions -> the subscription -> Quantity -> Submit."""
    page.goto(f"{FABRIKAM}/subscriptions/")
    page.get_by_role("link", name=subscription, exact=True).click()
    page.get_by_label("Quantity").fill(str(count))
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text(f"{subscription} was saved: {count} licenses.")).to_be_visible()


def to_licenses(page: Page) -> None:
    """Of Dana: the wizard's third step."""
    page.goto(f"{FABRIKAM}/users/")
    edit(page)
    press(page, "Next")
    expect_step(page, "Permissions")
    press(page, "Next")
    expect_step(page, "Assign licenses")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
def test_more_licenses_of_a_subscription_are_offered_by_the_wizard(open_page, own_portal, scripts):
    """First on the subscription's own page, then by Buy more in the wizard and back to its step."""
    page = open_page(own_portal, java_script_enabled=scripts)
    sign_in(page, "ava.admin")
    set_quantity(page, E1, 10)
    to_licenses(page)
    expect(page.get_by_text(f"{E1} (2 Available licenses)")).to_be_visible()

    set_quantity(page, E1, 8)
    to_licenses(page)
    expect(page.get_by_text(f"{E1} (0 Available licenses)")).to_be_visible()
    page.get_by_role("link", name=f"Buy more licenses of {E1}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{E1} | Buy more licenses")
    page.get_by_label("Quantity").fill("9")
    page.get_by_role("button", name="Submit", exact=True).click()
    expect_step(page, "Assign licenses")
    expect(page.get_by_text(f"{E1} now has 9 licenses.")).to_be_visible()
    expect(page.get_by_text(f"{E1} (1 Available licenses)")).to_be_visible()


def test_the_quantity_of_saas_is_changed_once_its_publisher_has_confirmed_it(open_page, own_portal):
    """By keyboard. Its licenses are assigned at the publisher, so the wizard offers none."""
    page = open_page(own_portal)
    sign_in(page, "ava.admin")
    page.goto(f"{FABRIKAM}/subscriptions/?kind=saas")

    def press_enter(role: str, name: str) -> None:
        page.get_by_role(role, name=name, exact=True).focus()
        page.keyboard.press("Enter")

    press_enter("link", "VanArsdel Signatures")
    expect(page.get_by_text("Action needed: activate at VanArsdel, Ltd.")).to_be_visible()
    press_enter("link", "Go to publisher's site")
    press_enter("button", "Confirm as VanArsdel, Ltd.")
    expect(page.get_by_text("VanArsdel Signatures is active.")).to_be_visible()
    page.get_by_label("Quantity").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    expect(page.get_by_text("VanArsdel Signatures was saved: 7 licenses.")).to_be_visible()
    stored = own_portal.ask(STORED)
    assert stored == [["VanArsdel Signatures", "active"]]
    to_licenses(page)
    expect(page.get_by_text(re.compile("Planner and Project Plan 3 .5 Available"))).to_be_visible()
    expect(page.get_by_text("VanArsdel")).to_have_count(0)


@pytest.mark.once
@looks(360, 1440)
def test_pages_of_every_kind_of_subscription_are_accessible_and_fit(
    open_page, live_portal, accessibility_problems, width, scheme
):
    page = open_page(live_portal, viewport={"width": width, "height": 900}, color_scheme=scheme)
    sign_in(page, "ava.admin")

    def look() -> None:
        assert accessibility_problems(page) == []
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow == 0, f"{page.url} scrolls sideways by {overflow} px"

    page.goto(f"{FABRIKAM}/subscriptions/")
    look()
    for name in ("VanArsdel Signatures", "Relecloud Backup", "Azure plan", "Office 365 E3 (Košice office)"):
        page.goto(f"{FABRIKAM}/subscriptions/")
        page.get_by_role("link", name=name, exact=True).click()
        look()
        if name == "VanArsdel Signatures":
            page.get_by_role("link", name="Go to publisher's site").click()
            look()
    page.get_by_role("link", name="Add Microsoft Teams Phone Standard").click()
    look()
