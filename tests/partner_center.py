"""A client of the Partner Center API for tests: it speaks for one of the cast."""

import json
import uuid
from typing import Any

from rest_framework.test import APIClient

from partnercenter.accounts.models import Partner, User
from partnercenter.accounts.principals import Door, Principal, PrincipalKind, principal_for

BOM = b"\xef\xbb\xbf"


class Api:
    """`Api(world.ava).get("/v1/customers")`: a new principal for every request, as a token would make it."""

    def __init__(self, who: User | Partner, **headers: str) -> None:
        self.who = who
        self.headers = headers
        self.client = APIClient(raise_request_exception=True)

    def principal(self, headers: dict[str, str]) -> Principal:
        ids = {
            "request_id": headers.get("MS-RequestId", str(uuid.uuid4())),
            "correlation_id": headers.get("MS-CorrelationId", str(uuid.uuid4())),
        }
        door = Door.PARTNER_CENTER_API
        if isinstance(self.who, Partner):
            return Principal(
                kind=PrincipalKind.APP, id="app", name="An app", door=door, partner_id=self.who.pk, app_id="app", **ids
            )
        user = User.objects.select_related("partner").get(pk=self.who.pk)
        return principal_for(user, door=door, app_id="app", **ids)

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = self.headers | headers
        principal = self.principal(sent)
        self.client.force_authenticate(principal.user, principal)
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.client.generic(method, path, data, content_type="application/json", headers=sent)

    def get(self, path: str, **headers: str) -> Any:
        return self.request("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.request("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.request("PATCH", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self.request("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.request("DELETE", path, **headers)


def body_of(response: Any) -> Any:
    """The body behind the byte order mark."""
    return json.loads(response.content.decode("utf-8-sig"))


def written(value: Any) -> bytes:
    """A success as the real service writes it: byte order mark and compact UTF-8, members in this order."""
    return BOM + json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def code_of(response: Any) -> tuple[int, int]:
    """Status and code of a refusal, whose whole shape is checked on the way."""
    assert not response.content.startswith(BOM)
    assert response["Content-Type"] == "application/json; charset=utf-8"
    body = json.loads(response.content)
    assert list(body) == ["code", "description", "data", "source"]
    assert body["description"]
    assert all(isinstance(text, str) for text in body["data"])
    return response.status_code, body["code"]
