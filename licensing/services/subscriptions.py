"""Subscriptions and the units that follow from them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F

from customers.models import Customer
from gdap import access
from licensing.models import Product, SeatAddition, SeatWindow, SubscribedSku, Subscription
from licensing.rules import subscriptions as rules
from licensing.rules.subscriptions import DISABLED, GRACE, Standing, SubscriptionChange
from licensing.services.add_ons import check_base, follows_base, what_add_ons_follow
from licensing.services.sandbox import check_seat_limit, check_subscription_limit
from partnercenter import clock
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.errors import Conflict, DomainError, NotFound, Problem
from partnercenter.transactions import whole

__all__ = [
    "DISABLED",
    "GRACE",
    "NoResellerRelationship",
    "Purchase",
    "SubscriptionChange",
    "SubscriptionError",
    "activate_subscription",
    "add_seats",
    "change_subscription",
    "create_subscription",
    "rewrite_windows",
]


class SubscriptionError(DomainError):
    """The rules of commerce refuse the change."""


class NoResellerRelationship(DomainError):
    """The customer is visible, through GDAP or another partner's name, but this partner does not sell to it."""

    status = 403


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """The terms of a new subscription besides product and quantity; without an order id it is an order of its own.

    An add-on takes term, renewal and kind of commerce from `parent`, the subscription that it hangs on.
    """

    term: str = "P1Y"
    billing_cycle: str = "monthly"
    friendly_name: str = ""
    auto_renew: bool = True
    order_id: uuid.UUID | None = None
    order_line: int = 0
    parent: Subscription | None = None


A_YEAR = Purchase()


@whole
def create_subscription(
    *,
    by: Principal,
    customer: Customer,
    partner: Partner,
    product: Product,
    quantity: int,
    commerce: Subscription.Commerce = Subscription.Commerce.NEW_COMMERCE,
    purchase: Purchase = A_YEAR,
    since: datetime | None = None,
    subscription_id: uuid.UUID | None = None,
) -> Subscription:
    """Buy `quantity` seats of `product` from `since` (now, if not given); for a year that renews itself, by default.

    SaaS waits for its publisher (`activate_subscription`).
    """
    _require_reseller(by, customer, partner)
    quantity = 1 if product.kind == Product.Kind.USAGE else quantity
    commerce = commerce if product.has_seats else Subscription.Commerce.NEW_COMMERCE
    _refuse(rules.check_quantity(quantity))
    check_seat_limit(by=by, quantity=quantity)
    check_subscription_limit(by=by, customer=customer, partner=partner)
    starts = since or clock.now()
    ends = rules.months_later(starts, rules.MONTHS[purchase.term])
    base = purchase.parent
    if base is not None:
        _check_base(base, customer=customer, partner=partner, product=product, now=starts)
        commerce, ends = Subscription.Commerce(base.commerce), rules.term_end(base.life, starts)
        purchase = replace(purchase, term=base.term, billing_cycle=base.billing_cycle, auto_renew=base.auto_renew)
    subscription = Subscription.objects.create(
        id=subscription_id or uuid.uuid4(),
        customer=customer,
        partner=partner,
        product=product,
        parent=base,
        order_id=purchase.order_id or uuid.uuid4(),
        order_line=purchase.order_line,
        quantity=quantity,
        ordered_quantity=quantity,
        friendly_name=purchase.friendly_name,
        commerce=commerce,
        term=purchase.term,
        billing_cycle=purchase.billing_cycle,
        auto_renew=purchase.auto_renew,
        created_at=starts,
        activated_at=None if product.kind == Product.Kind.SAAS else starts,
        term_ends_at=ends,
    )
    if product.has_seats:
        SubscribedSku.objects.bulk_create([SubscribedSku(customer=customer, product=product)], ignore_conflicts=True)
    rewrite_windows(subscription)
    _record(by, Operation.CREATE_ORDER, subscription, before={}, after={"quantity": quantity})
    return subscription


@whole
def change_subscription(*, by: Principal, subscription: Subscription, change: SubscriptionChange) -> Subscription:
    """Another quantity, status, nickname or renewal: all of `change`, or nothing.

    Nothing is taken from users: where fewer seats are left than are assigned, new assignments are refused. Raises
    `SubscriptionError` where the rules or the clock say no, `Conflict` when somebody changed the subscription since
    it was read.
    """
    _require_seller(by, subscription)
    now = clock.now()
    before = subscription.terms
    changed = rules.changed_members(before, change)
    _refuse(rules.check_change(before, change, now) or follows_base(subscription, changed, now))
    if not changed:
        return subscription
    if change.quantity is not None and change.quantity > before.quantity:
        check_seat_limit(by=by, quantity=change.quantity)
    _write(by, subscription, changed, now)
    for add_on, wanted in what_add_ons_follow(subscription, before, changed):
        _write(by, add_on, wanted, now)
    return subscription


