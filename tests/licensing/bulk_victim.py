"""Workers for `test_bulk_fault`, to be killed: each line of standard input lets one work on a run.

A line holds the run's id, the number of statements after which the worker is killed (0: never), and by how many
seconds the clock stands later for it. A worker is a fork, so none of them pays for the imports. For each, one line says
"killed" or "ended".
"""

import os
import signal
import sys
import uuid
from datetime import timedelta

import django

django.setup()

from django.db import connection  # noqa: E402

from licensing.services.bulk import work_on  # noqa: E402
from partnercenter import clock  # noqa: E402

CHUNK = 200


class Executioner:
    """Ends this process without a chance to tidy up, before its n-th statement."""

    def __init__(self, countdown: int) -> None:
        self.countdown = countdown

    def __call__(self, execute, statement, params, many, context):
        self.countdown -= 1
        if self.countdown == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(statement, params, many, context)


def work(run_id: str, countdown: str, later: str) -> None:
    moment = clock.now() + timedelta(seconds=int(later))
    with clock.frozen(moment), connection.execute_wrapper(Executioner(int(countdown))):
        work_on(uuid.UUID(run_id), chunk=CHUNK)


def main() -> None:
    for line in sys.stdin:
        worker = os.fork()
        if worker == 0:
            work(*line.split())
            os._exit(0)
        _, status = os.waitpid(worker, 0)
        print("killed" if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL else "ended", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
