"""Signs of life, for processes that answer no requests."""

from typing import ClassVar

from django.db import models


class Heartbeat(models.Model):
    """What was alive when, by the clock on the wall: an emulated time that stands still must not hide a death."""

    class Name(models.TextChoices):
        WORKER = "worker", "Background worker"
        LEDGER = "ledger", "Look through the ledger of seats"

    name = models.CharField(primary_key=True, max_length=16, choices=Name)
    seen_at = models.DateTimeField()
    value = models.IntegerField(default=0, help_text="What was found: of the ledger, products that are miscounted.")

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.get_name_display()
