"""Pages by key: each continues after the last row of the one before, however deep it lies."""

import base64
import binascii
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

from partnercenter.portal.http import NUL

MOST_COUNTED = 10_000
PLACE = re.compile(r"[0-9]{1,2}")  # of a source among those that are merged

Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Row]):
    """One page of a list. The keys name the rows that the neighbors begin beyond; they are empty at the ends."""

    rows: list[Row]
    params: QueryDict
    next_key: str
    previous_key: str
    sort: str
    total: int
    total_is_exact: bool

    @property
    def next_url(self) -> str:
        return _url(self.params, after=self.next_key) if self.next_key else ""

    @property
    def previous_url(self) -> str:
        return _url(self.params, before=self.previous_key) if self.previous_key else ""

    def sort_url(self, word: str) -> str:
        """The list from its start, sorted by `word`; turned when it already is."""
        return _url(self.params, sort=f"-{word}" if self.sort == word else word)

    def direction(self, word: str) -> str:
        """The value of aria-sort for a column."""
        return {word: "ascending", f"-{word}": "descending"}.get(self.sort, "")

    @property
    def summary(self) -> str:
        """For example "Showing 50 of 2,000"."""
        more = "" if self.total_is_exact else "more than "
        return f"Showing {len(self.rows)} of {more}{self.total:,}"


def words_of(params: QueryDict) -> str:
    """What is searched for, as `q` in the address."""
    return params.get("q", "").replace(NUL, "").strip()


def key_page(
    rows: QuerySet[Row], params: QueryDict, *, sorts: Mapping[str, str], default_sort: str, size: int
) -> Page[Row]:
    """The page that `sort`, `after` and `before` in `params` ask for. Two queries.

    `sorts` maps the words of the URL to fields; a leading minus in the URL turns the order. Unknown words and broken
    keys give the first page in the default order.
    """
    sort, field, descending = _order(params, sorts, default_sort)
    after, before = _decode(params.get("after", "")), _decode(params.get("before", ""))
    backwards = after is None and before is not None
    total = _counted(rows)

    turned = descending != backwards
    key = before if backwards else after
    found = rows
    if key:
        try:
            found = _beyond(rows, field, key, descending=turned)
        except (ValueError, ValidationError):  # of a date or a number, say, the key made none
            after = before = None
            backwards, turned = False, descending
    sign = "-" if turned else ""
    window = list(found.order_by(f"{sign}{field}", f"{sign}pk")[: size + 1])
    window, following, previous = _cut(window, size, backwards=backwards, is_first=after is None)
    return Page(
        rows=window,
        params=params,
        next_key=_encode(field, following) if following else "",
        previous_key=_encode(field, previous) if previous else "",
        sort=sort,
        total=min(total, MOST_COUNTED),
        total_is_exact=total <= MOST_COUNTED,
    )


def merged_page(
    sources: Sequence[QuerySet[Any]],
    params: QueryDict,
    *,
    sorts: Mapping[str, str],
    default_sort: str,
    size: int,
    total: int,
) -> Page[Any]:
    """A page of several lists in one order, each with the fields of `sorts`. One query per source.

    The sources are told apart by their places, which are part of the keys: one row may stand in two of them.
    """
    sort, field, descending = _order(params, sorts, default_sort)
    after, before = _decode_merged(params.get("after", "")), _decode_merged(params.get("before", ""))
    backwards = after is None and before is not None
    key = before if backwards else after
    try:
        windows = _windows(sources, field, key, size, turned=descending != backwards)
    except (ValueError, ValidationError):
        after = key = None
        backwards = False
        windows = _windows(sources, field, None, size, turned=descending)
    found = [(place, row) for place, window in enumerate(windows) for row in window]
    found.sort(key=lambda item: (getattr(item[1], field), item[1].pk, item[0]), reverse=descending != backwards)
    found, following, previous = _cut(found, size, backwards=backwards, is_first=after is None)
    return Page(
        rows=[row for _, row in found],
        params=params,
        next_key=_encode_merged(field, following) if following else "",
        previous_key=_encode_merged(field, previous) if previous else "",
        sort=sort,
        total=min(total, MOST_COUNTED),
        total_is_exact=total <= MOST_COUNTED,
    )


