"""Bearer tokens at this door (section 1.2)."""

from importlib.util import find_spec

from django.contrib.auth.models import AnonymousUser
from django.utils.module_loading import import_string
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from partnercenter.accounts.models import User
from partnercenter.accounts.principals import Principal
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.errors import ApiError

SCHEME = "bearer"


class BearerAuthentication(BaseAuthentication):
    """The person or app behind the token; `request.auth` is the principal."""

    def authenticate(self, request: Request) -> tuple[User | AnonymousUser, Principal] | None:
        scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
        if scheme.casefold() != SCHEME or not token.strip():
            return None
        principal = _principal(request, token.strip())
        return principal.user or AnonymousUser(), principal


def _principal(request: Request, token: str) -> Principal:
    """The token service is built beside this door; until it is there, no token opens it."""
    if find_spec("partnercenter.accounts.bearer") is None:
        raise ApiError(codes.TOKEN_REFUSED)
    door = import_string("partnercenter.accounts.bearer.principal_from_bearer")
    raise ApiError(codes.TOKEN_REFUSED, str(door))
