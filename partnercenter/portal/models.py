"""What the portal itself remembers: wizards under way."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models

from partnercenter import clock


class WizardRun(models.Model):
    """One run of a wizard by one person about one thing.

    It lives in the database, not in the session, so that it survives a lost session, and each run has its own row,
    so that two tabs never mix. `data` maps a step to the posted values of its fields; `baseline` is what the thing
    was like when the run began (or was last brought up to date); `result` is written with Complete.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=32)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="wizard_runs")
    subject_id = models.UUIDField()
    baseline = models.JSONField(default=dict)
    data = models.JSONField(default=dict)
    visited = models.JSONField(default=list)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    completed_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [models.Index(fields=["user", "-created_at"], name="wizard_runs_of_user")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def has_expired(self, now: datetime) -> bool:
        """Whether it lay unfinished for too long; a completed run keeps showing its result."""
        lifetime = timedelta(hours=settings.WIZARD_LIFETIME_HOURS)
        return self.completed_at is None and self.created_at + lifetime <= now
