"""What a line of the log says, and what it never says."""

import json
import logging
import sys

import pytest
from django.urls import resolve

from partnercenter.operations.logs import IdsFilter, JsonFormatter, RouteFilter, TextFormatter


@pytest.fixture
def written(caplog):
    """`written(formatter)` is what the console would have written by now about requests."""
    caplog.set_level(logging.INFO, logger="partnercenter.access")
    caplog.handler.addFilter(IdsFilter())

    def written(formatter):
        return [formatter.format(record) for record in caplog.records if record.name == "partnercenter.access"]

    return written


def last(lines):
    found = json.loads(lines[-1])
    assert found.pop("time").endswith("+00:00")
    assert found.pop("duration_ms") >= 0
    return found


def test_one_line_of_json_says_which_door_route_status_and_principal(world, desk, sign_in, client, written):
    token = sign_in(world.ava, desk)["access_token"]
    path = f"/v1/customers/{world.fabrikam.pk}/users"
    answer = client.get(f"{path}?size=2", headers={"Authorization": f"Bearer {token}"})
    found = last(written(JsonFormatter()))
    assert found.pop("message").startswith("GET v1/customers/<str:customer_id>/users 200 in ")
    assert found == {
        "level": "INFO",
        "logger": "partnercenter.access",
        "request_id": answer["MS-RequestId"],
        "correlation_id": answer["MS-CorrelationId"],
        "door": "partner_center_api",
        "route": "v1/customers/<str:customer_id>/users",
        "method": "GET",
        "status": 200,
        "principal_id": str(world.ava.pk),
    }


def test_every_door_is_named_and_every_kind_of_person(world, client, written):
    person = world.dana
    addresses = {
        "/sign-in/": ("portal", "sign-in/"),
        "/customers/": ("portal", "customers/"),
        "/tenant/": ("tenant", "tenant/"),
        "/admin/login/": ("admin", "admin/login/"),
        "/v1.0/groups": ("graph", "v1.0/groups"),
        "/v1/nothing/here": ("partner_center_api", "v1/"),
        "/common/discovery/keys": ("tokens", "<str:tenant>/discovery/keys"),
        "/healthz": ("operations", "healthz"),
        f"/nothing/{person.user_principal_name}": ("portal", "(none)"),
    }
    client.force_login(world.ava)
    for address, expected in addresses.items():
        client.get(address)
        found = last(written(JsonFormatter()))
        assert (found["door"], found["route"]) == expected, address
        assert found["principal_id"] in ("", str(world.ava.pk)), address
    text = "\n".join(written(TextFormatter()))
    assert [
        name for name in (person.user_principal_name, world.ava.username, client.session.session_key) if name in text
    ] == []


def test_text_for_people_names_the_request_too(client, db, written):
    answer = client.get("/healthz")
    (line,) = written(TextFormatter())
    assert f" INFO partnercenter.access [{answer['X-Request-Id']}]: GET healthz 200 in " in line


def test_a_method_that_nobody_knows_is_not_repeated(client, db, written):
    client.generic("SECRETWORD", "/healthz")
    assert "SECRETWORD" not in "".join(written(JsonFormatter()))


def test_an_exception_is_one_line_of_json_without_the_request_itself():
    try:
        raise ValueError("line one\nline two")  # noqa: TRY301
    except ValueError:
        record = logging.LogRecord("a", logging.ERROR, "f", 1, "It failed", None, sys.exc_info())
    record.request = object()
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert json.loads(line)["exc_info"].endswith("ValueError: line one\nline two")
    assert "request" not in json.loads(line)


def test_what_django_says_about_a_failed_request_names_its_route(rf):
    request = rf.get("/password/a-secret-link/")
    request.resolver_match = resolve(request.path)
    record = logging.LogRecord("django.request", logging.ERROR, "f", 1, "%s: %s", ("It failed", request.path), None)
    record.request = request
    assert RouteFilter().filter(record)
    assert record.getMessage() == "It failed: password/<str:token>/"
