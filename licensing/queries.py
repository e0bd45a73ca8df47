"""Reads about licenses that more than one door needs."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Lower

from customers.models import Country, Customer, CustomerUser, CustomerUserQuerySet
from licensing.models import (
    LicenseAssignment,
    Product,
    ProductServicePlan,
    SeatAddition,
    SoftwarePurchase,
    SubscribedSku,
    SubscribedSkuQuerySet,
    Subscription,
)
from licensing.rules import LicenseToAssign, LicenseUpdate, OwnedProduct, UserLicenses, check_update, no_seat_left
from licensing.rules.subscriptions import DISABLED, GRACE, REDUCTION_WINDOW, SUSPENDED, Standing, standing
from partnercenter import clock
from partnercenter.errors import Problem

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)  # sorts before every date by which something is to be decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """The seats of one product at one moment; `over_assigned_by` counts users beyond what is paid for."""

    total: int
    consumed: int

    @property
    def available(self) -> int:
        return max(0, self.total - self.consumed)

    @property
    def over_assigned_by(self) -> int:
        return max(0, self.consumed - self.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The products a customer owns, by SKU id, with their seats and the row that counts them."""

    products: Mapping[uuid.UUID, OwnedProduct]
    seats: Mapping[uuid.UUID, Seats]
    rows: Mapping[uuid.UUID, uuid.UUID]

    def assignable(self) -> list[OwnedProduct]:
        """Those that users can get, by name."""
        return sorted((product for product in self.products.values() if product.is_assignable), key=_by_name)


def _by_name(product: OwnedProduct) -> tuple[str, str]:
    return product.name.casefold(), str(product.sku_id)


def inventory(customer: Customer, *, only: Collection[uuid.UUID] | None = None) -> Inventory:
    """What the customer owns now, or just the products in `only`. Two queries."""
    rows = SubscribedSku.objects.filter(customer=customer).with_units(clock.now()).select_related("product")
    if only is not None:
        rows = rows.filter(product__in=list(only))
    skus = {row.product_id: row for row in rows}
    plans: dict[uuid.UUID, dict[uuid.UUID, str]] = {sku_id: {} for sku_id in skus}
    links = ProductServicePlan.objects.filter(product__in=list(skus)).select_related("service_plan")
    for link in links.order_by("service_plan__friendly_name", "service_plan_id"):
        plans[link.product_id][link.service_plan_id] = link.service_plan.friendly_name
    return Inventory(
        products={sku_id: _owned(row, plans[sku_id]) for sku_id, row in skus.items()},
        seats={sku_id: Seats(total=row.total_units, consumed=row.consumed_units) for sku_id, row in skus.items()},
        rows={sku_id: row.pk for sku_id, row in skus.items()},
    )


def _owned(row: SubscribedSku, plans: Mapping[uuid.UUID, str]) -> OwnedProduct:
    product = row.product
    return OwnedProduct(
        sku_id=product.sku_id,
        name=product.name,
        license_group=product.license_group,
        is_assignable=product.is_assignable,
        reason=product.reason,
        plans=plans,
    )


def assigned_to(user: CustomerUser) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """SKU id -> disabled plans of every product that `user` has. One query."""
    rows = LicenseAssignment.objects.filter(customer=user.customer_id, user=user).values_list(
        "subscribed_sku__product", "disabled_plans"
    )
    return {sku_id: frozenset(uuid.UUID(plan) for plan in disabled) for sku_id, disabled in rows}


def licenses_of(user: CustomerUser, *, usage_location: str | None = None) -> UserLicenses:
    """`user` as the rules see them, with another usage location if one is about to be set. Two queries."""
    location = user.usage_location if usage_location is None else usage_location
    return UserLicenses(
        name=user.display_name,
        usage_location=location,
        location_allowed=Country.objects.filter(code=location, licensing_allowed=True).exists(),
        assigned=assigned_to(user),
    )


def foreseeable_problems(user: UserLicenses, update: LicenseUpdate, stock: Inventory) -> tuple[Problem, ...]:
    """What would refuse `update` if it were sent now, the seats included. No queries."""
    short = [
        stock.products[item.sku_id]
        for item in update.assign
        if item.sku_id in stock.products and item.sku_id not in user.assigned and not stock.seats[item.sku_id].available
    ]
    return (*check_update(user, update, stock.products), *(no_seat_left(product) for product in short))


