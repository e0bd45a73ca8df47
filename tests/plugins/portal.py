"""A real server process on a database of its own, for tests that come in through HTTP.

It is another process on purpose: Playwright keeps an event loop in the test's thread, where Django refuses to touch a
database, and a test that reads rows behind the server's back would see another transaction anyway.
"""

import fcntl
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import environ
import psycopg
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
START_SECONDS = 120
_numbers = itertools.count(1)

ASK = """
import json, sys
import django
django.setup()
scope = {}
exec(sys.stdin.read(), scope)
print(json.dumps(scope.get("result"), default=str))
"""


@dataclass(frozen=True)
class Portal:
    url: str
    database_url: str

    def ask(self, code: str) -> object:
        """Run Python beside the server, on its database; what it leaves in `result` comes back through JSON."""
        answer = subprocess.run(
            [sys.executable, "-c", ASK],
            input=code,
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env=self.environment,
        )
        assert answer.returncode == 0, f"{code}\n{answer.stderr}"
        return json.loads(answer.stdout.splitlines()[-1])

    @property
    def environment(self) -> dict[str, str]:
        address = urlsplit(self.url)
        return os.environ | {
            "DATABASE_URL": self.database_url,
            "DEMO_MODE": "true",
            "HOST": str(address.hostname),
            "PORT": str(address.port),
        }


PREPARE = """
import django
django.setup()
from partnercenter.portal.management.preparation import prepare
prepare(print)
"""


@contextmanager
def _fresh_database(folder: Path, shared: Path):
    """A copy of the demo world in the engine that the suite runs on; yields its DATABASE_URL.

    The first server of a run prepares the original. The caller holds the lock of `shared`.
    """
    url = os.environ.get("DATABASE_URL", "sqlite://")
    if url.startswith("sqlite"):
        original = shared / "prepared.sqlite3"
        if not original.exists():
            _prepare(f"sqlite:///{shared / 'preparing.sqlite3'}")
            (shared / "preparing.sqlite3").rename(original)
        shutil.copyfile(original, folder / "portal.sqlite3")
        yield f"sqlite:///{folder / 'portal.sqlite3'}"
        return
    with _postgres(url) as admin:
        prepared = shared / "prepared.database"
        if not prepared.exists():
            original = f"portal_prepared_{os.getpid()}"
            admin.execute(f"CREATE DATABASE {original}")
            _prepare(_named(url, original))
            prepared.write_text(original)
        name = f"portal_{os.getpid()}_{next(_numbers)}"
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {prepared.read_text()}")
    try:
        yield _named(url, name)
    finally:
        with _postgres(url) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _prepare(database_url: str) -> None:
    subprocess.run(
        [sys.executable, "-c", PREPARE],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database_url, "DEMO_MODE": "true"},
        stdout=subprocess.DEVNULL,
        check=True,
    )


def _postgres(url: str) -> psycopg.Connection:
    config = environ.Env.db_url_config(url)
    return psycopg.connect(
        host=config["HOST"] or None,
        port=config["PORT"] or None,
        dbname=config["NAME"],
        user=config["USER"] or None,
        password=config["PASSWORD"] or None,
        autocommit=True,
    )


def _named(url: str, name: str) -> str:
    """The address of another database on the same server."""
    address, _, query = url.partition("?")
    return f"{address.rpartition('/')[0]}/{name}{'?' if query else ''}{query}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310  our own address
            return True
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False


def _wait_until_it_answers(url: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if _answers(f"{url}/healthz"):
            return
        time.sleep(0.1)
    pytest.fail(f"`manage.py serve` did not answer at {url}:\n{log.read_text()[-4000:]}", pytrace=False)


@contextmanager
def _running_portal(tmp_path_factory):
    folder = tmp_path_factory.mktemp("portal")
    log = folder / "server.log"
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with ExitStack() as stack, log.open("wb") as output:
        # One start at a time: servers share the folder of collected static files, and the original of the world.
        with (shared / "portal.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            database_url = stack.enter_context(_fresh_database(folder, shared))
            portal = Portal(url=f"http://127.0.0.1:{_free_port()}", database_url=database_url)
            server = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=ROOT,
                env=portal.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            try:
                _wait_until_it_answers(portal.url, server, log)
            except BaseException:
                _kill(server)
                raise
        try:
            yield portal
        finally:
            _kill(server)


def _kill(server: subprocess.Popen) -> None:
    """The server and its workers: they share a process group."""
    with suppress(ProcessLookupError, subprocess.TimeoutExpired):
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=10)
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()


@pytest.fixture
def free_port() -> int:
    """A port of loopback at which nobody listens just now."""
    return _free_port()


@pytest.fixture(scope="session")
def live_portal(tmp_path_factory) -> Portal:
    """The demo world behind a server that all tests of this worker share: read it, or add rows of your own."""
    with _running_portal(tmp_path_factory) as portal:
        yield portal


@pytest.fixture
def own_portal(tmp_path_factory) -> Portal:
    """The same, started for this test alone: for tests that change what others look at."""
    with _running_portal(tmp_path_factory) as portal:
        yield portal
