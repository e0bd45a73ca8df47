"""A file of users in a real browser: mended, created, passwords taken along."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.steps import looks, press_by_keyboard, sign_in, tab_to

pytestmark = [pytest.mark.e2e, pytest.mark.once]

PICTURES = os.environ.get("LOOK", "")
UPLOAD = "/customers/fab00000-0000-4000-8000-000000000001/users/upload/"
FILE = (
    "Display name;Email;Location;Licenses\r\n"
    "Ana {0};ana.{0}@fabrikam.com;SK;Power BI Pro\r\n"
    "Bo {0};bo.{0}@nowhere.example;Slovakia;\r\n"
)


def choose(page, name: str) -> None:
    page.goto(UPLOAD)
    content = FILE.format(name).encode("utf-16")
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "new.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Validate").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
def test_a_file_is_mended_and_its_users_created(open_page, own_portal, scripts):
    page = open_page(own_portal, java_script_enabled=scripts)
    sign_in(page, "ava.admin")
    choose(page, "x")
    expect(page.get_by_text("nowhere.example is not a verified domain of this customer.")).to_be_visible()
    page.get_by_label("Email, line 3").fill("bo.x@fabrikam.com")
    page.get_by_role("button", name="Save and check again").click()
    expect(page.get_by_text("Validated.")).to_be_visible()
    page.get_by_role("button", name="Create 2 users").click()
    if not scripts:
        page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("2 created, 0 failed, 0 waiting.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the temporary passwords").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [
        ["Ana x", "ana.x@fabrikam.com"],
        ["Bo x", "bo.x@fabrikam.com"],
    ]
    page.reload()
    expect(page.get_by_text("The temporary passwords are not kept any more.")).to_be_visible()


def test_a_file_is_mended_and_its_users_created_by_keyboard(open_page, own_portal):
    page = open_page(own_portal)
    sign_in(page, "ava.admin")
    page.goto(UPLOAD)
    tab_to(page, page.get_by_label("File", exact=True))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(
        {"name": "new.csv", "mimeType": "text/csv", "buffer": FILE.format("k").encode("utf-16")},
    )
    press_by_keyboard(page, page.get_by_role("button", name="Validate"))
    email = page.get_by_label("Email, line 3")
    expect(email).to_have_accessible_description("nowhere.example is not a verified domain of this customer.")
    tab_to(page, email)
    page.keyboard.press("Control+A")
    page.keyboard.type("bo.k@fabrikam.com")
    press_by_keyboard(page, page.get_by_role("button", name="Save and check again"))
    expect(page.get_by_text("Validated.")).to_be_visible()
    press_by_keyboard(page, page.get_by_role("button", name="Create 2 users"))
    expect(page.get_by_text("2 created, 0 failed, 0 waiting.")).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Download the temporary passwords"))
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert "bo.k@fabrikam.com" in Path(download.value.path()).read_text(encoding="utf-8-sig")


@looks(360, 1440)
def test_every_page_is_accessible_and_fits(open_page, live_portal, accessibility_problems, width, scheme):
    page = open_page(live_portal, viewport={"width": width, "height": 900}, color_scheme=scheme)
    name = f"{width}{scheme}"

    def look(name: str) -> None:
        assert accessibility_problems(page) == []
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow == 0, f"{page.url} scrolls sideways by {overflow} px"
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{scheme}.png", full_page=True)

    sign_in(page, "ava.admin")
    page.goto(UPLOAD)
    look("upload")
    page.get_by_role("button", name="Validate").click()
    look("upload-refused")
    choose(page, name)
    page.get_by_text("For every row that says nothing itself").click()
    look("upload-rows")
    page.get_by_label("Drop line 3").check()
    page.get_by_role("button", name="Save and check again").click()
    page.get_by_role("button", name="Create 1 user").click()
    expect(page.get_by_text("1 created, 0 failed, 0 waiting.")).to_be_visible()
    look("upload-result")
