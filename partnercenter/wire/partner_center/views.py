"""What every resource of the Partner Center API shares: who asks, in which order refusals come, how answers look."""

import logging
import uuid
from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar, cast
from urllib.parse import quote

from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import NotAuthenticated
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from customers.models import Customer
from gdap import access
from partnercenter import request_ids
from partnercenter.accounts.principals import Principal, PrincipalKind
from partnercenter.errors import NotFound
from partnercenter.request_ids import given_id
from partnercenter.transactions import as_a_whole
from partnercenter.wire.meter import Throttled
from partnercenter.wire.partner_center import codes, throttle
from partnercenter.wire.partner_center.authentication import BearerAuthentication
from partnercenter.wire.partner_center.codes import ErrorCode
from partnercenter.wire.partner_center.encoding import answer, empty, encode, refusal, without_secrets
from partnercenter.wire.partner_center.errors import ApiError, api_error
from partnercenter.wire.partner_center.headers import add_headers, is_java
from partnercenter.wire.partner_center.members import Members, parse_body, read_body
from partnercenter.wire.partner_center.paths import resource_path
from partnercenter.wire.partner_center.query import Query
from partnercenter.wire.partner_center.replay import Done, Write, once
from partnercenter.wire.partner_center.schema import WireSchema

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
NOT_YOURS = (
    "No living reseller relationship of your partner account leads to this customer, and no active admin relationship "
    "(GDAP) through a security group that you are a member of."
)
ONLY_A_PERSON = (
    "This operation asks for the roles of a person: send a token that the app got for somebody who is signed in, "
    "not one of the app alone."
)
log = logging.getLogger(__name__)

Body = dict[str, Any] | list[Any]


class Answer:
    """A success: `body` None for an empty one."""

    def __init__(self, body: Body | None = None, *, status: int = 200) -> None:
        self.body = body
        self.status = status

    def response(self) -> HttpResponse:
        return empty(status=self.status) if self.body is None else answer(self.body, status=self.status)

    def kept(self) -> bytes:
        return b"" if self.body is None else encode(without_secrets(self.body))


