"""Many rows from one, written by the database itself, and what it does with them when it is asked."""

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models

EXPLAINED = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")
ENOUGH = 10_000  # rows of a table that nobody reads as a whole


def multiply(row: models.Model, times: int, *, prefix: str, **expressions: str) -> None:
    """Insert so many copies of `row`. `expressions` are SQL for fields that differ, with `n` for the copy's number."""
    model, quote = type(row), connection.ops.quote_name
    columns = {found.attname: found for found in model._meta.concrete_fields}
    own = {model._meta.pk.attname: _uuid(prefix)} if isinstance(model._meta.pk, models.UUIDField) else {}
    values = {name: expressions.get(name, own.get(name, quote(column.column))) for name, column in columns.items()}
    if isinstance(model._meta.pk, models.AutoField):
        del values[model._meta.pk.attname]
    names = ", ".join(quote(columns[name].column) for name in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < {times}) "
            f"INSERT INTO {quote(model._meta.db_table)} ({names}) SELECT {', '.join(values.values())} "
            f"FROM {quote(model._meta.db_table)} CROSS JOIN copies "
            f"WHERE {quote(model._meta.pk.column)} = %s",
            [model._meta.pk.get_db_prep_value(row.pk, connection)],
        )


def _uuid(prefix: str) -> str:
    """The id of copy `n`: eight digits that name the kind, then its number."""
    if connection.vendor == "postgresql":
        return f"('{prefix}-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid"
    return f"'{prefix}' || '000040008000' || substr('000000000000' || n, -12)"


uuid_of = _uuid


def uuid_text(value: uuid.UUID) -> str:
    """An id as SQL of this database spells it."""
    return str(value) if connection.vendor == "postgresql" else value.hex


def count_rows() -> None:
    """Tell the planner what there is."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@dataclass
class Watch:
    """Whole tables read, and much sorted, statement by statement."""

    big: frozenset[str]
    asked: int = 0
    found: list[str] = field(default_factory=list)

    def note(self, problem: str, sql: str) -> None:
        self.found.append(f"{problem}: {sql[:600]}")


@contextmanager
def watched(*, most_sorted: int) -> Iterator[Watch]:
    """Every statement is explained before it runs; reading a big table as a whole is noted, and sorting many rows."""
    watch, is_busy = Watch(big=_big_tables()), [False]

    def explain(run, sql, params, many, context):
        if not is_busy[0] and not many and sql.lstrip(" (").upper().startswith(EXPLAINED):
            is_busy[0] = True
            try:
                _judge(watch, sql, params, most_sorted)
            finally:
                is_busy[0] = False
        return run(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield watch


def _big_tables() -> frozenset[str]:
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            if cursor.fetchone()[0] >= ENOUGH:
                found.add(table)
    return frozenset(found)


def _judge(watch: Watch, sql: str, params: Any, most_sorted: int) -> None:
    watch.asked += 1
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            (told,) = cursor.fetchone()
            plan = told if isinstance(told, list) else json.loads(told)
            _judge_postgres(watch, plan[0]["Plan"], sql, most_sorted)
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            _judge_sqlite(watch, [row[3] for row in cursor.fetchall()], sql, params, most_sorted)


def _judge_postgres(watch: Watch, node: dict[str, Any], sql: str, most_sorted: int) -> None:
    kind, inner = node["Node Type"], node.get("Plans", [])
    if kind == "Seq Scan" and node["Relation Name"] in watch.big:
        watch.note(f"reads all of {node['Relation Name']}", sql)
    if kind == "Sort" and inner[0]["Plan Rows"] > most_sorted:
        watch.note(f"sorts {inner[0]['Plan Rows']} rows", sql)
    for part in inner:
        _judge_postgres(watch, part, sql, most_sorted)


def _judge_sqlite(watch: Watch, steps: list[str], sql: str, params: Any, most_sorted: int) -> None:
    table_of = {alias: table for table, alias in re.findall(r'"(\w+)" ([A-Z]+\d+)\b', sql)}
    for step in steps:
        match = re.fullmatch(r"SCAN (\w+)", step)
        if match and table_of.get(match[1], match[1]) in watch.big:
            watch.note(f"reads all of {table_of.get(match[1], match[1])}", sql)
    if any("TEMP B-TREE FOR ORDER BY" in step for step in steps):
        unlimited = re.sub(r" LIMIT \d+( OFFSET \d+)?$", "", sql)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({unlimited})", params)
            (rows,) = cursor.fetchone()
        if rows > most_sorted:
            watch.note(f"sorts {rows} rows", sql)
