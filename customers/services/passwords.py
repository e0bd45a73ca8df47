"""Passwords of customer users: hashed when set, in clear only in the answer to whoever set them."""

import re
import secrets
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from customers.models import CustomerUser, OneTimeSecret
from customers.permissions import CustomerPermission
from customers.queries import lock_user
from customers.services.errors import UserError
from customers.services.trail import record_user
from gdap import access
from partnercenter import clock
from partnercenter.accounts.hashers import hash_temporary
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation
from partnercenter.errors import Problem
from partnercenter.transactions import whole

SHORTEST = 8
LONGEST = 256
KINDS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")
KINDS_NEEDED = 3
_CONSONANTS, _VOWELS, _SIGNS = "bcdfghjklmnpqrstvwxz", "aeiou", "-+"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPassword:
    """A password that was just set. Show it once; nothing but its hash is kept."""

    text: str = field(repr=False)
    must_change: bool


@whole
def reset_password(
    *, by: Principal, user: CustomerUser, password: str | None = None, must_change: bool = True
) -> NewPassword:
    """Give the user another password, a made-up one if none is given.

    Raises `AccessDenied` without the right over this user, `UserError` for a password that is too weak.
    """
    access.require(by, user.customer, CustomerPermission.READ_USERS)
    user = lock_user(customer_id=user.customer_id, user_id=user.pk)
    access.require(by, user.customer, CustomerPermission.RESET_PASSWORDS, target=user)
    new = set_password(user, password=password, must_change=must_change)
    CustomerUser.objects.filter(pk=user.pk).update(
        password=user.password, force_change_password=user.force_change_password
    )
    CustomerUser.objects.filter(pk=user.pk).touched(clock.now())
    OneTimeSecret.objects.filter(customer=user.customer_id, user=user).delete()  # links to the password that was
    record_user(
        by=by,
        operation=Operation.RESET_CUSTOMER_USER_PASSWORD,
        user=user,
        permission=CustomerPermission.RESET_PASSWORDS,
        after={"force_change_password": must_change},
    )
    return new


def set_password(user: CustomerUser, *, password: str | None, must_change: bool) -> NewPassword:
    """Put the hash on the row, which the caller saves."""
    text = temporary_password(without=user.local_part) if password is None else password
    problems = password_problems(text, local_part=user.local_part)
    if problems:
        raise UserError(*problems)
    user.password = hash_temporary(text) if password is None else make_password(text)
    user.force_change_password = must_change
    return NewPassword(text=text, must_change=must_change)


def password_problems(password: str, *, local_part: str) -> list[Problem]:
    """Why Entra's rules refuse a password: its length, its kinds of characters, the user's name in it."""
    problem = _password_problem(password, local_part)
    return [Problem("password_weak", problem, "password")] if problem else []


def temporary_password(*, without: str = "") -> str:
    """Readable on the phone, as the ones that the real service makes: a capital, a few letters, digits.

    Never one that holds `without`, the user's name: "ana" turns up in one of two hundred.
    """
    while True:
        letters = "".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(4))
        text = f"{letters.capitalize()}{secrets.choice(_SIGNS)}{secrets.randbelow(9000) + 1000}"
        if not without or without.casefold() not in text.casefold():
            return text


def _password_problem(password: str, local_part: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        return f"A password has {SHORTEST} to {LONGEST} characters."
    if sum(bool(re.search(kind, password)) for kind in KINDS) < KINDS_NEEDED:
        return "A password needs three of these: small letters, capital letters, digits, symbols."
    if local_part and local_part.casefold() in password.casefold():
        return "A password can't contain the user's name."
    return ""
