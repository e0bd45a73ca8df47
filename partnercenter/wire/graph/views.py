"""What every resource of Graph shares: who asks, in which order refusals come, how answers look."""

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, cast
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import MethodNotAllowed, ParseError
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from gdap.access import AccessDenied
from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.errors import DomainError
from partnercenter.transactions import as_a_whole
from partnercenter.trouble import SECONDS_TO_WAIT, unavailable
from partnercenter.wire.graph.authentication import BearerAuthentication
from partnercenter.wire.graph.bodies import Members, read_members
from partnercenter.wire.graph.encoding import Answer, Body
from partnercenter.wire.graph.errors import DIRECTORY, Kind, Refused, Vocabulary, of_service
from partnercenter.wire.graph.explanations import explained
from partnercenter.wire.graph.headers import add_headers, client_request_id, request_id
from partnercenter.wire.graph.paging import Page
from partnercenter.wire.graph.paths import sent_path, version_of
from partnercenter.wire.graph.query import Query
from partnercenter.wire.meter import Meter, Throttled

SAFE = frozenset({"GET"})
log = logging.getLogger(__name__)


class GraphView(APIView):
    """A resource. Its handlers return an `Answer`, and refuse by raising."""

    schema = None  # the description of the API is that of Partner Center's dialect
    authentication_classes = [BearerAuthentication]
    permission_classes = []
    throttle_classes = []
    renderer_classes = [JSONRenderer]
    http_method_names = ["get", "post", "put", "patch", "delete"]
    vocabulary: ClassVar[Vocabulary] = DIRECTORY
    metadata: ClassVar[str] = ""  # the path before `$metadata` in contexts

    @property
    def principal(self) -> Principal:
        return cast("Principal", self.request.auth)

    @property
    def http(self) -> HttpRequest:
        return self.request._request  # noqa: SLF001  DRF's own name for Django's request

    @cached_property
    def query(self) -> Query:
        return Query(self.http)

    @cached_property
    def body(self) -> Members:
        return read_members(self.http)

    @property
    def root(self) -> str:
        """The address of this version of Graph, as the client reaches it."""
        return self.http.build_absolute_uri(f"/{version_of(self.http)}")

    def context(self, name: str) -> str:
        return f"{self.root}{self.metadata}/$metadata#{name}"

    def one(self, name: str, body: Body, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
        return Answer(body={"@odata.context": self.context(name), **body}, status=status, headers=headers or {})

    def many(self, name: str, items: Sequence[Body], page: Page[Any] | None = None) -> Answer:
        body: dict[str, Any] = {"@odata.context": self.context(name)}
        if page is not None and page.count is not None:
            body["@odata.count"] = page.count
        if page is not None and page.token:
            path = quote(sent_path(self.http), safe="/@'()=,:$")
            body["@odata.nextLink"] = self.http.build_absolute_uri(f"{path}?{self.query.with_token(page.token)}")
        return Answer(body={**body, "value": list(items)})

    def authorize(self) -> None:
        """Refuse whoever may not use this resource at all."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.args, self.kwargs = args, kwargs
        self.request = self.initialize_request(request, *args, **kwargs)
        self.headers: dict[str, str] = {}
        try:
            self.initial(self.request, *args, **kwargs)
            response = self._answered(self._handler(request))
        except Exception as error:  # noqa: BLE001  whatever it is, the client gets the documented body
            response = self._refused(error)
        add_headers(response, request)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.perform_authentication(request)
        if not isinstance(request.auth, Principal):
            raise Refused(Kind.UNAUTHENTICATED, "Access token is empty.")
        self.meter()
        self.authorize()

    def meter(self) -> None:
        """Count the request of this app and tenant. Each request of a batch counts, and the batch does not."""
        caller = f"{self.principal.tenant_id}/{self.principal.app_id}"
        try:
            Meter(scope="graph", caller=caller, limit=settings.GRAPH_REQUESTS_PER_MINUTE).admit()
        except Throttled as error:
            raise Refused(Kind.THROTTLED, str(error), retry_after=error.seconds) from error

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:  # noqa: FBT001, FBT002
        """Never 406: there is one representation, whatever `Accept` says."""
        return JSONRenderer(), "application/json"

    def _handler(self, request: HttpRequest) -> Callable[[], Answer]:
        name = (request.method or "").lower()
        found = getattr(self, name, None) if name in self.http_method_names else None
        handler = cast("Callable[..., Answer]", found or self.http_method_not_allowed)
        return lambda: handler(self.request, *self.args, **self.kwargs)

    def _answered(self, work: Callable[[], Answer]) -> HttpResponse:
        if self.request.method in SAFE:
            return work().response()
        return as_a_whole(lambda: work().response())

    def refusal(self, error: Exception) -> Refused | None:
        """What `error` is called here; None for a mistake of ours."""
        match error:
            case Refused():
                return error
            case AccessDenied(explanation=explanation):
                return Refused(Kind.FORBIDDEN, explanation=explained(self.principal, explanation))
            case DomainError():
                return of_service(error)
            case MethodNotAllowed():
                return Refused(Kind.METHOD_NOT_ALLOWED, "Specified HTTP method is not allowed for the request target.")
            case ParseError() | RequestDataTooBig() | SuspiciousOperation():
                return Refused(Kind.BAD_REQUEST, "The request can't be read.")
        found = unavailable(error)
        return of_service(found) if found else None

    def _refused(self, error: Exception) -> HttpResponse:
        refused = self.refusal(error)
        if refused is None:
            got_request_exception.send(sender=type(self), request=self.http)
            log.error("A request failed", exc_info=error)
            refused = Refused(Kind.UNEXPECTED)
        inner: dict[str, Any] = {
            "date": clock.now().replace(tzinfo=None).isoformat(timespec="seconds"),
            "request-id": request_id(self.http),
            "client-request-id": client_request_id(self.http),
        }
        if refused.explanation is not None:
            inner["explanation"] = refused.explanation
        body = {"error": {**refused.error(self.vocabulary), "innerError": inner}}
        response = Answer(body=body, status=refused.kind.status).response()
        if refused.kind is Kind.UNAUTHENTICATED:
            login = self.http.build_absolute_uri("/common/oauth2/authorize")
            response["WWW-Authenticate"] = f'Bearer realm="", authorization_uri="{login}"'
        if refused.kind in {Kind.UNAVAILABLE, Kind.TOO_SLOW}:
            response["Retry-After"] = str(SECONDS_TO_WAIT)
        if refused.retry_after:
            response["Retry-After"] = str(refused.retry_after)
        if refused.kind is Kind.METHOD_NOT_ALLOWED:
            response["Allow"] = ", ".join(self.allowed_methods)
        return response


class UnknownPath(GraphView):
    """Whatever is not a path of Graph: in its own body, never a page."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Nobody needs a token to learn that there is nothing."""
        path = sent_path(self.http).strip("/").partition("/")[2]
        raise Refused(Kind.UNKNOWN_PATH, f"Resource not found for the segment '{path[:100]}'.")
