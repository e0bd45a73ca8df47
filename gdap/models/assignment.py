import uuid
from typing import ClassVar

from django.db import models

from customers.models import DirectoryRole
from gdap.models.relationship import AdminRelationship
from gdap.models.security_group import SecurityGroup
from partnercenter import clock


class AccessAssignment(models.Model):
    """A security group gets some of a relationship's roles at its customer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(AdminRelationship, on_delete=models.CASCADE, related_name="access_assignments")
    security_group = models.ForeignKey(SecurityGroup, on_delete=models.PROTECT, related_name="access_assignments")
    roles = models.ManyToManyField(DirectoryRole, through="AccessAssignmentRole", related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["relationship", "security_group"],
                name="one_living_assignment_per_group",
                condition=models.Q(deleted_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.security_group} in {self.relationship}"


class AccessAssignmentRole(models.Model):
    """An access assignment hands out a role."""

    assignment = models.ForeignKey(AccessAssignment, on_delete=models.CASCADE, related_name="role_links")
    role = models.ForeignKey(DirectoryRole, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["role__display_name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "role"], name="role_once_per_assignment"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.role}"
