"""The options of a query: what is shown, which rows, in which order, how many."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.db.models import Q
from django.http import HttpRequest, QueryDict

from partnercenter.wire.graph.errors import Refused, bad_request, unsupported
from partnercenter.wire.graph.filters import Fields, condition, is_advanced, parse_filter
from partnercenter.wire.graph.filters.tokens import FilterSyntaxError
from partnercenter.wire.partner_center.members import check_text

LONGEST_QUERY = 16_000
OPTIONS = frozenset({"select", "filter", "top", "skiptoken", "orderby", "count", "search", "expand", "skip", "format"})
_SEARCH = re.compile(r'"?(?P<property>\w+):(?P<words>[^"]*)"?')


@dataclass(frozen=True, slots=True)
class Order:
    """One property to sort by, as spelled in the resource."""

    name: str
    descending: bool = False


class Query:
    """The query string of one request. Options may be named without their dollar sign, in any case."""

    def __init__(self, request: HttpRequest) -> None:
        raw = request.META.get("QUERY_STRING", "")
        if len(raw) > LONGEST_QUERY:
            raise bad_request(f"The query is longer than {LONGEST_QUERY} characters.")
        self.pairs: Sequence[tuple[str, str]] = [
            (name, value) for name, values in QueryDict(raw).lists() for value in values
        ]
        try:
            for name, value in self.pairs:
                check_text(name + value)
        except ValueError:
            raise bad_request("The query holds a character that can't be used.") from None
        self._options = {_option(name): value for name, value in self.pairs}
        self.is_eventual = request.headers.get("ConsistencyLevel", "").strip().casefold() == "eventual"

    def allow(self, *options: str) -> None:
        """Refuse options that this resource does not have; what is no option of OData is left alone."""
        for name, _ in self.pairs:
            found = _option(name)
            if found not in options and (found in OPTIONS - {"format"} or name.startswith("$")) and found != "format":
                raise unsupported(f"Query option '{name[:100]}' is not supported on this resource.")

    def get(self, option: str) -> str:
        return self._options.get(option, "").strip()

    @property
    def count(self) -> bool:
        value = self.get("count").casefold()
        if value not in ("", "true", "false"):
            raise bad_request("Invalid value for $count: it is true or false.")
        return value == "true"

    def top(self, *, default: int, most: int) -> int:
        text = self.get("top")
        if not text:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= most:
            raise unsupported(f"Invalid page size specified: '{text[:20]}'. Must be between 1 and {most} inclusive.")
        return int(text)

    def select(self, known: Collection[str], *, of: str, default: Collection[str] = ()) -> tuple[str, ...]:
        """Names of the properties to show, in the resource's own order; `default`, or all, where nothing is asked."""
        text = self.get("select")
        asked = [name.strip() for name in text.split(",") if name.strip()]
        if not asked:
            return tuple(default or known)
        return _named(asked, known, of=of)

    def order(self, sortable: Collection[str], *, of: str) -> Order | None:
        text = self.get("orderby")
        if not text:
            return None
        found = re.fullmatch(r"(?P<name>[\w/]+)(?:\s+(?P<way>asc|desc))?", text, re.IGNORECASE)
        if found is None:
            raise bad_request(f"Syntax error in $orderby: '{text[:100]}'.")
        (name,) = _named([found["name"]], sortable, of=of)
        return Order(name, descending=(found["way"] or "").casefold() == "desc")

    def filtered(self, fields: Fields, *, is_directory: bool = False) -> Q:
        """The rows asked for. The directory wants two more signs for some filters (section 14)."""
        text = self.get("filter")
        if not text:
            return Q()
        try:
            tree = parse_filter(text)
        except FilterSyntaxError as error:
            raise bad_request(f"Invalid filter clause: {error}") from error
        if is_directory and not (self.is_eventual and self.count) and (is_advanced(tree) or self.get("orderby")):
            raise _needs_eventual("filter")
        return condition(tree, fields)

    def searched(self, columns: Mapping[str, str]) -> Q:
        """`$search="displayName:ann"`: rows with a word that begins so. `columns` hold sort keys."""
        text = self.get("search")
        if not text:
            return Q()
        if not self.is_eventual:
            raise _needs_eventual("search")
        found = _SEARCH.fullmatch(text)
        column = columns.get(found["property"].casefold()) if found else None
        if found is None or column is None:
            raise bad_request('Syntax error in $search: write it like $search="displayName:words".')
        words = found["words"].strip().casefold()
        return Q(**{f"{column}__startswith": words}) | Q(**{f"{column}__contains": f" {words}"})

    def with_token(self, token: str) -> str:
        """The same query, further on. The dollar signs stay as they are: clients look for `$skiptoken`."""
        kept = [(name, value) for name, value in self.pairs if _option(name) != "skiptoken"]
        pairs = [*kept, ("$skiptoken", token)]
        return "&".join(f"{quote(name, safe='$')}={quote(value, safe='')}" for name, value in pairs)


def _option(name: str) -> str:
    return name.removeprefix("$").casefold()


def _named(asked: Sequence[str], known: Collection[str], *, of: str) -> tuple[str, ...]:
    wanted = {name.casefold() for name in asked}
    unknown = wanted - {name.casefold() for name in known}
    if unknown:
        missing = next(name for name in asked if name.casefold() in unknown)
        raise _no_property(missing, of)
    return tuple(name for name in known if name.casefold() in wanted)


def _no_property(name: str, of: str) -> Refused:
    return bad_request(f"Could not find a property named '{name[:100]}' on type 'microsoft.graph.{of}'.")


def _needs_eventual(option: str) -> Refused:
    needs = "the header ConsistencyLevel: eventual and $count=true"
    return unsupported(f"Request with this ${option} query parameter needs {needs}.")
