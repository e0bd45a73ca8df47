"""Bulk runs: small ones straight away, large ones in the background."""

import uuid

from django_tasks import task

from licensing.models import BulkRun
from licensing.services.bulk import abandoned_runs, work_on

MOST_AT_ONCE = 1_000  # users whose result is waited for


def begin(run: BulkRun) -> None:
    """Do a submitted run now, or leave it to the worker. Without a worker it waits, and nothing is lost."""
    if run.total <= MOST_AT_ONCE:
        work_on(run.pk)
    else:
        bulk_run.enqueue(str(run.pk))


@task()
def bulk_run(run_id: str) -> None:
    work_on(uuid.UUID(run_id))


def take_up_abandoned_runs() -> int:
    """Go on with whatever waits, or was left by a process that is no more; returns how many."""
    return sum(work_on(run_id) for run_id in list(abandoned_runs()))
