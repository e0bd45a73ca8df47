"""Quantities of subscriptions in a real browser: more seats, and the wizard offers them."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import edit, expect_step, press, sign_in

pytestmark = pytest.mark.e2e

E1 = "Office 365 E1"


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
