"""What a chunk writes: users, assignments and audit records, one statement for all users with the same effect."""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from customers.permissions import CustomerPermission
from gdap import access
from licensing.models import BulkRun
from licensing.services.bulk import sql
from licensing.services.bulk.evaluation import Case, Judge, Outcome
from licensing.services.bulk.scope import Scope
from licensing.services.licenses import LicenseChange, spelled_after, spelled_before
from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import seal, shared_fields
from partnercenter.ids import time_ordered_prefix


class Disturbed(Exception):
    """A condition did not hold for everybody."""


def write_effects(
    run: BulkRun, scope: Scope, outcomes: Mapping[Case, tuple[Outcome, int]], judge: Judge, by: Principal
) -> None:
    """Raises `Disturbed` when a user is no longer as the run found them."""
    now = clock.now()
    effects = _by_effect(outcomes)
    for outcome, cases in effects:
        part = scope.of(cases) if len(effects) > 1 else scope
        if _touch(part, outcome, now) != sum(outcomes[case][1] for case in cases):
            raise Disturbed
        for change in outcome.changes:
            _assign(part, change, judge.stock.rows[change.product.sku_id], now)
        for entry in _entries(outcome):
            _record(run, part, entry, by)


def _by_effect(outcomes: Mapping[Case, tuple[Outcome, int]]) -> list[tuple[Outcome, list[Case]]]:
    """Users may hold different things besides and yet be changed in the same way."""
    found: dict[str, tuple[Outcome, list[Case]]] = {}
    for case, (outcome, _) in outcomes.items():
        locations = (outcome.before.location, outcome.after.location) if outcome.moves else ()
        found.setdefault(repr((outcome.changes, locations)), (outcome, []))[1].append(case)
    return list(found.values())


def _touch(scope: Scope, outcome: Outcome, now: datetime) -> int:
    """Count one change on each user who is still as the run found them.

    The items are materialized, so that nobody plans to go over all users of the customer for each of them.
    """
    condition, params = scope.planned
    location, values = (", usage_location = %s", [outcome.after.location]) if outcome.moves else ("", [])
    return sql.execute(
        f"UPDATE {sql.USERS} AS u SET version = u.version + 1, modified_at = %s{location} FROM (WITH items AS "  # noqa: S608
        f"MATERIALIZED (SELECT i.customer_id, i.user_id, i.version FROM {sql.ITEMS} i WHERE {condition}) "
        "SELECT * FROM items) AS mine WHERE u.id = mine.user_id AND u.customer_id = mine.customer_id "
        "AND u.version = mine.version AND u.deleted_at IS NULL",
        [now, *values, *params],
    )


def _assign(scope: Scope, change: LicenseChange, row_id: uuid.UUID, now: datetime) -> None:
    condition, params = scope.planned
    if change.before is None:
        sql.execute(
            f"INSERT INTO {sql.ASSIGNMENTS} (id, customer_id, user_id, subscribed_sku_id, disabled_plans, assigned_at) "  # noqa: S608
            f"SELECT {sql.words().new_id}, i.customer_id, i.user_id, %s, {sql.words().json}, %s FROM {sql.ITEMS} i "
            f"WHERE {condition}",
            [time_ordered_prefix(now), row_id, _plans(change.after), now, *params],
        )
        return
    users = f"SELECT i.user_id FROM {sql.ITEMS} i WHERE {condition}"  # noqa: S608
    theirs = f"WHERE customer_id = %s AND subscribed_sku_id = %s AND user_id IN ({users})"
    own = [scope.customer_id, row_id, *params]
    if change.after is None:
        sql.execute(f"DELETE FROM {sql.ASSIGNMENTS} {theirs}", own)  # noqa: S608
    else:
        sql.execute(
            f"UPDATE {sql.ASSIGNMENTS} SET disabled_plans = {sql.words().json} {theirs}",  # noqa: S608
            [_plans(change.after), *own],
        )


def _plans(disabled: Iterable[uuid.UUID] | None) -> str:
    return json.dumps(sorted(str(plan) for plan in disabled or ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the audit records of one effect have in common."""

    operation: Operation
    resource_type: ResourceType
    permission: CustomerPermission
    before: Mapping[str, object]
    after: Mapping[str, object]


def _entries(outcome: Outcome) -> Iterator[Entry]:
    if outcome.moves:
        yield Entry(
            operation=Operation.UPDATE_CUSTOMER_USER,
            resource_type=ResourceType.CUSTOMER_USER,
            permission=CustomerPermission.UPDATE_USAGE_LOCATION,
            before={"usage_location": outcome.before.location},
            after={"usage_location": outcome.after.location},
        )
    if outcome.changes:
        yield Entry(
            operation=Operation.UPDATE_CUSTOMER_USER_LICENSES,
            resource_type=ResourceType.LICENSE,
            permission=CustomerPermission.ASSIGN_LICENSES,
            before=spelled_before(outcome.changes),
            after=spelled_after(outcome.changes),
        )


def _record(run: BulkRun, scope: Scope, entry: Entry, by: Principal) -> None:
    """As `audit.services.record` for each of them, vouched for by one seal."""
    chain = access.granting_chain(by, run.customer, entry.permission)
    shared = shared_fields(
        by=by,
        operation=entry.operation,
        resource_type=entry.resource_type,
        customer_id=run.customer_id,
        customer_name=run.customer.company_name,
        before=entry.before,
        after=entry.after,
        granted_by=[holding.for_audit() for holding in chain],
    )
    words, (condition, params) = sql.words(), scope.planned
    values = ", ".join(words.json if isinstance(value, (list, dict)) else "%s" for value in shared.values())
    written = sql.fetch(
        f"INSERT INTO {sql.AUDIT} (id, resource_id, resource_name, {', '.join(shared)}) "  # noqa: S608
        f"SELECT {words.new_id}, {words.spelled_id}, u.user_principal_name, {values} "
        f"FROM {sql.ITEMS} i JOIN {sql.USERS} u ON u.id = i.user_id WHERE {condition} "
        "RETURNING id, resource_id, resource_name",
        [time_ordered_prefix(shared["occurred_at"]), *map(_spelled, shared.values()), *params],
    )
    seal(shared, written)


def _spelled(value: object) -> object:
    return json.dumps(value) if isinstance(value, (list, dict)) else value
