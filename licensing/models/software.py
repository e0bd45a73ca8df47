import uuid
from typing import ClassVar

from django.db import models

from customers.models import Customer
from partnercenter import clock
from partnercenter.accounts.models import Partner


class SoftwarePurchase(models.Model):
    """Software bought once; never assigned to users, used by its key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="software_purchases")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="software_purchases")
    name = models.CharField(max_length=200)
    quantity = models.PositiveIntegerField(default=1)
    order_id = models.UUIDField(default=uuid.uuid4, editable=False)
    purchased_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name