def running_subscriptions(customer: Customer, partner_id: uuid.UUID | None) -> list[Subscription]:
    """What this partner sold to the customer and has not ended, by decision or by the clock. One query."""
    rows = Subscription.objects.filter(customer=customer, partner=partner_id).exclude(
        status=Subscription.Status.DELETED
    )
    now = clock.now()
    return [row for row in rows.select_related("product") if standing(row.life, now) is not Standing.DELETED]


def cancellable_software(customer: Customer, partner_id: uuid.UUID | None) -> list[SoftwarePurchase]:
    """What this partner sold to the customer and can still be given back. One query."""
    now = clock.now()
    rows = SoftwarePurchase.objects.filter(customer=customer, partner=partner_id, cancelled_at__isnull=True)
    return [row for row in rows if now < row.cancellable_until]


def with_license(users: CustomerUserQuerySet, *, licensed: bool = True) -> CustomerUserQuerySet:
    """Users who hold at least one license, or none."""
    held = Exists(LicenseAssignment.objects.filter(customer=OuterRef("customer"), user=OuterRef("pk")))
    return users.filter(held if licensed else ~held)


def product_names_of(users: list[CustomerUser]) -> Mapping[uuid.UUID, list[str]]:
    """User id -> names of the products held, sorted. One query."""
    rows = (
        LicenseAssignment.objects.filter(user__in=users)
        .order_by("subscribed_sku__product__name")
        .values_list("user", "subscribed_sku__product__name")
    )
    found: dict[uuid.UUID, list[str]] = {}
    for user_id, name in rows:
        found.setdefault(user_id, []).append(name)
    return found


def restorable(
    user: UserLicenses, wanted: Collection[LicenseToAssign], stock: Inventory, *, taken: Counter[uuid.UUID]
) -> tuple[list[uuid.UUID], list[str]]:
    """Of what a deleted user had: the products that would come back, and a sentence for each that would not.

    As `licensing.services.licenses.give_licenses_back` does it, without writing. `taken` counts the seats that others
    in the same run take first, and grows. No queries.
    """
    waiting, back = list(wanted), dict[uuid.UUID, frozenset[uuid.UUID]]()
    while waiting:
        refused = dict[LicenseToAssign, str]()
        for item in waiting:
            problem = _why_not_back(replace(user, assigned=dict(back)), item, stock, taken)
            if problem:
                refused[item] = problem
                continue
            back[item.sku_id] = item.disabled_plans
            taken[item.sku_id] += 1
        if len(refused) == len(waiting):
            return list(back), list(refused.values())
        waiting = list(refused)
    return list(back), []


def _why_not_back(user: UserLicenses, item: LicenseToAssign, stock: Inventory, taken: Counter[uuid.UUID]) -> str:
    problems = check_update(user, LicenseUpdate(assign=(item,)), stock.products)
    if problems:
        return problems[0].message
    if stock.seats[item.sku_id].available <= taken[item.sku_id]:
        return no_seat_left(stock.products[item.sku_id]).message
    return ""


def assignable_products(customer: Customer) -> SubscribedSkuQuerySet:
    """Products that users of the customer can get, with units and `name_key`; what has ended for good is left out."""
    rows = SubscribedSku.objects.filter(customer=customer, product__is_assignable=True).with_units(clock.now())
    used = Q(active_units__gt=0) | Q(warning_units__gt=0) | Q(suspended_units__gt=0) | Q(consumed_units__gt=0)
    return rows.filter(used).select_related("product").annotate(name_key=Lower("product__name"))


