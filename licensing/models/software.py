import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models

from customers.models import Customer
from licensing.rules.software import Choices, cancellable_until, families
from partnercenter import clock
from partnercenter.accounts.models import Partner


class SoftwarePurchase(models.Model):
    """Software bought by an order of its own; never assigned to users, used by its key.

    No key is kept here: `licensing.services.software` derives it.
    """

    class Kind(models.TextChoices):
        PERPETUAL = "perpetual"
        SUBSCRIPTION = "subscription"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="software_purchases")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="software_purchases")
    name = models.CharField(max_length=200)
    family = models.CharField(max_length=40, blank=True, help_text="Its row in licensing/data/software.csv.")
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.PERPETUAL)
    quantity = models.PositiveIntegerField(default=1)
    order_id = models.UUIDField(default=uuid.uuid4, editable=False)
    purchased_at = models.DateTimeField(default=clock.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def choices(self) -> Choices:
        return families().get(self.family, Choices())

    @property
    def cancellable_until(self) -> datetime:
        return cancellable_until(self.kind, self.purchased_at)
