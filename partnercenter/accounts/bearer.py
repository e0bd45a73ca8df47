"""From the token in a request to the principal who acts: the one way into both APIs."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from django.conf import settings

from partnercenter import clock
from partnercenter.accounts.models import AppRegistration, AuthorizationCode, Partner, User
from partnercenter.accounts.principals import Door, Principal, PrincipalKind, principal_for
from partnercenter.accounts.signing import SignatureRefused, TokenMalformed, verified_claims
from partnercenter.prepared import Prepared

PARTNER_CENTER = "https://api.partnercenter.microsoft.com"
GRAPH = "https://graph.microsoft.com"
AZURE_AD_GRAPH = "https://graph.windows.net"


class Refusal(StrEnum):
    MISSING = "missing"
    MALFORMED = "malformed"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    SIGNATURE = "signature"
    AUDIENCE = "audience"
    ISSUER = "issuer"
    UNKNOWN_APP = "unknown_app"
    INACTIVE_USER = "inactive_user"


class BearerRefused(Exception):
    """`audience` is what a properly signed token was for, when that was the trouble."""

    def __init__(self, reason: Refusal, *, audience: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.audience = audience


def partner_center_audiences() -> frozenset[str]:
    """What tokens of Partner Center calls may be for: old SDKs ask for Azure AD Graph, refused since August 2025.

    Source: partner_center_contract section 1.2; the setting is STRICT_AUDIENCE.
    """
    return frozenset({PARTNER_CENTER} if settings.STRICT_AUDIENCE else {PARTNER_CENTER, AZURE_AD_GRAPH})


_APP = Prepared(
    lambda app_id: AppRegistration.objects.select_related("tenant").filter(is_active=True, pk=app_id).order_by(),
    app_id=uuid.UUID,
)
_PERSON = Prepared(
    lambda user_id: (
        User.objects.select_related("partner").filter(is_active=True, partner__isnull=False, pk=user_id).order_by()
    ),
    user_id=uuid.UUID,
)
GRAPH_AUDIENCES = frozenset({GRAPH})


def bearer_token(authorization: str) -> str:
    """The token in an Authorization header; empty without one, `BearerRefused` for another scheme."""
    scheme, _, token = authorization.strip().partition(" ")
    if scheme and scheme.lower() != "bearer":
        raise BearerRefused(Refusal.MALFORMED)
    return token.strip()


def principal_from_bearer(
    token: str, *, door: Door, audiences: frozenset[str], request_id: str, correlation_id: str
) -> Principal:
    """Who acts by this token. Raises `BearerRefused`; asks four queries.

    Access at a customer is not read from it: a role that ended a second ago is gone, whatever the token says.
    """
    claims = _claims(token)
    _check_times(claims)
    tenant_id = _tenant_of(claims)
    audience = str(claims.get("aud", ""))
    if audience not in audiences:
        raise BearerRefused(Refusal.AUDIENCE, audience=audience)
    app = _app(claims)
    if claims.get("idtyp") == "app":
        principal = _app_principal(app, tenant_id, door=door)
    else:
        principal = _person_principal(app, tenant_id, claims, door=door)
    return replace(principal, scopes=_scopes(claims), request_id=request_id, correlation_id=correlation_id)


def _claims(token: str) -> Mapping[str, Any]:
    if not token:
        raise BearerRefused(Refusal.MISSING)
    try:
        return verified_claims(token)
    except TokenMalformed as error:
        raise BearerRefused(Refusal.MALFORMED) from error
    except SignatureRefused as error:
        raise BearerRefused(Refusal.SIGNATURE) from error


def _check_times(claims: Mapping[str, Any]) -> None:
    """To the second: the clock that judges is the one that issued."""
    expires, begins = claims.get("exp"), claims.get("nbf")
    if not isinstance(expires, int) or not isinstance(begins, int):
        raise BearerRefused(Refusal.MALFORMED)
    now = clock.now().timestamp()
    if expires <= now:
        raise BearerRefused(Refusal.EXPIRED)
    if begins > now:
        raise BearerRefused(Refusal.NOT_YET_VALID)


def _tenant_of(claims: Mapping[str, Any]) -> uuid.UUID:
    tenant_id = _id(claims.get("tid"))
    if claims.get("iss") != f"https://sts.windows.net/{tenant_id}/":
        raise BearerRefused(Refusal.ISSUER)
    return tenant_id


def _app(claims: Mapping[str, Any]) -> AppRegistration:
    app = _APP.first(app_id=_id(claims.get("appid")))
    if app is None:
        raise BearerRefused(Refusal.UNKNOWN_APP)
    return app


def _user(claims: Mapping[str, Any]) -> User:
    user = _PERSON.first(user_id=_id(claims.get("oid")))
    if user is None or ("sid" in claims and _came_twice(claims["sid"])):
        raise BearerRefused(Refusal.INACTIVE_USER)
    return user


def _came_twice(code_id: object) -> bool:
    """Whether the code that this token began with was redeemed again, so that somebody else may have it too."""
    return AuthorizationCode.objects.filter(pk=_id(code_id), replayed_at__isnull=False).exists()


def _person_principal(
    app: AppRegistration, tenant_id: uuid.UUID, claims: Mapping[str, Any], *, door: Door
) -> Principal:
    user = _user(claims)
    if user.partner_id != app.tenant_id:
        raise BearerRefused(Refusal.UNKNOWN_APP)
    if user.partner_id != tenant_id and Partner.objects.filter(pk=tenant_id).exists():
        raise BearerRefused(Refusal.ISSUER)  # another partner's tenant: this person is nobody there
    amr = claims.get("amr")
    has_mfa = isinstance(amr, list) and "mfa" in amr
    return principal_for(user, door=door, app_id=str(app.pk), tenant_id=tenant_id, has_mfa=has_mfa)


def _app_principal(app: AppRegistration, tenant_id: uuid.UUID, *, door: Door) -> Principal:
    if tenant_id != app.tenant_id:
        raise BearerRefused(Refusal.ISSUER)
    return Principal(
        kind=PrincipalKind.APP,
        id=str(app.pk),
        name=app.display_name,
        door=door,
        partner_id=app.tenant_id,
        partner_name=app.tenant.name,
        app_id=str(app.pk),
        tenant_id=tenant_id,
    )


def _scopes(claims: Mapping[str, Any]) -> frozenset[str]:
    """What the app behind the token may do: `scp` for a person, `roles` for the app alone."""
    roles = claims.get("roles")
    names = roles if isinstance(roles, list) else str(claims.get("scp", "")).split()
    return frozenset(str(name) for name in names)


def _id(value: object) -> uuid.UUID:
    """The id that a claim holds, or one that nothing has."""
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return uuid.UUID(int=0)
