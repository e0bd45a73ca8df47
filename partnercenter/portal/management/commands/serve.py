"""`manage.py serve`: prepare what is missing, say where and who, and answer requests."""

import ctypes
import gc
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, connections
from django.template import engines
from django.urls import get_resolver
from django.utils.module_loading import import_string

from partnercenter import checks
from partnercenter.portal.management.preparation import prepare

APPLICATION = "partnercenter.wsgi:application"
MOST_WORKERS = 4  # unless more are asked for
THREADS = 4
SECONDS_TO_STOP = 5  # for requests that are being answered
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


class Command(BaseCommand):
    help = "Start the portal: brings database, catalogs, demo world and static files up to date first."
    requires_system_checks = ()  # only our own, below: the others import every page before the first can be served

    def add_arguments(self, parser: ArgumentParser) -> None:
        workers = min(MOST_WORKERS, os.cpu_count() or 1)
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"), help="address to listen at")
        parser.add_argument("--port", type=int, default=os.environ.get("PORT", "8000"), help="port to listen at")
        parser.add_argument("--workers", type=int, default=workers, help="number of processes (%(default)s)")
        parser.add_argument(
            "--allow-remote-demo",
            action="store_true",
            help="let other machines reach the demo and its public passwords",
        )
        parser.add_argument(
            "--only-answer",
            action="store_true",
            help="prepare nothing and start no background worker: `prepare` and `work` run elsewhere",
        )

    def handle(
        self, *, host: str, port: int, workers: int, allow_remote_demo: bool, only_answer: bool, **_: object
    ) -> None:
        if settings.DEMO_MODE and not checks.is_loopback(host) and not allow_remote_demo:
            self._give_up(
                f"{host} can be reached from other machines, and everybody knows the passwords of the demo.\n"
                "Listen at 127.0.0.1, set DEMO_MODE=false, or say --allow-remote-demo if that is what you want."
            )
        for error in run_checks(tags=[checks.TAG]):
            self._give_up(f"{error.msg} {error.hint}")
        try:
            address = claim(host, port)
        except OSError as error:
            self._give_up(f"Can't listen at {host}, port {port}: {error.strerror}. Choose another with PORT or --port.")
        with numbers_shared():
            self._start(host, port, address, workers=max(1, workers), only_answer=only_answer)

    def _start(self, host: str, port: int, address: str, *, workers: int, only_answer: bool) -> None:
        try:
            if not only_answer:
                prepare(self._say)
            for error in run_checks(tags=[checks.TAG], databases=["default"]):
                self._give_up(f"{error.msg} {error.hint}")
            load()
        except OperationalError as error:
            self._give_up(f"The database can't be used: {error}")
        except KeyboardInterrupt:
            self._give_up("Stopped before it was ready; the next start takes it up again.")
        self._announce(host, port, with_demo=settings.DEMO_MODE and not only_answer)
        run(address, port, workers=workers, with_background=not only_answer)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _announce(self, host: str, port: int, *, with_demo: bool) -> None:
        shown = f"[{host}]" if ":" in host else host
        self._say(f"\npartnercenter is at http://{shown}:{port}/   (Ctrl-C stops it)\n\n")
        if with_demo:
            call_command("demo", sign_ins=True, stdout=self.stdout)
            self._say("")

    def _give_up(self, why: str) -> None:
        self.stderr.write(why)
        sys.exit(1)


def claim(host: str, port: int) -> str:
    """The numeric address of `host`; raises OSError when nobody could listen there now.

    The server itself would share a port with another of its kind without a word.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, address = min(found, key=lambda row: row[0] != socket.AF_INET)
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
    return str(address[0])


@contextmanager
def numbers_shared() -> Iterator[None]:
    """A folder where the workers add up what they count for /metrics; before anything that counts is imported."""
    with TemporaryDirectory(prefix="partnercenter-numbers-") as folder:
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", folder)
        yield


def load() -> None:
    """Import all that answering takes, so that workers need not: they are forks of this process.

    A fresh interpreter would spend more time on its imports than all the rest takes, and would share no memory.
    """
    if sys.platform != "linux":
        return  # workers start afresh where forking is not safe
    import_string(APPLICATION.replace(":", "."))
    get_resolver().url_patterns  # noqa: B018  imports every page
    engines.all()  # imports every template tag


def run(address: str, port: int, *, workers: int, with_background: bool) -> None:
    """Answer requests until a signal comes."""
    from granian import Granian  # noqa: PLC0415  only here, for other commands can do without
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    if sys.platform == "linux":
        multiprocessing.set_start_method("fork", force=True)
        os.register_at_fork(after_in_child=_become_worker)
    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()  # its threads would not survive the fork
    gc.collect()
    gc.freeze()  # what is loaded now stays: never look at it again, and keep its memory shared
    if with_background:
        work_in_the_background()
    Granian(
        APPLICATION,
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=min(THREADS, 2 * multiprocessing.cpu_count() + 1),
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=SECONDS_TO_STOP,
    ).serve()


def work_in_the_background() -> None:
    """One process beside those that answer. It ends with them; what it leaves in the middle, the next takes up."""
    if sys.platform == "linux":
        multiprocessing.Process(target=call_command, args=("work",), daemon=True).start()
    else:
        subprocess.Popen([sys.executable, sys.argv[0], "work"])  # noqa: S603  our own command


def _become_worker() -> None:
    """One signal to stop, from the parent only: a second one, as Ctrl-C sends it to the whole group, would stall it.

    Until the worker has its own handlers it would swallow the signal with those of its parent, and a parent that was
    killed would leave it holding the port.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    os.setpgrp()
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
