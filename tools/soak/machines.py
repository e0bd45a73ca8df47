"""The programs under test: PostgreSQL with all its care for the disk, web servers, the worker, their keeper."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from with_postgres import _binaries

ROOT = Path(__file__).resolve().parent.parent.parent
READY_SECONDS = 60
FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT  # PostgreSQL's words: roll back and close, or drop everything


class Postgres:
    """Unlike that of the tests it waits for the disk: what it acknowledged must outlive a crash."""

    def __init__(self, home: Path) -> None:
        self.home, self.user = home, "nobody" if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(home, self.user)
        self.binaries = _binaries(home, self.user)
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C", "--builtin-locale=C.UTF-8"]
        command = [self.binaries / "initdb", "-D", home / "data", "-U", "postgres", "--auth=trust", *locale]
        subprocess.run(command, user=self.user, cwd=home, check=True, stdout=subprocess.DEVNULL)
        self.url = f"postgres://postgres@/{home}/postgres"

    def start(self) -> None:
        settings = ["-c", "listen_addresses=", "-c", "max_connections=200"]
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.binaries / "postgres", "-D", self.home / "data", "-k", self.home, *settings],
                user=self.user, cwd=self.home, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            with suppress(psycopg.OperationalError):
                self.connection().close()
                return
            time.sleep(0.1)
        sys.exit(f"PostgreSQL did not start:\n{(self.home / 'log').read_text()[-2000:]}")

    def stop(self, how: signal.Signals = FAST) -> None:
        self.process.send_signal(how)
        self.process.wait(timeout=60)

    def restart(self, how: signal.Signals) -> None:
        self.stop(how)
        time.sleep(1)
        self.start()

    def connection(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(host=str(self.home), user="postgres", dbname="postgres", autocommit=True)

    def drop_connections(self) -> None:
        with self.connection() as own:
            own.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )


@dataclass
class Program:
    """A command that is started again whenever it ends, as systemd's `Restart=always` does."""

    arguments: list[str]
    environment: dict[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    restarts: int = -1

    def keep(self) -> None:
        if self.process is not None and self.process.poll() is None:
            return
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", *self.arguments],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.restarts += 1

    def children(self) -> list[int]:
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children") if self.process else ()
        return sorted({int(pid) for task in tasks for pid in task.read_text().split()})

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def end(self) -> None:
        if self.process is None:
            return
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=15)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class Site:
    """All programs on one database."""

    programs: list[Program]
    urls: list[str]
    environment: dict[str, str] = field(default_factory=dict)

    def keep(self) -> None:
        for program in self.programs:
            program.keep()

    def is_ready(self) -> bool:
        return all(_answers(url) for url in self.urls)

    def wait(self, seconds: float) -> float:
        """How long it took until every server was ready; raises `NeverReady`."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            self.keep()
            if self.is_ready():
                return time.monotonic() - began
            time.sleep(0.1)
        raise NeverReady(f"A server was not ready within {seconds:.0f} seconds.")


class NeverReady(Exception):
    pass


@contextmanager
def site(folder: Path, database_url: str, *, servers: int, workers: int) -> Iterator[Site]:
    """Prepared, with the demo world; ended in the end."""
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "DEMO_MODE": "true",
        "ACCESS_LOG": "true",
        "LOG_FORMAT": "json",
        "READY_FREE_MEGABYTES": "2",
        "PARTNER_CENTER_REQUESTS_PER_MINUTE": "1000000",
    }
    subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=environment, check=True)
    ports = [free_port() for _ in range(servers)]
    programs = [
        Program(
            ["serve", "--only-answer", "--port", str(port), "--workers", str(workers)],
            environment, folder / f"web-{number}.log",
        )
        for number, port in enumerate(ports)
    ]  # fmt: skip
    programs.append(Program(["work"], environment, folder / "work.log"))
    found = Site(programs, [f"http://127.0.0.1:{port}" for port in ports], environment)
    try:
        found.keep()
        yield found
    finally:
        for program in programs:
            program.end()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=20) as answer:  # noqa: S310  our own address
            return bool(answer.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False
