"""A client of Microsoft Graph for tests: it speaks for one of the cast, with a token for one tenant."""

import json
import uuid
from dataclasses import replace
from typing import Any

from rest_framework.test import APIClient

from customers.models import Customer
from partnercenter.accounts.models import Partner, User
from partnercenter.accounts.principals import Door, Principal, PrincipalKind, principal_for

GDAP = "/v1.0/tenantRelationships/delegatedAdminRelationships"
CONTENT_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
SCOPES = frozenset(
    {
        "DelegatedAdminRelationship.ReadWrite.All",
        "Directory.AccessAsUser.All",
        "Directory.ReadWrite.All",
        "Group.ReadWrite.All",
        "User.ReadWrite.All",
    }
)


class Graph:
    """`Graph(world.ava).get("/v1.0/groups")` in the own tenant, `Graph(world.ava, at=world.fabrikam)` at a customer.

    A new principal for every request, as a token would make it. A partner instead of a person is its app on its own.
    """

    def __init__(
        self,
        who: User | Partner,
        *,
        at: Customer | None = None,
        scopes: frozenset[str] = SCOPES,
        has_mfa: bool = True,
        **headers: str,
    ) -> None:
        self.who = who
        self.tenant = at
        self.scopes = scopes
        self.has_mfa = has_mfa
        self.headers = headers
        self.client = APIClient(raise_request_exception=True)

    def principal(self) -> Principal:
        request_id = str(uuid.uuid4())
        ids = {"app_id": "app", "request_id": request_id, "correlation_id": request_id}
        if isinstance(self.who, Partner):
            tenant_id = self.tenant.pk if self.tenant else self.who.pk
            found = Principal(
                kind=PrincipalKind.APP, id="app", name="An app", door=Door.GRAPH, partner_id=self.who.pk, **ids
            )
        else:
            user = User.objects.select_related("partner").get(pk=self.who.pk)
            tenant_id = self.tenant.pk if self.tenant else user.partner_id
            found = principal_for(user, door=Door.GRAPH, has_mfa=self.has_mfa, **ids)
        return replace(found, tenant_id=tenant_id, scopes=self.scopes)

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        principal = self.principal()
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


def refusal(response: Any) -> tuple[int, str]:
    """Status and code of a refusal, whose whole shape is checked on the way."""
    assert response["Content-Type"] == CONTENT_TYPE
    body = response.json()
    assert list(body) == ["error"]
    assert {"code", "message", "innerError"} <= set(body["error"]) <= {"code", "message", "details", "innerError"}
    assert body["error"]["message"]
    inner = body["error"]["innerError"]
    assert list(inner)[:3] == ["date", "request-id", "client-request-id"]
    assert inner["request-id"] == response["request-id"]
    return response.status_code, body["error"]["code"]


def explanation(response: Any) -> Any:
    return response.json()["error"]["innerError"].get("explanation")
