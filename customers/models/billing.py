import uuid
from typing import ClassVar

from django.db import models

from customers.models.customer import Customer
from partnercenter.accounts.models import Partner


class BillingProfile(models.Model):
    """Where one partner sends a customer's bills. Another partner of the same customer has its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="billing_profiles")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="billing_profiles")
    first_name = models.CharField(max_length=50, blank=True)
    last_name = models.CharField(max_length=50, blank=True)
    email = models.EmailField(blank=True)
    culture = models.CharField(max_length=10, default="en-US")
    language = models.CharField(max_length=10, default="en")
    company_name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=100, blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=50, blank=True)
    address_line1 = models.CharField(max_length=200, blank=True)
    address_line2 = models.CharField(max_length=200, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    phone_number = models.CharField(max_length=30, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "partner"], name="billing_profile_once_per_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.partner} bills {self.customer}"
