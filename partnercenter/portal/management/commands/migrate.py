"""Django's own `migrate`, without the limit on how long a statement may take: an index on many rows takes minutes.

The limit on waiting for a lock stays, and is short: while ALTER TABLE waits for its lock, everybody waits behind it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

LIMITS = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0", "lock_timeout": "5s"}


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        with patient(options["database"]):
            super().handle(*args, **options)


@contextmanager
def patient(alias: str) -> Iterator[None]:
    connection = connections[alias]
    if connection.vendor != "postgresql" or connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        yield  # behind a pooler, the next one would find what is set here
        return
    _each(alias, [f"SET {name} = '{value}'" for name, value in LIMITS.items()])
    try:
        yield
    finally:
        if connection.is_usable():
            _each(alias, [f"RESET {name}" for name in LIMITS])


def _each(alias: str, statements: list[str]) -> None:
    with connections[alias].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
