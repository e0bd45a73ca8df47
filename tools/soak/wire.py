"""Requests as a client behind a proxy sends them: to any of the servers, and what came back goes into the book."""

import random
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from book import Book
from shapes import shape

from tests.portal.html import Element, controls_of, parse, values_of

TIMEOUT = 60
BACK_OFF = 0.3


class NoAnswer(Exception):
    """The connection was refused or broke."""


@dataclass
class Servers:
    """A proxy that knows nothing but the addresses."""

    urls: list[str]

    def any(self) -> str:
        return random.choice(self.urls)  # noqa: S311  no secret


class Session:
    """One client with its cookies."""

    def __init__(self, servers: Servers, book: Book) -> None:
        self.servers, self.book = servers, book
        self.http = requests.Session()

    def send(self, door: str, method: str, path: str, **more: Any) -> requests.Response:
        try:
            answer = self.http.request(
                method, self.servers.any() + path, timeout=TIMEOUT, allow_redirects=False, **more
            )
        except requests.RequestException as error:
            self.book.got_nothing(door)
            raise NoAnswer(str(error)) from error
        found = shape(door, answer.status_code, answer.headers, answer.content) if answer.status_code >= 400 else ""  # type: ignore[arg-type]
        self.book.answered(door, answer.status_code, found, answer.text)
        return answer

    def page(self, path: str) -> "Page":
        """A page, wherever redirects lead; asked again while servers are away, as people do."""
        for _ in range(20):
            try:
                answer = self.send("portal", "GET", path)
            except NoAnswer:
                time.sleep(BACK_OFF)
                continue
            if answer.status_code >= 500:
                time.sleep(BACK_OFF)
                continue
            if not answer.is_redirect:
                return Page(self, path, answer)
            path = _path(urljoin(answer.url, answer.headers["Location"]))
        raise NoAnswer(path)


class Page:
    def __init__(self, session: Session, path: str, answer: requests.Response) -> None:
        self.session, self.path, self.answer = session, path, answer
        self.document, _ = parse(answer.text)

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def request_id(self) -> str:
        return self.answer.headers.get("X-Request-Id", "")

    def values(self, form: Element) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for control in controls_of(self.document, form):
            for value in values_of(control):
                found.setdefault(control["name"], []).append(value)
        return found

    def form(self, field: str) -> Element:
        """The form that has this field. Raises `Elsewhere` on any other page."""
        for form in self.document.all("form"):
            if any(control["name"] == field for control in controls_of(self.document, form)):
                return form
        for form in self.document.all("form"):
            if field == form["id"]:
                return form
        raise Elsewhere(f"{self.path} ({self.status}) has no form with {field}")

    def post(self, form: Element, **changes: str | list[str]) -> requests.Response:
        """Sent once: a person who gets no answer looks first."""
        values = {**self.values(form), **changes}
        path = _path(urljoin("http://any" + self.path, form["action"] or self.path))
        headers = {"Referer": self.answer.url}
        return self.session.send("portal", "POST", path, data=values, headers=headers)


class Elsewhere(Exception):
    """Another page than was expected, such as an error's."""


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
