"""Hot queries whose SQL is made once: asked again, only their values differ.

Django makes the SQL of a query anew each time, which takes ten times as long as a small SELECT itself; a request to the
API asks half a dozen of them before it does anything. What comes back are the same objects as from the query itself.
"""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from threading import local
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import QuerySet

Row = TypeVar("Row")
Value = uuid.UUID | datetime | str | int
_STRANGE = 7_262_533_000  # no query holds numbers about this one by itself


class Prepared(Generic[Row]):
    """A query that differs by values only, never by its form; none of them may be None or a list.

    `build` gets one value for each name in `kinds` and must compare with it as it is: not as a pattern, which would
    need its signs escaped.
    """

    def __init__(self, build: Callable[..., "QuerySet[Any, Row]"], **kinds: type[Value]) -> None:
        self._build = build
        self._kinds = kinds
        self._mine = local()  # a connection belongs to its thread, and so does what was compiled for it

    def all(self, **values: Value) -> list[Row]:
        return list(self._compiled().rows(values))

    def first(self, **values: Value) -> Row | None:
        """Of a query that gives one row at most."""
        return next(iter(self.all(**values)), None)

    def _compiled(self) -> "_Compiled[Row]":
        kept: _Compiled[Row] | None = getattr(self._mine, "compiled", None)
        if kept is None or not kept.fits():
            kept = self._mine.compiled = _Compiled(self._build, self._kinds)
        return kept


class _Compiled(Generic[Row]):
    """The query with a strange value in each place, so that the places are found among the parameters."""

    def __init__(self, build: Callable[..., "QuerySet[Any, Row]"], kinds: dict[str, type[Value]]) -> None:
        marks = {name: _mark(kind, number) for number, (name, kind) in enumerate(kinds.items())}
        self._rows: Any = build(**marks)
        self._connection = connections[self._rows.db]
        compiler: Any = self._rows.query.get_compiler(self._rows.db)
        self._sql, params = compiler.as_sql()
        adapted = {self._adapted(mark): name for name, mark in marks.items()}
        self._places = [adapted.get(param) if isinstance(param, Value) else None for param in params]
        self._params = params
        assert set(self._places) >= set(kinds), "every value stands in the query as it is"  # noqa: S101  else it would be lost
        assert " LIKE " not in self._sql.upper(), "no value is a pattern"  # noqa: S101  as above
        compiler.as_sql = lambda *_, **__: (self._sql, tuple(self._values))
        query: Any = self._rows.query
        query.get_compiler = lambda *_, **__: compiler
        self._values: list[Any] = []

    def fits(self) -> bool:
        """Whether it is for the connection that a query would go to now."""
        return connections[self._rows.db] is self._connection

    def rows(self, values: dict[str, Value]) -> Iterator[Row]:
        adapted = {name: self._adapted(value) for name, value in values.items()}
        self._values = [
            param if name is None else adapted[name] for name, param in zip(self._places, self._params, strict=True)
        ]
        found: Iterator[Row] = iter(self._rows._iterable_class(self._rows))  # noqa: SLF001  what the query itself does
        return found

    def _adapted(self, value: Value) -> Any:
        """As Django's fields hand it to the driver."""
        if isinstance(value, uuid.UUID) and not self._connection.features.has_native_uuid_field:
            return value.hex
        if isinstance(value, datetime):
            return self._connection.ops.adapt_datetimefield_value(value)
        return value


def _mark(kind: type[Value], number: int) -> Value:
    if kind is uuid.UUID:
        return uuid.uuid4()
    if kind is datetime:
        return datetime(1971, 1, 1, second=number, microsecond=_STRANGE % 1_000_000, tzinfo=UTC)
    return f"strange {number} {uuid.uuid4()}" if kind is str else _STRANGE + number
