from typing import ClassVar

from django.db import models

from customers.models import Customer, CustomerUser
from licensing.models.subscribed_sku import SubscribedSku
from partnercenter import clock
from partnercenter.ids import time_ordered


class LicenseAssignment(models.Model):
    """One user holds one seat of one product. `disabled_plans` are the ids of its switched-off plans, sorted texts."""

    id = models.UUIDField(primary_key=True, default=time_ordered, editable=False)
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="license_assignments", db_index=False
    )  # first in the constraint below, whose index serves
    user = models.ForeignKey(CustomerUser, on_delete=models.CASCADE, related_name="license_assignments")
    subscribed_sku = models.ForeignKey(SubscribedSku, on_delete=models.PROTECT, related_name="assignments")
    disabled_plans = models.JSONField(default=list, blank=True)
    assigned_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["subscribed_sku__product__name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "user", "subscribed_sku"], name="one_seat_per_user_and_product"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.subscribed_sku}"
