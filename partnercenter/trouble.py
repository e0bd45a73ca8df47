"""What a database says when it can't do something just now, as an error that doors know how to tell."""

import sqlite3
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

import psycopg
from django.db import Error, InterfaceError, OperationalError
from django.db.transaction import TransactionManagementError

from partnercenter.errors import DomainError, Problem


class Trouble(Enum):
    """The value is the status that HTTP has for it, and the code of its problem."""

    CONTENTION = 503, "database_busy"  # somebody else was in the way, and this one gave way
    SLOW = 504, "database_timeout"  # the statement took longer than it may
    AWAY = 503, "database_away"  # nobody is there, or the one who was has gone
    FULL = 503, "database_full"  # no room, no memory, no more connections

    @property
    def status(self) -> int:
        return self.value[0]

    @property
    def code(self) -> str:
        return self.value[1]


SECONDS_TO_WAIT = 2  # before a client should ask again
_MESSAGES: Mapping[Trouble, str] = MappingProxyType(
    {
        Trouble.CONTENTION: "Others were changing the same things at the same moment, so nothing was saved. "
        "Try again in a moment.",
        Trouble.SLOW: "The database was given up on, because this took longer than it may; nothing was saved. "
        "Ask for less at once, or try again later.",
        Trouble.AWAY: "The database can't be reached just now. A change that was on its way has been made whole or not "
        "at all: look whether it is there before you try again.",
        Trouble.FULL: "The database has no room for this just now, so nothing was saved. "
        "Try again later, or tell the people who run this server.",
    }
)
_BY_STATE: Mapping[str, Trouble] = MappingProxyType(
    {
        "40001": Trouble.CONTENTION,  # serialization_failure
        "40P01": Trouble.CONTENTION,  # deadlock_detected
        "55P03": Trouble.CONTENTION,  # lock_not_available, also after lock_timeout
        "57014": Trouble.SLOW,  # query_canceled, by statement_timeout or by hand
        "25P03": Trouble.AWAY,  # idle_in_transaction_session_timeout
        "25006": Trouble.AWAY,  # read_only_sql_transaction: this server is not the primary any more
        "57P01": Trouble.AWAY,  # admin_shutdown
        "57P02": Trouble.AWAY,  # crash_shutdown
        "57P03": Trouble.AWAY,  # cannot_connect_now
        "57P05": Trouble.AWAY,  # idle_session_timeout
    }
)
_BY_CLASS: Mapping[str, Trouble] = MappingProxyType({"08": Trouble.AWAY, "53": Trouble.FULL})
_BY_SQLITE: Mapping[int, Trouble] = MappingProxyType(
    {
        sqlite3.SQLITE_BUSY: Trouble.CONTENTION,
        sqlite3.SQLITE_LOCKED: Trouble.CONTENTION,
        sqlite3.SQLITE_INTERRUPT: Trouble.SLOW,
        sqlite3.SQLITE_FULL: Trouble.FULL,
        sqlite3.SQLITE_NOMEM: Trouble.FULL,
        sqlite3.SQLITE_IOERR: Trouble.AWAY,
        sqlite3.SQLITE_CANTOPEN: Trouble.AWAY,
        sqlite3.SQLITE_READONLY: Trouble.AWAY,
    }
)
_PRIMARY_CODE = 0xFF  # SQLite's extended codes carry the primary one in their lowest byte


class Unavailable(DomainError):
    """The database could not do it just now; the same request may well go through later."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(Problem(code=trouble.code, message=_MESSAGES[trouble]))
        self.trouble = trouble
        self.status = trouble.status
        self.seconds = SECONDS_TO_WAIT


def trouble_of(error: BaseException | None) -> Trouble | None:
    """What kind of trouble `error` is; None for an error of another kind, a mistake of ours included."""
    match error:
        case Unavailable(trouble=trouble):
            return trouble
        case TransactionManagementError():  # what follows an error in a transaction that goes on regardless
            return trouble_of(error.__cause__)
        case Error():
            return _of_driver(error.__cause__) or _unnamed(error)
        case psycopg.Error() | sqlite3.Error():
            return _of_driver(error)
    return None


def unavailable(error: BaseException) -> Unavailable | None:
    """`error` as doors tell it, if it is trouble of the database."""
    if isinstance(error, Unavailable):
        return error
    trouble = trouble_of(error)
    return Unavailable(trouble) if trouble else None


def _of_driver(error: BaseException | None) -> Trouble | None:
    if isinstance(error, sqlite3.Error):
        return _BY_SQLITE.get(getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE)
    if not isinstance(error, psycopg.Error):
        return None
    state = error.sqlstate or ""
    if not state and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return Trouble.AWAY  # the line broke, or no connection could be had: then the server has not spoken
    return _BY_STATE.get(state) or _BY_CLASS.get(state[:2])


def _unnamed(error: Error) -> Trouble | None:
    """Django's own words for a connection that is closed come without a cause."""
    is_about_the_line = isinstance(error, InterfaceError | OperationalError) and error.__cause__ is None
    return Trouble.AWAY if is_about_the_line else None
