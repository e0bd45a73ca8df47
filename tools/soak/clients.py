"""Sixteen people and programs, each with users of its own to change."""

import random
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import requests
from book import Book, Write
from wire import BACK_OFF, Elsewhere, NoAnswer, Page, Servers, Session

from partnercenter.demo import ids
from partnercenter.demo.products import POWER_BI_PRO, VISIO_PLAN_2

AT = f"/customers/{ids.ADVENTURE_WORKS}/"
V1 = f"/v1/customers/{ids.ADVENTURE_WORKS}"
PATIENCE = 90  # seconds for which a program sends the same write again under the same id
TOKEN_PATH = "/{tenant}/oauth2/v2.0/token"  # noqa: S105  an address
PAGES = (
    "/customers/", "/customers/?q=a", "/search/?q=an", f"{AT}account/", f"{AT}users/", f"{AT}users/?q=li",
    f"{AT}users/deleted/", f"{AT}subscriptions/", f"{AT}subscriptions/orders/", f"{AT}reports/",
    f"{AT}users/licenses/runs/", "/settings/groups/", "/customers/tags/",
    f"/customers/{ids.FABRIKAM}/users/", f"/customers/{ids.PROSEWARE}/users/", "/nothing/here/",
)  # fmt: skip
LISTS = (
    "/v1/customers", "/v1/customers?size=2", f"{V1}/users?size=100", f"{V1}/subscribedskus", f"{V1}/subscriptions",
    f"{V1}/orders", f"{V1}/users/{uuid.UUID(int=7)}", "/v1/nothing",
)  # fmt: skip
GRAPH_LISTS = (
    "/v1.0/users?$top=50", "/v1.0/users?$filter=startswith(displayName,'A')&$top=20", "/v1.0/subscribedSkus",
    "/v1.0/users/$count", "/v1.0/organization", f"/v1.0/users/{uuid.UUID(int=7)}",
)  # fmt: skip


