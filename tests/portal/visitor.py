"""Somebody with a browser but without scripts: opens pages, follows links, fills in forms.

Every page that comes back is policed (tests/portal/police.py), and every POST needs the CSRF token of a page.
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode, urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client

from partnercenter.accounts.models import User
from tests.portal.html import Element, controls_of, offered_by, parse, values_of
from tests.portal.police import broken_rules

Value = str | Sequence[str] | None
FORM = "application/x-www-form-urlencoded"
TOKEN = "csrfmiddlewaretoken"


class Page:
    """An answer. Texts are as one line, without markup."""

    def __init__(self, visitor: "Visitor", address: str, response: HttpResponse) -> None:
        self.visitor = visitor
        self.address = address
        self.status = response.status_code
        self.response = response
        self.location = response.headers.get("Location", "")
        self.html = (
            response.content.decode() if response.headers.get("Content-Type", "").startswith("text/html") else ""
        )
        self.document, strays = parse(self.html)
        found = broken_rules(self.html, self.document, strays) if self.html else []
        assert found == [], f"{address}: {found}"

    @property
    def main(self) -> Element:
        return self.document.all("main")[0]

    @property
    def text(self) -> str:
        return self.main.text

    @property
    def title(self) -> str:
        return " ".join(str(self.document.all("title")[0].children[0]).split())

    @property
    def headline(self) -> str:
        return self.document.all("h1")[0].text

    @property
    def messages(self) -> list[str]:
        """Message bars, in the order of the page."""
        return [bar.text for bar in self.main.all(classes="message")]

    @property
    def reasons(self) -> list[str]:
        """Why something is off."""
        return [why.text for why in self.main.all(classes="why")]

    @property
    def columns(self) -> list[str]:
        return [head.text for head in self.main.all("thead")[0].all("th") if "pick" not in head["class"].split()]

    @property
    def rows(self) -> list[list[str]]:
        """The cells of the one table, without the boxes that select a row."""
        lines = [line for body in self.main.all("tbody") for line in body.all("tr")]
        return [[cell.text for cell in line.all("th", "td") if "pick" not in cell["class"].split()] for line in lines]

    @property
    def names(self) -> list[str]:
        return [row[0] for row in self.rows]

    def links(self, text: str, *, within: Element | None = None) -> list[str]:
        return [link["href"] for link in (within or self.document).all("a") if link.text == text]

    def follow(self, text: str = "", *, within: Element | None = None) -> "Page":
        """Go where the one link with this text leads, or where a redirect points."""
        if not text:
            return self.visitor.get(urljoin(self.address, self.location))
        (target,) = set(self.links(text, within=within))
        return self.visitor.open(urljoin(self.address, target))

    def errors_of(self, name: str) -> list[str]:
        """The messages at a field."""
        found = self.document.with_id(f"id_{name}_error")
        return [] if found is None else [item.text for item in found.all("li")]

    def lock_of(self, name: str) -> str:
        found = self.document.with_id(f"id_{name}_locked")
        return "" if found is None else found.text

    # Forms -----------------------------------------------------------------------------------------------------

    def form(self, wanted: str = "") -> "Form":
        """The form with this id, or the only one in the main part of the page."""
        found = (
            [form for form in self.document.all("form") if form["id"] == wanted] if wanted else self.main.all("form")
        )
        assert len(found) == 1, f"{len(found)} forms {wanted} on {self.address}"
        return Form(self, found[0])

    @property
    def forms(self) -> list["Form"]:
        return [Form(self, form) for form in self.document.all("form")]

    @property
    def post_form(self) -> "Form":
        """The one form in the main part of the page that writes."""
        (found,) = [form for form in self.main.all("form") if form["method"] == "post"]
        return Form(self, found)

    def form_with(self, field: str) -> "Form":
        """The form in the main part of the page that has this field."""
        (found,) = [form for form in self.main.all("form") if form.all("input", name=field)]
        return Form(self, found)

    @property
    def search(self) -> "Form":
        """The form that searches this list."""
        (found,) = [form for form in self.main.all("form") if form.all("input", type="search")]
        return Form(self, found)

    def can_turn(self, word: str) -> bool:
        """Whether the pager leads on in this direction."""
        return any(found.text == word for pager in self.main.all(classes="pager") for found in pager.all("a", "button"))

    def turn(self, word: str) -> "Page":
        """The next or previous page of a list, by a link or by the list's form."""
        (pager,) = self.main.all(classes="pager")
        for button in pager.all("button"):
            if button.text == word:
                return self.form(button["form"]).submit(press=word)
        return self.follow(word, within=pager)


