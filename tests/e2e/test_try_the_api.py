"""Staff try the API in the browser, on pages of this server alone."""

import pytest
from playwright.sync_api import expect

from tests.e2e.steps import sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.once]


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (360, "dark")])
def test_ava_gets_a_token_and_lists_customers(live_portal, open_page, accessibility_problems, width, scheme):
    page = open_page(live_portal, color_scheme=scheme, viewport={"width": width, "height": 900})
    sign_in(page, "ava.admin")
    page.locator("summary", has_text="Account of").click()
    page.get_by_role("link", name="Try the API").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Partner Center API")
    assert accessibility_problems(page) == []
    page.get_by_role("link", name="Get tokens", exact=True).click()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#try-status")).to_contain_text("200 OK")
    page.goto("/_schema/v1/listCustomers/")
    page.get_by_label("size").fill("2")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#try-status")).to_contain_text("200 OK")
    expect(page.locator("#try-answer")).to_contain_text('"totalCount": 2')
    assert accessibility_problems(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
