"""Answers that were given, so that a request sent twice is done once."""

from typing import ClassVar

from django.db import models

from partnercenter import clock


class GivenAnswer(models.Model):
    """The answer to a write that carried a request id (partner_center_contract section 1.3).

    `caller` is part of the key: a colleague who sends the same id gets nothing of somebody else's. The body of the
    request is kept as a keyed digest only; a password in the answer is not kept at all.
    """

    caller = models.CharField(max_length=120)
    request_id = models.CharField(max_length=64)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=2000)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.BinaryField()
    location = models.CharField(max_length=500, blank=True)
    given_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["caller", "request_id"], name="request_id_answered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}: {self.status}"