class Form:
    def __init__(self, page: Page, element: Element) -> None:
        self.page = page
        self.element = element
        self.controls = controls_of(page.document, element)

    @property
    def open_fields(self) -> list[str]:
        """Names of the controls that somebody can change, sorted."""
        shown = [control for control in self.controls if control["type"] != "hidden" and not control.is_off]
        return sorted({control["name"] for control in shown})

    @property
    def values(self) -> dict[str, list[str]]:
        """What the form would send if it were sent as it stands."""
        found: dict[str, list[str]] = {}
        for control in self.controls:
            for value in values_of(control):
                found.setdefault(control["name"], []).append(value)
        return found

    @property
    def shown(self) -> dict[str, list[str]]:
        """The same for all controls, also those that are off."""
        found: dict[str, list[str]] = {}
        for control in self.controls:
            bare = Element(control.tag, {k: v for k, v in control.attributes.items() if k != "disabled"})
            bare.children = control.children
            for value in values_of(bare):
                found.setdefault(control["name"], []).append(value)
        found.pop(TOKEN, None)
        return found

    def offered(self, name: str) -> list[str]:
        """The values that an open field lets one choose from."""
        named = [control for control in self.controls if control["name"] == name and not control.is_off]
        return [value for control in named for value in offered_by(control) or []]

    def submit(self, changes: Mapping[str, Value] | None = None, *, press: str = "", **more: Value) -> Page:
        """Fill in some fields and send the form, by the button with this text (or by Enter).

        Only what the page offers can be filled in; for anything else there is `Visitor.post`.
        """
        values = self.values
        for name, value in {**(changes or {}), **more}.items():
            values[name] = self._filled(name, value)
        button = self._button(press)
        if button is not None and button["name"]:
            values[button["name"]] = [button["value"]]
        address = self.element["action"]
        method = self.element["method"]
        if button is not None:
            address, method = button["formaction"] or address, button["formmethod"] or method
        target = urljoin(self.page.address, address or self.page.address)
        if method.lower() == "post":
            return self.page.visitor.send(target, values)
        return self.page.visitor.open(urlsplit(target)._replace(query=urlencode(values, doseq=True)).geturl())

    def _filled(self, name: str, value: Value) -> list[str]:
        wanted = [] if value is None else [value] if isinstance(value, str) else list(value)
        assert name in self.open_fields, f"{name} can't be filled in on {self.page.address}, only {self.open_fields}"
        named = [control for control in self.controls if control["name"] == name and not control.is_off]
        if all(offered_by(control) is not None for control in named):
            assert set(wanted) <= set(self.offered(name)), f"{name} offers {self.offered(name)}, not {wanted}"
        return wanted

    def _button(self, text: str) -> Element | None:
        buttons = [
            button
            for button in self.page.document.all("button")
            if (self.element in button.ancestors or button["form"] == self.element["id"] != "") and not button.is_off
        ]
        inside = [button for button in buttons if button["type"] != "button"]
        if not text:
            return inside[0] if inside else None
        return next(button for button in inside if button.text == text)


class Visitor:
    """One browser session; `user` is signed in, nobody if not given."""

    def __init__(self, user: User | None = None) -> None:
        self.client = Client(enforce_csrf_checks=True)
        if user is not None:
            self.client.force_login(user)

    def get(self, address: str) -> Page:
        """Exactly one request."""
        return Page(self, address, self.client.get(address))

    def open(self, address: str) -> Page:
        """As `get`, and on through redirects."""
        return self.arrive(self.get(address))

    def send(self, address: str, values: Mapping[str, Value]) -> Page:
        """One POST of just these values, as a browser would encode them."""
        return Page(self, address, self.client.post(address, _encoded(values), content_type=FORM))

    def post(self, address: str, values: Mapping[str, Value] | None = None) -> Page:
        """Post what no page offers; the CSRF token comes from the cookie."""
        if "csrftoken" not in self.client.cookies:
            self.client.cookies["csrftoken"] = "a" * 32
        return self.send(address, {**(values or {}), TOKEN: self.client.cookies["csrftoken"].value})

    def arrive(self, page: Page) -> Page:
        """Where the redirects of an answer end."""
        for _ in range(5):
            if page.status not in (301, 302, 303):
                return page
            page = page.follow()
        raise AssertionError(f"{page.address} redirects on and on")


def _encoded(values: Mapping[str, Value]) -> str:
    return urlencode({name: [] if value is None else value for name, value in values.items()}, doseq=True)


def ids_in(address: str) -> list[str]:
    """The ids that an address names, in its order."""
    return re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", address)
