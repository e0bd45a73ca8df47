"""Pages by key: each continues after the last row of the one before, however deep it lies."""

import base64
import binascii
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

from partnercenter.portal.http import NUL

MOST_COUNTED = 10_000

Row = TypeVar("Row", bound=Model)


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
    sort = params.get("sort", default_sort)
    if sort.removeprefix("-") not in sorts:
        sort = default_sort
    field, descending = sorts[sort.removeprefix("-")], sort.startswith("-")
    after, before = _decode(params.get("after", "")), _decode(params.get("before", ""))
    backwards = after is None and before is not None
    total = rows.order_by()[: MOST_COUNTED + 1].count()

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
    more, window = len(window) > size, window[:size]
    if backwards:
        window.reverse()
    has_next, has_previous = (True, more) if backwards else (more, after is not None)
    return Page(
        rows=window,
        params=params,
        next_key=_encode(field, window[-1]) if window and has_next else "",
        previous_key=_encode(field, window[0]) if window and has_previous else "",
        sort=sort,
        total=min(total, MOST_COUNTED),
        total_is_exact=total <= MOST_COUNTED,
    )


def _beyond(rows: QuerySet[Row], field: str, key: tuple[str, str], *, descending: bool) -> QuerySet[Row]:
    """Rows after `key`: "not before, and (after or greater id)", since SQLite can't use an index for the OR alone."""
    value, row_id = key
    word = "lt" if descending else "gt"
    return rows.filter(
        Q(**{f"{field}__{word}e": value}),
        Q(**{f"{field}__{word}": value}) | Q(**{f"pk__{word}": row_id}),
    )


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


def _decode(text: str) -> tuple[str, str] | None:
    try:
        value, row_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        key = str(value), str(uuid.UUID(row_id))
        key[0].encode()  # halves of characters can't be asked for
    except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error):
        return None
    return None if NUL in key[0] else key
