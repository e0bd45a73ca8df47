"""Guesses at the token endpoint wait as those at the sign-in page do, and are told so in numbers of Entra."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from partnercenter.accounts.services import Subject, TooManyTries, begin_try, check_limits, forgive
from partnercenter.accounts.tokens.refusals import ACCOUNT_LOCKED, TOO_MANY_TRIES, TokenRefused


@contextmanager
def guarded_try(tried: Sequence[Subject]) -> Iterator[None]:
    """A password: counted first, forgiven unless the block refuses."""
    try:
        begin_try(tried)
    except TooManyTries as refusal:
        raise _told(refusal, ACCOUNT_LOCKED) from refusal
    yield
    forgive(tried)


@contextmanager
def guarded_secret(tried: Sequence[Subject]) -> Iterator[None]:
    """A secret too long to be guessed: only failures are written down, for most requests here bring the right one."""
    try:
        has_failed = check_limits(tried)
    except TooManyTries as refusal:
        raise _told(refusal, TOO_MANY_TRIES) from refusal
    try:
        yield
    except TokenRefused:
        _count(tried)
        raise
    if has_failed:
        forgive(tried[:1])


def _count(tried: Sequence[Subject]) -> None:
    try:
        begin_try(tried)
    except TooManyTries:
        return  # others with this app were faster; the refusal stands


def _told(refusal: TooManyTries, code: int) -> TokenRefused:
    found = TokenRefused(TOO_MANY_TRIES if refusal.of_address else code, sentence=refusal.message)
    found.retry_after = refusal.seconds
    return found
