"""Device codes: a device without a browser waits while a person types its short code elsewhere."""

import secrets
from datetime import timedelta

from partnercenter import clock
from partnercenter.accounts.models import AppRegistration, DeviceCode, User, digest_of
from partnercenter.accounts.tokens.refusals import TokenRefused
from partnercenter.accounts.tokens.requests import Client, TokenRequest
from partnercenter.accounts.tokens.resources import Wanted

LIFETIME = timedelta(minutes=15)
POLL_SECONDS = 5
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"  # neither words nor what looks alike
_LENGTH = 9


def new_device_code(*, app: AppRegistration, segment: str, wanted: Wanted) -> tuple[str, str]:
    """The long code for the device and the short one for the person. Tidies away what nobody waits for any more."""
    now = clock.now()
    DeviceCode.objects.filter(expires_at__lte=now - LIFETIME).delete()
    device_code = secrets.token_urlsafe(48)
    user_code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    DeviceCode.objects.create(
        digest=digest_of(device_code),
        app=app,
        user_code=user_code,
        tenant=segment,
        scope=wanted.as_scope(),
        issued_at=now,
        expires_at=now + LIFETIME,
    )
    return device_code, user_code


def waiting_device(user_code: str) -> DeviceCode | None:
    """The device that waits for what somebody typed, in any case and with any hyphens or blanks."""
    typed = "".join(user_code.upper().split()).replace("-", "")
    if len(typed) != _LENGTH or set(typed) - set(_LETTERS):
        return None
    waiting = DeviceCode.objects.select_related("app").filter(
        user_code=typed, expires_at__gt=clock.now(), approved_at__isnull=True, declined_at__isnull=True
    )
    return waiting.first()


def answer_device(device: DeviceCode, *, user: User, approve: bool, has_mfa: bool) -> bool:
    """What the person decided; False when somebody was faster."""
    waiting = DeviceCode.objects.filter(pk=device.pk, approved_at__isnull=True, declined_at__isnull=True)
    if not approve:
        return bool(waiting.update(declined_at=clock.now()))
    return bool(waiting.update(approved_at=clock.now(), user=user, has_mfa=has_mfa))


def redeemed_device(request: TokenRequest, *, client: Client) -> tuple[DeviceCode, User]:
    """The row of a device code that somebody approved, from now on used, and who that was."""
    rows = DeviceCode.objects.select_related("user__partner")
    row = rows.filter(digest=digest_of(request.need("device_code")), app=client.app).first()
    if row is None:
        raise TokenRefused(70018)
    if row.redeemed_at is not None:
        raise TokenRefused(54005)
    if row.has_expired(clock.now()):
        raise TokenRefused(70019)
    if row.declined_at is not None:
        raise TokenRefused(65004)
    if row.user is None:
        raise TokenRefused(70016)
    if not DeviceCode.objects.filter(pk=row.pk, redeemed_at__isnull=True).update(redeemed_at=clock.now()):
        raise TokenRefused(54005)
    return row, row.user
