"""Bearer tokens at this door."""

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from partnercenter.accounts.bearer import (
    GRAPH_AUDIENCES,
    BearerRefused,
    Refusal,
    bearer_token,
    principal_from_bearer,
)
from partnercenter.accounts.models import User
from partnercenter.accounts.principals import Door, Principal
from partnercenter.wire.graph.errors import Kind, Refused
from partnercenter.wire.graph.headers import client_request_id, request_id

IN_BATCH = "partnercenter.graph.principal"  # no header of a client can get this name

_SPOKEN = {
    Refusal.MISSING: "Access token is empty.",
    Refusal.EXPIRED: "Access token has expired or is not yet valid.",
    Refusal.NOT_YET_VALID: "Access token has expired or is not yet valid.",
    Refusal.AUDIENCE: "Access token validation failure. Invalid audience.",
}


class BearerAuthentication(BaseAuthentication):
    """The person or app behind the token; `request.auth` is the principal."""

    def authenticate(self, request: Request) -> tuple[User | AnonymousUser, Principal]:
        sent = request._request  # noqa: SLF001  DRF's own name for Django's request
        principal: Principal | None = sent.META.get(IN_BATCH)
        if principal is not None:
            return principal.user or AnonymousUser(), principal
        try:
            principal = principal_from_bearer(
                bearer_token(sent.headers.get("Authorization", "")),
                door=Door.GRAPH,
                audiences=GRAPH_AUDIENCES,
                request_id=request_id(sent),
                correlation_id=client_request_id(sent),
            )
        except BearerRefused as refused:
            message = _SPOKEN.get(refused.reason, "Access token validation failure.")
            why = {"sentence": f"The token is refused: {refused.reason.value}."}
            raise Refused(Kind.UNAUTHENTICATED, message, explanation=why) from refused
        return principal.user or AnonymousUser(), principal
