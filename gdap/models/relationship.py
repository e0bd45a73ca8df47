import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models

from customers.models import Customer, DirectoryRole
from partnercenter import clock
from partnercenter.accounts.models import Partner


class AdminRelationship(models.Model):
    """A granular delegated admin relationship between a partner and a customer.

    It stores the moments at which somebody did something; its status follows from them and the clock, when read
    (graph_gdap_contract section 8).
    """

    class Status(models.TextChoices):
        CREATED = "created", "Created"
        APPROVAL_PENDING = "approvalPending", "Approval pending"
        ACTIVE = "active", "Active"
        EXPIRED = "expired", "Expired"
        TERMINATED = "terminated", "Terminated"

    NAME_LIMIT = 50

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="admin_relationships")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="admin_relationships")
    display_name = models.CharField(max_length=NAME_LIMIT)
    duration_days = models.PositiveIntegerField(help_text="1 to 730.")
    auto_extend = models.BooleanField(default=False, help_text="Rolls the end by 180 days, until switched off.")
    roles = models.ManyToManyField(DirectoryRole, through="AdminRelationshipRole", related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    approval_requested_at = models.DateTimeField(null=True, blank=True)
    activated_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    terminated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["display_name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner", "display_name"], name="relationship_name_once_per_partner"),
            models.CheckConstraint(
                name="relationship_lasts_1_to_730_days", condition=models.Q(duration_days__range=(1, 730))
            ),
            models.CheckConstraint(
                name="active_relationship_has_an_end",
                condition=models.Q(activated_at__isnull=True) | models.Q(ends_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def status(self, now: datetime) -> Status:
        if self.terminated_at and self.terminated_at <= now:
            return self.Status.TERMINATED
        if self.activated_at:
            over = self.ends_at is not None and self.ends_at <= now and not self.auto_extend
            return self.Status.EXPIRED if over else self.Status.ACTIVE
        return self.Status.APPROVAL_PENDING if self.approval_requested_at else self.Status.CREATED


class AdminRelationshipRole(models.Model):
    """A relationship covers a role."""

    relationship = models.ForeignKey(AdminRelationship, on_delete=models.CASCADE, related_name="role_links")
    role = models.ForeignKey(DirectoryRole, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["role__display_name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["relationship", "role"], name="role_once_per_relationship"),
        ]

    def __str__(self) -> str:
        return f"{self.relationship}: {self.role}"
