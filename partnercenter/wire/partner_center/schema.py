"""OpenAPI of a resource, from what its handlers say of themselves (`operations`) and what holds for all."""

from collections.abc import Iterator, Mapping
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent

from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.codes import ErrorCode
from partnercenter.wire.partner_center.operations import EVERYWHERE, Operation, Parameter
from partnercenter.wire.partner_center.shapes import GUID, NUMBER, TEXT, Schema, listed, referred, shape, text

JSON = "application/json"
REFUSAL = shape("Refusal", code=NUMBER, description=TEXT, data=listed(TEXT), source=TEXT)
THROTTLED = shape("Throttled", statusCode={"type": "integer", "const": 429}, message=TEXT)
TOO_MANY = 429

# What stands in a path in place of each name.
IN_PATH: Mapping[str, tuple[Schema, str]] = {
    "customer_id": (GUID, "The customer's tenant id."),
    "user_id": (text("da9a0000-0000-4000-8000-000000000001"), "The user's id, or the user principal name."),
    "role_id": (GUID, "The id of the role's template."),
    "subscription_id": (GUID, "The subscription's id."),
    "domain": (text("fabrikam.com"), "A domain name."),
    "iso": (text("US", minLength=2, maxLength=2), "A country or region in two letters."),
}
HEADERS: Mapping[str, tuple[Schema, str]] = {
    "MS-RequestId": (TEXT, "The request's id, made up where none was sent."),
    "MS-CorrelationId": (TEXT, "Likewise, for what spans several requests."),
    "MS-CV": (TEXT, "A vector for support."),
    "MS-ServerId": (TEXT, "Which server answered."),
    "Request-Context": (TEXT, "Which deployment answered."),
}
RETRY_AFTER = {"required": True, "schema": {"type": "integer"}, "description": "Seconds until the minute is over."}
REALM = {"schema": TEXT, "description": "`OAuth realm=urn:cpsvc:cpid:` and the correlation id."}
# Part of the path -> what its operations are listed under; the first that fits counts.
TAGS = (
    ("/auditrecords", "Audit"),
    ("licenses", "Licenses"),
    ("licenseupdates", "Licenses"),
    ("subscribedskus", "Licenses"),
    ("directoryroles", "Directory roles"),
    ("/users", "Users"),
    ("/subscriptions", "Subscriptions"),
    ("/entitlements", "Subscriptions"),
    ("/orders", "Orders"),
    ("/carts", "Orders"),
    ("/customers", "Customers"),
    ("/domains", "Customers"),
)


class WireSchema(AutoSchema):
    """One operation of the API; drf-spectacular finds the routes, collects the components and checks the whole."""

    view: Any

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: ComponentRegistry
    ) -> dict[str, Any] | None:
        described: Operation | None = getattr(getattr(self.view, method.lower(), None), "described", None)
        if described is None:
            return None
        self.registry = registry
        variables = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        statuses = set(refusals(described, has_path=bool(variables), is_throttled=bool(self.view.throttle_scope)))
        operation = {
            "operationId": _operation_id(described.summary),
            "summary": described.summary,
            "description": self._said(described, method),
            "tags": [next((tag for part, tag in TAGS if part in path), "Partner")],
            "parameters": [
                *(self._in_path(name) for name in variables),
                *(spelled(parameter) for parameter in described.query),
                *(self._component(ResolvedComponent.PARAMETER, each.name, spelled(each)) for each in EVERYWHERE),
            ],
            "security": [{"bearer": []}, {"entra": []}],
            "responses": {
                str(described.status): self._success(described),
                **{str(status): self._refusal(status) for status in sorted(statuses)},
            },
        }
        return operation if described.takes is None else {**operation, "requestBody": self._body(described)}

    def _said(self, described: Operation, method: str) -> str:
        who = (
            "An app may call it on its own." if method in self.view.app_only else "Only for a person, not an app alone."
        )
        return f"{described.says}\n\n{who}".strip()

    def _component(self, kind: str, name: str, schema: Mapping[str, Any]) -> dict[str, str]:
        return component(self.registry, kind, name, schema)

    def _refer(self, node: Any) -> Any:
        return refer(self.registry, node)

    def _in_path(self, name: str) -> dict[str, Any]:
        schema, says = IN_PATH.get(name, (TEXT, ""))
        return spelled(Parameter(name=name, schema=schema, says=says, place="path"))

    def _body(self, described: Operation) -> dict[str, Any]:
        example = {} if described.takes_example is None else {"example": described.takes_example}
        return {"required": True, "content": {JSON: {"schema": self._refer(described.takes), **example}}}

    def _success(self, described: Operation) -> dict[str, Any]:
        response: dict[str, Any] = {"description": "Done." if described.gives is None else "OK."}
        response["headers"] = self._headers()
        if described.gives is not None:
            response["content"] = {JSON: {"schema": self._refer(described.gives)}}
        return response

    def _headers(self) -> dict[str, dict[str, str]]:
        return {
            name: self._component(
                ResolvedComponent.HEADER, name, {"required": True, "schema": schema, "description": says}
            )
            for name, (schema, says) in HEADERS.items()
        }

    def _refusal(self, status: int) -> dict[str, str]:
        body = THROTTLED if status == TOO_MANY else REFUSAL
        own: dict[int, dict[str, Any]] = {
            TOO_MANY: {"Retry-After": RETRY_AFTER},
            codes.TOKEN_MISSING.status: {"WWW-Authenticate": REALM},
        }
        response = {
            "description": _codes_of(status),
            "headers": {**self._headers(), **own.get(status, {})},
            "content": {JSON: {"schema": self._refer(body)}},
        }
        return self._component(ResolvedComponent.RESPONSE, f"Refused{status}", response)


def component(registry: ComponentRegistry, kind: str, name: str, schema: Mapping[str, Any]) -> dict[str, str]:
    """Register it and refer to it. One name has one meaning."""
    found = ResolvedComponent(name=name, type=kind, schema=schema, object=WireSchema)
    registry.register_on_missing(found)
    if registry[found].schema != schema:
        raise ValueError(f"Two different {kind} are called {name}.")
    reference: dict[str, str] = found.ref
    return reference


def refer(registry: ComponentRegistry, node: Any) -> Any:
    """`node` with its named shapes among the components."""
    return referred(node, lambda name, schema: component(registry, ResolvedComponent.SCHEMA, name, schema))


def refusals(described: Operation, *, has_path: bool, is_throttled: bool) -> Iterator[int]:
    """The statuses that refuse an operation. A stale etag is 400 here, and no body is too new or too old (412, 415)."""
    yield from (401, 403)
    if has_path or described.query or described.takes is not None or described.gives is None:
        yield 400
    if has_path:
        yield 404
    if is_throttled:
        yield TOO_MANY
    yield from described.refuses


def _operation_id(summary: str) -> str:
    first, *rest = "".join(letter for letter in summary if letter.isalnum() or letter == " ").split()
    return first.lower() + "".join(word.capitalize() for word in rest)


def spelled(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.place == "path",
        "description": parameter.says,
        "schema": parameter.schema,
    }


def _codes_of(status: int) -> str:
    """The codes that a refusal with this status can carry."""
    if status == TOO_MANY:
        return "Too many requests in this minute."
    known = {code.number: code.description for code in vars(codes).values() if _is_of(code, status)}
    return "\n".join(f"- {number}: {known[number]}" for number in sorted(known))


def _is_of(code: object, status: int) -> bool:
    return isinstance(code, ErrorCode) and code.status == status
