"""Chromium for tests marked `e2e`, and what such a test may ask of a page."""

import os
import shutil
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.plugins.no_skips import UNDER_CI
from tests.plugins.portal import Portal

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_CHROMIUM = "Chromium was not found: install Debian's package `chromium`, or name a browser in CHROMIUM_PATH."
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SESSION = {"locale": "en-US", "timezone_id": "UTC", "reduced_motion": "reduce"}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def chromium_path() -> str | None:
    named = os.environ.get("CHROMIUM_PATH")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


def browser_is_required() -> bool:
    return UNDER_CI or os.environ.get("REQUIRE_BROWSER") == "1"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items):
    """Browser tests run last, whatever the order of the rest.

    Once Playwright has started, its event loop stays in this thread, and Django refuses to touch a database there.
    """
    yield
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)
    if chromium_path() is None and not browser_is_required():
        for item in items:
            if item.get_closest_marker("e2e"):
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


@pytest.fixture(scope="session")
def browser() -> Browser:
    path = chromium_path()
    if path is None:
        pytest.fail(NO_CHROMIUM, pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, request) -> Callable[..., Page]:
    """`open_page(portal, **options)` is a new browser session; options are Playwright's `new_context`.

    At the end the test fails if a page threw, broke the content security policy, or asked another host for anything.
    """
    if not request.node.get_closest_marker("e2e"):
        pytest.fail("A test with a browser needs `pytest.mark.e2e`.", pytrace=False)
    contexts, problems = [], []

    def open_one(portal: Portal, **options: object) -> Page:
        def note_console(message):
            if "Content Security Policy" in message.text:
                problems.append(message.text)

        def note_request(asked):
            if not asked.url.startswith((portal.url, "data:", "blob:")):
                problems.append(f"request to {asked.url}")

        context = browser.new_context(**{"base_url": portal.url, **SESSION, **options})
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: problems.append(str(error.error)))
        context.on("console", note_console)
        context.on("request", note_request)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def page(open_page, live_portal) -> Page:
    return open_page(live_portal)


@pytest.fixture
def accessibility_problems() -> Callable[[Page], list[str]]:
    """`accessibility_problems(page)` names each WCAG 2.2 AA rule of axe-core that the page breaks, and where."""

    def check(page: Page) -> list[str]:
        options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
        found = Axe().run(page, options=options).response["violations"]
        return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]

    return check
