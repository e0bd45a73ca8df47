"""Pages by key. `@odata.nextLink` leads to the same query on the same host, one page further."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.signing import BadSignature, Signer
from django.db.models import Model, Q, QuerySet

from partnercenter.wire.graph.errors import bad_request
from partnercenter.wire.graph.query import Order, Query

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What is listed. `sorts` maps properties to columns that are never empty; the first one is the default."""

    path: str
    type: str
    sorts: Mapping[str, str]
    default_size: int = 100
    largest_size: int = 999


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """`token` leads on; empty on the last page. `count` is None unless it was asked for."""

    rows: Sequence[Row]
    token: str = ""
    count: int | None = None


def read_page(rows: "QuerySet[Row]", query: Query, listing: Listing, *, counts: bool) -> Page[Row]:
    """One query, and one more for the count, which stands on every page."""
    order = query.order(listing.sorts, of=listing.type) or Order(next(iter(listing.sorts)))
    column, sign = listing.sorts[order.name], "-" if order.descending else ""
    size = query.top(default=listing.default_size, most=listing.largest_size)
    count = rows.count() if counts and query.count else None
    ordered = rows.order_by(f"{sign}{column}", f"{sign}pk")
    place = query.get("skiptoken")
    if place:
        ordered = ordered.filter(_beyond(column, _opened(place, listing, order), descending=order.descending))
    found = list(ordered[: size + 1])
    token = _token(listing, order, found[size - 1]) if len(found) > size else ""
    return Page(found[:size], token, count)


def _beyond(column: str, end: tuple[str, str], *, descending: bool) -> Q:
    value, row_id = end
    word = "lt" if descending else "gt"
    # "Not before, and (after or greater id)": the plain OR can't use an index on SQLite.
    return Q(**{f"{column}__{word}e": value}) & (Q(**{f"{column}__{word}": value}) | Q(**{f"pk__{word}": row_id}))


def _signer() -> Signer:
    return Signer(salt="partnercenter.wire.graph.skiptoken")


def _token(listing: Listing, order: Order, last: Model) -> str:
    value: Any = last
    for name in listing.sorts[order.name].split("__"):
        value = getattr(value, name)
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return _signer().sign_object([listing.path, order.name, order.descending, text, str(last.pk)])


def _opened(token: str, listing: Listing, order: Order) -> tuple[str, str]:
    try:
        path, name, descending, value, row_id = _signer().unsign_object(token)
    except (BadSignature, ValueError):
        raise bad_request("The skip token is not one of ours.") from None
    if (path, name, descending) != (listing.path, order.name, order.descending):
        raise bad_request("The skip token belongs to another query.")
    return value, row_id
