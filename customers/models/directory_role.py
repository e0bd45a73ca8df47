import uuid
from typing import ClassVar

from django.db import models

from customers.models.customer import Customer
from customers.models.user import CustomerUser


class DirectoryRole(models.Model):
    """A unified (Entra built-in) role; its id is the template id, the same in every tenant.

    The actions of a role are read from the data file by `customers.roles`; this row is what other rows point at.
    """

    template_id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    display_name = models.CharField(max_length=100)
    description = models.CharField(max_length=200, blank=True)
    portal_group = models.CharField(max_length=40, blank=True)
    is_privileged = models.BooleanField(default=False)
    is_assignable = models.BooleanField(default=True)
    is_gdap_selectable = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["display_name"]

    def __str__(self) -> str:
        return self.display_name


class DirectoryRoleMember(models.Model):
    """A customer user holds a directory role in the customer's own tenant."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="directory_role_members")
    user = models.ForeignKey(CustomerUser, on_delete=models.CASCADE, related_name="directory_role_members")
    role = models.ForeignKey(DirectoryRole, on_delete=models.PROTECT, related_name="members")

    class Meta:
        ordering: ClassVar = ["role__display_name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "user", "role"], name="directory_role_once_per_user"),
        ]
        indexes: ClassVar = [models.Index(fields=["customer", "role"], name="members_by_role")]

    def __str__(self) -> str:
        return f"{self.user} is {self.role}"
