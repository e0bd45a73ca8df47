"""Working on a run, chunk by chunk, until it ends or somebody else does.

A process holds the run by a lease. Every chunk renews it in the transaction that does the chunk, so a process that was
stopped in the middle has done the chunk or not, and one that lost its lease can do nothing any more.
"""

import logging
import uuid
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F, Q, QuerySet

from licensing.models import BulkRun
from licensing.services.bulk import sql
from licensing.services.bulk.acting import principal_of, require_rights
from licensing.services.bulk.chunks import do_chunk
from licensing.services.bulk.evaluation import judge_of
from licensing.services.bulk.scope import next_scope
from partnercenter import clock
from partnercenter.errors import DomainError
from partnercenter.transactions import whole
from partnercenter.trouble import Unavailable

LEASE = timedelta(minutes=1)
CHUNK = 5_000

Status = BulkRun.Status
log = logging.getLogger(__name__)


def work_on(run_id: uuid.UUID, *, chunk: int = CHUNK) -> bool:
    """Do what is left of the run; False when somebody else holds it or it is over."""
    lease = uuid.uuid4()
    if not _take(run_id, lease):
        return False
    try:
        with sql.large_cache():
            while _chunk(run_id, lease, chunk):
                pass
    except (KeyboardInterrupt, SystemExit):
        _held(run_id, lease).update(leased_until=None)  # the next process need not wait for the lease to end
        raise
    except Unavailable:  # it may go through later: until then the lease runs out, and somebody takes the run up
        log.warning("Bulk run %s waits for the database", run_id)
        raise
    except Exception:  # whatever it is, it would only come again
        log.exception("Bulk run %s stopped", run_id)
        _halt(_held(run_id, lease), "An error in the program stopped this run. What is done stays done.")
    return True


def abandoned_runs() -> Iterator[uuid.UUID]:
    """Runs that wait, and those whose lease ran out."""
    return BulkRun.objects.filter(_free()).order_by("created_at").values_list("pk", flat=True).iterator()


def _free() -> Q:
    """A lease that is longer than any can be belongs to a clock that was put back."""
    now = clock.now()
    over = Q(leased_until__isnull=True) | Q(leased_until__lte=now) | Q(leased_until__gt=now + 2 * LEASE)
    return Q(status__in=[Status.WAITING, Status.RUNNING]) & over


def _take(run_id: uuid.UUID, lease: uuid.UUID) -> bool:
    runs = BulkRun.objects.filter(_free(), pk=run_id)
    taken = runs.update(status=Status.RUNNING, lease=lease, leased_until=clock.now() + LEASE)
    BulkRun.objects.filter(pk=run_id, started_at__isnull=True).update(started_at=clock.now())
    return taken > 0


def _held(run_id: uuid.UUID, lease: uuid.UUID) -> "QuerySet[BulkRun]":
    return BulkRun.objects.filter(pk=run_id, lease=lease, status=Status.RUNNING)


def _halt(held: "QuerySet[BulkRun]", why: str) -> None:
    held.update(status=Status.STOPPED, problem=why[:500], lease=None, leased_until=None, finished_at=clock.now())


@whole
def _chunk(run_id: uuid.UUID, lease: uuid.UUID, size: int) -> bool:
    """False when there is none left, or the run is not ours any more. Two runs may wait for each other."""
    held = _held(run_id, lease)
    if not held.update(leased_until=clock.now() + LEASE):
        return False
    (run,) = held.select_related("customer", "user__partner").defer("selection")
    scope = next_scope(run, size=size)
    if scope is None:
        held.update(status=Status.DONE, finished_at=clock.now(), lease=None, leased_until=None)
        return False
    try:
        by = principal_of(run)
        require_rights(by, run)
    except DomainError as refusal:
        _halt(held, refusal.message)
        return False
    counts = do_chunk(run, scope, judge_of(run), by)
    held.update(
        cursor=scope.until,
        done=F("done") + counts.done,
        unchanged=F("unchanged") + counts.unchanged,
        failed=F("failed") + counts.failed,
    )
    return True
