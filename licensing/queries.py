"""Reads about licenses that more than one door needs."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Lower

from customers.models import Country, Customer, CustomerUser, CustomerUserQuerySet
from licensing.models import LicenseAssignment, ProductServicePlan, SubscribedSku, SubscribedSkuQuerySet, Subscription
from licensing.rules import LicenseToAssign, LicenseUpdate, OwnedProduct, UserLicenses, check_update, no_seat_left
from licensing.rules.subscriptions import DISABLED, GRACE, SUSPENDED, Standing, standing
from partnercenter import clock
from partnercenter.errors import Problem


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


def with_license(users: CustomerUserQuerySet, *, licensed: bool = True) -> CustomerUserQuerySet:
    """Users who hold at least one license, or none."""
    held = Exists(LicenseAssignment.objects.filter(user=OuterRef("pk")))
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
    lapsed = Q(status=Subscription.Status.ACTIVE, auto_renew=False, term_ends_at__lte=now - GRACE - DISABLED)
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
