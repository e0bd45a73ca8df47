import uuid
from dataclasses import replace
from typing import ClassVar

from django.db import models

from customers.models import Customer
from licensing.models.catalog import Product
from licensing.rules.subscriptions import Batch, Terms
from partnercenter import clock
from partnercenter.accounts.models import Partner


class Subscription(models.Model):
    """What a customer bought of a product through a partner.

    `status` is what somebody decided; where the term ends, the clock decides (see `SeatWindow`).
    """

    class Status(models.TextChoices):
        ACTIVE = "active"
        SUSPENDED = "suspended"
        DELETED = "deleted"

    class Commerce(models.TextChoices):
        NEW_COMMERCE = "new_commerce", "New commerce"
        CLASSIC = "classic", "Classic"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="subscriptions")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="subscriptions")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="subscriptions")
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="add_ons",
        help_text="The base of an add-on: status, term and renewal are taken from it.",
    )
    order_id = models.UUIDField(default=uuid.uuid4, editable=False)
    order_line = models.PositiveSmallIntegerField(default=0, editable=False)
    ordered_quantity = models.PositiveIntegerField(default=0, editable=False, help_text="What was bought at first.")
    friendly_name = models.CharField("nickname", max_length=200, blank=True)
    commerce = models.CharField(max_length=16, choices=Commerce, default=Commerce.NEW_COMMERCE)
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    suspended_at = models.DateTimeField(null=True, blank=True)
    quantity = models.PositiveIntegerField()
    term = models.CharField(max_length=4, default="P1Y", help_text="ISO 8601 duration")
    billing_cycle = models.CharField(max_length=12, default="monthly")
    auto_renew = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    activated_at = models.DateTimeField(null=True, blank=True, help_text="Empty: its publisher has not confirmed it.")
    term_ends_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["product__name", "created_at", "id"]
        indexes: ClassVar = [models.Index(fields=["customer", "product"], name="subscription_by_customer")]

    def __str__(self) -> str:
        return self.friendly_name or str(self.product)

    @property
    def is_classic(self) -> bool:
        return self.commerce == self.Commerce.CLASSIC

    @property
    def kind_label(self) -> str:
        """What a list calls it: licenses by their commerce, all else by what it is."""
        return str(self.get_commerce_display() if self.product.has_seats else self.product.get_kind_display())

    @property
    def life(self) -> Terms:
        """Enough to say where it stands and how long; lists select `product`."""
        return Terms(
            name=str(self.product),
            is_classic=self.is_classic,
            status=self.status,
            quantity=self.quantity,
            auto_renew=self.auto_renew,
            term=self.term,
            created_at=self.created_at,
            term_ends_at=self.term_ends_at,
            suspended_at=self.suspended_at,
            kind=self.product.kind,
            publisher=self.product.publisher,
            is_activated=self.activated_at is not None,
            friendly_name=self.friendly_name,
        )

    @property
    def terms(self) -> Terms:
        """All that the rules judge by, with the seats that were added; lists prefetch `additions`."""
        return replace(self.life, added=tuple(Batch(row.quantity, row.added_at) for row in self.additions.all()))


class SeatAddition(models.Model):
    """Seats that were added after the purchase and can still be given back (`licensing.rules.subscriptions`)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="seat_additions")
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="additions")
    quantity = models.PositiveIntegerField()
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["added_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["customer", "added_at"], name="seat_addition_by_customer")]

    def __str__(self) -> str:
        return f"{self.quantity} more of {self.subscription_id}"


class SeatWindow(models.Model):
    """Units that a subscription gives from one moment to another; derived, rewritten by the subscription's service.

    The units of a product at any time are the sum over the windows open at that time, so nothing has to run
    when a term ends.
    """

    class Kind(models.TextChoices):
        ACTIVE = "active"
        WARNING = "warning", "Warning (grace after the term)"
        SUSPENDED = "suspended"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="seat_windows")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="seat_windows")
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="seat_windows")
    kind = models.CharField(max_length=12, choices=Kind)
    units = models.PositiveIntegerField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True, blank=True, help_text="Empty: stays open.")

    class Meta:
        ordering: ClassVar = ["opens_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="seat_window_closes_after_it_opens",
                condition=models.Q(closes_at__isnull=True) | models.Q(closes_at__gt=models.F("opens_at")),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["customer", "product", "opens_at"], name="seat_window_lookup")]

    def __str__(self) -> str:
        return f"{self.units} {self.kind} of {self.product}"
