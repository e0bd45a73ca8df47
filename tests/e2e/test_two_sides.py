"""Both sides of an admin relationship in one run: asked, approved, handed out, used, and over by the clock."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import expect_step, looks, press, sign_in

pytestmark = pytest.mark.e2e

WINGTIP = "/customers/91900000-0000-4000-8000-000000000004"
MISSING = "To see users at Wingtip Toys you need Directory Readers, Global Reader or User Administrator."


def sign_in_as_customer(page: Page, name: str) -> None:
    page.get_by_label("User principal name").fill(name)
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def main(page: Page):
    return page.get_by_role("main")


def ask(page: Page, name: str) -> str:
    """Request License Administrator for 30 days; the link for the customer."""
    page.goto(f"{WINGTIP}/admin-relationships/new/")
    page.get_by_label("Admin relationship name").fill(name)
    page.get_by_label("Duration in days").fill("30")
    page.get_by_label("Search roles").fill("License Admin")
    page.get_by_role("checkbox", name=re.compile("^License Administrator")).check()
    page.get_by_role("button", name="Finalize request").click()
    return page.locator("#invitation-link").inner_text()


def hand_out(page: Page, relationship: str, group: str) -> None:
    page.goto(f"{WINGTIP}/admin-relationships/")
    page.get_by_role("link", name=relationship, exact=True).click()
    page.get_by_role("link", name="Add security groups").click()
    page.get_by_label(group).check()
    page.get_by_role("checkbox", name=re.compile("^License Administrator")).check()
    page.get_by_role("button", name="Save").click()
    expect(main(page)).to_contain_text(f"1 security group got roles in {relationship}.")


def expect_reason(page: Page, *sentences: str) -> None:
    """What "Who can do what here" says about lea and licenses at Wingtip."""
    page.goto(f"{WINGTIP}/who-can/?actions=licenses")
    page.get_by_role("link", name=re.compile("Lea Licenses, Assign and remove licenses")).click()
    for sentence in sentences:
        expect(page.get_by_role("complementary")).to_contain_text(sentence)


def move_clock(page: Page, ending: str, when: str) -> None:
    """A jump on the clock page of ops."""
    page.goto("/emulator/clock/")
    page.get_by_role("button", name=re.compile(rf"^{when}\s*: {ending}$")).click()
    expect(page.locator(".emulated-time")).to_be_visible()


def test_a_right_comes_by_both_sides_and_goes_by_the_clock(open_page, own_portal):
    ava, lea, customer, ops = (open_page(own_portal) for _ in range(4))
    sign_in(ava, "ava.admin")
    sign_in(lea, "lea.licenses")
    link = ask(ava, "Wingtip licenses")
    expect_reason(ava, "Wingtip licenses", "not active")
    assert lea.goto(f"{WINGTIP}/users/").status == 403
    expect(main(lea)).to_contain_text(MISSING)

    customer.goto(link)
    sign_in_as_customer(customer, "global.admin@wingtiptoys.com")
    expect(main(customer)).to_contain_text("License Administrator")
    customer.get_by_role("button", name="Approve all").click()
    expect(main(customer)).to_contain_text("You approved Wingtip licenses.")
    expect_reason(ava, "Wingtip licenses", "No security group is assigned.")
    assert lea.goto(f"{WINGTIP}/users/").status == 403

    hand_out(ava, "Wingtip licenses", "GDAP License desk")
    expect_reason(ava, "Wingtip licenses", "GDAP License desk", "License Administrator")
    give_license(lea, "Fritz Groß")

    ops.goto("/sign-in/")
    sign_in_as_customer(ops, "ops")
    move_clock(ops, "Admin relationship Wingtip licenses expires", "A minute before")
    give_license(lea, "Gisela Busch")
    move_clock(ops, "Admin relationship Wingtip licenses expires", "Just then")
    assert lea.goto(f"{WINGTIP}/users/").status == 403
    expect(main(lea)).to_contain_text(MISSING)
    expect(lea.locator(".emulated-time")).to_contain_text("Emulated time")
    expect_reason(ava, "Wingtip licenses", "not active")
    customer.reload()
    expect(main(customer)).to_contain_text("Wingtip licenses is: Expired.")

    ops.goto("/emulator/mailbox/?q=global.admin@wingtiptoys.com")
    subjects = ops.locator("tbody th").all_inner_texts()
    assert [subject.split('"')[1] for subject in subjects].count("Wingtip licenses") == 5
    assert subjects[0] == 'Admin relationship "Wingtip licenses" has expired'


def give_license(page: Page, user: str) -> None:
    """Microsoft 365 Business Basic, by the wizard."""
    page.goto(f"{WINGTIP}/users/")
    page.get_by_role("link", name=user, exact=True).click()
    page.get_by_role("link", name=f"Edit {user}").click()
    expect_step(page, "User info")
    press(page, "Next")
    press(page, "Next")
    expect_step(page, "Assign licenses")
    page.get_by_label("Selected: Microsoft 365 Business Basic").check()
    press(page, "Next")
    press(page, "Complete")
    expect(main(page)).to_contain_text("Microsoft 365 Business Basic")


@pytest.mark.once
def test_the_customer_answers_by_keyboard_and_without_scripts(open_page, own_portal):
    page = open_page(own_portal, java_script_enabled=False)
    relationship = own_portal.ask("from partnercenter.demo import ids; result = str(ids.WINGTIP_RELATIONSHIP)")
    page.goto(f"/tenant/approve/{relationship}/")
    page.get_by_label("User principal name").focus()
    page.keyboard.type("global.admin@wingtiptoys.com")
    page.keyboard.press("Tab")
    page.keyboard.type("demo")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Approve partner roles")
    for _ in range(40):
        if page.locator("button.primary:focus").count():
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(main(page)).to_contain_text("You approved Wingtip onboarding.")
    page.get_by_role("link", name="Terminate relationship").click()
    page.get_by_role("button", name="Terminate relationship").click()
    expect(main(page)).to_contain_text("Wingtip onboarding is terminated.")


@pytest.mark.once
@looks(360, 1440)
def test_the_pages_of_the_customer_and_of_ops_are_accessible(
    open_page, live_portal, accessibility_problems, width, scheme
):
    ids = live_portal.ask(
        "from partnercenter.demo import ids; result = [str(ids.WINGTIP_RELATIONSHIP), str(ids.FABRIKAM_RELATIONSHIP)]"
    )
    page = open_page(live_portal, viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto("/tenant/")
    assert accessibility_problems(page) == []
    sign_in_as_customer(page, "global.admin@wingtiptoys.com")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Wingtip Toys")
    check(page, accessibility_problems, "/tenant/", f"/tenant/approve/{ids[0]}/", "/tenant/nothing/")
    page.context.clear_cookies()
    page.goto("/tenant/")
    sign_in_as_customer(page, "global.admin@fabrikam.com")
    one = f"/tenant/partner-relationships/{ids[1]}/"
    check(page, accessibility_problems, "/tenant/partner-relationships/", one, f"{one}terminate/")
    page.goto("/sign-in/")
    sign_in_as_customer(page, "ops")
    check(page, accessibility_problems, "/emulator/clock/", "/emulator/mailbox/")


def check(page: Page, accessibility_problems, *addresses: str) -> None:
    for address in addresses:
        page.goto(address)
        assert accessibility_problems(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
