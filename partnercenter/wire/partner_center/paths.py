"""Paths as clients write them: any case, doubled and trailing slashes, stray blanks around ids (section 1.1).

They are tidied before routing. A redirect would turn a POST into a GET.
"""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PREFIX = re.compile(r"/+v1(/|$)", re.IGNORECASE)
ROOT = "/v1"


class PathMiddleware:
    """Gives the Partner Center API its one spelling of a path; other paths pass as they are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if PREFIX.match(request.path_info):
            request.path_info = request.path = tidied(request.path_info)
        return self.get_response(request)


def tidied(path: str) -> str:
    """An id that is nothing but blanks stays one, or the path would mean the list that it stands in."""
    return "/" + "/".join(segment.strip() or segment for segment in path.casefold().split("/") if segment)


def resource_path(request: HttpRequest) -> str:
    """The path as links name it: without `/v1`."""
    return request.path_info.removeprefix(ROOT) or "/"
