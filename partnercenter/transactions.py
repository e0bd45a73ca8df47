"""The one place where a transaction that lost against another is done again (docs/adr/0017).

A service that is `whole` is one transaction. When the database says that somebody else was in the way (a deadlock, a
serialization failure, a lock not had, SQLite's busy), everything is taken back and done once more, a few times, with a
pause that differs for everybody. Within a greater whole it is a savepoint, and the greater one is done again.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from functools import wraps
from secrets import SystemRandom
from typing import Any, ParamSpec, TypeVar, cast

from django.db import Error, connection, models, transaction

from partnercenter.trouble import Trouble, Unavailable, trouble_of

P = ParamSpec("P")
R = TypeVar("R")

MOST_ATTEMPTS = 5
LONGEST = 10.0  # seconds, after which nothing is begun again: a wait for a lock has been long enough
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.5  # seconds; the first pause doubles from attempt to attempt

_chance = SystemRandom()
log = logging.getLogger(__name__)


def whole(service: Callable[P, R]) -> Callable[P, R]:
    """One transaction, done again when another was in the way. Model instances it was given are put back before that.

    For whatever has no effect outside of the database before it is committed, as all services are.
    """

    @wraps(service)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        values = [_readable_twice(value) for value in args]
        named = {name: _readable_twice(value) for name, value in kwargs.items()}
        given = _Given([*values, *named.values()])
        work = cast("Callable[..., R]", service)
        return again(transaction.atomic(lambda: work(*values, **named)), before_another=given.put_back)

    return wrapped


def as_a_whole(work: Callable[[], R]) -> R:
    """`work` in one transaction, done again when another was in the way."""
    return again(transaction.atomic(work))


def again(work: Callable[[], R], *, before_another: Callable[[], None] = lambda: None) -> R:
    """What `work` returns, which brings its own transaction. Raises `Unavailable` when the database can't do it now."""
    if connection.in_atomic_block:
        return work()  # a part of a greater whole, which is what is done again
    begun = time.monotonic()
    for attempt in range(1, MOST_ATTEMPTS + 1):
        try:
            return work()
        except Error as error:
            trouble = trouble_of(error)
            if trouble is None:
                raise
            before_another()
            is_over = attempt == MOST_ATTEMPTS or time.monotonic() - begun > LONGEST
            if trouble is not Trouble.CONTENTION or is_over:
                log.warning("Gave up after %s attempts: %s", attempt, error)
                raise Unavailable(trouble) from error
        time.sleep(_pause(attempt))
    raise AssertionError("the last attempt returns or raises")


def _pause(attempt: int) -> float:
    """Those who met once would meet again if they waited equally long."""
    return _chance.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt))


def _readable_twice(value: object) -> object:
    return tuple(value) if isinstance(value, Iterator) else value


class _Given:
    """Model instances as they were before a service had them: what it set on them was taken back in the database."""

    def __init__(self, values: Iterable[object]) -> None:
        self._kept = [(instance, _contents(instance)) for instance in _instances(values)]

    def put_back(self) -> None:
        for instance, contents in self._kept:
            vars(instance).clear()
            vars(instance).update(_copied(contents))


def _instances(values: Iterable[object]) -> Iterable[models.Model]:
    for value in values:
        if isinstance(value, models.Model):
            yield value
        elif isinstance(value, Mapping):
            yield from _instances(value.values())
        elif isinstance(value, list | tuple | set | frozenset):
            yield from _instances(value)


def _contents(instance: models.Model) -> dict[str, Any]:
    return _copied(vars(instance))


def _copied(contents: Mapping[str, Any]) -> dict[str, Any]:
    """As deep as a service reaches: the fields, whether it is stored, and which relations it has loaded."""
    found = dict(contents)
    state = found["_state"] = copy(found["_state"])
    if "fields_cache" in vars(state):
        state.fields_cache = dict(state.fields_cache)
    return found
