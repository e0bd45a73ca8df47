"""The life of an admin relationship in the partner's portal, in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.once]

TAILSPIN = "/customers/7a150000-0000-4000-8000-000000000003"
RELATIONSHIPS = f"{TAILSPIN}/admin-relationships/"
# Colors glide from one scheme to the other, even if only for a moment.
SETTLED = "Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null)))"
STORED = """
from gdap.models import AdminRelationship
from partnercenter import clock
rows = AdminRelationship.objects.filter(display_name="{name}")
result = [[row.display_name, row.status(clock.now())] for row in rows]
"""


def tick(page: Page, role: str) -> None:
    """Find a role by the picker's search, tick it, and leave the picker as it was."""
    page.get_by_label("Search roles").fill(role)
    page.get_by_role("checkbox", name=re.compile(f"^{role}")).check()
    page.get_by_label("Search roles").fill("")


class Walk:
    """ava at Tailspin Toys, looking at each page narrow and wide, light and dark."""

    def __init__(self, page: Page, problems: Callable[[Page], list[str]]) -> None:
        self.page = page
        self.problems = problems

    def look(self) -> None:
        for width in (360, 1440):
            self.page.set_viewport_size({"width": width, "height": 900})
            for scheme in ("light", "dark"):
                self.page.emulate_media(color_scheme=scheme)
                self.page.evaluate(SETTLED)
                found = self.problems(self.page)
                assert found == [], f"{self.page.url} {width} {scheme}: {found}"
            overflow = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not self.page.evaluate(overflow), self.page.url

    def menu(self, name: str) -> None:
        menu = self.page.get_by_role("navigation", name="Tailspin Toys")
        menu.get_by_role("link", name=name, exact=True).first.click()

    def request(self) -> str:
        """The address of the invitation."""
        page = self.page
        page.get_by_role("link", name="Request new relationship").click()
        page.get_by_label("Admin relationship name").fill("Tailspin care")
        page.get_by_label("Duration in days").fill("731")
        tick(page, "License Administrator")
        page.get_by_role("button", name="Finalize request").click()
        expect(page.locator("#id_duration_days_error")).to_have_text(
            "An admin relationship lasts 1 to 730 days, not 731."
        )
        self.look()
        page.get_by_label("Duration in days").fill("90")
        page.get_by_role("button", name="Finalize request").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Tailspin Toys | Invitation")
        expect(page.get_by_role("button", name="Copy the link")).to_be_visible()
        self.look()
        return page.locator("#invitation-link").inner_text()

    def assign(self) -> None:
        page = self.page
        expect(page.get_by_text("No security group has roles here, so nobody gets access by it yet.")).to_be_visible()
        self.look()
        page.get_by_role("link", name="Add security groups").click()
        page.get_by_label("GDAP License desk").check()
        page.get_by_label("License Administrator").check()
        self.look()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("1 security group got roles in Tailspin care.")).to_be_visible()
        self.look()

    def explain(self) -> None:
        page, pane = self.page, self.page.get_by_role("complementary")
        self.menu("Who can do what here")
        page.get_by_role("link", name="Licenses", exact=True).click()
        page.get_by_role("link", name=re.compile("^Yes ?: Lea Licenses, Assign")).click()
        expect(pane).to_contain_text("Grants it by License Administrator.")
        self.look()
        page.keyboard.press("Escape")
        expect(pane.get_by_role("heading")).to_have_count(0)

    def terminate(self) -> None:
        page = self.page
        self.menu("Admin relationships")
        page.get_by_role("button", name="Terminate relationship").click(force=True)  # it is off, and says why
        expect(page.get_by_text("Select at least one row first.")).to_be_visible()
        page.get_by_label("Select Tailspin care").check()
        page.get_by_role("button", name="Terminate relationship").click()
        expect(page.get_by_role("row", name=re.compile("^Lea Licenses"))).to_contain_text("assign and remove licenses")
        self.look()
        page.get_by_role("button", name="Terminate relationship").click()
        expect(page.get_by_text("Tailspin care is terminated.")).to_be_visible()
        self.look()


def test_ava_requests_assigns_and_terminates_and_each_page_is_accessible(open_page, own_portal, accessibility_problems):
    page = open_page(own_portal, viewport={"width": 1440, "height": 900})
    walk = Walk(page, accessibility_problems)
    sign_in(page, "ava.admin")
    page.goto(RELATIONSHIPS)
    walk.look()
    link = walk.request()
    assert re.fullmatch(rf"{own_portal.url}/tenant/approve/[0-9a-f-]{{36}}/", link)
    walk.menu("Admin relationships")
    expect(page.get_by_role("row", name=re.compile("Tailspin care"))).to_contain_text("Approval pending")
    relationship = link.rstrip("/").rpartition("/")[2]
    approved = page.request.post(f"/_emulator/gdap/relationships/{relationship}/approve", data={})
    assert approved.status == 200, approved.text()
    page.get_by_role("link", name="Tailspin care", exact=True).click()
    walk.assign()
    walk.explain()
    walk.terminate()
    assert own_portal.ask(STORED.format(name="Tailspin care")) == [["Tailspin care", "terminated"]]


def test_the_pages_above_the_customers_are_accessible(open_page, live_portal, accessibility_problems):
    page = open_page(live_portal)
    walk = Walk(page, accessibility_problems)
    sign_in(page, "ava.admin")
    for address in (
        "/customers/expiring-relationships/",
        "/customers/administer/",
        "/insights/gdap/",
        "/settings/groups/",
        "/settings/groups/6a000000-0000-4000-8000-000000000005/",
        "/settings/groups/6a000000-0000-4000-8000-000000000005/access/",
        "/settings/relationship-templates/new/",
        "/settings/people/",
        "/help/",
    ):
        page.goto(address)
        walk.look()


def test_without_scripts_a_draft_is_written_and_thrown_away(open_page, live_portal):
    page = open_page(live_portal, java_script_enabled=False)
    sign_in(page, "ava.admin")
    page.goto(f"{RELATIONSHIPS}new/")
    page.get_by_label("Admin relationship name").fill("By hand")
    page.get_by_label("Duration in days").fill("30")
    page.locator("summary", has_text="Identity").click()
    page.get_by_role("checkbox", name=re.compile("^License Administrator")).check()
    page.get_by_role("button", name="Save as draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Admin relationships | By hand")
    page.get_by_role("link", name="Delete the draft").click()
    page.get_by_role("button", name="Delete the draft").click()
    expect(page.get_by_text("The draft By hand was deleted.")).to_be_visible()
    assert live_portal.ask(STORED.format(name="By hand")) == []


def test_with_the_keyboard_alone_a_draft_is_written(open_page, live_portal):
    page = open_page(live_portal)
    sign_in(page, "ava.admin")
    page.goto(f"{RELATIONSHIPS}new/")

    def tab_to(name: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            label = page.evaluate(
                "(document.activeElement.labels?.[0] ?? document.activeElement).textContent"
                " || document.activeElement.getAttribute('aria-label') || ''"
            )
            if " ".join(label.split()).startswith(name):
                return
        raise AssertionError(f"Tab never reaches {name}")

    tab_to("Admin relationship name")
    page.keyboard.type("By keys")
    tab_to("Duration in days")
    page.keyboard.type("30")
    tab_to("Search roles")
    page.keyboard.type("License Administrator")
    tab_to("License Administrator")
    page.keyboard.press("Space")
    tab_to("Save as draft")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Admin relationships | By keys")
    assert live_portal.ask(STORED.format(name="By keys")) == [["By keys", "created"]]
