"""What must be there before the server answers. The second time, each step only looks."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from licensing.models import Product
from partnercenter.accounts.models import Partner

CATALOG_FOLDERS = ("customers/data", "licensing/data")
MOST_REMEMBERED = 20

Say = Callable[[str], object]


def prepare(say: Say) -> None:
    """Bring database, catalogs, demo world and static files up to date; says what takes a while."""
    prepare_database(say)
    _collect_static_files(say)


def prepare_database(say: Say) -> None:
    _migrate(say)
    _load_catalogs(say)
    _build_demo_world(say)


def _migrate(say: Say) -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Preparing the database ...")
        call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)  # for caches in the database, where there are any


def _load_catalogs(say: Say) -> None:
    """Anew whenever a data file differs from the one that this database was loaded from."""
    fingerprint = _fingerprint(_data_files())
    database = settings.DATABASES["default"]
    key = f"catalogs of {database.get('HOST', '')}:{database.get('PORT', '')}/{database['NAME']}"
    if _remembered().get(key) == fingerprint and Product.objects.exists():
        return
    say("Loading the catalogs ...")
    call_command("load_catalogs", verbosity=0, stdout=_Nowhere())
    _remember(key, fingerprint)


def _data_files() -> Iterable[str]:
    for folder in CATALOG_FOLDERS:
        for path in sorted((settings.BASE_DIR / folder).iterdir()):
            yield f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def _build_demo_world(say: Say) -> None:
    if settings.DEMO_MODE and not Partner.objects.exists():
        say("Building the demo world ...")
        call_command("demo", verbosity=0)


def _collect_static_files(say: Say) -> None:
    backend = settings.STORAGES["staticfiles"]["BACKEND"]
    fingerprint = _fingerprint([backend, *_static_files()])
    key = f"static files in {settings.STATIC_ROOT}"
    collected = Path(settings.STATIC_ROOT, "staticfiles.json").exists() or "Manifest" not in backend
    if collected and _remembered().get(key) == fingerprint:
        return
    say("Collecting the static files ...")
    call_command("collectstatic", interactive=False, verbosity=0)
    _remember(key, fingerprint)


def _static_files() -> Iterable[str]:
    for finder in get_finders():
        for name, storage in finder.list(None):
            stat = os.stat(storage.path(name))  # noqa: PTH116  storages speak in texts
            yield f"{name} {stat.st_size} {stat.st_mtime_ns}"


def _fingerprint(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _memory() -> Path:
    return Path(settings.VAR_DIR, "serve.json")


def _remembered() -> dict[str, str]:
    """Fingerprints of what was done before; nothing is wrong when they are lost, it is only done again."""
    with suppress(OSError, ValueError):
        found = json.loads(_memory().read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return found
    return {}


def _remember(key: str, fingerprint: str) -> None:
    known = [(name, value) for name, value in _remembered().items() if name != key]
    known.append((key, fingerprint))
    draft = _memory().with_suffix(f".{os.getpid()}")
    with suppress(OSError):  # on a disk that can't be written, it is done again next time
        draft.write_text(json.dumps(dict(known[-MOST_REMEMBERED:]), indent=1), encoding="utf-8")
        draft.replace(_memory())


class _Nowhere:
    """Where a command's own report goes when this one has said it already."""

    def write(self, _: str) -> None: ...
