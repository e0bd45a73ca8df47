"""Seek paging with tokens that carry all they need (section 1.7).

A client either follows `links.next`, or asks with nothing but `seekOperation` and the token; both must work, so the
token holds size, filter and sort beside the place. It is signed: a changed one is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet

from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.encoding import collection
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.links import link
from partnercenter.wire.partner_center.query import Query, encoded

HEADER = "MS-ContinuationToken"
LARGEST_SIZE = 500
SEEKS = {name.casefold(): name for name in ("Next", "Previous", "First", "Last", "PageIndex")}
DIRECTIONS = {"ascending": "ascending", "descending": "descending", "asc": "ascending", "desc": "descending"}

Values = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What is listed. `sorts` maps sort fields in lower case to columns; the first one is the default."""

    path: str
    sorts: Mapping[str, str]
    default_size: int = 0  # 0 is everything
    descending: bool = False
    kept: Sequence[str] = ()  # other parameters of the list that the token carries


@dataclass(frozen=True, slots=True, kw_only=True)
class Seek:
    """One page that is asked for; `first` and `last` are the ends of the page that the client has."""

    listing: Listing
    operation: str
    size: int
    filter: str
    sort: str
    descending: bool
    first: Sequence[str] = ()
    last: Sequence[str] = ()
    kept: Mapping[str, str] = field(default_factory=dict)

    @property
    def column(self) -> str:
        return self.listing.sorts[self.sort]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The rows of one page, and whether there are more on either side."""

    rows: list[Values]
    has_next: bool
    has_previous: bool


def read_seek(listing: Listing, query: Query, token: str) -> Seek:
    operation = query.choice("seekOperation", among=SEEKS, default="First")
    if operation == "PageIndex":
        raise ApiError(codes.NOT_SUPPORTED, "Pages are reached one after the other.")
    # PSSDK forgets the token with Next; it gets the first page.
    if token and operation != "First":
        return _continued(listing, operation, token)
    sort = query.choice(
        "sortField",
        "sortOption.sortField",
        among={name: name for name in listing.sorts},
        default=next(iter(listing.sorts)),
    )
    usual = "descending" if listing.descending else "ascending"
    direction = query.choice("sortDirection", "sortOption.sortDirection", among=DIRECTIONS, default=usual)
    size = query.size()
    return Seek(
        listing=listing,
        operation="Last" if operation == "Last" else "First",
        size=min(listing.default_size if size is None else size, LARGEST_SIZE),
        filter=query.get("filter") or "",
        sort=sort,
        descending=direction == "descending",
        kept={name: query.get(name) or "" for name in listing.kept},
    )


def window(rows: "QuerySet[Any, Any]", seek: Seek) -> Window:
    """The rows of the page, one query. `rows` must give `id` and the column sorted by."""
    backwards = seek.operation in ("Previous", "Last")
    ends = {"Next": seek.last, "Previous": seek.first}.get(seek.operation)
    turned = seek.descending != backwards
    sign = "-" if turned else ""
    ordered = rows.order_by(f"{sign}{seek.column}", f"{sign}pk")
    if ends:
        ordered = ordered.filter(_beyond(seek.column, ends, descending=turned))
    found = list(ordered[: seek.size + 1] if seek.size else ordered)
    more = bool(seek.size) and len(found) > seek.size
    found = found[: seek.size] if seek.size else found
    if backwards:
        found.reverse()
        return Window(rows=found, has_next=seek.operation == "Previous", has_previous=more)
    return Window(rows=found, has_next=more, has_previous=seek.operation == "Next")


def page(found: Window, items: Sequence[object], seek: Seek, query: Query) -> Values:
    """The collection with `links.next` only where more follows: an empty page with one would never end."""
    token = _token(seek, found.rows) if found.rows else ""
    links: Values = {"self": link(f"{seek.listing.path}{query.echoed()}")}
    if found.has_next and token:
        links["next"] = link(_uri(seek, "Next"), {HEADER: token})
    if found.has_previous and token:
        links["previous"] = link(_uri(seek, "Previous"), {HEADER: token})
    return collection(items, links=links, token=token if found.has_next else "")


def _uri(seek: Seek, operation: str) -> str:
    return f"{seek.listing.path}{encoded([('size', str(seek.size)), ('seekOperation', operation)])}"


def _beyond(column: str, ends: Sequence[str], *, descending: bool) -> Q:
    value, row_id = ends
    word = "lt" if descending else "gt"
    # "Not before, and (after or greater id)": the plain OR can't use an index on SQLite.
    return Q(**{f"{column}__{word}e": value}) & (Q(**{f"{column}__{word}": value}) | Q(**{f"pk__{word}": row_id}))


def _signer() -> Signer:
    return Signer(salt="partnercenter.wire.continuation")


def _token(seek: Seek, rows: Sequence[Values]) -> str:
    ends = [[str(row[seek.column]), str(row["id"])] for row in (rows[0], rows[-1])]
    place = [seek.listing.path, seek.size, seek.filter, seek.sort, seek.descending, *ends, dict(seek.kept)]
    return _signer().sign_object(place)


def _continued(listing: Listing, operation: str, token: str) -> Seek:
    try:
        path, size, filtered, sort, descending, first, last, kept = _signer().unsign_object(token)
    except (BadSignature, ValueError):
        raise ApiError(codes.INVALID_INPUT, f"The {HEADER} is not one of ours.") from None
    if path != listing.path:
        raise ApiError(codes.INVALID_INPUT, f"The {HEADER} belongs to another list.")
    return Seek(
        listing=listing, operation=operation, size=size, filter=filtered, sort=sort, descending=descending,
        first=first, last=last, kept=kept,
    )  # fmt: skip
