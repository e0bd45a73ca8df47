"""What people do in the browser, in the words of the pages."""

import itertools
import os

import pytest
from playwright.sync_api import Locator, Page, expect

EVERY_LOOK = os.environ.get("EVERY_LOOK") == "1"
MOST_TABS = 200


def looks(*widths: int) -> pytest.MarkDecorator:
    """`width` and `scheme` of a page that is looked at: each width once, the schemes in turn.

    With EVERY_LOOK=1 each width in both schemes, which takes twice as long.
    """
    schemes = ("light", "dark")
    every = [(width, scheme) for width in widths for scheme in schemes]
    in_turn = list(zip(widths, itertools.cycle(schemes), strict=False))
    return pytest.mark.parametrize(("width", "scheme"), every if EVERY_LOOK else in_turn)


PASSWORD = "demo"


def sign_in(page: Page, name: str, partner: str = "contoso-partners.example") -> None:
    page.goto("/sign-in/")
    page.get_by_label("User principal name").fill(f"{name}@{partner}")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Customers")


def open_users(page: Page, customer: str = "Fabrikam, Inc.") -> None:
    """Customers -> the customer -> Users and licenses."""
    page.get_by_role("link", name=customer, exact=True).click()
    page.get_by_role("navigation", name=customer).get_by_role("link", name="Users and licenses").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Users and licenses")


def open_pane(page: Page, user: str = "Dana Hudecova") -> None:
    page.get_by_role("link", name=user, exact=True).click()
    expect(page.get_by_role("complementary").get_by_role("heading", name=user)).to_be_visible()


def edit(page: Page, user: str = "Dana Hudecova") -> None:
    open_pane(page, user)
    page.get_by_role("link", name=f"Edit {user}").click()
    expect_step(page, "User info")


def expect_step(page: Page, label: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Edit user | {label}")


def press(page: Page, name: str) -> None:
    """A button of the wizard's bottom row."""
    page.locator(".wizard-actions").get_by_role("button", name=name, exact=True).click()


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the focus is there, as somebody without a mouse does; fails where it never comes."""
    expect(target).to_have_count(1)
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"The focus never comes to {target}.")


def press_by_keyboard(page: Page, target: Locator) -> None:
    tab_to(page, target)
    page.keyboard.press("Enter")