class PartnerCenterView(APIView):
    """A resource. Its handlers return an `Answer`, and refuse by raising.

    Refusals come in the order of partner_center_contract part 10: the token, the kind of token, the partner role, the
    customer, the right in it; then what is missing and what is wrong.
    """

    authentication_classes = [BearerAuthentication]
    permission_classes = []
    throttle_classes = []
    renderer_classes = [JSONRenderer]  # for the schema; answers are encoded here
    schema = WireSchema()
    app_only: ClassVar[frozenset[str]] = frozenset()  # methods that an app may call without a person
    partner_permission: ClassVar[access.PartnerPermission] = access.PartnerPermission.WORK_WITH_CUSTOMERS
    throttle_scope: ClassVar[str] = ""

    @property
    def principal(self) -> Principal:
        return cast("Principal", self.request.auth)

    @cached_property
    def query(self) -> Query:
        return Query(self.request._request)  # noqa: SLF001  DRF's own name for Django's request

    @cached_property
    def body(self) -> Members:
        return parse_body(read_body(self.request._request))  # noqa: SLF001  as above

    @property
    def path(self) -> str:
        """The path of this resource as links name it."""
        return quote(resource_path(self.request), safe="/")

    def customer(self, text: str, *, missing: ErrorCode = codes.NO_RELATIONSHIP) -> Customer:
        """The customer by the id in the path. One that is not visible and one that is not there are the same."""
        try:
            customer_id = uuid.UUID(text)
        except ValueError:
            raise ApiError(codes.INVALID_CUSTOMER_ID) from None
        try:
            return access.visible_customer(self.principal, customer_id)
        except NotFound:
            raise ApiError(missing, NOT_YOURS) from None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.args, self.kwargs = args, kwargs
        self.request = self.initialize_request(request, *args, **kwargs)
        self.headers: dict[str, str] = {}
        try:
            self.initial(self.request, *args, **kwargs)
            response = self._answered(self._handler(request))
        except Exception as error:  # noqa: BLE001  whatever it is, the client gets the documented body
            response = self._refused(error)
        if request.method == "HEAD":
            response.content = b""
        add_headers(response, request_ids.of(request))
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method == "OPTIONS":
            return
        self.perform_authentication(request)
        if not isinstance(request.auth, Principal):
            raise NotAuthenticated
        if self.throttle_scope:
            caller, own_id = str(self.principal.partner_id), self.principal.request_id
            throttle.admit(scope=self.throttle_scope, caller=caller, request_id=own_id)
        if self.principal.kind is PrincipalKind.APP and request.method not in self.app_only:
            raise ApiError(codes.APP_ONLY, ONLY_A_PERSON)
        access.require_partner(self.principal, self.partner_permission)

    def options(self, request: Request, *args: Any, **kwargs: Any) -> Answer:  # type: ignore[override]  # as above
        return Answer()

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:  # noqa: FBT001, FBT002
        """Never 406: there is one representation, whatever `Accept` says."""
        return JSONRenderer(), "application/json"

    def _handler(self, request: HttpRequest) -> Callable[[], Answer]:
        name = (request.method or "").lower()
        found = getattr(self, name, None) if name in self.http_method_names else None
        handler = cast("Callable[..., Answer]", found or self.http_method_not_allowed)
        return lambda: handler(self.request, *self.args, **self.kwargs)

    def _answered(self, work: Callable[[], Answer]) -> HttpResponse:
        sent_id = given_id(self.request._request, "MS-RequestId")  # noqa: SLF001  as above
        if self.request.method in SAFE:
            response = work().response()
        elif sent_id:
            response = once(self._write(sent_id), lambda: _done(work()))
        else:
            response = as_a_whole(lambda: work().response())
        if self.request.method == "OPTIONS":
            response["Allow"] = ", ".join(self.allowed_methods)
        return response

    def _write(self, sent_id: str) -> Write:
        request = self.request._request  # noqa: SLF001  as above
        return Write(
            caller=f"{self.principal.partner_id}/{self.principal.id}/{self.principal.app_id}",
            request_id=sent_id,
            method=request.method or "",
            path=f"{request.path_info}{self.query.echoed()}",
            body=read_body(request),
        )

    def _refused(self, error: Exception) -> HttpResponse:
        if isinstance(error, Throttled):
            return throttle.refusal(error)
        refused = api_error(error)
        if refused is None:
            got_request_exception.send(sender=type(self), request=self.request._request)  # noqa: SLF001  as above
            log.error("A request failed", exc_info=error)
            refused = ApiError(codes.UNEXPECTED)
        response = refusal(refused.body(), status=self._status(refused))
        if response.status_code == codes.TOKEN_MISSING.status:
            cid = request_ids.of(self.request._request).correlation_id  # noqa: SLF001  as above
            response["WWW-Authenticate"] = f"OAuth realm=urn:cpsvc:cpid:{cid}"
        if refused.seconds_to_wait:
            response["Retry-After"] = str(refused.seconds_to_wait)
        if refused.code is codes.METHOD_NOT_ALLOWED:
            response["Allow"] = ", ".join(self.allowed_methods)
        return response

    def _status(self, refused: ApiError) -> int:
        """Java sends what got a 405 again and again, without end (section 1.9); the code is the same for all."""
        if refused.code is codes.METHOD_NOT_ALLOWED and is_java(self.request._request):  # noqa: SLF001  as above
            return codes.NOT_SUPPORTED.status
        return refused.code.status


class UnknownPath(PartnerCenterView):
    """Whatever is not a path of the API: in its own body, never a page."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Nobody needs a token to learn that there is nothing."""
        raise ApiError(codes.NOT_FOUND)


def _done(given: Answer) -> Done:
    return Done(response=given.response(), kept=given.kept())
