"""How often somebody failed to sign in lately."""

import uuid
from typing import ClassVar

from django.db import models

from partnercenter import clock


class SignInLimit(models.Model):
    """Failures in a row of one account, or from one address. `opens_at` ends the wait, if there is one.

    `key` is a digest of the name that was typed: people type passwords into the wrong field. `name` is for ops, and
    empty where nobody has that name.
    """

    class Kind(models.TextChoices):
        STAFF = "staff", "staff account"
        TENANT = "tenant", "customer's user"
        APP = "app", "app at an address"
        DEVICE = "device", "codes of devices"
        ADDRESS = "address", "address"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=64)
    name = models.CharField(max_length=254, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(default=clock.now, db_index=True)
    opens_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-failed_at", "-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "key"], name="one_limit_per_account")]

    def __str__(self) -> str:
        return self.name or "a name that nobody has"
