"""The query string: names in any case, a second question mark forgiven (sections 1.1 and 1.8)."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from django.http import HttpRequest, QueryDict

from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.members import check_text

LONGEST_QUERY = 4000
SECOND_QUESTION_MARK = re.compile(r"\?(?=[A-Za-z_.]+=)")


class Query:
    """Parameters of one request, in the order in which they came."""

    def __init__(self, request: HttpRequest) -> None:
        raw = request.META.get("QUERY_STRING", "")
        if len(raw) > LONGEST_QUERY:
            raise ApiError(codes.INVALID_INPUT, f"The query is longer than {LONGEST_QUERY} characters.")
        parsed = QueryDict(SECOND_QUESTION_MARK.sub("&", raw))
        self.pairs: Sequence[tuple[str, str]] = [(name, value) for name, values in parsed.lists() for value in values]
        try:
            for name, value in self.pairs:
                check_text(name + value)
        except ValueError:
            raise ApiError(codes.INVALID_INPUT, "The query holds a character that can't be used.") from None

    def get(self, *names: str) -> str | None:
        """The last value under any of these names."""
        wanted = {name.casefold() for name in names}
        found = [value for name, value in self.pairs if name.casefold() in wanted]
        return found[-1] if found else None

    def all(self, name: str) -> list[str]:
        return [value for found, value in self.pairs if found.casefold() == name.casefold()]

    def choice(self, *names: str, among: Mapping[str, str], default: str) -> str:
        """The value of an enum parameter, whatever its case; an unknown one is refused."""
        value = self.get(*names)
        if value is None or not value.strip():
            return default
        found = among.get(value.strip().casefold())
        if found is None:
            raise ApiError(codes.UNKNOWN_ENUM, f"{names[0]}: {value[:100]}")
        return found

    def size(self) -> int | None:
        """None where none was given."""
        value = self.get("size")
        if value is None or not value.strip():
            return None
        if not re.fullmatch(r"[0-9]{1,9}", value.strip()):
            raise ApiError(codes.ARGUMENT, "size must be a number.")
        return int(value)

    def echoed(self) -> str:
        """The query as links repeat it: percent-encoded throughout, or `java.net.URI` refuses the whole answer."""
        return encoded(self.pairs)


def encoded(pairs: Sequence[tuple[str, str]]) -> str:
    text = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    return f"?{text}" if text else ""
