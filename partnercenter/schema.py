"""Operations of migrations that let the product go on meanwhile (docs/scale-out.md, "Changing the schema")."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddIndex
from django.db.migrations.state import ProjectState


@contextmanager
def _waiting_as_long_as_it_takes(schema_editor: BaseDatabaseSchemaEditor) -> Iterator[None]:
    """It waits for older transactions, and nobody waits behind it; so the limit on waiting for locks is lifted."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        (before,) = cursor.fetchone() or ("0",)
        cursor.execute("SET lock_timeout = 0")
        try:
            yield
        finally:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [before])


class AddIndexOnline(AddIndex):
    """An index that PostgreSQL builds while rows are written. The migration needs `atomic = False`.

    One that was interrupted leaves an invalid index behind: drop it by its name, then migrate again.
    """

    atomic = False

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            with _waiting_as_long_as_it_takes(schema_editor):
                schema_editor.add_index(model, self.index, concurrently=True)  # type: ignore[call-arg]  # PostgreSQL's

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
            return
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            with _waiting_as_long_as_it_takes(schema_editor):
                schema_editor.remove_index(model, self.index, concurrently=True)  # type: ignore[call-arg]  # as above