def owned_subscriptions(customer: Customer) -> QuerySet[Subscription]:
    """What the customer bought, from whomever, until it is deleted, by decision or by the clock; with `name_key`."""
    now = clock.now()
    ended = Q(status=Subscription.Status.ACTIVE, auto_renew=False, term_ends_at__lte=now - GRACE - DISABLED)
    lapsed = ended & Q(activated_at__isnull=False)
    suspended = Q(status=Subscription.Status.SUSPENDED, since__lte=now - SUSPENDED - DISABLED)
    rows = Subscription.objects.filter(customer=customer).exclude(status=Subscription.Status.DELETED)
    rows = rows.alias(since=Coalesce("suspended_at", "created_at")).exclude(lapsed).exclude(suspended)
    return rows.select_related("product", "partner").annotate(name_key=Lower("product__name"))


def by_holding(users: CustomerUserQuerySet, row_id: uuid.UUID, *, holds: bool) -> CustomerUserQuerySet:
    """Users who have a seat of this subscribed SKU, or those who have none."""
    held = Exists(LicenseAssignment.objects.filter(user=OuterRef("pk"), subscribed_sku=row_id))
    return users.filter(held if holds else ~held)


def disabled_plans_of(users: Collection[CustomerUser], row_id: uuid.UUID) -> Mapping[uuid.UUID, list[str]]:
    """User id -> ids of the switched-off plans, of those who have a seat of this subscribed SKU. One query."""
    rows = LicenseAssignment.objects.filter(user__in=users, subscribed_sku=row_id)
    return dict(rows.values_list("user", "disabled_plans"))


def open_to_reduction(partner_id: uuid.UUID | None, now: datetime) -> QuerySet[Subscription]:
    """What runs and has seats that were bought so lately that they can be given back; with `due_key`, the first end.

    A term that renewed itself opens such a window as well; nobody has to decide about that, so it is left out.
    """
    since = now - REDUCTION_WINDOW
    added = SeatAddition.objects.filter(subscription=OuterRef("pk"), added_at__gt=since).order_by("added_at")
    bought = Case(When(created_at__gt=since, then=F("created_at")), default=Subquery(added.values("added_at")[:1]))
    rows = Subscription.objects.filter(
        Q(auto_renew=True) | Q(term_ends_at__gt=now),
        partner=partner_id,
        product__kind=Product.Kind.LICENSE,
        status=Subscription.Status.ACTIVE,
        commerce=Subscription.Commerce.NEW_COMMERCE,
    )
    rows = rows.annotate(opened_at=bought).filter(opened_at__isnull=False)
    return _due(rows, F("opened_at") + REDUCTION_WINDOW).prefetch_related("additions")


def ending_terms(partner_id: uuid.UUID | None, now: datetime, within: timedelta) -> QuerySet[Subscription]:
    """What stops for good unless somebody acts: its term ends, its grace does, or it is suspended; with `due_key`."""
    active, suspended = Subscription.Status.ACTIVE, Subscription.Status.SUSPENDED
    ends = Q(status=active, auto_renew=False, activated_at__isnull=False)
    running = ends & Q(term_ends_at__gt=now, term_ends_at__lte=now + within)
    expired = ends & Q(term_ends_at__lte=now, term_ends_at__gt=now - GRACE)
    paused = Q(status=suspended, since__gt=now - SUSPENDED)
    rows = Subscription.objects.filter(partner=partner_id).annotate(since=Coalesce("suspended_at", "created_at"))
    due = Case(
        When(running, then=F("term_ends_at")),
        When(expired, then=F("term_ends_at") + GRACE),
        default=F("since") + SUSPENDED,
    )
    return _due(rows.filter(running | expired | paused), due)


def over_assigned(partner_id: uuid.UUID | None, now: datetime) -> SubscribedSkuQuerySet:
    """Products that this partner sold with more users than seats; with units, and a `due_key` before all others."""
    sold = Subscription.objects.filter(partner=partner_id, customer=OuterRef("customer"), product=OuterRef("product"))
    rows = SubscribedSku.objects.with_units(now).filter(Exists(sold))
    rows = rows.filter(consumed_units__gt=F("active_units") + F("warning_units")).select_related("product")
    return rows.annotate(due_key=Value(AT_ONCE, output_field=DateTimeField()))


def _due(rows: QuerySet[Subscription], moment: Combinable) -> QuerySet[Subscription]:
    due = ExpressionWrapper(moment, output_field=DateTimeField())
    return rows.annotate(due_key=due).select_related("product")