def _write(by: Principal, subscription: Subscription, changed: Mapping[str, object], now: datetime) -> None:
    """What the rules allow: the row, its seats, and the record of it."""
    before = subscription.terms
    quantity = int(str(changed.get("quantity", before.quantity)))
    batches = rules.added_after(before, quantity, now)
    written = {**changed, "term_ends_at": rules.term_end(before, now)}
    if "status" in changed:
        written["suspended_at"] = now if changed["status"] == Subscription.Status.SUSPENDED else None
    _claim(subscription, written)
    subscription.additions.all().delete()
    SeatAddition.objects.bulk_create(
        SeatAddition(customer_id=subscription.customer_id, subscription=subscription, **_columns(batch))
        for batch in batches
    )
    rewrite_windows(subscription)
    told = {name: getattr(before, name) for name in changed}
    _record(by, Operation.UPDATE_SUBSCRIPTION, subscription, before=told, after=dict(changed))


@whole
def activate_subscription(*, by: Principal, subscription: Subscription) -> Subscription:
    """The publisher of SaaS confirms it: the term begins now.

    Raises `SubscriptionError` where nothing waits, `Conflict` when somebody changed the subscription since it was read.
    """
    _require_seller(by, subscription)
    now = clock.now()
    stands = rules.standing(subscription.life, now)
    if stands is not Standing.PENDING:
        message = f"{subscription} is {stands.label.lower()}; it waits for no publisher."
        _refuse((Problem("nothing_to_activate", message),))
    ends = rules.months_later(now, rules.MONTHS[subscription.term])
    _claim(subscription, {"activated_at": now, "term_ends_at": ends})
    before: dict[str, object] = {"status": Standing.PENDING.value}
    after: dict[str, object] = {"status": Standing.ACTIVE.value}
    _record(by, Operation.UPDATE_SUBSCRIPTION, subscription, before=before, after=after)
    return subscription


@whole
def add_seats(*, by: Principal, subscription: Subscription, quantity: int) -> Subscription:
    """Raise the quantity of an active subscription to `quantity`; otherwise as `change_subscription`."""
    _require_seller(by, subscription)
    _refuse(rules.check_quantity(quantity))
    if quantity <= subscription.quantity:
        problem = f"Enter more than the {subscription.quantity} licenses that {subscription.product} has now."
        _refuse((Problem("quantity_not_higher", problem, "quantity"),))
    return change_subscription(by=by, subscription=subscription, change=SubscriptionChange(quantity=quantity))


def _check_base(base: Subscription, *, customer: Customer, partner: Partner, product: Product, now: datetime) -> None:
    if (base.customer_id, base.partner_id) != (customer.pk, partner.pk):
        raise NotFound(Problem("subscription_not_found", "There is no such subscription in your account."))
    _refuse(check_base(base, product, now))


def _columns(batch: rules.Batch) -> dict[str, object]:
    return {"quantity": batch.quantity, "added_at": batch.added_at}


def _refuse(problems: tuple[Problem, ...]) -> None:
    if problems:
        raise SubscriptionError(*problems)


def _claim(subscription: Subscription, written: Mapping[str, object]) -> None:
    """One conditional statement: whoever read an older version changes nothing."""
    same = Subscription.objects.filter(pk=subscription.pk, version=subscription.version)
    if not same.update(version=F("version") + 1, **written):
        raise Conflict(
            Problem("subscription_changed", "Somebody changed this subscription in the meantime; look again.")
        )
    written_now = Subscription.objects.select_related("product", "customer", "partner", "parent__product")
    subscription.refresh_from_db(from_queryset=written_now)


def _require_seller(by: Principal, subscription: Subscription) -> None:
    access.require_partner(by, access.PartnerPermission.CHANGE_SUBSCRIPTIONS)
    if not by.is_trusted and subscription.partner_id != by.partner_id:
        raise NotFound(Problem("subscription_not_found", "There is no such subscription in your account."))
    _require_reseller(by, subscription.customer, subscription.partner)


def _require_reseller(by: Principal, customer: Customer, partner: Partner) -> None:
    """Commerce is open to the partner that sells to the customer now, and to nobody by GDAP."""
    access.require_partner(by, access.PartnerPermission.CHANGE_SUBSCRIPTIONS)
    if by.is_trusted:
        return
    access.visible_customer(by, customer.pk)
    if partner.pk != by.partner_id or not customer.is_resold_by(by.partner_id):
        message = f"{by.partner_name} does not sell to {customer}; request a reseller relationship first."
        raise NoResellerRelationship(Problem("no_reseller_relationship", message))


def rewrite_windows(subscription: Subscription) -> None:
    """Replace the windows of one subscription by what its status, quantity and dates give."""
    subscription.seat_windows.all().delete()
    SeatWindow.objects.bulk_create(
        SeatWindow(
            customer_id=subscription.customer_id,
            product_id=subscription.product_id,
            subscription=subscription,
            kind=kind,
            units=subscription.quantity,
            opens_at=opens,
            closes_at=closes,
        )
        for kind, opens, closes in rules.schedule(subscription.life)
    )


def _record(
    by: Principal,
    operation: Operation,
    subscription: Subscription,
    *,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    record(
        by=by,
        operation=operation,
        resource_type=ResourceType.SUBSCRIPTION,
        resource_id=subscription.pk,
        resource_name=str(subscription),
        customer_id=subscription.customer_id,
        customer_name=subscription.customer.company_name,
        before=before,
        after=after,
    )
