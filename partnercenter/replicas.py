"""Lists from a read replica, never a right and never a row that is older than the request (docs/adr/0021).

Nothing goes to the replica by itself: a query does where `read` says so, after the replica has shown that it has
replayed all that the primary had written when the question came. Otherwise, and when it is away, the primary answers.
"""

import logging
import time
from typing import Any, TypeVar

from django.conf import settings
from django.db import Error, connection, connections, models

Q = TypeVar("Q", bound=models.QuerySet[Any])

ALIAS, PRIMARY = "replica", "default"
TRIES, PAUSE = 3, 0.005  # to let it catch up, seconds between
SECONDS_AWAY = 10.0  # that nobody asks one that did not answer

_asked_again_at = 0.0  # by time.monotonic(), in this process
log = logging.getLogger(__name__)


def read(rows: Q) -> Q:
    """`rows` from the replica if it is up to date with the primary, otherwise from the primary. Two small queries."""
    return rows.using(ALIAS) if _may_answer() else rows


def _may_answer() -> bool:
    if ALIAS not in settings.DATABASES or connection.in_atomic_block:
        return False  # what this very transaction wrote is nowhere else
    if time.monotonic() < _asked_again_at:
        return False
    return _has_replayed(_written())


def _written() -> str:
    """How far the primary's log is on disk now: every commit that anybody was told of lies before it.

    Not how far it is written: reading rows for the first time writes to the log, too, and nobody waits for that.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_flush_lsn()::text")
        (position,) = cursor.fetchone() or ("",)
    return str(position)


def _has_replayed(position: str) -> bool:
    global _asked_again_at  # noqa: PLW0603  one per process; the worst that a race does is ask twice
    try:
        for attempt in range(TRIES):
            time.sleep(PAUSE if attempt else 0)
            with connections[ALIAS].cursor() as cursor:
                cursor.execute("SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %s::pg_lsn", [position])
                (is_there,) = cursor.fetchone() or (False,)
            if is_there:
                return True
    except Error as error:
        log.warning("The replica does not answer: %s", error)
        _asked_again_at = time.monotonic() + SECONDS_AWAY
    return False


class Router:
    """Django asks it about every query that names no database: always the primary."""

    def db_for_read(self, model: type[models.Model], **hints: object) -> str:
        return PRIMARY

    def db_for_write(self, model: type[models.Model], **hints: object) -> str:
        return PRIMARY

    def allow_relation(self, one: models.Model, other: models.Model, **hints: object) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        return db == PRIMARY
