from datetime import datetime
from typing import ClassVar

from django.db import models

from partnercenter import clock


class SigningKeyQuerySet(models.QuerySet["SigningKey"]):
    def published(self, now: datetime) -> "SigningKeyQuerySet":
        """Keys whose signatures count: those that sign, and those that wait for their last tokens to run out."""
        return self.filter(models.Q(retired_at__isnull=True) | models.Q(retired_at__gt=now), created_at__lte=now)


class SigningKey(models.Model):
    """An RSA key of the token service. `retired_at` may lie ahead: until then its signatures still count.

    `public_jwk` goes out as it stands; the private half is encrypted by a key made of SECRET_KEY, so that a copy of
    the database alone forges nothing (docs/adr/0008).
    """

    kid = models.CharField("key id", primary_key=True, max_length=64)
    public_jwk = models.JSONField()
    private_jwe = models.TextField()
    created_at = models.DateTimeField(default=clock.now, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = SigningKeyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-kid"]

    def __str__(self) -> str:
        return self.kid
