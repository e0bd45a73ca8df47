"""Subscriptions and the units that follow from them."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from customers.models import Customer
from gdap import access
from licensing.models import Product, SeatWindow, SubscribedSku, Subscription
from partnercenter import clock
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.errors import Conflict, DomainError, NotFound, Problem

GRACE = timedelta(days=30)  # Expired: users keep working (portal_screens section 12)
DISABLED = timedelta(days=90)
TERM = timedelta(days=365)
MOST_SEATS = 100_000


class SubscriptionError(DomainError):
    """The rules of commerce refuse the change."""


class NoResellerRelationship(DomainError):
    """The customer is visible, through GDAP or another partner's name, but this partner does not sell to it."""

    status = 403


@transaction.atomic
def create_subscription(
    *,
    by: Principal,
    customer: Customer,
    partner: Partner,
    product: Product,
    quantity: int,
    commerce: Subscription.Commerce = Subscription.Commerce.NEW_COMMERCE,
    since: datetime | None = None,
    subscription_id: uuid.UUID | None = None,
) -> Subscription:
    """Buy `quantity` seats of `product` for a year from `since` (now, if not given), renewed by itself."""
    _require_reseller(by, customer, partner)
    _check_quantity(quantity)
    starts = since or clock.now()
    subscription = Subscription.objects.create(
        id=subscription_id or uuid.uuid4(),
        customer=customer,
        partner=partner,
        product=product,
        quantity=quantity,
        commerce=commerce,
        created_at=starts,
        term_ends_at=starts + TERM,
    )
    SubscribedSku.objects.get_or_create(customer=customer, product=product)
    rewrite_windows(subscription)
    _record(by, Operation.CREATE_ORDER, subscription, before={}, after={"quantity": quantity})
    return subscription


@transaction.atomic
def add_seats(*, by: Principal, subscription: Subscription, quantity: int) -> Subscription:
    """Raise the quantity of an active subscription to `quantity`.

    Raises `Conflict` when somebody changed the subscription since it was read.
    """
    access.require_partner(by, access.PartnerPermission.CHANGE_SUBSCRIPTIONS)
    if not by.is_trusted and subscription.partner_id != by.partner_id:
        raise NotFound(Problem("subscription_not_found", "There is no such subscription in your account."))
    _require_reseller(by, subscription.customer, subscription.partner)
    _check_quantity(quantity)
    before = subscription.quantity
    if quantity <= before:
        raise SubscriptionError(
            Problem(
                "quantity_not_higher",
                f"Enter more than the {before} licenses that {subscription.product} has now.",
                field="quantity",
            )
        )
    _check_active(subscription)
    claimed = Subscription.objects.filter(pk=subscription.pk, version=subscription.version).update(
        quantity=quantity, version=F("version") + 1
    )
    if not claimed:
        raise Conflict(
            Problem("subscription_changed", "Somebody changed this subscription in the meantime; look again.")
        )
    subscription.refresh_from_db()
    rewrite_windows(subscription)
    _record(by, Operation.UPDATE_SUBSCRIPTION, subscription, before={"quantity": before}, after={"quantity": quantity})
    return subscription


def _require_reseller(by: Principal, customer: Customer, partner: Partner) -> None:
    """Commerce is open to the partner that sells to the customer now, and to nobody by GDAP."""
    access.require_partner(by, access.PartnerPermission.CHANGE_SUBSCRIPTIONS)
    if by.is_trusted:
        return
    access.visible_customer(by, customer.pk)
    if partner.pk != by.partner_id or not Customer.objects.resold_by(by.partner_id).filter(pk=customer.pk).exists():
        message = f"{by.partner_name} does not sell to {customer}; request a reseller relationship first."
        raise NoResellerRelationship(Problem("no_reseller_relationship", message))


def _check_active(subscription: Subscription) -> None:
    if subscription.status != Subscription.Status.ACTIVE:
        problem = f"{subscription.product} is {subscription.status}; reactivate it first."
    elif not subscription.auto_renew and subscription.term_ends_at <= clock.now():
        problem = f"{subscription.product} has expired; renew it first."
    else:
        return
    raise SubscriptionError(Problem("subscription_not_active", problem))


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
        for kind, opens, closes in _schedule(subscription)
    )


def _schedule(subscription: Subscription) -> Iterator[tuple[SeatWindow.Kind, datetime, datetime | None]]:
    """Active -> (term ends, not renewed) grace -> disabled -> gone."""
    starts, ends = subscription.created_at, subscription.term_ends_at
    if subscription.status == Subscription.Status.DELETED:
        return
    if subscription.status == Subscription.Status.SUSPENDED:
        yield SeatWindow.Kind.SUSPENDED, starts, None
    elif subscription.auto_renew:
        yield SeatWindow.Kind.ACTIVE, starts, None
    else:
        yield SeatWindow.Kind.ACTIVE, starts, ends
        yield SeatWindow.Kind.WARNING, ends, ends + GRACE
        yield SeatWindow.Kind.SUSPENDED, ends + GRACE, ends + GRACE + DISABLED


def _check_quantity(quantity: int) -> None:
    if not 1 <= quantity <= MOST_SEATS:
        raise SubscriptionError(
            Problem("quantity_out_of_range", f"Enter a number from 1 to {MOST_SEATS:,}.", field="quantity")
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
