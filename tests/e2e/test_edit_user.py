"""The main job in a real browser, on a real server with a real database."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.steps import edit, expect_step, looks, open_pane, open_users, press, sign_in

pytestmark = pytest.mark.e2e

PICTURES = os.environ.get("PICTURES", "")

DANA = "da9a0000-0000-4000-8000-000000000001"
READ_BACK = f"""
from customers.models import CustomerUser
from licensing.models import LicenseAssignment, ServicePlan, SubscribedSku
from partnercenter.audit.models import AuditRecord

dana = CustomerUser.objects.get(pk="{DANA}")
held = LicenseAssignment.objects.filter(user=dana).select_related("subscribed_sku__product")
off = {{row.subscribed_sku.product.name: row.disabled_plans for row in held}}
names = dict(ServicePlan.objects.values_list("pk", "friendly_name"))
records = AuditRecord.objects.filter(resource_id=dana.pk, principal_name="ava.admin@contoso-partners.example")
result = {{
    "last_name": dana.last_name,
    "roles": sorted(member.role.display_name for member in dana.directory_role_members.all()),
    "licenses": {{name: [names[__import__("uuid").UUID(plan)] for plan in plans] for name, plans in off.items()}},
    "audit": [[r.operation, r.door, r.before, r.after] for r in records.order_by("occurred_at")[:3]],
}}
"""

FOCUSED_NAME = """(() => {
    const focused = document.activeElement;
    const label = focused.labels?.[0];
    return ((label ?? focused).textContent ?? "").replace(/\\s+/g, " ").trim();
})()"""


def test_ava_edits_dana_from_the_customer_list_to_the_audit_record(
    open_page, own_portal, accessibility_problems, tmp_path
):
    page = open_page(own_portal, viewport={"width": 1440, "height": 900})
    pictures = Path(PICTURES or tmp_path)

    def look(name: str) -> None:
        assert accessibility_problems(page) == []
        page.evaluate("window.scrollTo(0, 0)")
        page.screenshot(path=pictures / f"{name}.png")

    sign_in(page, "ava.admin")
    look("customers")
    open_users(page)
    look("users")
    open_pane(page)
    look("user-pane")
    page.get_by_role("link", name="Edit Dana Hudecova").click()

    expect_step(page, "User info")
    expect(page.get_by_label("Display name")).to_have_value("Dana Hudecova")
    page.get_by_label("Last name").fill("Novakova")
    look("edit-user-info")
    press(page, "Next")

    expect_step(page, "Permissions")
    page.get_by_label("Custom permissions", exact=True).check()
    page.get_by_label("User management admin (can manage user accounts)").check()
    look("edit-user-permissions")
    press(page, "Next")

    expect_step(page, "Assign licenses")
    expect(page.get_by_label("Selected: Power BI Pro")).to_be_checked()
    expect(page.get_by_text("(0 Available licenses)")).to_have_count(1)
    expect(page.get_by_role("link", name="Buy more licenses of Office 365 E1")).to_be_visible()
    expect(page.get_by_text("Extra File Storage")).to_have_count(0)
    product = page.locator("[data-product]", has=page.get_by_text("Office 365 E3 (13 Available licenses)"))
    product.locator("summary").click()
    product.get_by_label("Selected: Office 365 E3").check()
    product.get_by_label("Sway", exact=True).uncheck()
    look("edit-user-licenses")
    press(page, "Next")

    expect_step(page, "Review")
    expect(page.locator(".changed")).to_have_count(2)
    expect(page.get_by_text("Will be assigned")).to_have_count(1)
    look("edit-user-review")
    press(page, "Complete")

    expect_step(page, "Done")
    expect(page.get_by_role("status").get_by_text("Dana Hudecova was updated.")).to_be_visible()
    look("edit-user-done")
    for text in ("Novakova", "User Administrator", "Office 365 E3"):
        expect(page.get_by_role("main").get_by_text(text).first).to_be_visible()

    expect_stored_and_recorded(own_portal)
    page.get_by_role("link", name="Back to the users").click()
    expect(page.get_by_role("complementary").get_by_text("Novakova")).to_be_visible()


def expect_stored_and_recorded(portal) -> None:
    stored = portal.ask(READ_BACK)
    assert stored["last_name"] == "Novakova"
    assert stored["roles"] == ["User Administrator"]
    assert stored["licenses"] == {"Office 365 E3": ["Sway"], "Power BI Pro": []}
    info, roles, licenses = stored["audit"]
    assert info == ["update_customer_user", "portal", {"last_name": "Hudecova"}, {"last_name": "Novakova"}]
    assert roles == ["add_user_member", "portal", {"roles": []}, {"roles": ["User Administrator"]}]
    assert [licenses[0], licenses[1], licenses[2]] == ["update_customer_user_licenses", "portal", {"licenses": []}]
    assert [entry["product"] for entry in licenses[3]["licenses"]] == ["Office 365 E3"]
    assert [plan["name"] for plan in licenses[3]["licenses"][0]["disabled_plans"]] == ["Sway"]


@pytest.mark.once
@looks(360, 1440, 1920)
def test_every_page_on_the_way_is_accessible(open_page, live_portal, accessibility_problems, width, scheme):
    page = open_page(live_portal, viewport={"width": width, "height": 900}, color_scheme=scheme)

    def look() -> None:
        assert accessibility_problems(page) == []
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow == 0, f"{page.url} scrolls sideways by {overflow} px"

    page.goto("/sign-in/")
    look()
    sign_in(page, "ava.admin")
    look()
    page.goto(f"/customers/fab00000-0000-4000-8000-000000000001/users/?user={DANA}")
    look()
    page.get_by_role("link", name="Edit Dana Hudecova").click()
    for step in ("User info", "Permissions", "Assign licenses"):
        expect_step(page, step)
        if step == "Permissions":
            page.get_by_label("Custom permissions", exact=True).check()
            page.get_by_label("Service admin (can manage services)").check()
        look()
        press(page, "Next")
    expect_step(page, "Review")
    look()
    page.goto("/search/?q=dana")
    look()
    page.goto("/customers/fab00000-0000-4000-8000-000000000001/subscriptions/")
    look()
    page.goto("/customers/fab00000-0000-4000-8000-00000000ffff/users/")
    look()


@pytest.mark.once
def test_the_wizard_works_without_scripts(open_page, own_portal):
    page = open_page(own_portal, java_script_enabled=False)
    sign_in(page, "ava.admin")
    open_users(page)
    edit(page)
    page.get_by_label("First name").fill("Danka")
    press(page, "Next")
    expect_step(page, "Permissions")
    press(page, "Next")
    expect_step(page, "Assign licenses")
    page.get_by_label("Selected: Enterprise Mobility + Security E3").check()
    press(page, "Next")
    expect_step(page, "Review")
    press(page, "Previous")
    expect_step(page, "Assign licenses")
    expect(page.get_by_label("Selected: Enterprise Mobility + Security E3")).to_be_checked()
    press(page, "Next")
    press(page, "Complete")
    expect_step(page, "Done")
    stored = own_portal.ask(READ_BACK)
    assert stored["licenses"] == {"Enterprise Mobility + Security E3": [], "Power BI Pro": []}


@pytest.mark.once
def test_the_wizard_works_by_keyboard_alone(open_page, own_portal):
    page = open_page(own_portal)
    sign_in(page, "ava.admin")
    page.goto(f"/customers/fab00000-0000-4000-8000-000000000001/users/{DANA}/edit/")

    def tab_to(name: str) -> None:
        """Tab until the control with this name has the focus; fails when the page has no such stop."""
        for _ in range(150):
            page.keyboard.press("Tab")
            if page.evaluate(FOCUSED_NAME).startswith(name):
                return
        pytest.fail(f"The Tab key never reaches {name}.")

    for label in ("First name", "Last name", "Display name", "Email", "Domain", "Location"):
        tab_to(label)
    tab_to("Next")
    page.keyboard.press("Enter")
    expect_step(page, "Permissions")
    tab_to("User (can use")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    tab_to("Password admin")
    page.keyboard.press("Space")
    tab_to("Next")
    page.keyboard.press("Enter")
    expect_step(page, "Assign licenses")
    tab_to("Selected: Office 365 E3")
    page.keyboard.press("Space")
    tab_to("Next")
    page.keyboard.press("Enter")
    expect_step(page, "Review")
    tab_to("Complete")
    page.keyboard.press("Enter")
    expect_step(page, "Done")
    stored = own_portal.ask(READ_BACK)
    assert stored["roles"] == ["Helpdesk Administrator"]
    assert stored["licenses"] == {"Office 365 E3": [], "Power BI Pro": []}


@pytest.mark.once
def test_cancel_asks_when_something_would_be_lost(open_page, live_portal):
    page = open_page(live_portal)
    sign_in(page, "ava.admin")
    page.goto(f"/customers/fab00000-0000-4000-8000-000000000001/users/{DANA}/edit/")
    press(page, "Cancel")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Users and licenses")

    page.goto(f"/customers/fab00000-0000-4000-8000-000000000001/users/{DANA}/edit/")
    page.get_by_label("First name").fill("Someone else")
    press(page, "Cancel")
    expect(page.get_by_role("dialog")).to_be_visible()


@pytest.mark.once
def test_the_browsers_back_button_leads_back_through_the_steps(open_page, live_portal):
    page = open_page(live_portal)
    sign_in(page, "ava.admin")
    page.goto(f"/customers/fab00000-0000-4000-8000-000000000001/users/{DANA}/edit/")
    page.get_by_label("Last name").fill("Typed and kept")
    press(page, "Next")
    expect_step(page, "Permissions")
    page.go_back()
    expect_step(page, "User info")
    page.reload()
    expect(page.get_by_label("Last name")).to_have_value("Typed and kept")
    press(page, "Next")
    expect_step(page, "Permissions")
