"""Whether this process can do its work now: said in words that tell nobody where anything is."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from licensing.models import BulkRun
from partnercenter import clock
from partnercenter.operations.models import Heartbeat
from partnercenter.trouble import Unavailable

WORKER_IS_LATE = timedelta(seconds=60)
FINE = "ok"
MEGABYTE = 1024 * 1024


def problems() -> dict[str, str]:
    """What keeps requests from being answered; each check by name, `FINE` or what is wrong."""
    return {name: _outcome(check) for name, check in CHECKS.items()}


def warnings() -> dict[str, str]:
    """What waits meanwhile, although requests are answered."""
    return {"worker": _outcome(_worker)}


def _outcome(check: Callable[[], str]) -> str:
    try:
        return check() or FINE
    except (Error, Unavailable):
        return "The database did not answer."
    except OSError:
        return "A folder can't be read."


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _migrations() -> str:
    missing = _known_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    if not missing:
        return ""
    return f"{len(missing)} migrations are not applied: run `manage.py prepare`, or let the one that runs end."


@lru_cache(maxsize=1)
def _known_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def _disk() -> str:
    least = settings.READY_FREE_MEGABYTES
    if all(shutil.disk_usage(folder).free >= least * MEGABYTE for folder in _written_folders()):
        return ""
    return f"Less than {least} MB are free on a disk that is written to."


def _written_folders() -> set[Path]:
    """Uploads lie in the folder for temporary files while they are read; SQLite writes beside its file."""
    folders = {Path(tempfile.gettempdir())}
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and "memory" not in name:
        folders.add(Path(name).parent)
    return folders


def _worker() -> str:
    """One that is busy with a long run does not look around, but it holds the run."""
    if BulkRun.objects.filter(status=BulkRun.Status.RUNNING, leased_until__gt=clock.now()).exists():
        return ""
    heart = Heartbeat.objects.filter(name=Heartbeat.Name.WORKER).first()
    if heart is None:
        return "No background worker was ever seen: start `manage.py work`."
    silent = clock.wall() - heart.seen_at
    if silent <= WORKER_IS_LATE:
        return ""
    return f"The background worker was last seen {int(silent.total_seconds())} seconds ago: long runs wait."


CHECKS: Mapping[str, Callable[[], str]] = MappingProxyType(
    {"database": _database, "migrations": _migrations, "disk": _disk}
)
