"""Rows that are made once and put back in milliseconds, however long they took to make."""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from partnercenter.audit.services import removal


def keep_rows(make: Callable[[], Any]) -> tuple[Any, list[str]]:
    """Call `make` on the empty database and move what it wrote aside; returns its result and the tables it filled."""
    quiet = _filled(connection.introspection.django_table_names(only_existing=True))
    with transaction.atomic():
        made = make()
        connection.check_constraints()  # what PostgreSQL does with a commit is done: audit seals join their chains
        tables = sorted(_filled(connection.introspection.django_table_names(only_existing=True)) - quiet)
        _each(tables, "CREATE TABLE {kept} AS SELECT * FROM {table}")
        with removal("kept aside"):
            _each(tables, "DELETE FROM {table}")
    return made, tables


def put_back(tables: list[str]) -> None:
    """The rows of these tables, as they were when they were kept."""
    _each(tables, "INSERT INTO {table} SELECT * FROM {kept}")


def _filled(tables: list[str]) -> set[str]:
    with connection.cursor() as cursor:
        return {table for table in tables if _has_rows(cursor, table)}


def _has_rows(cursor: Any, table: str) -> bool:
    cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})")  # noqa: S608  our own tables
    return bool(cursor.fetchone()[0])


def _each(tables: list[str], statement: str) -> None:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(statement.format(table=quote(table), kept=quote(f"kept_{table}")))
