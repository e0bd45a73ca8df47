"""A copy of the database as of one moment, taken while it is written to, and put back into an empty one."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection

from partnercenter.errors import DomainError, Problem

OWNER_ONLY = 0o600  # it holds hashes of passwords and whatever else the database does


class BackupError(DomainError):
    """There is no copy, or nothing was put back."""


def back_up(to: Path) -> None:
    """Write the copy to `to`, which must not be there. What is there afterward is whole."""
    if to.exists():
        raise _failed(f"{to} is there already, and a backup overwrites nothing.")
    if not to.absolute().parent.is_dir():
        raise _failed(f"{to.parent} is no folder.")
    draft = to.with_name(f"{to.name}.{os.getpid()}.part")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
        _copy_sqlite(draft) if connection.vendor == "sqlite" else _dump_postgresql(draft)
        os.link(draft, to)  # unlike a rename, it never takes the place of another file
    except OSError as error:
        raise _failed(f"{to} could not be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)


def put_back(source: Path) -> None:
    """Read `source` into the database of this process, which must be empty."""
    if not source.is_file():
        raise _failed(f"{source} is no file.")
    if connection.introspection.table_names():
        raise _failed("The database is not empty. Restore into a new one, then let the servers use that.")
    if connection.vendor == "sqlite":
        _read_sqlite(source)
    else:
        _run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(source))


def _copy_sqlite(draft: Path) -> None:
    """In one step, so that it is one moment; writers go on meanwhile, since the log is written ahead."""
    connection.ensure_connection()
    with closing(sqlite3.connect(draft)) as copy:
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as live:
            live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
        _check(copy, draft)


def _read_sqlite(source: Path) -> None:
    connection.ensure_connection()
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            _check(copy, source)
            copy.backup(connection.connection)
    except sqlite3.Error as error:
        raise _failed(f"{source} is no backup of a SQLite database: {error}.") from error
    connection.close()


def _check(copy: sqlite3.Connection, path: Path) -> None:
    (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise _failed(f"{path} is damaged: {found}")


def _dump_postgresql(draft: Path) -> None:
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={draft}")


def _run(program: str, *arguments: str) -> None:
    folder = settings.POSTGRESQL_PROGRAMS or None
    path = shutil.which(program, path=folder)
    if path is None:
        raise _failed(f"{program} is not there. Install the client programs, or set POSTGRESQL_PROGRAMS.")
    database = str(connection.settings_dict["NAME"])
    done = subprocess.run(  # noqa: S603  our own arguments
        [path, f"--dbname={database}", *arguments],
        env=os.environ | _where(connection.settings_dict),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise _failed(f"{program} failed: {done.stderr.strip()[-1000:]}")


def _where(config: Mapping[str, object]) -> dict[str, str]:
    """The password goes by the environment: arguments can be read by everybody on the machine."""
    known = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    found = {name: str(config.get(key) or "") for name, key in known.items()}
    options = config.get("OPTIONS")
    if isinstance(options, dict):
        found["PGSSLMODE"] = str(options.get("sslmode") or "")
    return {name: value for name, value in found.items() if value}


def _failed(message: str) -> BackupError:
    return BackupError(Problem("backup_failed", message))