def _cut(
    window: list[Item], size: int, *, backwards: bool, is_first: bool
) -> tuple[list[Item], Item | None, Item | None]:
    """Of a page and one more, read in the direction of travel: the page, and what its neighbors begin beyond."""
    more, window = len(window) > size, window[:size]
    if backwards:
        window.reverse()
    has_next, has_previous = (True, more) if backwards else (more, not is_first)
    return window, window[-1] if window and has_next else None, window[0] if window and has_previous else None


def _windows(
    sources: Sequence[QuerySet[Any]], field: str, key: tuple[int, tuple[str, str]] | None, size: int, *, turned: bool
) -> list[list[Any]]:
    """What each source has beyond the key, in the order of the page; more than a page of it is never needed."""
    sign, windows = "-" if turned else "", []
    for place, rows in enumerate(sources):
        found = rows
        if key is not None:
            too = place < key[0] if turned else place > key[0]
            found = _beyond(rows, field, key[1], descending=turned, itself=too)
        windows.append(list(found.order_by(f"{sign}{field}", f"{sign}pk")[: size + 1]))
    return windows


def _order(params: QueryDict, sorts: Mapping[str, str], default_sort: str) -> tuple[str, str, bool]:
    """The word of the address, its field, and whether the order is turned."""
    sort = params.get("sort", default_sort)
    if sort.removeprefix("-") not in sorts:
        sort = default_sort
    return sort, sorts[sort.removeprefix("-")], sort.startswith("-")


def _counted(rows: QuerySet[Row]) -> int:
    """Up to one more than is told. Of a customer's rows just that column is asked for: an index holds it, and no row
    need be looked up.
    """
    fields = {field.attname for field in rows.model._meta.concrete_fields}  # noqa: SLF001  Django documents it
    asked = rows.order_by()
    if "customer_id" in fields and not rows.query.distinct:
        return asked.values("customer_id")[: MOST_COUNTED + 1].count()
    return asked.values("pk")[: MOST_COUNTED + 1].count()  # what a row shows is not worked out to count it


def _beyond(
    rows: QuerySet[Row], field: str, key: tuple[str, str], *, descending: bool, itself: bool = False
) -> QuerySet[Row]:
    """Rows after `key`: "not before, and (after or greater id)", since SQLite can't use an index for the OR alone."""
    value, row_id = key
    word = "lt" if descending else "gt"
    same = f"pk__{word}e" if itself else f"pk__{word}"
    return rows.filter(Q(**{f"{field}__{word}e": value}), Q(**{f"{field}__{word}": value}) | Q(**{same: row_id}))


def _url(params: QueryDict, **changed: str) -> str:
    """The address of this list with other parameters; a page key or an open pane does not outlive the change."""
    linked = params.copy()
    for name in ("after", "before", "user"):
        linked.pop(name, None)
    for name, value in changed.items():
        linked[name] = value
    return f"?{linked.urlencode()}"


def _encode(field: str, row: Model) -> str:
    key = json.dumps([str(getattr(row, field)), str(row.pk)])
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _encode_merged(field: str, item: tuple[int, Model]) -> str:
    place, row = item
    return f"{place}.{_encode(field, row)}"


def _decode_merged(text: str) -> tuple[int, tuple[str, str]] | None:
    place, _, rest = text.partition(".")
    key = _decode(rest)
    return (int(place), key) if key is not None and PLACE.fullmatch(place) else None


def _decode(text: str) -> tuple[str, str] | None:
    try:
        value, row_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        key = str(value), str(uuid.UUID(row_id))
        key[0].encode()  # halves of characters can't be asked for
    except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error):
        return None
    return None if NUL in key[0] else key
