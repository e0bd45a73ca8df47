"""`manage.py work`: does what was left to the background, and takes up runs that another process left in the middle."""

import logging
import signal
import time
from argparse import ArgumentParser
from types import FrameType

from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections, connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from licensing.ledger import seat_drift
from licensing.tasks import take_up_abandoned_runs
from partnercenter.operations.models import Heartbeat
from partnercenter.operations.services import beat
from partnercenter.trouble import Unavailable

log = logging.getLogger(__name__)

BEAT_SECONDS = 10
LEDGER_SECONDS = 600


class Command(BaseCommand):
    help = "Do what waits in the background, until a signal comes. `serve` starts one of these by itself."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what waits now, then end")
        parser.add_argument("--interval", type=float, default=0.5, help="seconds between two looks (%(default)s)")

    def handle(self, *, once: bool, interval: float, **_: object) -> None:
        self.stopped = False
        self.is_away = False
        if not once:
            signal.signal(signal.SIGTERM, self._stop)
            signal.signal(signal.SIGINT, self._stop)
        signs = Signs()
        while not self.stopped:
            self._look(signs)
            if once:
                return
            time.sleep(interval)

    def _look(self, signs: "Signs") -> None:
        try:
            look()
            signs.give()
        except (Error, Unavailable):  # the database is away or busy; it will be back
            if not self.is_away:  # said once, not twice a second
                log.exception("The background worker could not look for work; it goes on trying")
            self.is_away = True
            connections.close_all()
        else:
            self.is_away = False

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        """After the chunk at hand: a run goes on where it stands. A second signal does not wait."""
        if self.stopped:
            raise SystemExit(1)
        self.stopped = True


class Signs:
    """Says every now and then that the worker lives, and what it found in the ledger."""

    def __init__(self) -> None:
        self.beat_next = self.ledger_next = 0.0

    def give(self) -> None:
        now = time.monotonic()
        if now >= self.beat_next:
            beat(Heartbeat.Name.WORKER)
            self.beat_next = now + BEAT_SECONDS
        if now >= self.ledger_next:
            beat(Heartbeat.Name.LEDGER, value=seat_drift())
            self.ledger_next = now + LEDGER_SECONDS


def look() -> None:
    """Everything that waits now."""
    close_old_connections()
    if DBTaskResult.objects.ready().exists():
        _worker().run()
    take_up_abandoned_runs()
    close_old_connections()


def _worker() -> Worker:
    return Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )
