"""Programs that ask the token service for tokens."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models

from partnercenter import clock
from partnercenter.accounts.models.people import Partner


class AppRegistration(models.Model):
    """A program that a partner registered; its id is the client id.

    `graph_scopes` are the delegated permissions that it got consent for, `graph_roles` the application permissions;
    the other resources know `user_impersonation` only.
    """

    id = models.UUIDField("client id", primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="app_registrations")
    display_name = models.CharField(max_length=120)
    redirect_uris = models.JSONField(default=list, blank=True, help_text="Where a sign-in may lead back to.")
    is_public = models.BooleanField(default=False, help_text="Runs where it can keep no secret, and has none.")
    is_multi_tenant = models.BooleanField(default=False, help_text="Customers' tenants know it too.")
    is_active = models.BooleanField(default=True)
    graph_scopes = models.JSONField(default=list, blank=True)
    graph_roles = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering: ClassVar = ["display_name", "id"]

    def __str__(self) -> str:
        return self.display_name


class ClientSecret(models.Model):
    """A password of an app, kept as its digest: it is long and random, so nothing slower is needed (docs/adr/0008)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    app = models.ForeignKey(AppRegistration, on_delete=models.CASCADE, related_name="secrets")
    digest = models.CharField(max_length=64)
    hint = models.CharField(max_length=3, help_text="Its first letters, to tell secrets apart.")
    description = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["app", "digest"], name="client_secret_once_per_app")]

    def __str__(self) -> str:
        return f"{self.hint}... of {self.app}"

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at <= now
