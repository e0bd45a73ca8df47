"""Lists from a replica under real streaming replication: stopped, it shows neither an old row nor an old right."""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from tests.plugins.portal import PREPARE
from tools import with_postgres

pytestmark = [pytest.mark.once, pytest.mark.slow]
READER = Path(__file__).parent / "replica_reader.py"


@contextmanager
def replica_of(primary: Path, home: Path):
    """A standby that streams from the server in `primary`; yields its address and the process."""
    user = "nobody" if os.geteuid() == 0 else None
    binaries = with_postgres._binaries(home, user)
    copy = [binaries / "pg_basebackup", "-h", primary, "-U", "postgres", "-D", home / "data", "-R", "--checkpoint=fast"]
    subprocess.run(copy, user=user, cwd=home, check=True, capture_output=True)
    options = ["-c", "listen_addresses=", "-c", "hot_standby=on", "-c", "max_connections=300"]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", home / "data", "-k", home, *options],
            user=user,
            cwd=home,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        with_postgres._wait_until_ready(server, home)
        yield f"postgres://postgres@/{home}/postgres", server
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def reader():
    """A process of the product with a primary and a replica; `ask(...)` has it do one thing of replica_reader.py."""
    with with_postgres.temporary_server() as primary_url, with_postgres.temporary_folder() as home:
        primary = Path(primary_url.removeprefix("postgres://postgres@/").removesuffix("/postgres"))
        environment = os.environ | {"DATABASE_URL": primary_url, "PYTHONPATH": str(settings.BASE_DIR)}
        subprocess.run([sys.executable, "-c", PREPARE], env=environment, check=True, stdout=subprocess.DEVNULL)
        with psycopg.connect(host=str(primary), user="postgres", dbname="postgres", autocommit=True) as admin:
            admin.execute("ALTER ROLE postgres SET synchronous_commit = 'on'")  # tests do without, elsewhere
        with replica_of(primary, home) as (replica_url, server):
            process = subprocess.Popen(
                [sys.executable, READER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=environment | {"REPLICA_DATABASE_URL": replica_url, "ALLOWED_HOSTS": "testserver"},
            )

            def ask(*words):
                process.stdin.write(json.dumps(words) + "\n")
                process.stdin.flush()
                return json.loads(process.stdout.readline())

            try:
                yield ask, server
            finally:
                process.kill()
                process.communicate()


def listed_by_the_replica(ask):
    """The list, as soon as the replica has come so far that it may answer."""
    deadline = time.monotonic() + 120
    while not (found := ask("list"))["asked_replica"]:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    assert found["status"] == 200
    return found


def test_a_replica_answers_lists_and_never_with_what_is_old(reader):
    ask, server = reader
    before = listed_by_the_replica(ask)

    ask("pause")
    created = ask("create", "paused@fabrikam.com")
    assert created == 201
    listed = ask("list")
    assert sorted(listed["names"]) == sorted([*before["names"], "paused@fabrikam.com"])
    assert listed["asked_replica"] is False
    assert ask("there", "paused@fabrikam.com") is False  # so the replica would have shown the old list

    assert ask("rights there") > 0
    ask("end rights")
    assert ask("rights there") > 0  # and still would let ava in
    assert ask("list")["status"] == 403

    ask("resume")
    ask("give rights back")
    assert listed_by_the_replica(ask)["names"] == listed["names"]

    server.kill()
    server.wait()
    alone = ask("list")
    assert (alone["names"], alone["asked_replica"]) == (listed["names"], False)
    assert ask("create", "alone@fabrikam.com") == 201
