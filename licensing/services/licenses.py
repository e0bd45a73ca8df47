"""The one licensing service: every change of a user's licenses, from every door, comes through here."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from customers.models import CustomerUser
from customers.permissions import CustomerPermission
from customers.queries import lock_user
from gdap import access
from licensing import queries
from licensing.models import LicenseAssignment
from licensing.queries import Inventory
from licensing.rules import LicenseToAssign, LicenseUpdate, OwnedProduct, check_update, lasting_problems, no_seat_left
from licensing.rules.check import assigned_after
from licensing.services.errors import LicensingError
from licensing.services.seats import move_seats
from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import AuditRecord, Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.errors import Problem
from partnercenter.transactions import whole

Disabled = frozenset[uuid.UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseChange:
    """What happened to one product of one user; a side is None where the user does not hold it."""

    product: OwnedProduct
    before: Disabled | None
    after: Disabled | None

    @property
    def seats(self) -> int:
        """+1 when a seat was taken, -1 when one was given back."""
        return (self.after is not None) - (self.before is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseResult:
    """The changes of one update, in the order of product names, and their audit record (None: nothing changed).

    `warnings` tell what was wrong before with the plans assigned, and still is.
    """

    changes: tuple[LicenseChange, ...] = ()
    audit: AuditRecord | None = None
    warnings: tuple[Problem, ...] = ()


@whole
def update_licenses(*, by: Principal, user: CustomerUser, update: LicenseUpdate) -> LicenseResult:
    """Assign, change and remove licenses of `user`: all of `update`, or nothing.

    Raises `AccessDenied` without the right, `LicensingError` where a rule says no or a seat is gone.
    """
    access.require(by, user.customer, CustomerPermission.ASSIGN_LICENSES)
    user = lock_user(customer_id=user.customer_id, user_id=user.pk)
    result = apply_update(by=by, user=user, update=update)
    if result.changes:
        CustomerUser.objects.filter(pk=user.pk).touched(clock.now())
    return result


def take_all_licenses(*, by: Principal, user: CustomerUser) -> tuple[LicenseToAssign, ...]:
    """Free every seat of a user who goes; returns what they had. For a caller that has locked the user."""
    held = queries.assigned_to(user)
    stock = queries.inventory(user.customer, only=held)
    groups: dict[str, list[uuid.UUID]] = {}
    for sku_id in sorted(held):
        groups.setdefault(stock.products[sku_id].license_group, []).append(sku_id)
    for group in sorted(groups):  # one update never mixes two
        apply_update(by=by, user=user, update=LicenseUpdate(remove=tuple(groups[group])))
    return tuple(LicenseToAssign(sku_id, held[sku_id]) for sku_id in sorted(held))


def give_licenses_back(
    *, by: Principal, user: CustomerUser, licenses: Sequence[LicenseToAssign]
) -> tuple[LicenseToAssign, ...]:
    """Assign again what a restored user had; returns what could not be. For a caller that has locked the user.

    A product may need another one first, so those that were refused are tried again while something goes through.
    """
    waiting, refused = list(licenses), list[LicenseToAssign]()
    while waiting:
        refused = [item for item in waiting if not _gets(by, user, item)]
        if len(refused) == len(waiting):
            break
        waiting = refused
    return tuple(refused)


def _gets(by: Principal, user: CustomerUser, item: LicenseToAssign) -> bool:
    try:
        with transaction.atomic():
            apply_update(by=by, user=user, update=LicenseUpdate(assign=(item,)))
    except LicensingError:
        return False
    return True


def apply_update(*, by: Principal, user: CustomerUser, update: LicenseUpdate) -> LicenseResult:
    """As `update_licenses`, for a caller that has asked for the right, locked the user and counts its version."""
    licenses = queries.licenses_of(user)
    named = {item.sku_id for item in update.assign} | set(update.remove) | set(licenses.assigned)
    stock = queries.inventory(user.customer, only=named)
    problems = check_update(licenses, update, stock.products)
    if problems:
        raise LicensingError(*problems)
    warnings = lasting_problems(licenses, update, stock.products)
    changes = license_changes(licenses.assigned, assigned_after(licenses, update), stock.products)
    if not changes:
        return LicenseResult(warnings=warnings)
    _write(user, changes, stock)
    audit = _record(by, user, changes)
    _take_seats(changes, stock)
    return LicenseResult(changes=changes, audit=audit, warnings=warnings)


def license_changes(
    before: Mapping[uuid.UUID, Disabled],
    after: Mapping[uuid.UUID, Disabled],
    products: Mapping[uuid.UUID, OwnedProduct],
) -> tuple[LicenseChange, ...]:
    """What differs, in the order of product names."""
    changed = (sku_id for sku_id in before.keys() | after.keys() if before.get(sku_id) != after.get(sku_id))
    found = (
        LicenseChange(product=products[sku_id], before=before.get(sku_id), after=after.get(sku_id))
        for sku_id in changed
    )
    return tuple(sorted(found, key=lambda change: change.product.name))


def _write(user: CustomerUser, changes: tuple[LicenseChange, ...], stock: Inventory) -> None:
    assignments = LicenseAssignment.objects.filter(customer=user.customer_id, user=user)
    removed = [stock.rows[change.product.sku_id] for change in changes if change.after is None]
    if removed:
        assignments.filter(subscribed_sku__in=removed).delete()
    for change in changes:
        if change.after is None:
            continue
        row_id, disabled = stock.rows[change.product.sku_id], sorted(str(plan) for plan in change.after)
        if change.before is not None:
            assignments.filter(subscribed_sku=row_id).update(disabled_plans=disabled)
            continue
        LicenseAssignment.objects.create(
            customer_id=user.customer_id, user=user, subscribed_sku_id=row_id, disabled_plans=disabled
        )


def _take_seats(changes: tuple[LicenseChange, ...], stock: Inventory) -> None:
    deltas = {stock.rows[change.product.sku_id]: change.seats for change in changes if change.seats}
    short = move_seats(deltas)
    if short is None:
        return
    product = next(change.product for change in changes if stock.rows[change.product.sku_id] == short)
    raise LicensingError(no_seat_left(product))


def _record(by: Principal, user: CustomerUser, changes: tuple[LicenseChange, ...]) -> AuditRecord:
    chain = access.granting_chain(by, user.customer, CustomerPermission.ASSIGN_LICENSES)
    return record(
        by=by,
        operation=Operation.UPDATE_CUSTOMER_USER_LICENSES,
        resource_type=ResourceType.LICENSE,
        resource_id=user.pk,
        resource_name=user.user_principal_name,
        customer_id=user.customer_id,
        customer_name=user.customer.company_name,
        granted_by=[holding.for_audit() for holding in chain],
        before=spelled_before(changes),
        after=spelled_after(changes),
    )


def spelled_before(changes: Iterable[LicenseChange]) -> dict[str, object]:
    """The `before` of an audit record."""
    return {"licenses": [_spelled(change.product, change.before) for change in changes if change.before is not None]}


def spelled_after(changes: Iterable[LicenseChange]) -> dict[str, object]:
    """The `after` of an audit record."""
    return {"licenses": [_spelled(change.product, change.after) for change in changes if change.after is not None]}


def _spelled(product: OwnedProduct, disabled: Disabled | None) -> dict[str, object]:
    plans = sorted(disabled or (), key=str)
    return {
        "sku_id": str(product.sku_id),
        "product": product.name,
        "disabled_plans": [{"id": str(plan), "name": product.plans.get(plan, "")} for plan in plans],
    }