class Client(threading.Thread):
    """Does one thing after the other until `ended` is set. Whatever it did not expect goes into the book."""

    def __init__(self, number: int, users: list[str], servers: Servers, book: Book, ended: threading.Event) -> None:
        super().__init__(name=f"client-{number}", daemon=True)
        self.number, self.users, self.book, self.ended = number, users, book, ended
        self.session = Session(servers, book)
        self.tokens: dict[str, str] = {}
        self.has = dict.fromkeys(users, False)
        self.random = random.Random(number)  # noqa: S311  no secret
        self.is_signed_in = False

    def run(self) -> None:
        work: list[tuple[Callable[[], object], int]] = [
            (self.browse, 6), (self.list_v1, 4), (self.list_graph, 4), (self.rename_v1, 3), (self.license_v1, 4),
            (self.rename_graph, 2), (self.license_graph, 2), (self.wizard, 3),
        ]  # fmt: skip
        jobs, weights = zip(*work, strict=True)
        while not self.ended.is_set():
            (job,) = self.random.choices(jobs, weights)
            try:
                job()
            except (NoAnswer, Elsewhere):
                time.sleep(BACK_OFF)
            except Exception as error:  # noqa: BLE001  a client that died would hide what comes after
                with self.book.lock:
                    self.book.strange.append(f"{self.name} in {job.__name__}: {error!r}")
                time.sleep(BACK_OFF)

    # Reading -------------------------------------------------------------------------------------------------------

    def browse(self) -> None:
        self._sign_in()
        page = self.session.page(self.random.choice(PAGES))
        if page.path.startswith("/sign-in/"):
            self.is_signed_in = False

    def list_v1(self) -> None:
        self._call("v1", "GET", self.random.choice(LISTS))

    def list_graph(self) -> None:
        self._call("graph", "GET", self.random.choice(GRAPH_LISTS))

    # Writing by the APIs -------------------------------------------------------------------------------------------

    def rename_v1(self) -> None:
        user, name = self.random.choice(self.users), self._new_name()
        write = self._repeat("v1 rename", "PATCH", f"{V1}/users/{user}", {"displayName": name})
        self.book.wrote(write, name=(user, name))

    def license_v1(self) -> None:
        user = self.random.choice(self.users)
        wanted = not self.has[user]
        body = (
            {"licensesToAssign": [{"skuId": str(POWER_BI_PRO)}]}
            if wanted
            else {"licensesToRemove": [str(POWER_BI_PRO)]}
        )
        write = self._repeat("v1 license update", "POST", f"{V1}/users/{user}/licenseupdates", body)
        self._book_license(write, user, wanted=wanted)

    def rename_graph(self) -> None:
        user, name = self.random.choice(self.users), self._new_name()
        write = self._once("Graph rename", "PATCH", f"/v1.0/users/{user}", {"displayName": name})
        self.book.wrote(write, name=(user, name))

    def license_graph(self) -> None:
        user = self.random.choice(self.users)
        wanted = not self.has[user]
        body = {
            "addLicenses": [{"skuId": str(POWER_BI_PRO), "disabledPlans": []}] if wanted else [],
            "removeLicenses": [] if wanted else [str(POWER_BI_PRO)],
        }
        write = self._once("Graph license", "POST", f"/v1.0/users/{user}/assignLicense", body)
        self._book_license(write, user, wanted=wanted)

    def _book_license(self, write: Write, user: str, *, wanted: bool) -> None:
        self.book.wrote(write, license_=(user, wanted))
        if write.outcome:
            self.has[user] = wanted
        else:
            self._look(user)

    def _look(self, user: str) -> None:
        """What came of it: asked until somebody answers."""
        while not self.ended.is_set():
            with suppress(NoAnswer):
                answer = self._call("v1", "GET", f"{V1}/users/{user}/licenses")
                if answer.ok:
                    self.has[user] = str(POWER_BI_PRO) in answer.text
                    return
            time.sleep(BACK_OFF)

    def _repeat(self, kind: str, method: str, path: str, body: object) -> Write:
        """Under one id until an answer comes that is none of trouble, as the contract of v1 allows."""
        own = str(uuid.uuid4())
        until, sent = time.monotonic() + PATIENCE, 0
        while time.monotonic() < until:
            sent += 1
            with suppress(NoAnswer):
                answer = self._call("v1", method, path, json=body, headers={"MS-RequestId": own})
                if answer.status_code not in (401, 429) and answer.status_code < 500:
                    return Write(kind, "request_id", own, outcome=answer.ok, sent=sent)
            time.sleep(BACK_OFF)
        return Write(kind, "request_id", own, outcome=None, sent=sent)

    def _once(self, kind: str, method: str, path: str, body: object) -> Write:
        own = str(uuid.uuid4())
        outcome: bool | None = None
        with suppress(NoAnswer):
            answer = self._call("graph", method, path, json=body, headers={"client-request-id": own})
            if answer.status_code < 500:  # after trouble it may have been done
                outcome = answer.ok
        return Write(kind, "correlation_id", own, outcome=outcome)

    def _call(self, door: str, method: str, path: str, **more: Any) -> requests.Response:
        if door not in self.tokens:
            self._get_token(door)
        headers = {"Authorization": f"Bearer {self.tokens[door]}", **more.pop("headers", {})}
        answer = self.session.send(door, method, path, headers=headers, **more)
        if answer.status_code == 401:  # the clock went on
            del self.tokens[door]
        return answer

    def _get_token(self, door: str) -> None:
        scope = "https://graph.microsoft.com" if door == "graph" else "https://api.partnercenter.microsoft.com"
        fields = {
            "grant_type": "password", "username": ids.AVA, "password": ids.PASSWORD, "scope": f"{scope}/.default",
            "client_id": str(ids.APP_CLIENT_ID), "client_secret": ids.APP_CLIENT_SECRET,
        }  # fmt: skip
        tenant = ids.ADVENTURE_WORKS if door == "graph" else ids.CONTOSO
        answer = self.session.send("tokens", "POST", TOKEN_PATH.format(tenant=tenant), data=fields)
        if not answer.ok:
            raise NoAnswer(answer.text)
        self.tokens[door] = answer.json()["access_token"]

    # The wizard ----------------------------------------------------------------------------------------------------

    def wizard(self) -> None:
        """A new name through all four steps; what is sent at the last is acknowledged by where it leads."""
        self._sign_in()
        user, name = self.random.choice(self.users), self._new_name()
        page = self.session.page(f"{AT}users/{user}/edit/")
        for step in ("info", "permissions", "licenses"):
            changes = {"display_name": name} if step == "info" else {}
            answer = page.post(page.form("wizard-form"), go="next", **changes)
            if not answer.is_redirect:
                raise Elsewhere(f"{step} answers {answer.status_code}")
            page = self.session.page(answer.headers["Location"])
        write = Write("wizard", "request_id", str(uuid.uuid4()), outcome=None)
        try:
            answer = page.post(page.form("wizard-form"), go="next")
            write.id = answer.headers["X-Request-Id"]
            is_done = answer.is_redirect and "/result/" in answer.headers["Location"]
            write.outcome = None if answer.status_code >= 500 else is_done
        finally:
            self.book.wrote(write, name=(user, name))

    def _sign_in(self) -> None:
        if self.is_signed_in:
            return
        page = self.session.page("/sign-in/")
        if page.path.startswith("/sign-in/"):
            page.post(page.form("username"), username=ids.AVA, password=ids.PASSWORD)
            page = self.session.page("/customers/")
        self.is_signed_in = not page.path.startswith("/sign-in/")

    def _new_name(self) -> str:
        return f"Soak {self.number} {uuid.uuid4().hex[:12]}"


