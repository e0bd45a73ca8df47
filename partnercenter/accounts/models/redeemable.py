"""What an app can turn into tokens. Each is kept as a digest; whether it still counts, the clock says when read."""

import hashlib
import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models

from partnercenter import clock
from partnercenter.accounts.models.app_registration import AppRegistration
from partnercenter.accounts.models.people import User


def digest_of(secret: str) -> str:
    """What is stored of a long random text that somebody else keeps."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Redeemable(models.Model):
    """`password_stamp` changes with the person's password: what was given out before counts no more."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    app = models.ForeignKey(AppRegistration, on_delete=models.CASCADE, related_name="+")
    issued_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering: ClassVar = ["-issued_at", "-id"]

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at <= now


class AuthorizationCode(Redeemable):
    """The way back from the sign-in page to the app; works once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    tenant = models.CharField(max_length=253, help_text="As the address of the request named it.")
    redirect_uri = models.TextField()
    scope = models.TextField(blank=True)
    nonce = models.TextField(blank=True)
    code_challenge = models.CharField(max_length=128, blank=True)
    code_challenge_method = models.CharField(max_length=5, blank=True)
    has_mfa = models.BooleanField(default=True, db_default=True)
    redeemed_at = models.DateTimeField(null=True, blank=True)
    replayed_at = models.DateTimeField(
        null=True, blank=True, help_text="When it came a second time: what was issued from it counts no more."
    )

    class Meta(Redeemable.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.user} through {self.app}"


class RefreshToken(Redeemable):
    """Stands for a sign-in of a person through an app, at every tenant that the person reaches."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    tenant_id = models.UUIDField(help_text="Where it was issued; it can be redeemed elsewhere.")
    scopes = models.TextField(help_text="What was asked for, when a redemption asks for nothing.")
    password_stamp = models.CharField(max_length=128)
    has_mfa = models.BooleanField(default=True)
    code = models.ForeignKey(
        AuthorizationCode,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="refresh_tokens",
        help_text="What the sign-in began with; whoever comes with it again ends all of them.",
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(Redeemable.Meta):
        indexes: ClassVar = [models.Index(fields=["user", "app", "expires_at"], name="refresh_tokens_of_user")]

    def __str__(self) -> str:
        return f"{self.user} through {self.app}"


class DeviceCode(Redeemable):
    """A device waits for a person who types `user_code` in a browser; works once."""

    user_code = models.CharField(max_length=9)
    tenant = models.CharField(max_length=253, help_text="As the address of the request named it.")
    scope = models.TextField(blank=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    has_mfa = models.BooleanField(default=True, db_default=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    redeemed_at = models.DateTimeField(null=True, blank=True)

    class Meta(Redeemable.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["user_code"], name="user_code_unique")]

    def __str__(self) -> str:
        return f"a device of {self.app}"
