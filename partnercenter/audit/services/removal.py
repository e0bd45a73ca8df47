"""The one way past the triggers that keep audit records: for retention and for a demo that begins anew."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def removal(reason: str) -> Iterator[None]:
    """Let this transaction, and no other, remove records. The permit is gone before anybody else could see it."""
    with transaction.atomic():
        _execute("INSERT INTO audit_permit (reason) VALUES (%s)", reason)
        yield
        _execute("DELETE FROM audit_permit")


def _execute(statement: str, *params: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
