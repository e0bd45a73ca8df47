"""What is told about each request once it is answered: to the log, and to the numbers."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from time import perf_counter

from django.http import HttpRequest, HttpResponse

from partnercenter.accounts.principals import Principal

log = logging.getLogger("partnercenter.access")

NOWHERE = "(none)"  # no route was found
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Nothing of it names a person or repeats what was sent: the route is the pattern, not the path."""

    door: str
    route: str
    method: str
    status: int
    duration_ms: float
    principal_id: str

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.status} in {self.duration_ms} ms"


class AnsweredMiddleware:
    """Measures from the outside, with all other middleware within."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        response = self.get_response(request)
        answered = _answered(request, response, seconds=perf_counter() - began)
        log.info("%s", answered, extra=asdict(answered))
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


def route_of(request: HttpRequest) -> str:
    """The pattern that the path was found by; files have none."""
    if request.resolver_match is not None:
        return request.resolver_match.route or "/"
    return "static/" if request.path_info.startswith("/static/") else NOWHERE


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
