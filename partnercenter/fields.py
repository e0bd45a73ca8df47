"""Model fields that mean the same on SQLite and PostgreSQL."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    CharField = models.CharField[str, str]
else:
    CharField = models.CharField


class SortKeyField(CharField):
    """A casefolded text that both databases order byte by byte, so that a key page continues where the last ended.

    PostgreSQL would otherwise order by the locale of the cluster, SQLite by bytes.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, str | None]:
        parameters = dict(super().db_parameters(connection))
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


def begins_with(column: str, key: str) -> models.Q:
    """Sort keys that begin with `key`, as a range: an index serves it on both, as it does no LIKE of SQLite."""
    if not key:
        return models.Q()
    last = ord(key[-1]) + 1
    if 0xD800 <= last <= 0xDFFF:  # noqa: PLR2004  halves of letters, which no database takes
        last = 0xE000
    if last > 0x10FFFF:  # noqa: PLR2004  the last letter there is
        return models.Q(**{f"{column}__startswith": key})
    return models.Q(**{f"{column}__gte": key, f"{column}__lt": key[:-1] + chr(last)})


def sort_key(text: str, *, max_length: int = 256) -> str:
    """The casefolded form of `text` that `SortKeyField` columns hold."""
    return text.casefold()[:max_length]
