"""One chunk of a run, in one transaction that the caller holds: each user whole or not at all.

First as if nobody else were there: every statement carries its own condition, and where one does not hold for
everybody (a user was changed meanwhile, a seat is missing), the chunk is taken back to its beginning and done again
with users and seats locked, and whoever can't be served marked first.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from licensing.models import BulkRun, BulkRunItem
from licensing.services.bulk import careful
from licensing.services.bulk.evaluation import Case, Judge, Outcome
from licensing.services.bulk.scope import Scope
from licensing.services.bulk.writing import Disturbed, write_effects
from licensing.services.seats import move_many_seats
from partnercenter.accounts.principals import Principal

State = BulkRunItem.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    done: int = 0
    unchanged: int = 0
    failed: int = 0


def do_chunk(run: BulkRun, scope: Scope, judge: Judge, by: Principal) -> Counts:
    """Change the users in `scope` and say so in their items."""
    try:
        with transaction.atomic():
            _attempt(run, scope, judge, by)
    except Disturbed:
        careful.mark_changed_users(scope)
        careful.mark_short_users(scope, judge)
        _attempt(run, scope, judge, by)
    return _counts(scope)


def _attempt(run: BulkRun, scope: Scope, judge: Judge, by: Principal) -> None:
    outcomes = {case: (judge.outcome(case), users) for case, users in scope.cases().items()}
    _set_aside(scope, outcomes)
    writing = {case: found for case, found in outcomes.items() if found[0].writes}
    if not writing:
        return
    write_effects(run, scope, writing, judge, by)
    scope.set_state(State.DONE)
    _move_seats(judge, writing.values())


def _set_aside(scope: Scope, outcomes: Mapping[Case, tuple[Outcome, int]]) -> None:
    """Whoever stays as they are, and whoever a rule refuses."""
    idle = [case for case, (outcome, _) in outcomes.items() if not outcome.writes and not outcome.is_refused]
    if idle:
        scope.of(idle).set_state(State.UNCHANGED)
    for case, (outcome, _) in outcomes.items():
        if outcome.is_refused:
            scope.of([case]).refuse(outcome.problems)


def _move_seats(judge: Judge, outcomes: Iterable[tuple[Outcome, int]]) -> None:
    """Last, so that the rows that count seats are held short; by id, so that two runs never wait crosswise."""
    taken, freed = Counter[uuid.UUID](), Counter[uuid.UUID]()
    for outcome, users in outcomes:
        for change in outcome.changes:
            row_id = judge.stock.rows[change.product.sku_id]
            taken[row_id] += users * (change.seats > 0)
            freed[row_id] += users * (change.seats < 0)
    for row_id in sorted({*taken, *freed}):
        if (taken[row_id] or freed[row_id]) and not move_many_seats(row_id, taken=taken[row_id], freed=freed[row_id]):
            raise Disturbed


def _counts(scope: Scope) -> Counts:
    found = scope.states()
    return Counts(done=found[State.DONE], unchanged=found[State.UNCHANGED], failed=found[State.FAILED])
