import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Sum, Value
from django.db.models.functions import Coalesce

from customers.models import Customer
from licensing.models.catalog import Product
from licensing.models.subscription import SeatWindow


def _units(now: datetime, *kinds: SeatWindow.Kind) -> Coalesce:
    """Units of the outer row's product that are open at `now`, as a subquery."""
    windows = (
        SeatWindow.objects.filter(
            Q(closes_at__isnull=True) | Q(closes_at__gt=now),
            customer=models.OuterRef("customer"),
            product=models.OuterRef("product"),
            kind__in=kinds,
            opens_at__lte=now,
        )
        .order_by()
        .values("customer")
        .annotate(units=Sum("units"))
        .values("units")
    )
    return Coalesce(models.Subquery(windows), Value(0), output_field=models.IntegerField())


class SubscribedSkuQuerySet(models.QuerySet["SubscribedSku"]):
    def with_units(self, now: datetime) -> "SubscribedSkuQuerySet":
        """Adds `active_units`, `warning_units` and `suspended_units` as they are at `now`."""
        return self.annotate(
            active_units=_units(now, SeatWindow.Kind.ACTIVE),
            warning_units=_units(now, SeatWindow.Kind.WARNING),
            suspended_units=_units(now, SeatWindow.Kind.SUSPENDED),
        )

    def with_free_seat(self, now: datetime, *, seats: int = 1) -> "SubscribedSkuQuerySet":
        """Rows with at least so many seats left at `now`; filter and update in one statement to take them."""
        capacity = _units(now, SeatWindow.Kind.ACTIVE, SeatWindow.Kind.WARNING)
        return self.alias(capacity=capacity).filter(consumed_units__lte=F("capacity") - seats)


class SubscribedSku(models.Model):
    """A product that a customer owns, and how many of its seats are taken.

    `consumed_units` always equals the number of license assignments; `licensing.services.seats` alone changes it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="subscribed_skus")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="subscribed_skus")
    consumed_units = models.IntegerField(default=0)

    objects = SubscribedSkuQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["product__name", "id"]
        verbose_name = "subscribed SKU"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "product"], name="product_once_per_customer"),
            models.CheckConstraint(name="consumed_units_never_negative", condition=Q(consumed_units__gte=0)),
        ]

    def __str__(self) -> str:
        return str(self.product)

    @property
    def total_units(self) -> int:
        """Of a row that came through `with_units`."""
        units: int = vars(self)["active_units"] + vars(self)["warning_units"]
        return units

    @property
    def available_units(self) -> int:
        """Seats that can still be taken; never below zero (see `over_assigned_by`)."""
        return max(0, self.total_units - self.consumed_units)

    @property
    def over_assigned_by(self) -> int:
        return max(0, self.consumed_units - self.total_units)
