"""The chain of hashes that shows whether anybody touched the record (docs/adr/0020)."""

from typing import ClassVar

from django.db import models

from partnercenter.audit.models.record import KeptRow
from partnercenter.ids import time_ordered


class AuditChain(models.Model):
    """Where one chain ends, and where retention cut it. Its id is the customer's; the partner's for records of none.

    Triggers in the database write `number` and `hash` when a seal joins the chain, under the lock of this row, so that
    no two seals follow the same one.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.BigIntegerField(default=0, help_text="Of the last seal.")
    hash = models.CharField(max_length=64, blank=True, help_text="Of the last seal.")
    cut_number = models.BigIntegerField(default=0, help_text="Of the last seal that retention removed.")
    cut_hash = models.CharField(max_length=64, blank=True, help_text="Of the last seal that retention removed.")

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.id}, {self.number} seals"


class AuditSeal(KeptRow):
    """One link of a chain: what one statement wrote, a record or the records of many users.

    `members` names each record by id and digest, in hex, in the order of ids. Number and hash are empty only within the
    transaction that writes the seal.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered, editable=False)
    chain = models.UUIDField()
    number = models.BigIntegerField(null=True)
    hash = models.CharField(max_length=64, blank=True)
    newest_at = models.DateTimeField(help_text="When its newest record was written, by the clock.")
    members = models.TextField()

    class Meta:
        ordering: ClassVar = ["chain", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chain", "number"], name="audit_chain_has_no_fork"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["chain"], name="audit_seal_waits", condition=models.Q(number__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"seal {self.number} of {self.chain}"
