import uuid
from typing import ClassVar

from django.db import models


class LicenseGroup(models.TextChoices):
    """Which service manages the assignment; one update never mixes two (partner_center_contract section 5)."""

    GROUP1 = "group1", "Managed by the directory"
    GROUP2 = "group2", "Minecraft"


class Product(models.Model):
    """A product that can be subscribed to; the id of a license is its Entra SKU id."""

    class Kind(models.TextChoices):
        LICENSE = "license", "License-based"
        SAAS = "saas", "SaaS"
        USAGE = "usage", "Usage-based"

    class TargetType(models.TextChoices):
        USER = "User"
        TENANT = "Tenant"

    sku_id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    sku_part_number = models.CharField(max_length=120, db_index=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.LICENSE, db_default=Kind.LICENSE)
    publisher = models.CharField(
        max_length=120, blank=True, default="", db_default="", help_text="Who sells and activates it, of SaaS."
    )
    license_group = models.CharField(max_length=8, choices=LicenseGroup, default=LicenseGroup.GROUP1)
    target_type = models.CharField(max_length=8, choices=TargetType, default=TargetType.USER)
    is_assignable = models.BooleanField(default=True)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it differs from an ordinary user license.")
    service_plans: "models.ManyToManyField[ServicePlan, ProductServicePlan]" = models.ManyToManyField(
        "ServicePlan", through="ProductServicePlan", related_name="products"
    )

    class Meta:
        ordering: ClassVar = ["name", "sku_id"]

    def __str__(self) -> str:
        return self.name

    @property
    def has_seats(self) -> bool:
        """Whether its licenses are counted in the customer's directory."""
        return self.kind == self.Kind.LICENSE


class ServicePlan(models.Model):
    """One app or service inside products."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    service_name = models.CharField(max_length=120)
    friendly_name = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["friendly_name", "id"]

    def __str__(self) -> str:
        return self.friendly_name


class ProductServicePlan(models.Model):
    """A product contains a service plan."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="plan_links")
    service_plan = models.ForeignKey(ServicePlan, on_delete=models.CASCADE, related_name="product_links")

    class Meta:
        ordering: ClassVar = ["service_plan__friendly_name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "service_plan"], name="service_plan_once_per_product"),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.service_plan}"
