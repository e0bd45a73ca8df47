"""The emulated time, shared by all processes, and the mails that left here."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models

from partnercenter import clock


class ClockSetting(models.Model):
    """How the emulated time differs from the wall clock; the setting made last counts, earlier ones tell the story.

    Either the time stands still at `frozen_at`, or it runs `offset` ahead of the wall clock (behind, if negative).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    offset = models.DurationField(default=timedelta)
    set_by = models.CharField(max_length=254)
    set_at = models.DateTimeField("set at, by the wall clock", default=clock.wall, editable=False)

    class Meta:
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        if self.frozen_at is not None:
            return f"stands at {self.frozen_at:%Y-%m-%d %H:%M:%S} UTC"
        return f"runs {self.offset} ahead" if self.offset else "runs by the wall clock"

    def time(self, wall: datetime) -> datetime:
        """The emulated time when the wall clock says `wall`."""
        return self.frozen_at or wall + self.offset


class Mail(models.Model):
    """A mail that was sent in the demo, which has no mail server: ops read it in the mailbox."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message_id = models.CharField(max_length=200, unique=True, help_text="The same mail, sent twice, arrives once.")
    dated_at = models.DateTimeField()
    sender = models.CharField(max_length=300)
    recipients = models.TextField()
    subject = models.CharField(max_length=300)
    body = models.TextField()

    class Meta:
        ordering: ClassVar = ["-dated_at", "id"]
        indexes: ClassVar = [models.Index(fields=["dated_at", "id"], name="mails_by_date")]

    def __str__(self) -> str:
        return f"{self.subject} to {self.recipients}"
