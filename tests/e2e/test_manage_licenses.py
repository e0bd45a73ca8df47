"""Licenses of many users in a real browser: 2,000 given a product, swapped to another, and put back by undo."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.steps import sign_in

pytestmark = pytest.mark.e2e

PICTURES = os.environ.get("LOOK", "")
ADVENTURE_WORKS = "/customers/adf00000-0000-4000-8000-000000000005"
MORE_SEATS = """
from customers.models import Customer
from licensing.models import Product
from licensing.services.subscriptions import create_subscription
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import system

customer = Customer.objects.get(pk="adf00000-0000-4000-8000-000000000005")
partner = Partner.objects.get(pk="c0000000-0000-4000-8000-000000000001")
for part in ("POWER_BI_PRO", "VISIOCLIENT"):
    product = Product.objects.get(sku_part_number=part)
    create_subscription(by=system("test"), customer=customer, partner=partner, product=product, quantity=2_000)
"""
HELD = """
from licensing.ledger import ledger_problems
from licensing.models import LicenseAssignment

assert ledger_problems() == []
rows = LicenseAssignment.objects.filter(customer="adf00000-0000-4000-8000-000000000005").values_list(
    "user", "subscribed_sku__product__sku_part_number"
)
result = sorted(f"{user} {part}" for user, part in rows)
"""


def look(page, name: str) -> None:
    """For somebody who wants to see the pages: LOOK=<folder>."""
    for width in (360, 1440) if PICTURES else ():
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)


def manage_everybody(page) -> None:
    page.goto(f"{ADVENTURE_WORKS}/users/")
    page.get_by_role("link", name="of everybody on this list, all pages").click()
    expect(page.get_by_text("2000 users selected.")).to_be_visible()


def submit(page, button: str = "Submit") -> None:
    page.get_by_role("button", name=button, exact=True).click()


def expect_done(page, title: str) -> None:
    """The worker beside the server does it; the page follows by itself."""
    expect(page.get_by_role("status").get_by_text(title)).to_be_visible(timeout=30_000)
    expect(page.get_by_role("status").get_by_text(" 0 failed of 2000.")).to_be_visible()


def test_two_thousand_users_get_a_product_are_swapped_and_put_back(open_page, own_portal, accessibility_problems):
    own_portal.ask(MORE_SEATS)
    before = own_portal.ask(HELD)
    page = open_page(own_portal)
    sign_in(page, "ava.admin")

    manage_everybody(page)
    page.get_by_label("Location for all selected users").select_option("United States")
    page.get_by_label("Selected: Power BI Pro").check()
    assert accessibility_problems(page) == []
    look(page, "form")
    submit(page, "Preview")
    expect(page.get_by_text("2000 users", exact=True)).to_be_visible()
    expect(page.get_by_text("can't be changed")).to_have_count(0)
    assert accessibility_problems(page) == []
    look(page, "preview")
    submit(page)
    expect_done(page, "Licenses updated.")
    assert accessibility_problems(page) == []
    look(page, "result")

    manage_everybody(page)
    page.get_by_label("Take away").select_option("Power BI Pro")
    page.get_by_label("Give instead").select_option("Visio Plan 2")
    submit(page, "Preview")
    submit(page)
    expect_done(page, "Licenses updated.")
    with_visio = own_portal.ask(HELD)
    assert sum("VISIOCLIENT" in row for row in with_visio) == 2_000
    assert not any("POWER_BI_PRO" in row for row in with_visio)

    page.get_by_role("button", name="Undo this run").click()
    submit(page, "Take it back")
    expect_done(page, "Taken back.")
    page.get_by_role("link", name="All license runs").click()
    assert accessibility_problems(page) == []
    look(page, "runs")
    page.locator("tbody tr").nth(2).get_by_role("link").click()
    page.get_by_role("button", name="Undo this run").click()
    expect(page.get_by_text("left alone: changed since")).to_be_visible()
    expect(page.get_by_text("0 to change", exact=True)).to_be_visible()
    look(page, "undo")
    held = own_portal.ask(HELD)
    assert {row for row in held if "POWER_BI_PRO" not in row} == {row for row in before if "POWER_BI_PRO" not in row}
    assert sum("POWER_BI_PRO" in row for row in held) == 2_000


@pytest.mark.once
def test_named_users_wait_for_nobody_without_scripts(open_page, own_portal, accessibility_problems):
    page = open_page(own_portal, java_script_enabled=False, color_scheme="dark")
    sign_in(page, "ava.admin")
    page.goto(f"{ADVENTURE_WORKS}/users/licenses/")
    look(page, "choose")
    page.get_by_label("Email addresses").fill("priya.raman@adventure-works.com, ghost@adventure-works.com")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert").get_by_text("ghost@adventure-works.com")).to_be_visible()
    look(page, "unknown")
    page.get_by_label("Leave them out and go on with the 1 found").check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Selected: Power BI Pro").check()
    look(page, "form-dark")
    submit(page, "Preview")
    submit(page)
    expect(page.get_by_role("status").get_by_text("1 done, 0 unchanged, 0 failed of 1.")).to_be_visible()
    look(page, "result-dark")
