"""When a chunk was disturbed: lock its users and the seats it needs, and mark whoever can't be served.

The same results as single updates, one user after the other in the order of their ids.
"""

import uuid
from collections.abc import Mapping

from django.db import connection

from licensing.models import SubscribedSku
from licensing.rules import OwnedProduct, no_seat_left
from licensing.services.bulk import sql
from licensing.services.bulk.evaluation import Case, Judge, Outcome
from licensing.services.bulk.scope import Scope
from partnercenter import clock
from partnercenter.errors import Problem

CHANGED = Problem("user_changed", "{user} was changed after the preview, so nothing was done. Look again and retry.")
DELETED = Problem("user_not_found", "{user} has been deleted, so nothing was done.")


def mark_changed_users(scope: Scope) -> None:
    """Hold the users still, then refuse those who are not as they were when the run began."""
    condition, params = scope.planned
    if connection.features.has_select_for_update:
        sql.fetch(
            f"WITH mine AS MATERIALIZED (SELECT i.customer_id, i.user_id FROM {sql.ITEMS} i WHERE {condition}) "  # noqa: S608
            f"SELECT count(*) FROM (SELECT 1 FROM {sql.USERS} u JOIN mine ON u.id = mine.user_id "
            "AND u.customer_id = mine.customer_id ORDER BY u.id FOR NO KEY UPDATE OF u) locked",
            params,
        )
    living = (
        f"SELECT 1 FROM {sql.USERS} u WHERE u.id = i.user_id AND u.customer_id = i.customer_id "  # noqa: S608
        "AND u.deleted_at IS NULL"
    )
    scope.refuse([DELETED], also=f" AND NOT EXISTS ({living})")
    scope.refuse([CHANGED], also=f" AND NOT EXISTS ({living} AND u.version = i.version)")


def mark_short_users(scope: Scope, judge: Judge) -> None:
    """Lock the rows that count seats, then hand the seats out in turn and refuse whoever finds none."""
    outcomes = {case: judge.outcome(case) for case in scope.cases()}
    moves = {case: _moves(judge, outcome) for case, outcome in outcomes.items() if outcome.writes}
    free = _free_seats({row_id for found in moves.values() for row_id in found})
    short: dict[uuid.UUID, list[uuid.UUID]] = {}
    condition, params = scope.planned
    rows = sql.fetch(
        f"SELECT i.user_id, i.before, i.target FROM {sql.ITEMS} i WHERE {condition} ORDER BY i.user_id",  # noqa: S608
        params,
    )
    for user_id, before, target in rows:
        missing = _take(free, moves.get(Case(before=before, target=target), {}))
        if missing:
            short.setdefault(missing, []).append(sql.as_id(user_id))
    products = {row_id: judge.stock.products[sku_id] for sku_id, row_id in judge.stock.rows.items()}
    for row_id, user_ids in short.items():
        _refuse(scope, products[row_id], user_ids)


def _moves(judge: Judge, outcome: Outcome) -> dict[uuid.UUID, int]:
    return {judge.stock.rows[change.product.sku_id]: change.seats for change in outcome.changes if change.seats}


def _free_seats(row_ids: set[uuid.UUID]) -> dict[uuid.UUID, int]:
    locked = SubscribedSku.objects.filter(pk__in=row_ids).order_by("pk")
    if connection.features.has_select_for_update:
        locked = locked.select_for_update(of=("self",), no_key=True)
    consumed = {row.pk: row.consumed_units for row in locked}
    rows = SubscribedSku.objects.filter(pk__in=row_ids).with_units(clock.now())
    return {row.pk: row.total_units - consumed[row.pk] for row in rows}


def _take(free: dict[uuid.UUID, int], moves: Mapping[uuid.UUID, int]) -> uuid.UUID | None:
    """All of it or nothing; returns the first row that has no seat left."""
    for row_id in sorted(moves):
        if moves[row_id] > 0 and free[row_id] <= 0:
            return row_id
    for row_id, seats in moves.items():
        free[row_id] -= seats
    return None


def _refuse(scope: Scope, product: OwnedProduct, user_ids: list[uuid.UUID]) -> None:
    listed = f" AND i.user_id IN ({sql.words().listed})"
    scope.refuse([no_seat_left(product)], also=listed, params=[sql.id_list(user_ids)])
