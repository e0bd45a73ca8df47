"""The ids of a request: in the answer's headers, in the audit record, and on each line of the log the same two.

Each door names them in its own way: Partner Center's clients send both, Graph's and those of the token service send
one for the whole of what they are about, a browser sends none.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

USABLE_ID = re.compile(r"[A-Za-z0-9._{}-]{1,64}")
PARTNER_CENTER = re.compile(r"/+v1(/|$)", re.IGNORECASE)  # as written, for this looks before paths are tidied
HEADER = "X-Request-Id"
_KEPT = "partnercenter.request_ids"


@dataclass(frozen=True, slots=True)
class RequestIds:
    """`correlation_id` spans several requests of one client where it says so; otherwise it is this request alone."""

    request_id: str = ""
    correlation_id: str = ""


_current: ContextVar[RequestIds] = ContextVar("request_ids", default=RequestIds())  # noqa: B039  it never changes


def current() -> RequestIds:
    """Of the request that is being answered; both empty where none is, as in a command."""
    return _current.get()


def of(request: HttpRequest) -> RequestIds:
    """Made once, and kept with the request."""
    found: RequestIds = request.META.get(_KEPT) or _made_for(request)
    request.META[_KEPT] = found
    return found


@contextmanager
def of_part(request: HttpRequest, *, correlation_id: str) -> Iterator[RequestIds]:
    """Let `request`, which stands inside of another, have its own id under the correlation id of the whole."""
    request.META[_KEPT] = RequestIds(str(uuid.uuid4()), correlation_id)
    with _answering(request) as ids:
        yield ids


def given_id(request: HttpRequest, header: str) -> str:
    """The id that the client sent, if it is one that can be echoed."""
    value = request.headers.get(header, "").strip()
    return value if USABLE_ID.fullmatch(value) else ""


class RequestIdMiddleware:
    """The outermost of all, so that nothing is answered or logged without the ids."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with _answering(request) as ids:
            response = self.get_response(request)
        response.headers.setdefault(HEADER, ids.request_id)
        return response


@contextmanager
def _answering(request: HttpRequest) -> Iterator[RequestIds]:
    ids = of(request)
    token = _current.set(ids)
    try:
        yield ids
    finally:
        _current.reset(token)


def _made_for(request: HttpRequest) -> RequestIds:
    own = str(uuid.uuid4())
    if PARTNER_CENTER.match(request.path_info):
        request_id, correlation_id = given_id(request, "MS-RequestId"), given_id(request, "MS-CorrelationId")
        return RequestIds(request_id or own, correlation_id or str(uuid.uuid4()))
    return RequestIds(own, given_id(request, "client-request-id") or own)
