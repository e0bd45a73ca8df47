"""Paths as clients write them: `users('id')` and `users/id`, any case, doubled slashes, `microsoft.graph.` in front.

They are tidied before routing. A redirect would turn a POST into a GET.
"""

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

VERSIONS = ("v1.0", "beta")
PREFIX = re.compile(rf"/+({'|'.join(map(re.escape, VERSIONS))})(/|$)", re.IGNORECASE)
_KEY = re.compile(r"(?P<name>[A-Za-z$.]+)\((?P<key>[^()]*)\)")
_NAMED = re.compile(r"(?P<name>[A-Za-z]+)=(?P<value>.*)", re.DOTALL)
CASTS = {
    f"{prefix}.{name}": f"microsoft.graph.{name}"
    for prefix in ("microsoft.graph", "graph")
    for name in ("user", "group", "directoryrole")
}
_ORIGINAL = "partnercenter.graph.path"


class GraphPathMiddleware:
    """Gives Graph its one spelling of a path; other paths pass as they are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if PREFIX.match(request.path_info):
            tidy(request)
        return self.get_response(request)


def tidy(request: HttpRequest) -> None:
    request.META[_ORIGINAL] = request.path_info
    request.path_info = request.path = tidied(request.path_info)


def sent_path(request: HttpRequest) -> str:
    """The path as the client wrote it, for links that lead back to it."""
    sent: str = request.META.get(_ORIGINAL, request.path_info)
    return sent


def version_of(request: HttpRequest) -> str:
    return request.path_info.split("/")[1]


def key(text: str) -> uuid.UUID:
    """The id in a path; one that is none is nobody's."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


def tidied(path: str) -> str:
    """`/v1.0/Users('a@b.example')/microsoft.graph.assignLicense` -> `/v1.0/users/a@b.example/assignlicense`."""
    segments = (part for segment in path.split("/") for part in _parts(segment.strip()))
    return "/" + "/".join(segment.casefold() for segment in segments if segment)


def _parts(segment: str) -> list[str]:
    found = _KEY.fullmatch(segment)
    if found is None:
        return [_bare(segment)]
    return [_bare(found["name"]), _key(found["key"])]


def _key(text: str) -> str:
    """`'a''b'` -> `a'b`, `roleTemplateId='x'` -> `roleTemplateId=x`."""
    named = _NAMED.fullmatch(text)
    if named:
        return f"{named['name']}={_key(named['value'])}"
    is_quoted = len(text) > 1 and text.startswith("'") and text.endswith("'")
    return text[1:-1].replace("''", "'") if is_quoted else text


def _bare(segment: str) -> str:
    """Functions and actions may carry their namespace; a type cast must. The SDKs write `graph.user` for one."""
    if segment.casefold() in CASTS:
        return CASTS[segment.casefold()]
    return segment.removeprefix("microsoft.graph.")
