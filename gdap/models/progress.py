"""What was asked for and how far it is: requests and operations (graph_gdap_contract sections 3 and 5)."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models

from gdap.lifecycle import Step
from gdap.models.relationship import AdminRelationship
from partnercenter import clock


class RelationshipRequest(models.Model):
    """A step that moves a relationship to another state. Nothing that is accepted fails later."""

    class Action(models.TextChoices):
        LOCK_FOR_APPROVAL = Step.LOCK.value
        APPROVE = Step.APPROVE.value
        REJECT = Step.DECLINE.value
        TERMINATE = Step.TERMINATE.value

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(AdminRelationship, on_delete=models.CASCADE, related_name="requests")
    action = models.CharField(max_length=20, choices=Action)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    done_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.action} of {self.relationship}"

    def status(self, now: datetime) -> str:
        return "succeeded" if self.done_at <= now else "pending"


class RelationshipOperation(models.Model):
    """A change that the contract answers with 202. What it changes holds at once; it only takes its time to report."""

    class Type(models.TextChoices):
        ASSIGNMENT_UPDATE = "delegatedAdminAccessAssignmentUpdate"
        RELATIONSHIP_UPDATE = "delegatedAdminRelationshipUpdate"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(AdminRelationship, on_delete=models.CASCADE, related_name="operations")
    operation_type = models.CharField(max_length=40, choices=Type)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    done_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.operation_type} in {self.relationship}"

    def status(self, now: datetime) -> str:
        return "succeeded" if self.done_at <= now else "running"
