import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from customers.models.customer import Customer
from customers.models.user import CustomerUser
from partnercenter import clock


class OneTimeSecretQuerySet(models.QuerySet["OneTimeSecret"]):
    def readable(self, now: datetime) -> "OneTimeSecretQuerySet":
        """Those whose time is not over; one that was read is gone."""
        return self.filter(expires_at__gt=now)


class OneTimeSecret(models.Model):
    """Temporary passwords, sealed for one reading (docs/adr/0010).

    The key is made of a token that stands in a link or a cookie and nowhere else, so the row alone tells nothing;
    `digest` finds the row by that token. The row is deleted by the reading itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64, db_index=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(
        CustomerUser,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whose password it is.",
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    sealed = models.TextField()
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()

    objects = OneTimeSecretQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["created_at", "id"]

    def __str__(self) -> str:
        return f"a secret of {self.customer}"
