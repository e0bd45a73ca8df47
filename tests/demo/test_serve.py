"""`manage.py serve` from outside, as a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from partnercenter.portal.management.commands.serve import claim

ROOT = Path(settings.BASE_DIR)
TAKES_TOO_LONG = 60


@pytest.fixture
def taken_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def environment(tmp_path, **more):
    return os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'serve.sqlite3'}", "DEMO_MODE": "true"} | more


def serve(tmp_path, *options, **more):
    """For starts that are refused: they end by themselves."""
    return subprocess.run(
        [sys.executable, "manage.py", "serve", *options],
        cwd=ROOT,
        env=environment(tmp_path, **more),
        capture_output=True,
        text=True,
        check=False,
        timeout=TAKES_TOO_LONG,
    )


def test_a_port_that_is_taken_is_said_plainly_before_anything_is_done(tmp_path, taken_port):
    answer = serve(tmp_path, PORT=str(taken_port))

    assert answer.returncode == 1
    assert f"Can't listen at 127.0.0.1, port {taken_port}: Address already in use" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (tmp_path / "serve.sqlite3").exists()


def test_the_demo_is_not_shown_to_other_machines_unless_that_is_asked_for(tmp_path, free_port):
    answer = serve(tmp_path, "--host", "0.0.0.0", "--port", str(free_port))  # noqa: S104  refused

    assert answer.returncode == 1
    assert "--allow-remote-demo" in answer.stderr
    assert not (tmp_path / "serve.sqlite3").exists()


def test_a_production_start_with_the_key_of_the_demo_is_refused(tmp_path, free_port):
    answer = serve(tmp_path, DEMO_MODE="false", ALLOWED_HOSTS="portal.example.com", PORT=str(free_port))

    assert answer.returncode == 1
    assert "SECRET_KEY" in answer.stderr
    assert not (tmp_path / "serve.sqlite3").exists()


def test_a_production_start_with_debug_is_refused(tmp_path, free_port):
    more = {"SECRET_KEY": "s" * 60, "ALLOWED_HOSTS": "portal.example.com", "DEBUG": "true"}
    answer = serve(tmp_path, DEMO_MODE="false", PORT=str(free_port), **more)
    assert answer.returncode == 1
    assert answer.stderr.startswith("DEMO_MODE is off, but DEBUG is on")


def test_a_free_port_can_be_claimed_by_name_and_by_number(free_port):
    assert claim("127.0.0.1", free_port) == "127.0.0.1"
    assert claim("localhost", free_port) == "127.0.0.1"


def test_a_host_that_is_not_ours_cannot_be_claimed(free_port):
    with pytest.raises(OSError, match=r"."):
        claim("192.0.2.1", free_port)


def _first_answer(url, server):
    deadline = time.monotonic() + TAKES_TOO_LONG
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  our own address
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.05)
    return None


@pytest.mark.slow
def test_a_second_start_answers_and_ctrl_c_ends_it_cleanly(live_portal, free_port):
    """On a database that a first start has prepared; the signal goes to the whole group, as a terminal sends it."""
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--workers", "2"],
        cwd=ROOT,
        env=live_portal.environment | {"PORT": str(free_port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert _first_answer(f"http://127.0.0.1:{free_port}/admin/login/", server) == 200
        os.killpg(server.pid, signal.SIGINT)
        output, errors = server.communicate(timeout=TAKES_TOO_LONG)
    finally:
        server.kill()
        server.wait()

    assert server.returncode == 0
    assert "ava.admin@contoso-partners.example" in output
    assert "..." not in output  # nothing had to be prepared
    assert errors == ""
