"""The users of a run as SQL: id, version, what they hold, what they shall hold again (undo), and their first state."""

from typing import Any

from django.db.models import F, TextField, Value
from django.db.models.expressions import RawSQL

from licensing.models import BulkRun, BulkRunItem
from licensing.services.bulk import sql
from licensing.services.bulk.selection import Selection, selected_users

State = BulkRunItem.State


def source(run: BulkRun) -> tuple[str, tuple[Any, ...]]:
    """A SELECT of user_id, version, before, target, state."""
    return _to_undo(run) if run.kind == BulkRun.Kind.UNDO else _selected(run)


def _selected(run: BulkRun) -> tuple[str, tuple[Any, ...]]:
    users = selected_users(run.customer, Selection.from_json(run.selection)).order_by()
    rows = users.values_list(
        F("pk"),
        F("version"),
        RawSQL(sql.before(sql.USERS), []),  # noqa: S611  our own words
        Value("", output_field=TextField()),
        Value(State.PLANNED.value, output_field=TextField()),
    )
    statement, params = rows.query.sql_with_params()
    return statement, tuple(params)


def _to_undo(run: BulkRun) -> tuple[str, tuple[Any, ...]]:
    """Everybody whom the other run changed; whoever was changed or deleted since is left alone."""
    untouched = "u.id IS NOT NULL AND u.deleted_at IS NULL AND u.version = o.version + 1"
    statement = (
        f"SELECT o.user_id, o.version + 1, coalesce({sql.before('u')}, ''), o.before, "  # noqa: S608  our own names
        f"CASE WHEN {untouched} THEN '{State.PLANNED.value}' ELSE '{State.FAILED.value}' END "
        f"FROM {sql.ITEMS} o LEFT JOIN {sql.USERS} u ON u.id = o.user_id AND u.customer_id = o.customer_id "
        f"WHERE o.customer_id = %s AND o.run_id = %s AND o.state = '{State.DONE.value}'"
    )
    return statement, (run.customer_id, run.origin_id)
