"""Every address of the product, whoever it is for, as the URL table has it."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

_ARGUMENT = re.compile(r"<(?:\w+:)?(?P<name>\w+)>")
# Patterns that are expressions, and an address that each of them takes.
_BY_EXPRESSION = {"(?P<url>.*)$": "no-such-page", r"^autocomplete/$": "autocomplete/"}


class Route(NamedTuple):
    """`pattern` as in the URL table, with its arguments between angle brackets."""

    pattern: str

    @property
    def arguments(self) -> frozenset[str]:
        return frozenset(_ARGUMENT.findall(self.pattern))

    def address(self, known: Mapping[str, object]) -> str:
        missing = self.arguments - known.keys()
        assert not missing, f"say in tests/isolation/things.py what {missing} of {self.pattern} shall be"
        return "/" + _ARGUMENT.sub(lambda found: str(known[found["name"]]), self.pattern)


# The admin names all its apps in one expression, which grows with them.
_APPS = re.compile(r"\^\(\?P<app_label>[\w|]+\)/\$")


def _patterns(resolver: URLResolver, above: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        here = str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, above + here)
        elif isinstance(entry, URLPattern):
            yield above + _BY_EXPRESSION.get(here, _APPS.sub("customers/", here))


ALL = [Route(pattern) for pattern in dict.fromkeys(_patterns(get_resolver()))]

# The doors; each is walked by a test of its own. What begins like none of them is the portal's.
DOORS = {
    "admin": ("admin/",),
    "tenant": ("tenant/",),
    "v1": ("v1/", "v1"),
    "graph": ("v1.0", "beta"),
    "tokens": ("<str:tenant>/", "common/", "devicelogin", "_emulator/", "_schema/", "emulator/"),
}


def door_of(route: Route) -> str:
    for door in ("graph", "v1", "admin", "tenant", "tokens"):
        if route.pattern.startswith(DOORS[door]):
            return door
    return "portal"


def behind(door: str) -> list[Route]:
    return [route for route in ALL if door_of(route) == door]
