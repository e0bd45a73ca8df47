"""The second factor of staff and ops: codes of an app (TOTP), and backup codes for the day the phone is gone.

django-otp keeps, checks and throttles them; a code works once. Its clock is the wall's, as that of every phone: an
emulated time that was moved locks nobody out (docs/adr/0022).
"""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F
from django.utils.crypto import salted_hmac
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from partnercenter import clock
from partnercenter.accounts.models import User
from partnercenter.accounts.principals import Principal
from partnercenter.accounts.services.sign_in_limits import in_words
from partnercenter.accounts.services.staff import record_account
from partnercenter.audit.models import Operation
from partnercenter.errors import DomainError, Problem
from partnercenter.transactions import whole

BACKUP_CODES = 10
DIGITS = 6
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without what looks alike
_BACKUP_LENGTH = 10
_WRONG = "This code is wrong, has run out or was used already. Wait for the next one."
_WRONG_FIRST = "This code does not fit. Check that the time of your phone is right, and type the code it shows now."


@dataclass(frozen=True, slots=True)
class Checked:
    """What a code turned out to be: `device` is None for a wrong one, `wait` the seconds until the next counts."""

    device: Device | None = None
    wait: int = 0


class WrongCode(DomainError):
    def __init__(self, message: str) -> None:
        super().__init__(Problem(code="wrong_code", message=message, field="code"))


@whole
def begin_second_factor(*, by: Principal, user: User) -> TOTPDevice:
    """A new secret that counts for nothing until a code proves that the phone has it."""
    if user.has_second_factor:
        raise DomainError(Problem(code="has_one", message="You have a second factor already. Remove it first."))
    TOTPDevice.objects.filter(user=user).delete()
    return TOTPDevice.objects.create(user=user, name="Authenticator app", confirmed=False)


def waiting_device(user: User) -> TOTPDevice | None:
    """The secret that waits for its first code."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).order_by("-pk").first()


def confirm_second_factor(*, by: Principal, user: User, code: str) -> list[str]:
    """From now on a code is asked for. Gives the backup codes, this once; every session but the caller's own ends."""
    device = waiting_device(user)
    if user.has_second_factor or device is None:
        raise DomainError(Problem(code="not_begun", message="There is nothing to confirm. Set it up again."))
    _need(_checked(device, _tidy(code)), _WRONG_FIRST)
    return _add(by, user, device)


def renew_backup_codes(*, by: Principal, user: User, code: str) -> list[str]:
    """Ten new ones; the old ones work no more."""
    _need(check_code(user, code))
    return _renew(by, user)


def remove_second_factor(*, by: Principal, user: User, code: str) -> None:
    _need(check_code(user, code))
    _remove(by, user, Operation.REMOVE_SECOND_FACTOR)


def reset_second_factor(*, by: Principal, user: User) -> bool:
    """Ops help somebody whose phone and backup codes are gone; returns whether there was anything to take away."""
    if not user.has_second_factor:
        return False
    _remove(by, user, Operation.RESET_SECOND_FACTOR)
    return True


def check_code(user: User, typed: str) -> Checked:
    """Whether a code of the app, or one of the backup codes, is right. Right ones are used up."""
    code = _tidy(typed)
    if len(code) == DIGITS and code.isascii() and code.isdigit():
        return _checked(TOTPDevice.objects.filter(user=user, confirmed=True).first(), code)
    return _checked(StaticDevice.objects.filter(user=user).first(), _kept(code))


def must_have_second_factor(user: User) -> bool:
    """Whether the setting asks for one of this person."""
    return ("ops" if user.is_superuser else "staff") in settings.REQUIRE_SECOND_FACTOR


def backup_codes_left(user: User) -> int:
    return int(StaticDevice.objects.filter(user=user, token_set__isnull=False).count())


def sentence_for(checked: Checked) -> str:
    """Why a code was not taken."""
    return f"Too many wrong codes. Try again in {in_words(checked.wait)}." if checked.wait else _WRONG


def _need(checked: Checked, wrong: str = _WRONG) -> None:
    if checked.device is None:
        raise WrongCode(sentence_for(checked) if checked.wait else wrong)


# What a code is found to be is written down in a transaction of its own: a wrong one counts, whatever it was for.


@whole
def _checked(found: Device | None, code: str) -> Checked:
    """The device is locked while it looks, so that two that come with one code at the same moment are one."""
    device = type(found).objects.select_for_update().filter(pk=found.pk).first() if found else None
    if device is None:
        return Checked()
    allowed, told = device.verify_is_allowed()
    if not allowed:
        seconds = (told["locked_until"] - clock.wall()).total_seconds()
        return Checked(wait=max(1, round(seconds)))
    return Checked(device=device if device.verify_token(code) else None)


@whole
def _add(by: Principal, user: User, device: TOTPDevice) -> list[str]:
    TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
    codes = _new_backup_codes(user)
    _set(user, has_second_factor=True)
    record_account(by, Operation.ADD_SECOND_FACTOR, user)
    return codes


@whole
def _renew(by: Principal, user: User) -> list[str]:
    codes = _new_backup_codes(user)
    record_account(by, Operation.RENEW_BACKUP_CODES, user)
    return codes


@whole
def _remove(by: Principal, user: User, operation: Operation) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    _set(user, has_second_factor=False)
    record_account(by, operation, user)


def _set(user: User, *, has_second_factor: bool) -> None:
    User.objects.filter(pk=user.pk).update(has_second_factor=has_second_factor, session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["has_second_factor", "session_epoch"])


def _new_backup_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="Backup codes")
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(_BACKUP_LENGTH)) for _ in range(BACKUP_CODES)]
    for code in codes:
        device.token_set.create(token=_kept(code))
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _kept(code: str) -> str:
    """What is stored of a backup code: as much of a keyed digest as the column takes."""
    return salted_hmac("partnercenter.backup_code", code, algorithm="sha256").hexdigest()[:16]


def _tidy(typed: str) -> str:
    return "".join(typed.split()).replace("-", "").casefold()
