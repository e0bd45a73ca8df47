"""Every address of the customer's side, found in the urls, so that none is forgotten."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver, reverse

OPEN_TO_ALL = {"tenant-sign-in", "tenant-sign-out"}


class Route(NamedTuple):
    name: str
    arguments: frozenset[str]

    def address(self, known: Mapping[str, object]) -> str:
        missing = self.arguments - known.keys()
        assert not missing, f"say what {missing} of {self.name} shall be, so that it can be tried"
        return reverse(self.name, kwargs={name: known[name] for name in self.arguments})


def _patterns(resolver: URLResolver, above: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        address = above + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, address)
        else:
            yield address, entry


ALL = [
    Route(entry.name, frozenset(entry.pattern.regex.groupindex))
    for address, entry in _patterns(get_resolver())
    if address.startswith("tenant/") and entry.name not in OPEN_TO_ALL
]
