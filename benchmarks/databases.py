"""The database that is measured: filled from nothing, and the time that its processes take."""

import resource
from collections.abc import Callable
from functools import cache
from pathlib import Path

import django
import harness

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from customers.services.reference import load_reference_data  # noqa: E402
from licensing.services.bulk import sql  # noqa: E402
from licensing.services.catalog import load_catalog  # noqa: E402

VENDOR = connection.vendor
IS_SQLITE = VENDOR == "sqlite"


def prepare() -> None:
    """The tables, and what every database holds."""
    call_command("migrate", interactive=False, verbosity=0)
    load_reference_data()
    load_catalog()


def analyze() -> None:
    """What autovacuum does within a minute on a database that lives."""
    sql.execute("ANALYZE" if IS_SQLITE else "VACUUM ANALYZE")


def processes() -> Callable[[], float]:
    """Processor time of PostgreSQL; SQLite works inside this process."""
    if IS_SQLITE:
        return lambda: 0.0
    postmaster = _postmaster()
    return lambda: harness.cpu_of_children(postmaster)


@cache
def _postmaster() -> int:
    (folder,) = sql.fetch("SHOW data_directory")[0]
    return int((Path(folder) / "postmaster.pid").read_text().split()[0])


def peak_memory() -> int:
    """Bytes that this process held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def queries(work: Callable[[], object]) -> int:
    """How many `work` asks."""
    count = 0

    def counted(execute: Callable[..., object], *asked: object) -> object:
        nonlocal count
        count += 1
        return execute(*asked)

    with connection.execute_wrapper(counted):
        work()
    return count
