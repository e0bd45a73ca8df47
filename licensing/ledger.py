"""The invariant behind every seat: what is counted as consumed is what is assigned."""

from collections.abc import Iterator

from django.db.models import Count, F, Q

from licensing.models import LicenseAssignment, SubscribedSku
from partnercenter.errors import sentence


def ledger_problems() -> list[str]:
    """Every place where counters and assignments disagree, in words; empty when the ledger is right. Three queries."""
    return [*_miscounted(), *_assigned_twice(), *_astray()]


def seat_drift() -> int:
    """How many products of customers are miscounted; one query, for a look now and then."""
    return SubscribedSku.objects.annotate(assigned=Count("assignments")).exclude(consumed_units=F("assigned")).count()


def _miscounted() -> Iterator[str]:
    rows = (
        SubscribedSku.objects.annotate(assigned=Count("assignments"))
        .exclude(consumed_units=F("assigned"))
        .order_by("customer__sort_name", "product__name")
        .values_list("customer__company_name", "product__name", "consumed_units", "assigned")
    )
    for customer, product, consumed, assigned in rows:
        yield f"{customer}: {product} counts {consumed} consumed units, but has {assigned} assignments."


def _assigned_twice() -> Iterator[str]:
    """The database refuses these; the check does not take its word for it."""
    pairs = (
        LicenseAssignment.objects.order_by()
        .values("user", "subscribed_sku", "user__user_principal_name", "subscribed_sku__product__name")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
        .values_list("user__user_principal_name", "subscribed_sku__product__name", "times")
    )
    for user, product, times in pairs:
        yield f"{user} has {product} {times} times."


def _astray() -> Iterator[str]:
    """Assignments whose user or product belongs to another customer."""
    rows = LicenseAssignment.objects.filter(
        ~Q(user__customer=F("customer")) | ~Q(subscribed_sku__customer=F("customer"))
    ).select_related("customer", "user__customer", "subscribed_sku__customer", "subscribed_sku__product")
    for row in rows.order_by("pk"):
        yield sentence(
            f"{row.customer}: an assignment joins {row.user} of {row.user.customer} "
            f"with {row.subscribed_sku} of {row.subscribed_sku.customer}"
        )
