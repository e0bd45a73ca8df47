"""Refresh tokens: one per sign-in, good at every tenant that the person reaches. 90 days, renewed by use."""

import secrets
import uuid
from datetime import timedelta

from partnercenter import clock
from partnercenter.accounts.models import RefreshToken, User, digest_of
from partnercenter.accounts.tokens.refusals import TokenRefused
from partnercenter.accounts.tokens.requests import Client
from partnercenter.accounts.tokens.resources import Wanted
from partnercenter.accounts.tokens.subjects import Subject

LIFETIME = timedelta(days=90)


def new_refresh_token(
    *, client: Client, subject: Subject, wanted: Wanted, has_mfa: bool, code_id: uuid.UUID | None = None
) -> str:
    """An opaque text, known to us by its digest only. Tidies away what has run out of the same person and app."""
    now = clock.now()
    own = RefreshToken.objects.filter(user=subject.user, app=client.app)
    own.filter(expires_at__lte=now - LIFETIME).delete()
    token = f"1.{secrets.token_urlsafe(64)}"
    RefreshToken.objects.create(
        digest=digest_of(token),
        app=client.app,
        user=subject.user,
        tenant_id=subject.tenant.id,
        scopes=wanted.as_scope(),
        password_stamp=password_stamp(subject.user),
        has_mfa=has_mfa,
        code_id=code_id,
        issued_at=now,
        expires_at=now + LIFETIME,
    )
    return token


def redeemed_refresh_token(token: str, *, client: Client) -> RefreshToken:
    """The row of a token that still counts. It goes on counting: clients use one at many tenants, and at once."""
    rows = RefreshToken.objects.select_related("user__partner").filter(digest=digest_of(token), app=client.app)
    row = rows.first()
    if row is None:
        raise TokenRefused(70000, name="refresh_token")
    now = clock.now()
    if row.has_expired(now):
        raise TokenRefused(700082, issued=row.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    is_revoked = row.revoked_at is not None and row.revoked_at <= now
    if is_revoked or row.password_stamp != password_stamp(row.user) or row.user.partner_id is None:
        raise TokenRefused(50173)
    return row


def password_stamp(user: User) -> str:
    """Another one for every password; says nothing about it."""
    return user.get_session_auth_hash()
