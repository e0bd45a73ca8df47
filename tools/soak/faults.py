"""What goes wrong, one after the other, and how long it takes until all servers are ready again by themselves."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from machines import FAST, IMMEDIATE, NeverReady, Postgres, Site

PAUSE = (6, 16)  # seconds between two faults
RECOVERY = 90


class Faults(threading.Thread):
    def __init__(self, site: Site, postgres: Postgres, ended: threading.Event) -> None:
        super().__init__(name="faults", daemon=True)
        self.site, self.postgres, self.ended = site, postgres, ended
        self.random = random.Random(7)  # noqa: S311  no secret
        self.done: Counter[str] = Counter()
        self.recovery: dict[str, float] = {}
        self.problems: list[str] = []

    def run(self) -> None:
        kinds: list[tuple[Callable[[], None], int]] = [
            (self.kill_web_worker, 4), (self.drop_connections, 3), (self.restart_database, 2),
            (self.crash_database, 2), (self.kill_background_worker, 1), (self.kill_server, 1),
        ]  # fmt: skip
        faults, weights = zip(*kinds, strict=True)
        while not self.ended.wait(self.random.uniform(*PAUSE)):
            (fault,) = self.random.choices(faults, weights)
            try:
                self._cause(fault)
            except Exception as error:  # noqa: BLE001  a soak without faults would prove nothing
                self.problems.append(f"{fault.__name__}: {error!r}")

    def _cause(self, fault: Callable[[], None]) -> None:
        name = fault.__name__.replace("_", " ")
        fault()
        self.done[name] += 1
        began = time.monotonic()
        try:
            self.site.wait(RECOVERY)
        except NeverReady as error:
            self.problems.append(f"After {name}: {error}")
        self.recovery[name] = max(self.recovery.get(name, 0.0), time.monotonic() - began)

    def kill_web_worker(self) -> None:
        server = self.random.choice(self.site.programs[:-1])
        if workers := server.children():
            with suppress(ProcessLookupError):
                os.kill(self.random.choice(workers), signal.SIGKILL)

    def kill_server(self) -> None:
        """The parent too; who keeps the programs starts it anew."""
        self.random.choice(self.site.programs[:-1]).kill()

    def kill_background_worker(self) -> None:
        self.site.programs[-1].kill()

    def drop_connections(self) -> None:
        self.postgres.drop_connections()

    def restart_database(self) -> None:
        self.postgres.restart(FAST)

    def crash_database(self) -> None:
        self.postgres.restart(IMMEDIATE)
