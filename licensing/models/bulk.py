"""Runs that change the licenses of many users, and what became of each user in them."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from customers.models import Customer
from partnercenter import clock


class BulkRun(models.Model):
    """One change for many users, from its draft to its end.

    `cursor` is the last user that is done with: users come in the order of their ids. A process works on the run while
    its lease lasts; once `leased_until` has passed, any other may take it up where it stands.
    """

    class Status(models.TextChoices):
        DRAFT = "draft"
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        CANCELED = "canceled"
        STOPPED = "stopped"

    class Kind(models.TextChoices):
        CHANGE = "change"
        UNDO = "undo"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="bulk_runs")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.CHANGE)
    status = models.CharField(max_length=8, choices=Status, default=Status.DRAFT)
    origin = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="followers")
    selection = models.JSONField(default=dict, help_text="Whom it is about: ids, or search and filter of the list.")
    change = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=80, blank=True, help_text="Of the data that the preview showed.")

    partner_id = models.UUIDField(null=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    principal = models.JSONField(default=dict, help_text="Who acts, by which door, for the audit records.")

    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    cursor = models.UUIDField(default=uuid.UUID(int=0))
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=500, blank=True, help_text="Why it stopped.")
    created_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["customer", "-created_at", "-id"], name="bulk_run_by_customer"),
            models.Index(fields=["status", "leased_until"], name="bulk_run_by_status"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.total} users, {self.status}"

    @property
    def is_active(self) -> bool:
        return self.status in (self.Status.WAITING, self.Status.RUNNING)

    @property
    def processed(self) -> int:
        return self.done + self.unchanged + self.failed


class BulkRunItem(models.Model):
    """One user of a run. Its state changes in the transaction that changes the user, so nobody is done twice.

    `version` is the user's when the run began: at any other the user is left alone. `before` is what the user held
    then, `target` (undo only) what they shall hold again, both in the form of `licensing.services.bulk.holdings`. Ids
    are no foreign keys: the row outlives the user, and two checks per row would cost more than all else about it.
    """

    class State(models.TextChoices):
        PLANNED = "planned"
        DONE = "done"
        UNCHANGED = "unchanged"
        FAILED = "failed"

    customer_id = models.UUIDField()
    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items", db_index=False)
    user_id = models.UUIDField()
    version = models.PositiveIntegerField()
    before = models.TextField(blank=True)
    target = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.PLANNED)
    code = models.CharField(max_length=64, blank=True)
    problem = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["user_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer_id", "run", "user_id"], name="user_once_per_bulk_run"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.state}"
