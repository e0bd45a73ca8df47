import uuid
from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower

from customers.permissions import CustomerPermission
from partnercenter import clock
from partnercenter.accounts.models import Partner
from partnercenter.fields import SortKeyField, sort_key


class CustomerQuerySet(models.QuerySet["Customer"]):
    def resold_by(self, partner_id: uuid.UUID | None) -> "CustomerQuerySet":
        """Customers with a living reseller relationship to this partner."""
        return self.filter(
            models.Exists(
                ResellerRelationship.objects.filter(
                    customer=models.OuterRef("pk"), partner=partner_id, ended_at__isnull=True
                )
            )
        )


class Customer(models.Model):
    """A customer's tenant. It may have several partners; what a partner may do in it, `gdap.access` decides."""

    id = models.UUIDField("Microsoft ID", primary_key=True, default=uuid.uuid4, editable=False)
    company_name = models.CharField(max_length=200)
    sort_name = SortKeyField(max_length=256, editable=False)
    primary_domain = models.CharField(max_length=253)
    email = models.EmailField(blank=True)
    country = models.CharField(max_length=2, default="US")
    address_line1 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=50, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    phone_number = models.CharField(max_length=30, blank=True)
    registration_number = models.CharField(max_length=50, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["sort_name", "id"]
        default_permissions: ClassVar = ["add", "change", "delete", "view"]
        permissions: ClassVar = [(permission.value, f"Can {permission.label}") for permission in CustomerPermission]
        indexes: ClassVar = [
            models.Index(fields=["sort_name", "id"], name="customer_by_name"),
            models.Index(fields=["primary_domain", "id"], name="customer_by_domain"),
        ]

    def __str__(self) -> str:
        return self.company_name

    def save(self, *args: object, **kwargs: object) -> None:
        self.sort_name = sort_key(self.company_name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came

    def is_resold_by(self, partner_id: uuid.UUID | None) -> bool:
        """Whether this partner has a living reseller relationship with the customer. One query."""
        return Customer.objects.resold_by(partner_id).filter(pk=self.pk).exists()


class Domain(models.Model):
    """A domain of a tenant. Users may be named in it when it is verified and managed."""

    class Authentication(models.TextChoices):
        MANAGED = "managed"
        FEDERATED = "federated"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="domains")
    name = models.CharField(max_length=253)
    is_initial = models.BooleanField(default=False, help_text="The onmicrosoft.com domain the tenant was made with.")
    is_default = models.BooleanField(default=False)
    is_verified = models.BooleanField(default=True)
    authentication = models.CharField(max_length=12, choices=Authentication, default=Authentication.MANAGED)

    class Meta:
        ordering: ClassVar = ["-is_default", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("name"), name="verified_domain_has_one_owner", condition=models.Q(is_verified=True)
            ),
            models.UniqueConstraint(fields=["customer", "name"], name="domain_once_per_customer"),
        ]

    def __str__(self) -> str:
        return self.name


class ResellerRelationship(models.Model):
    """A partner sells to a customer. It opens commercial actions only; the directory needs GDAP."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="reseller_relationships")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="reseller_relationships")
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Off until the partner allows it (portal_screens section 3).
    may_buy_reservations = models.BooleanField("may buy Azure reservations", default=False)
    may_buy_savings_plans = models.BooleanField("may buy Azure savings plans", default=False)

    class Meta:
        ordering: ClassVar = ["-started_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "partner"],
                name="one_living_reseller_relationship_per_pair",
                condition=models.Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} resells to {self.customer}"
