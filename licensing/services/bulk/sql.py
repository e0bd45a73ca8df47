"""The few words in which SQLite and PostgreSQL differ, and running statements with them.

The statements of a bulk run are written by hand, since the ORM has no INSERT ... SELECT. They hold names of our own
tables and these words only; every value is a parameter.
"""

import json
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from customers.models import CustomerUser
from licensing.models import BulkRunItem, LicenseAssignment
from partnercenter.audit.models import AuditRecord

USERS, ITEMS, ASSIGNMENTS, AUDIT = (
    model._meta.db_table  # noqa: SLF001  Django documents it
    for model in (CustomerUser, BulkRunItem, LicenseAssignment, AuditRecord)
)

MANY = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    new_id: str  # of version 7; its parameter is a `time_ordered_prefix`
    spelled_id: str  # of i.user_id, with dashes
    listed: str  # a parameter that is a list of ids
    json: str  # a parameter that is JSON
    held: str  # the licenses of u


_HEX_ID = "%s || lower(substr(hex(randomblob(2)), 2) || 'a' || substr(hex(randomblob(8)), 2))"
_DASHED = " || '-' || ".join(
    f"substr(i.user_id, {start}, {length})" for start, length in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
)
_OF_THE_USER = f"FROM {ASSIGNMENTS} a WHERE a.customer_id = u.customer_id AND a.user_id = u.id"

SQLITE = Words(
    new_id=_HEX_ID,
    spelled_id=_DASHED,
    listed="SELECT replace(value, '-', '') FROM json_each(%s)",
    json="%s",
    held=f"SELECT group_concat(a.subscribed_sku_id || '=' || a.disabled_plans, ';') {_OF_THE_USER}",
)
POSTGRESQL = Words(
    new_id="(%s || substr(gen_random_uuid()::text, 16))::uuid",
    spelled_id="i.user_id::text",
    listed="SELECT value::uuid FROM json_array_elements_text(%s::json)",
    json="%s::jsonb",
    held="SELECT string_agg(a.subscribed_sku_id::text || '=' || a.disabled_plans::text, ';' "
    f"ORDER BY a.subscribed_sku_id) {_OF_THE_USER}",
)


def words() -> Words:
    return SQLITE if connection.vendor == "sqlite" else POSTGRESQL


def before(table: str) -> str:
    """What the user in `table` holds, in the form of `holdings`."""
    held = words().held.replace("u.", f"{table}.")
    return f"{table}.usage_location || '|' || coalesce(({held}), '')"


@contextmanager
def large_cache() -> Iterator[None]:
    """64 MB of pages for SQLite: a chunk of a large table reads and writes more than a request ever does."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    database = connection.connection
    ((usual,),) = database.execute("PRAGMA cache_size").fetchall()
    database.execute("PRAGMA cache_size=-64000")
    try:
        yield
    finally:
        database.execute(f"PRAGMA cache_size={int(usual)}")
        database.execute("PRAGMA shrink_memory").fetchall()


def execute(statement: str, params: Iterable[Any] = ()) -> int:
    """Run it; returns how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [adapted(value) for value in params])
        return int(cursor.rowcount)


def fetch(statement: str, params: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [adapted(value) for value in params])
        return list(cursor.fetchall())


def adapted(value: Any) -> Any:
    """As the database driver takes it; Django's fields do this for the ORM."""
    if isinstance(value, uuid.UUID):
        return value.hex if connection.vendor == "sqlite" else value
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def look_at_the_items(fresh: int) -> None:
    """Tell PostgreSQL's planner of many new rows now: it would plan for one of them until autovacuum comes by."""
    if fresh >= MANY and connection.vendor == "postgresql":
        execute(f"ANALYZE {ITEMS}")


def id_list(ids: Iterable[uuid.UUID | str]) -> str:
    """For the parameter of `Words.listed`."""
    return json.dumps([str(value) for value in ids])


def as_id(value: object) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
