"""Bearer tokens at this door (section 1.2)."""

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from partnercenter import request_ids
from partnercenter.accounts.bearer import (
    BearerRefused,
    Refusal,
    bearer_token,
    partner_center_audiences,
    principal_from_bearer,
)
from partnercenter.accounts.models import User
from partnercenter.accounts.principals import Door, Principal
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.errors import ApiError


class BearerAuthentication(BaseAuthentication):
    """The person or app behind the token; `request.auth` is the principal."""

    def authenticate(self, request: Request) -> tuple[User | AnonymousUser, Principal]:
        sent = request._request  # noqa: SLF001  DRF's own name for Django's request
        ids = request_ids.of(sent)
        try:
            principal = principal_from_bearer(
                bearer_token(sent.headers.get("Authorization", "")),
                door=Door.PARTNER_CENTER_API,
                audiences=partner_center_audiences(),
                request_id=ids.request_id,
                correlation_id=ids.correlation_id,
            )
        except BearerRefused as refused:
            raise _refusal(refused) from refused
        return principal.user or AnonymousUser(), principal


def _refusal(refused: BearerRefused) -> ApiError:
    """The reason is told: whoever holds the token could read it there as well."""
    match refused.reason:
        case Refusal.MISSING:
            return ApiError(codes.TOKEN_MISSING)
        case Refusal.AUDIENCE:
            return ApiError(codes.AUDIENCE_REFUSED)
        case reason:
            return ApiError(codes.TOKEN_REFUSED, f"The token is refused: {reason.value}.")
