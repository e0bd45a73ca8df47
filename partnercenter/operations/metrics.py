"""The numbers at /metrics.

Processes that share a port share the numbers: `serve` gives them a folder in PROMETHEUS_MULTIPROC_DIR, and whichever is
asked adds up what all have counted. The library decides at its import, so nothing imports this before the folder is
there. What the database knows is the same for every process, and is asked when somebody reads it.
"""

import os
import sys
from collections.abc import Iterable, Iterator

from django.db import Error
from django.db.models import Count
from django_tasks_db.models import DBTaskResult
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from licensing.models import BulkRun
from partnercenter import clock
from partnercenter.operations.answer import Answered
from partnercenter.operations.models import Heartbeat
from partnercenter.trouble import Unavailable

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

# What doors answer when the database can't do something just now (partnercenter.trouble).
TROUBLE = {503: "unavailable", 504: "timeout"}

_own = CollectorRegistry()
REQUESTS = Counter(
    "partnercenter_requests", "Requests that were answered.", ["door", "route", "method", "status"], registry=_own
)
SECONDS = Histogram(
    "partnercenter_request_seconds", "How long answers took.", ["door", "route"], buckets=BUCKETS, registry=_own
)
DATABASE_ERRORS = Counter(
    "partnercenter_database_errors", "Requests that failed at the database.", ["kind"], registry=_own
)


def count(answered: Answered) -> None:
    REQUESTS.labels(answered.door, answered.route, answered.method, answered.status).inc()
    SECONDS.labels(answered.door, answered.route).observe(answered.duration_ms / 1000)
    if answered.status in TROUBLE and answered.door != "operations":
        DATABASE_ERRORS.labels(TROUBLE[answered.status]).inc()


def count_database_error(**_: object) -> None:
    """Called by every door while it handles an error that it has no words for, a mistake of ours."""
    error = sys.exc_info()[1]
    if isinstance(error, Error):
        DATABASE_ERRORS.labels(type(error).__name__).inc()


def registry() -> CollectorRegistry:
    """What one look at the numbers collects."""
    found = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(found)  # type: ignore[no-untyped-call]  # the library's own
    else:
        found.register(_own)
    found.register(_Database())
    return found


class _Database(Collector):
    """With the database away there are the numbers of the processes, and `partnercenter_database_up 0`."""

    def collect(self) -> Iterable[Metric]:
        try:
            found = [*_runs(), _queue(), *_heartbeats()]
        except (Error, Unavailable):
            found = []
        yield GaugeMetricFamily("partnercenter_database_up", "Whether the database answers.", value=bool(found))
        yield from found


def _runs() -> Iterator[Metric]:
    family = GaugeMetricFamily("partnercenter_bulk_runs", "Bulk runs by state.", labels=["state"])
    known = dict(BulkRun.objects.order_by().values_list("status").annotate(Count("pk")))
    for state in BulkRun.Status.values:
        family.add_metric([state], known.get(state, 0))
    yield family


def _queue() -> Metric:
    waiting = DBTaskResult.objects.ready().count()
    return GaugeMetricFamily("partnercenter_queue_length", "Tasks that wait for the worker.", value=waiting)


def _heartbeats() -> Iterator[Metric]:
    """What was never seen has no number: an alert asks for `absent` too."""
    found = {heart.name: heart for heart in Heartbeat.objects.all()}
    if worker := found.get(Heartbeat.Name.WORKER):
        yield _age("partnercenter_worker_silent_seconds", "Since the background worker was last seen.", worker)
    if ledger := found.get(Heartbeat.Name.LEDGER):
        yield _age("partnercenter_ledger_age_seconds", "Since the worker last counted the seats.", ledger)
        text = "Products of customers whose consumed units are not their assignments, when last counted."
        yield GaugeMetricFamily("partnercenter_seat_drift", text, value=ledger.value)


def _age(name: str, text: str, heart: Heartbeat) -> Metric:
    return GaugeMetricFamily(name, text, value=max(0.0, (clock.wall() - heart.seen_at).total_seconds()))