class Bulk(Client):
    """Gives Visio to all that no other client changes, or takes it from them; so many that the background does it."""

    def run(self) -> None:
        is_given = False
        while not self.ended.is_set():
            try:
                self._sign_in()
                if self._submit(takes_away=is_given):
                    is_given = not is_given
            except (NoAnswer, Elsewhere):
                self.is_signed_in = False
                time.sleep(BACK_OFF)

    def _submit(self, *, takes_away: bool) -> bool:
        page = self.session.page(f"{AT}users/licenses/")
        answer = page.post(page.form("names"), names="\n".join(self.users))
        if not answer.is_redirect:
            raise Elsewhere(f"the names answer {answer.status_code}")
        page = self.session.page(answer.headers["Location"])
        answer = self._post(page, "revoke" if takes_away else "product")
        if not answer.is_redirect:
            raise Elsewhere(f"the draft answers {answer.status_code}")
        page = self.session.page(answer.headers["Location"].split("#")[0])
        form = page.form("fingerprint")
        answer = page.post(form, go="submit")
        if not answer.is_redirect:
            raise Elsewhere(f"the submit answers {answer.status_code}")
        path = answer.headers["Location"]
        with self.book.lock:
            self.book.runs[path.rstrip("/").rpartition("/")[2]] = answer.headers["X-Request-Id"]
        return self._ended(path)

    def _post(self, page: Page, field: str) -> requests.Response:
        """With Visio in `field`, and nothing else changed."""
        form, visio = page.form("location"), str(VISIO_PLAN_2)
        sent = page.values(form)
        for name in ("leave", "product", "revoke"):
            sent[name] = [text for text in sent.get(name, []) if text != visio]
        sent[field].append(visio)
        return page.post(form, **sent)

    def _ended(self, path: str) -> bool:
        """Looks at the page of the run now and then, until it ends or the soak does."""
        while not self.ended.is_set():
            page = self.session.page(path)
            if "Licenses updated." in page.answer.text:
                return True
            time.sleep(1)
        return False


class Clock(Client):
    """Moves the time on, and a little back, for everybody at once."""

    def run(self) -> None:
        while not self.ended.wait(15):
            by = "-PT2M" if self.random.random() < 0.2 else f"PT{self.random.randint(1, 12)}M"
            with suppress(NoAnswer):
                self.session.send("emulator", "PUT", "/_emulator/clock", json={"advance": by})
