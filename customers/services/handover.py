"""Handing a temporary password over: sealed for one reading, by the clock, with a key that is kept nowhere here."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from customers.models import Customer, CustomerUser, OneTimeSecret
from customers.permissions import CustomerPermission
from customers.services.passwords import NewPassword
from gdap import access
from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.transactions import whole

NONCE_BYTES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """The way to a password: whoever has the token reads it once, until then."""

    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What was handed over. `user` is None where several passwords were sealed together."""

    user: CustomerUser | None
    text: str = field(repr=False)


@whole
def hand_over(*, by: Principal, user: CustomerUser, password: NewPassword) -> Handover:
    """Seal a password that was just set; an older link to a password of this user opens nothing any more."""
    access.require(by, user.customer, CustomerPermission.READ_USERS)
    return handed_over(by=by, user=user, password=password)


def handed_over(*, by: Principal, user: CustomerUser, password: NewPassword) -> Handover:
    """The same for a service that has just set the password: that it could is right enough."""
    OneTimeSecret.objects.filter(customer=user.customer_id, user=user).delete()
    token = new_token()
    row = _sealed(by=by, customer=user.customer, token=token, text=password.text, user=user)
    return Handover(token=token, expires_at=row.expires_at)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def seal(
    *, by: Principal, customer: Customer, token: str, text: str, user: CustomerUser | None = None
) -> OneTimeSecret:
    """Put a text away under a token; what has run out is swept on the way."""
    access.require(by, customer, CustomerPermission.READ_USERS)
    return _sealed(by=by, customer=customer, token=token, text=text, user=user)


def _sealed(*, by: Principal, customer: Customer, token: str, text: str, user: CustomerUser | None) -> OneTimeSecret:
    now = clock.now()
    OneTimeSecret.objects.filter(customer=customer, expires_at__lte=now).delete()
    digest, nonce = digest_of_token(token), secrets.token_bytes(NONCE_BYTES)
    sealed = nonce + AESGCM(_key_of(token)).encrypt(nonce, text.encode(), digest.encode())
    return OneTimeSecret.objects.create(
        digest=digest,
        customer=customer,
        user=user,
        made_by=by.user,
        sealed=base64.b64encode(sealed).decode(),
        expires_at=now + timedelta(hours=settings.PASSWORD_LINK_HOURS),
    )


def can_be_opened(token: str) -> bool:
    return OneTimeSecret.objects.readable(clock.now()).filter(digest=digest_of_token(token)).exists()


@whole
def open_once(token: str, *, customer: Customer | None = None) -> Sequence[Opened]:
    """What was sealed under the token, oldest first; nothing, if it was read before or its time is over.

    The token is the right. Of two who come at once, the one whose DELETE finds the row reads it.
    """
    rows = OneTimeSecret.objects.readable(clock.now()).filter(digest=digest_of_token(token))
    if customer is not None:
        rows = rows.filter(customer=customer)
    found = list(rows.select_related("user", "user__customer"))
    deleted, _ = rows.delete()
    return [Opened(user=row.user, text=_unsealed(row, token)) for row in found] if deleted else []


def digest_of_token(token: str) -> str:
    return hmac.new(token.encode(), b"find", hashlib.sha256).hexdigest()


def _key_of(token: str) -> bytes:
    return hmac.new(token.encode(), b"open", hashlib.sha256).digest()


def _unsealed(row: OneTimeSecret, token: str) -> str:
    sealed = base64.b64decode(row.sealed)
    nonce, secret = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(_key_of(token)).decrypt(nonce, secret, row.digest.encode()).decode()
    except InvalidTag:  # somebody changed the row
        return ""
