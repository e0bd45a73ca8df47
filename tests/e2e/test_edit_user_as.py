"""The same flow as each of the others: what is open to them works, the rest is off and says why."""

import pytest
from playwright.sync_api import expect

from tests.e2e.steps import expect_step, press, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.once]

FABRIKAM = "/customers/fab00000-0000-4000-8000-000000000001"
DANA = "da9a0000-0000-4000-8000-000000000001"
NAMES = {"first_name", "last_name", "display_name"}
ALL = NAMES | {"local_part", "domain", "usage_location"}

# name -> fields of User info that are open, may change roles, may assign licenses
MAY = {
    "ava.admin": (ALL, True, True),
    "lea.licenses": ({"usage_location"}, False, True),
    "dan.writer": (NAMES | {"local_part", "domain"}, False, True),
    "uma.users": (ALL, False, True),
    "harry.helpdesk": (set(), False, False),
}


@pytest.mark.parametrize("name", MAY)
def test_the_wizard_opens_what_the_roles_carry_and_explains_the_rest(open_page, live_portal, name):
    info, roles, licenses = MAY[name]
    page = open_page(live_portal)
    sign_in(page, name)
    page.goto(f"{FABRIKAM}/users/{DANA}/edit/")
    expect_step(page, "User info")
    opened = {field for field in ALL if page.locator(f"[name={field}]").is_enabled()}
    assert opened == info
    assert page.locator(".why").count() == 0 if info == ALL else page.locator(".why").count() > 0

    press(page, "Next")
    expect_step(page, "Permissions")
    assert page.get_by_label("Global admin (has full permissions)").is_enabled() == roles
    if not roles:
        expect(page.locator(".why").first).to_contain_text("Privileged Role Administrator")
        expect(page.locator(".why").first).to_contain_text("GDAP Leads")

    press(page, "Next")
    expect_step(page, "Assign licenses")
    assert page.get_by_label("Selected: Office 365 E3").is_enabled() == licenses
    if not licenses:
        expect(page.locator(".why").first).to_contain_text(
            "License Administrator, User Administrator or Directory Writers"
        )
        expect(page.locator(".why").first).to_contain_text("GDAP License desk")

    press(page, "Next")
    expect_step(page, "Review")
    expect(page.get_by_text("Nothing differs from what is stored")).to_be_visible()


@pytest.mark.parametrize("name", ["sam.sales", "nora.nogroup"])
def test_without_a_gdap_role_the_users_stay_shut_and_the_page_says_what_would_help(open_page, live_portal, name):
    page = open_page(live_portal)
    sign_in(page, name)
    answer = page.goto(f"{FABRIKAM}/users/")
    assert answer.status == 403
    for text in ("Directory Readers, Global Reader or User Administrator", "GDAP User admins"):
        expect(page.get_by_role("main")).to_contain_text(text)
    assert page.goto(f"{FABRIKAM}/users/{DANA}/edit/").status == 403
    page.goto(f"{FABRIKAM}/subscriptions/")
    expect(page.get_by_role("main")).to_contain_text("Office 365 E3")


def test_the_other_partner_sees_neither_the_customer_nor_its_users(open_page, live_portal):
    page = open_page(live_portal)
    sign_in(page, "max.admin", "litware-partners.example")
    expect(page.get_by_role("row")).to_have_count(3)
    assert page.goto("/customers/adf00000-0000-4000-8000-000000000005/users/").status == 404
    page.goto("/search/?q=a")
    expect(page.get_by_role("main")).not_to_contain_text("adventure-works.com")
