"""Reports of licenses and seats in a real browser."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.steps import looks, press_by_keyboard, sign_in, tab_to

pytestmark = [pytest.mark.e2e, pytest.mark.once]

PICTURES = os.environ.get("LOOK", "")
REPORTS = "/customers/fab00000-0000-4000-8000-000000000001/reports/"


@looks(360, 1440)
def test_every_report_is_accessible_and_fits(open_page, live_portal, accessibility_problems, width, scheme):
    page = open_page(live_portal, viewport={"width": width, "height": 900}, color_scheme=scheme)
    sign_in(page, "ava.admin")
    for report in ("products", "users", "unused", "idle", "unlicensed"):
        page.goto(f"{REPORTS}{report}/")
        assert accessibility_problems(page) == []
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow == 0, f"{page.url} scrolls sideways by {overflow} px"
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"report-{report}-{width}-{scheme}.png", full_page=True)


def test_a_report_is_read_printed_and_taken_along_without_scripts(open_page, live_portal):
    page = open_page(live_portal, java_script_enabled=False)
    sign_in(page, "ava.admin")
    page.goto(f"{REPORTS}idle/")
    expect(page.get_by_role("row", name="Quentin Moreau")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    assert "Quentin Moreau" in Path(download.value.path()).read_text(encoding="utf-8-sig")
    page.get_by_role("link", name="Print view").click()
    page.emulate_media(media="print")
    expect(page.get_by_role("row", name="Quentin Moreau")).to_be_visible()
    expect(page.locator(".command-bar")).to_be_hidden()


def test_reports_are_reached_filtered_and_taken_along_by_keyboard(open_page, live_portal):
    page = open_page(live_portal)
    sign_in(page, "ava.admin")
    page.goto("/customers/fab00000-0000-4000-8000-000000000001/users/")
    press_by_keyboard(page, page.get_by_role("link", name="Reports"))
    page.wait_for_url(f"**{REPORTS}**")
    press_by_keyboard(page, page.get_by_role("main").get_by_role("link", name="Blocked or deleted"))
    expect(page.get_by_role("row", name="Quentin Moreau")).to_be_visible()
    tab_to(page, page.get_by_role("link", name="Download CSV"))
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert "Quentin Moreau" in Path(download.value.path()).read_text(encoding="utf-8-sig")
