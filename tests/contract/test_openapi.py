"""The description of the API is what the routes do: `UPDATE_SCHEMA=1 pytest tests/contract/test_openapi.py` writes it.

How to describe a new operation: docs/adr/0013.
"""

import json
import os
from collections import Counter
from pathlib import Path

from django.urls import URLPattern, resolve
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from partnercenter.accounts import urls as token_urls
from partnercenter.openapi.generator import Generator, description
from partnercenter.urls_v1 import urlpatterns as v1
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.codes import ErrorCode
from partnercenter.wire.partner_center.views import UnknownPath

COPY = Path(__file__).parents[2] / "docs" / "openapi.json"
METHODS = ("get", "post", "put", "patch", "delete", "head")
# What browsers ask the token service, not programs.
PAGES = {"authorize-v2", "authorize-v1", "device-sign-in", "instance-discovery", None}


def routes(patterns, prefix):
    for pattern in patterns:
        here = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield here, pattern
        else:
            yield from routes(pattern.url_patterns, here)


def spelled(route):
    """`customers/<str:customer_id>` as OpenAPI writes it."""
    return "/" + route.replace("<str:", "{").replace("<uuid:", "{").replace(">", "}")


def served():
    """Method and path of everything that answers below /v1, HEAD where it is a request of its own."""
    for route, pattern in routes(v1, "v1/"):
        view = pattern.callback.view_class
        if view is UnknownPath:
            continue
        names = [name for name in METHODS if hasattr(view, name) and name in view.http_method_names]
        yield from ((name, spelled(route)) for name in names)


def described(prefix="/v1/"):
    return {
        (method, path) for path, item in description()["paths"].items() for method in item if path.startswith(prefix)
    }


def test_every_route_is_described_and_nothing_else():
    assert described() == set(served())


def test_every_address_of_the_token_service_that_programs_call_is_described():
    called = {spelled(route) for route, pattern in routes(token_urls.urlpatterns, "") if pattern.name not in PAGES}
    assert {path for _, path in described("/{tenant}/")} == called


def test_the_description_is_valid_and_gives_no_warning():
    found = Generator().get_schema(public=True)
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache
    validate_schema(found)


def test_every_operation_has_a_name_of_its_own():
    names = Counter(operation["operationId"] for item in description()["paths"].values() for operation in item.values())
    assert [name for name, times in names.items() if times > 1] == []


def test_every_status_of_the_error_table_is_one_that_operations_know():
    """405 comes where there is no operation, 500 is a mistake of ours, 503 and 504 tell of the database anywhere.

    304, 409, 412 and 415 are never given.
    """
    known = {int(name.removeprefix("Refused")) for name in description()["components"]["responses"]}
    given = {code.status for code in vars(codes).values() if isinstance(code, ErrorCode)}
    assert given - {405, 500, 503, 504} == known - {429}


def test_the_committed_copy_is_up_to_date():
    text = json.dumps(description(), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("UPDATE_SCHEMA"):
        COPY.write_text(text, encoding="utf-8")
    assert COPY.read_text(encoding="utf-8") == text


def test_the_description_is_served_to_programs_without_a_sign_in(client):
    answer = client.get("/_schema/v1.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/vnd.oai.openapi+json; charset=utf-8")
    assert answer.json() == description()


def test_its_address_belongs_to_no_api():
    assert resolve("/_schema/v1.json").func.__module__ == "partnercenter.openapi.views"
