"""The floor: a Django view that does nothing, and rows read by the bare driver and written by orjson.

`hello:` and `rows:` are WSGI applications for granian. The rows come from the product's own table, so that the answers
hold the same users; who asks is not asked.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

import orjson
import psycopg

Start = Callable[[str, list[tuple[str, str]]], object]
COLUMNS = "id, user_principal_name, first_name, last_name, display_name, usage_location, modified_at"
NAMES = ("id", "userPrincipalName", "firstName", "lastName", "displayName", "usageLocation", "modifiedAt")
JSON = [("Content-Type", "application/json")]


def hello(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Replaced below by the handler of a Django project of one view."""
    raise NotImplementedError


if os.environ.get("FLOOR") == "hello":
    import django
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse('{"status": "ok"}', content_type="application/json")

    urlpatterns = [path("hello", view)]
    settings.configure(
        SECRET_KEY="nothing-secret",  # noqa: S106
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="floor",
    )
    django.setup()
    hello = get_wsgi_application()


class Rows:
    """One connection per worker; both drivers prepare what they run again."""

    def __init__(self) -> None:
        self.asked: Callable[[str, list[object]], list[tuple[Any, ...]]] | None = None

    def open(self) -> None:
        database = os.environ["FLOOR_DATABASE"]
        if database.startswith("postgres"):
            server = psycopg.connect(database, autocommit=True, prepare_threshold=1)
            self.asked = lambda text, values: server.execute(text.encode(), values).fetchall()
            return
        file = sqlite3.connect(database, check_same_thread=False)
        self.asked = lambda text, values: file.execute(text.replace("%s", "?"), values).fetchall()

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if self.asked is None:
            self.open()
        assert self.asked
        _, customer, *user = environ["PATH_INFO"].split("/")
        where = "WHERE customer_id = %s AND deleted_at IS NULL"
        if user:
            found = self.asked(f"SELECT {COLUMNS} FROM customers_customeruser {where} AND id = %s", [customer, user[0]])  # noqa: S608
        else:
            order = "ORDER BY sort_name, id LIMIT 60"
            found = self.asked(f"SELECT {COLUMNS} FROM customers_customeruser {where} {order}", [customer])  # noqa: S608
        start("200 OK", JSON)
        return [orjson.dumps({"items": [dict(zip(NAMES, row, strict=True)) for row in found]})]


rows = Rows()
