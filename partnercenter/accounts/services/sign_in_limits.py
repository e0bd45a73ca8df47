"""Who fails to sign in waits, longer each time: by account and by address, in every process (docs/adr/0022).

A try is counted before anybody looks whether it is right, and forgiven when it was. So a thousand tries at one moment
are a thousand, and a name that nobody has waits like any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from partnercenter import clock
from partnercenter.accounts.models import SignInLimit, User
from partnercenter.accounts.principals import Principal, system
from partnercenter.addresses import neighborhood
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.errors import DomainError, Problem
from partnercenter.transactions import whole

Kind = SignInLimit.Kind
FREE_TRIES = {Kind.STAFF: 5, Kind.TENANT: 5, Kind.APP: 10, Kind.DEVICE: 10, Kind.ADDRESS: 50}
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
MOST_RACES = 20
_MOST_DOUBLINGS = 20
_MINUTE, _TWO_MINUTES = 60, 120


@dataclass(frozen=True, slots=True)
class Subject:
    """What is counted: an account by the name that was typed, or the network of an address."""

    kind: SignInLimit.Kind
    text: str

    @property
    def key(self) -> str:
        return salted_hmac("partnercenter.sign_in", self.text, algorithm="sha256").hexdigest()


class TooManyTries(DomainError):
    """Nothing was looked at. It says how long to wait, and nothing about the account."""

    status = 429

    def __init__(self, kind: SignInLimit.Kind, *, until: datetime) -> None:
        self.seconds = max(1, round((until - clock.now()).total_seconds()))
        self.of_address = kind == Kind.ADDRESS
        whose = "from your network" if self.of_address else "to sign in"
        super().__init__(
            Problem(code="too_many_tries", message=f"Too many tries {whose}. Try again in {in_words(self.seconds)}.")
        )


def in_words(seconds: int) -> str:
    if seconds <= 1:
        return "a second"
    return f"{seconds} seconds" if seconds < _TWO_MINUTES else f"{-(-seconds // _MINUTE)} minutes"


def subjects(kind: SignInLimit.Kind, name: str, address: str) -> list[Subject]:
    """The account and the address of one try. Names are the same in any case and with blanks around them."""
    found = [Subject(kind, name.strip().casefold()[:254])]
    network = neighborhood(address)
    return [*found, Subject(Kind.ADDRESS, network)] if network else found


def begin_try(tried: Sequence[Subject]) -> None:
    """Count a try for each. Raises `TooManyTries` where one has to wait; then nothing is counted."""
    left = list(tried)
    for _ in range(MOST_RACES):
        left = _not_counted(left)
        if not left:
            return
    raise TooManyTries(left[0].kind, until=clock.now() + FIRST_WAIT)


def check_limits(tried: Sequence[Subject]) -> bool:
    """Whether there were failures lately; one query. Raises `TooManyTries` where one has to wait."""
    return any(row.failures for row in _open_rows(tried).values())


def forgive(tried: Sequence[Subject]) -> None:
    """It was right: the account begins anew, and its address gets this one try back."""
    for subject in tried:
        rows = SignInLimit.objects.filter(kind=subject.kind, key=subject.key)
        if subject.kind == Kind.ADDRESS:
            _give_back(rows.first())
        else:
            rows.delete()


@whole
def unlock_sign_in(*, by: Principal, limit: SignInLimit) -> None:
    """Ops let somebody try again at once."""
    deleted, _ = SignInLimit.objects.filter(pk=limit.pk).delete()
    if deleted:
        _record(by, Operation.UNLOCK_SIGN_IN, limit)


@whole
def _not_counted(tried: Sequence[Subject]) -> list[Subject]:
    """Count a try for each, and give those where somebody else counted at the same moment: look at them again."""
    rows = _open_rows(tried)
    if len(rows) < len(tried):
        _begin([subject for subject in tried if subject not in rows])
        rows = _open_rows(tried)
    return [subject for subject in tried if subject not in rows or not _counted(subject, rows[subject])]


def _counted(subject: Subject, row: SignInLimit) -> bool:
    """One statement decides: of two tries at one moment, the second matches no row."""
    now = clock.now()
    failures = row.failures + 1 if row.failed_at > now - FORGOTTEN_AFTER else 1
    wait = wait_after(failures, subject.kind)
    same = SignInLimit.objects.filter(pk=row.pk, failures=row.failures, failed_at=row.failed_at)
    if not same.update(failures=failures, failed_at=now, opens_at=now + wait if wait else None):
        return False
    if failures == FREE_TRIES[subject.kind]:
        _record(system("sign-in"), Operation.LOCK_SIGN_IN, row)
    return True


def _open_rows(tried: Sequence[Subject]) -> dict[Subject, SignInLimit]:
    """What is known of each. Raises `TooManyTries` where one has to wait."""
    by_key = {(subject.kind, subject.key): subject for subject in tried}
    known = SignInLimit.objects.filter(key__in=[key for _, key in by_key])
    rows = {by_key[kind, row.key]: row for row in known if (kind := Kind(row.kind), row.key) in by_key}
    waits = {row.opens_at: subject.kind for subject, row in rows.items() if row.opens_at and _is_waiting(row.opens_at)}
    if waits:
        raise TooManyTries(waits[max(waits)], until=max(waits))
    return rows


def _is_waiting(until: datetime) -> bool:
    """A clock that was moved back makes nobody wait for longer than a wait can be."""
    now = clock.now()
    return now < until <= now + LONGEST_WAIT


def _begin(tried: Sequence[Subject]) -> None:
    """Rows for whom nothing is known yet; those that nobody failed at for long make room."""
    now = clock.now()
    SignInLimit.objects.filter(failed_at__lte=now - FORGOTTEN_AFTER).delete()
    SignInLimit.objects.bulk_create(
        [SignInLimit(kind=subject.kind, key=subject.key, name=_shown(subject), failed_at=now) for subject in tried],
        ignore_conflicts=True,
    )


def wait_after(failures: int, kind: SignInLimit.Kind) -> timedelta:
    """Nothing at first, then a minute, and twice as long after each further failure."""
    beyond = failures - FREE_TRIES[kind]
    return timedelta() if beyond < 0 else min(FIRST_WAIT * 2 ** min(beyond, _MOST_DOUBLINGS), LONGEST_WAIT)


def _shown(subject: Subject) -> str:
    if subject.kind == Kind.STAFF:
        return User.objects.filter(username=subject.text).values_list("username", flat=True).first() or ""
    return "" if subject.kind == Kind.TENANT else subject.text


def _give_back(row: SignInLimit | None) -> None:
    if row is not None and row.failures:
        same = SignInLimit.objects.filter(pk=row.pk, failures=row.failures)
        same.update(failures=row.failures - 1, opens_at=None)


def _record(by: Principal, operation: Operation, limit: SignInLimit) -> None:
    record(
        by=by,
        operation=operation,
        resource_type=ResourceType.SIGN_IN,
        resource_id=limit.pk,
        resource_name=f"{limit.get_kind_display()}: {limit}",
    )
