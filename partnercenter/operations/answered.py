"""What is told about each request once it is answered: to the log, and to the numbers."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from time import perf_counter

from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse

from partnercenter.accounts.principals import Principal
from partnercenter.operations import metrics
from partnercenter.operations.answer import Answered, route_of

log = logging.getLogger("partnercenter.access")

DOORS = {
    "v1": "partner_center_api",
    "v1.0": "graph",
    "beta": "graph",
    "admin": "admin",
    "tenant": "tenant",
    "static": "static",
    "_emulator": "emulator",
    "healthz": "operations",
    "readyz": "operations",
    "metrics": "operations",
}
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


class AnsweredMiddleware:
    """Measures from the outside, with all other middleware within."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        got_request_exception.connect(metrics.count_database_error, dispatch_uid="database errors")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        response = self.get_response(request)
        answered = _answered(request, response, seconds=perf_counter() - began)
        log.info("%s", answered, extra=asdict(answered))
        metrics.count(answered)
        return response


def _answered(request: HttpRequest, response: HttpResponse, *, seconds: float) -> Answered:
    route = route_of(request)
    return Answered(
        door=_door(route),
        route=route,
        method=request.method if request.method in METHODS else "OTHER",
        status=response.status_code,
        duration_ms=round(seconds * 1000, 1),
        principal_id=_principal_id(request),
    )


def _door(route: str) -> str:
    if "/oauth2/" in route or "/discovery/" in route:
        return "tokens"
    return DOORS.get(route.partition("/")[0], "portal")


def _principal_id(request: HttpRequest) -> str:
    """Whoever was asked for while answering; nobody is looked up for the log alone."""
    for name in ("auth", "principal"):
        found = request.__dict__.get(name)
        if type(found) is Principal:  # not one that waits to be read
            return found.id
    user = request.__dict__.get("_cached_user")
    return str(user.pk) if user is not None and user.pk else ""
