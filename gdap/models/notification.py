import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from gdap.models.relationship import AdminRelationship
from partnercenter import clock

CLAIM_LASTS = timedelta(minutes=15)


class NotificationQuerySet(models.QuerySet["Notification"]):
    def waiting(self, now: datetime) -> "NotificationQuerySet":
        """Not sent, and nobody is at it; whoever began and did not end within a while has crashed."""
        a_while_ago, a_while_off = now - CLAIM_LASTS, now + CLAIM_LASTS
        free = Q(claimed_at__isnull=True) | Q(claimed_at__lte=a_while_ago) | Q(claimed_at__gte=a_while_off)
        return self.filter(free, sent_at__isnull=True)


class Notification(models.Model):
    """A mail to one person about one occasion in the life of a relationship.

    `about` is the moment that the occasion hangs on: that of the step, or the end that comes nearer. With it the row
    is unique, so whoever looks first writes it, and nobody twice. It is sent by whoever claims it first.
    """

    class Kind(models.TextChoices):
        REQUESTED = "requested", "Requested"
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"
        ENDS_IN_30_DAYS = "ends_in_30_days", "Ends in 30 days"
        ENDS_IN_7_DAYS = "ends_in_7_days", "Ends in 7 days"
        ENDS_IN_1_DAY = "ends_in_1_day", "Ends in 1 day"
        EXPIRED = "expired", "Expired"
        TERMINATED = "terminated", "Terminated"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    relationship = models.ForeignKey(AdminRelationship, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=20, choices=Kind)
    about = models.DateTimeField()
    due_at = models.DateTimeField()
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField(default=clock.now, editable=False)
    claim = models.UUIDField(null=True, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-due_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["relationship", "kind", "about", "recipient"], name="notified_once_of_each_occasion"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], name="notifications_to_send", condition=Q(sent_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.recipient}"
