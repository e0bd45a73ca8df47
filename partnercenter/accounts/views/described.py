"""What programs send to the token service and get from it, in the words of `wire.partner_center.shapes`."""

from collections.abc import Iterator
from typing import Any

from partnercenter.wire.partner_center.shapes import (
    NUMBER,
    TEXT,
    Maybe,
    Node,
    Schema,
    Shape,
    listed,
    maybe,
    members,
    number,
    one_of,
    shape,
    text,
)

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
TENANT = {
    "name": "tenant",
    "in": "path",
    "required": True,
    "description": "A tenant by its id or one of its domains, `common` or `organizations`.",
    "schema": text("contoso-partners.example"),
}
GRANTS = one_of(
    "client_credentials",
    "password",
    "refresh_token",
    "authorization_code",
    "urn:ietf:params:oauth:grant-type:device_code",
    "device_code",
)
REFUSED = shape(
    "TokenRefusal",
    error=text("invalid_grant"),
    error_description=TEXT,
    error_codes=listed(NUMBER),
    timestamp=TEXT,
    trace_id=TEXT,
    correlation_id=TEXT,
    error_uri=TEXT,
    suberror=maybe(TEXT),
)
_SENT: dict[str, Schema] = {
    "grant_type": GRANTS,
    "client_id": text("a9900000-0000-4000-8000-000000000001"),
    "client_secret": text("demo-secret"),
    "username": text("ava.admin@contoso-partners.example"),
    "password": text("demo"),
    "refresh_token": TEXT,
    "code": TEXT,
    "redirect_uri": TEXT,
    "code_verifier": TEXT,
    "device_code": TEXT,
    "client_info": TEXT,
}
_RESOURCE = {"resource": text("https://api.partnercenter.microsoft.com")}
_SCOPE = {"scope": text("https://api.partnercenter.microsoft.com/.default")}


def _form(name: str, *required: str, **named: Schema) -> Shape:
    return Shape(name, {"type": "object", "properties": named, "required": list(required)})


def _tokens(name: str, **own: Node | Maybe) -> Shape:
    return shape(
        name,
        token_type=one_of("Bearer"),
        **own,
        scope=maybe(TEXT),
        access_token=TEXT,
        refresh_token=maybe(TEXT),
        id_token=maybe(TEXT),
        client_info=maybe(TEXT),
    )


_SECONDS = text("3599")
TOKENS_V1 = _tokens(
    "TokensV1", expires_in=_SECONDS, ext_expires_in=_SECONDS, expires_on=TEXT, not_before=TEXT, resource=TEXT
)
TOKENS_V2 = _tokens("TokensV2", expires_in=number(3599), ext_expires_in=number(3599))
DEVICE_V1 = shape(
    "DeviceCodeV1",
    user_code=TEXT,
    device_code=TEXT,
    expires_in=TEXT,
    interval=TEXT,
    message=TEXT,
    verification_url=TEXT,
)
DEVICE_V2 = shape(
    "DeviceCodeV2",
    user_code=TEXT,
    device_code=TEXT,
    expires_in=NUMBER,
    interval=NUMBER,
    message=TEXT,
    verification_uri=TEXT,
)
CONFIGURATION = Shape(
    "OpenIdConfiguration",
    {"type": "object", "required": ["token_endpoint", "authorization_endpoint", "jwks_uri", "issuer"]},
)
KEYS = members(keys=listed({"type": "object", "required": ["kid", "kty", "n", "e"]}))


def token_operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and description of each address that programs call."""
    sent_v1 = _form("TokenRequestV1", "grant_type", **_SENT, **_RESOURCE)
    sent_v2 = _form("TokenRequestV2", "grant_type", **_SENT, **_SCOPE)
    device = {"client_id": _SENT["client_id"]}
    device_v1 = _form("DeviceRequestV1", "client_id", "resource", **device, **_RESOURCE)
    device_v2 = _form("DeviceRequestV2", "client_id", "scope", **device, **_SCOPE)
    client = {name: _SENT[name]["example"] for name in ("client_id", "client_secret")}
    signed_in = {"grant_type": "password", **client, "username": _SENT["username"]["example"], "password": "demo"}
    scope, resource = {"scope": _SCOPE["scope"]["example"]}, {"resource": _RESOURCE["resource"]["example"]}
    yield (
        "/{tenant}/oauth2/v2.0/token",
        "post",
        _operation("Get tokens", TOKENS_V2, takes=sent_v2, example=signed_in | scope),
    )
    yield (
        "/{tenant}/oauth2/token",
        "post",
        _operation("Get tokens by v1", TOKENS_V1, takes=sent_v1, example=signed_in | resource),
    )
    yield "/{tenant}/oauth2/v2.0/devicecode", "post", _operation("Get a device code", DEVICE_V2, takes=device_v2)
    yield "/{tenant}/oauth2/devicecode", "post", _operation("Get a device code by v1", DEVICE_V1, takes=device_v1)
    yield (
        "/{tenant}/v2.0/.well-known/openid-configuration",
        "get",
        _operation("Get the OpenID configuration", CONFIGURATION),
    )
    yield (
        "/{tenant}/.well-known/openid-configuration",
        "get",
        _operation("Get the OpenID configuration by v1", CONFIGURATION),
    )
    yield "/{tenant}/discovery/v2.0/keys", "get", _operation("Get the keys", KEYS)
    yield "/{tenant}/discovery/keys", "get", _operation("Get the keys by v1", KEYS)


def _operation(
    summary: str, gives: Node, *, takes: Shape | None = None, example: dict[str, str] | None = None
) -> dict[str, Any]:
    first, *rest = summary.replace(".", "").split()
    form = {"schema": takes, **({"example": example} if example else {})}
    body = {} if takes is None else {"requestBody": {"required": True, "content": {FORM: form}}}
    refusal = {"content": {JSON: {"schema": REFUSED}}}
    return {
        "operationId": first.lower() + "".join(word[0].upper() + word[1:] for word in rest),
        "summary": summary,
        "tags": ["Tokens"],
        "parameters": [TENANT],
        **body,
        "security": [],
        "responses": {
            "200": {"description": "OK.", "content": {JSON: {"schema": gives}}},
            "400": {"description": "Refused, by an AADSTS code.", **refusal},
            **({"401": {"description": "The app did not prove who it is.", **refusal}} if takes else {}),
        },
    }
