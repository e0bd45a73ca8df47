import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models

from customers.models import DirectoryRole
from gdap.lifecycle import AssignmentStatus
from gdap.models.relationship import AdminRelationship
from gdap.models.security_group import SecurityGroup
from partnercenter import clock


class AccessAssignment(models.Model):
    """A security group gets some of a relationship's roles at its customer.

    It counts from `active_at` until `deletion_requested_at`; the states around that only pass.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(AdminRelationship, on_delete=models.CASCADE, related_name="access_assignments")
    security_group = models.ForeignKey(SecurityGroup, on_delete=models.PROTECT, related_name="access_assignments")
    roles = models.ManyToManyField(DirectoryRole, through="AccessAssignmentRole", related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    modified_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1)
    active_at = models.DateTimeField(default=clock.now)
    deletion_requested_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["relationship", "security_group"],
                name="one_living_assignment_per_group",
                condition=models.Q(deleted_at__isnull=True),
            ),
            models.CheckConstraint(
                name="deleted_assignment_was_asked_to_go",
                condition=models.Q(deleted_at__isnull=True) | models.Q(deletion_requested_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.security_group} in {self.relationship}"

    def status(self, now: datetime) -> AssignmentStatus:
        if self.deleted_at is not None and self.deleted_at <= now:
            return AssignmentStatus.DELETED
        if self.deletion_requested_at is not None and self.deletion_requested_at <= now:
            return AssignmentStatus.DELETING
        return AssignmentStatus.ACTIVE if self.active_at <= now else AssignmentStatus.PENDING


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
