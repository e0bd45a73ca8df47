#!/usr/bin/env python
"""Look for migrations that the version that is running could not live with, or that lock tables while they are used.

    PYTHONPATH=. tools/check_migrations.py

Old processes go on while the schema changes, so a step may add what they don't need and take away what they don't use.
What is refused, and how to do it in two steps, stands in docs/scale-out.md. Migrations that are older than this check
are named in tools/migrations_before_the_check.txt. One that knows better says so, with the rule and the reason:

    # migration-check: remove-field, because the field was never shipped
"""

import inspect
import os
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import django
from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED

from partnercenter.schema import AddIndexOnline

ROOT = Path(__file__).resolve().parent.parent
BEFORE = ROOT / "tools" / "migrations_before_the_check.txt"
ACCEPTED = re.compile(r"#\s*migration-check:\s*([a-z-]+),\s*because\s+\S")


def judged(migration: Migration, before: ProjectState) -> Iterator[tuple[str, str]]:
    """Rule and sentence for each operation that endangers what is running. `before` is how things stood before it."""
    created = {found.name_lower for found in migration.operations if isinstance(found, operations.CreateModel)}
    for found in migration.operations:
        if getattr(found, "model_name_lower", None) in created:
            continue  # nobody uses a table that this migration makes
        yield from _of_columns(found, migration, before)
        yield from _of_tables(found)
        yield from _of_indexes(found, migration)


def _of_columns(found: Operation, migration: Migration, before: ProjectState) -> Iterator[tuple[str, str]]:
    match found:
        case operations.AddField(field=field) if _is_missing_for_old_code(field):
            yield "add-field", f"{found.name} has no db_default and is not null: what runs now inserts rows without it."
        case operations.AlterField():
            old = before.models[migration.app_label, found.model_name_lower].fields[found.name]
            if not _is_harmless(old, found.field):
                yield "alter-field", f"{found.name} changes: a type may rewrite the table, NOT NULL reads all of it."
        case operations.RemoveField():
            yield "remove-field", f"{found.name} goes, and what runs now still selects it."
        case operations.RenameField():
            yield "rename", f"{found.describe()}: what runs now knows only the old name."


def _of_tables(found: Operation) -> Iterator[tuple[str, str]]:
    match found:
        case operations.RenameModel() | operations.AlterModelTable():
            yield "rename", f"{found.describe()}: what runs now knows only the old name."
        case operations.DeleteModel():
            yield "delete-model", f"{found.name} goes, and what runs now still asks for it."
        case operations.RunPython() | operations.RunSQL() if not found.reversible:
            yield "not-reversible", "A step has no way back: give it a reverse, RunPython.noop at least."


def _of_indexes(found: Operation, migration: Migration) -> Iterator[tuple[str, str]]:
    match found:
        case AddIndexOnline():
            if migration.atomic:
                yield "add-index", f"{found.index.name} can be built online only in a migration with atomic = False."
        case operations.AddIndex():
            yield "add-index", f"{found.index.name} locks the table while it is built: take AddIndexOnline."
        case operations.AddConstraint():
            yield "add-constraint", f"{found.constraint.name} locks the table while every row is looked at."


def _is_harmless(old: models.Field, new: models.Field) -> bool:
    """The column stays, may hold more, or may be empty now."""
    (_, old_kind, _, was), (_, new_kind, _, will) = old.deconstruct(), new.deconstruct()
    if old_kind != new_kind or will.get("max_length", 0) < was.get("max_length", 0):
        return False
    if was.get("null") is True and not will.get("null"):
        return False
    ignored = {*models.Field.non_db_attrs, "default", "max_length", "null"}
    return _without(was, ignored) == _without(will, ignored)


def _without(options: Mapping[str, object], names: Collection[str]) -> dict[str, object]:
    return {name: value for name, value in options.items() if name not in names}


def _is_missing_for_old_code(field: models.Field) -> bool:
    if isinstance(field, models.ManyToManyField | models.GeneratedField):
        return False
    return not field.null and field.db_default is NOT_PROVIDED


def accepted(migration: Migration) -> set[str]:
    source = inspect.getsource(inspect.getmodule(type(migration)))
    return {match[1] for match in ACCEPTED.finditer(source)}


def problems() -> Iterator[str]:
    loader = MigrationLoader(None)
    before = set(BEFORE.read_text(encoding="utf-8").split())
    own = {path.parent.parent.name for path in ROOT.glob("[a-z]*/**/migrations/__init__.py")}
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        if app not in own or f"{app}.{name}" in before:
            continue
        fine = accepted(migration)
        for rule, sentence in judged(migration, loader.project_state((app, name), at_end=False)):
            if rule not in fine:
                yield f"{app}.{name}: {rule}: {sentence}"


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnercenter.settings")
    django.setup()
    found = list(problems())
    for line in found:
        print(line)
    if found:
        print("\nSee docs/scale-out.md, Changing the schema.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
