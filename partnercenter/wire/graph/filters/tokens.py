"""The words of a filter."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_FILTER = 4000
_PATTERN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<text>'(?:[^']|'')*')
    | (?P<moment>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?(?:Z|[+-]\d\d:\d\d)?)?(?![\w-]))
    | (?P<guid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\w-]))
    | (?P<number>-?\d{1,9}(?![\w.-]))
    | (?P<name>[a-z_]\w*(?:/(?:\$count|[a-z_]\w*))*)
    | (?P<mark>[(),:])
    """,
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)


class FilterSyntaxError(ValueError):
    """The filter is none; the message says where."""


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    at: int

    def is_word(self, *words: str) -> bool:
        """Keywords in any case: real clients write AND."""
        return self.kind == "name" and self.text.casefold() in words


def tokens(text: str) -> Iterator[Token]:
    """The words in order, an `end` at the end. Raises `FilterSyntaxError`."""
    if len(text) > LONGEST_FILTER:
        raise FilterSyntaxError(f"The filter has {len(text)} characters, {LONGEST_FILTER} at most are possible.")
    at = 0
    while at < len(text):
        found = _PATTERN.match(text, at)
        if found is None:
            raise FilterSyntaxError(f"Syntax error at position {at} in '{_shown(text)}'.")
        if found.lastgroup != "space":
            yield Token(str(found.lastgroup), found.group(), at)
        at = found.end()
    yield Token("end", "", len(text))


def _shown(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}..."  # noqa: PLR2004  enough to find it again
