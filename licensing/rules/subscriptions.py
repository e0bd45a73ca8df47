"""The life of a subscription by the clock, and which changes of it are allowed when.

Active -> (term over, not renewed) expired -> disabled -> deleted; suspended -> disabled -> deleted. Seats of the new
commerce can be given back for seven days: from when they were added, or from when the term that runs now began.
SaaS begins when its publisher confirms it, and has a window of its own to be cancelled; usage has no licenses, no end.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from partnercenter.enums import LabeledEnum
from partnercenter.errors import Problem

GRACE = timedelta(days=30)  # Expired: users keep working (portal_screens section 12)
DISABLED = timedelta(days=90)
SUSPENDED = timedelta(days=30)
REDUCTION_WINDOW = timedelta(days=7)
SAAS_WINDOW, SAAS_WINDOW_OF_A_MONTH = timedelta(days=14), timedelta(hours=24)
LICENSE, SAAS, USAGE = "license", "saas", "usage"  # `licensing.models.Product.Kind`
MOST_SEATS = 100_000
NAME_LIMIT = 200
MONTHS = {"P1M": 1, "P1Y": 12, "P3Y": 36}
MONTHS_PER_YEAR = 12


class Standing(LabeledEnum):
    """Where a subscription stands at one moment."""

    PENDING = "pending", "Pending"
    ACTIVE = "active", "Active"
    EXPIRED = "expired", "Expired"
    SUSPENDED = "suspended", "Suspended"
    DISABLED = "disabled", "Disabled"
    DELETED = "deleted", "Deleted"


@dataclass(frozen=True, slots=True)
class Batch:
    """Seats that were added at one moment."""

    quantity: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Reducible:
    """So many seats can be given back until then; None: at any time."""

    quantity: int
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A subscription as the rules see it. `status` is what somebody decided: active, suspended or deleted."""

    name: str
    is_classic: bool
    status: str
    quantity: int
    auto_renew: bool
    term: str
    created_at: datetime
    term_ends_at: datetime
    suspended_at: datetime | None = None
    friendly_name: str = ""
    kind: str = LICENSE
    publisher: str = ""  # of SaaS
    is_activated: bool = True
    added: tuple[Batch, ...] = field(default=())  # after the purchase, oldest first


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionChange:
    """What shall be different; None leaves a thing as it is."""

    quantity: int | None = None
    status: str | None = None
    auto_renew: bool | None = None
    friendly_name: str | None = None


def months_later(moment: datetime, months: int) -> datetime:
    """The same day of another month, or the last one where that month is too short."""
    index = moment.year * MONTHS_PER_YEAR + moment.month - 1 + months
    year, month = index // MONTHS_PER_YEAR, index % MONTHS_PER_YEAR + 1
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))


def term_end(terms: Terms, now: datetime) -> datetime:
    """The end of the running term: what renews itself by now ends later than it was bought to."""
    ends, renewals, months = terms.term_ends_at, 0, MONTHS[terms.term]
    while terms.auto_renew and ends <= now:
        renewals += 1
        ends = months_later(terms.term_ends_at, renewals * months)
    return ends


def term_start(terms: Terms, now: datetime) -> datetime:
    """When the running term began: at the purchase, or at the last renewal."""
    return max(terms.created_at, months_later(term_end(terms, now), -MONTHS[terms.term]))


def standing(terms: Terms, now: datetime) -> Standing:
    if terms.status == Standing.DELETED:
        return Standing.DELETED
    if not terms.is_activated:
        return Standing.PENDING
    if terms.status == Standing.SUSPENDED:
        return _fading(now, terms.suspended_at or terms.created_at, SUSPENDED, Standing.SUSPENDED)
    if terms.auto_renew or now < terms.term_ends_at:
        return Standing.ACTIVE
    return _fading(now, terms.term_ends_at, GRACE, Standing.EXPIRED)


def _fading(now: datetime, since: datetime, lasts: timedelta, first: Standing) -> Standing:
    if now < since + lasts:
        return first
    return Standing.DISABLED if now < since + lasts + DISABLED else Standing.DELETED


def schedule(terms: Terms) -> Iterator[tuple[str, datetime, datetime | None]]:
    """The kinds of units that the subscription gives, from when to when."""
    starts, ends = terms.created_at, terms.term_ends_at
    if terms.status == Standing.DELETED or terms.kind != LICENSE:
        return
    if terms.status == Standing.SUSPENDED:
        suspended_at = terms.suspended_at or starts
        yield "suspended", suspended_at, suspended_at + SUSPENDED + DISABLED
    elif terms.auto_renew:
        yield "active", starts, None
    else:
        yield "active", starts, ends
        yield "warning", ends, ends + GRACE
        yield "suspended", ends + GRACE, ends + GRACE + DISABLED


def reducible(terms: Terms, now: datetime) -> tuple[Reducible, ...]:
    """How many seats can be given back until when, the first to close first."""
    if standing(terms, now) is not Standing.ACTIVE or terms.kind == USAGE:
        return ()
    if terms.is_classic or terms.kind == SAAS:
        return (Reducible(terms.quantity, None),)
    began = term_start(terms, now)
    later = [batch for batch in terms.added if batch.added_at > began]
    first = Batch(terms.quantity - sum(batch.quantity for batch in later), began)
    open_now = (batch for batch in (first, *later) if batch.quantity and now < batch.added_at + REDUCTION_WINDOW)
    return tuple(Reducible(batch.quantity, batch.added_at + REDUCTION_WINDOW) for batch in open_now)


def cancellable_until(terms: Terms, now: datetime) -> datetime | None:
    """Until when a subscription of the new commerce can be cancelled; None where that is over, or has no end."""
    if terms.status == Standing.DELETED or can_always_be_cancelled(terms):
        return None
    until = term_start(terms, now) + cancellation_window(terms)
    return until if now < until else None


def can_always_be_cancelled(terms: Terms) -> bool:
    """The classic commerce, usage, and what never began."""
    return terms.is_classic or terms.kind == USAGE or not terms.is_activated


def cancellation_window(terms: Terms) -> timedelta:
    if terms.kind != SAAS:
        return REDUCTION_WINDOW
    return SAAS_WINDOW_OF_A_MONTH if terms.term == "P1M" else SAAS_WINDOW


def added_after(terms: Terms, quantity: int, now: datetime) -> tuple[Batch, ...]:
    """The batches once the quantity has changed: what is given back comes out of the newest."""
    began = term_start(terms, now)
    kept = [batch for batch in terms.added if batch.added_at > began and now < batch.added_at + REDUCTION_WINDOW]
    difference = quantity - terms.quantity
    if difference > 0:
        return (*kept, Batch(difference, now))
    while difference < 0 and kept:
        newest = kept.pop()
        difference += newest.quantity
        if difference > 0:
            kept.append(Batch(difference, newest.added_at))
    return tuple(kept)


def changed_members(terms: Terms, change: SubscriptionChange) -> dict[str, object]:
    """What `change` makes different: the names are those of `Terms`."""
    wanted = {
        "quantity": change.quantity,
        "status": change.status,
        "auto_renew": change.auto_renew,
        "friendly_name": change.friendly_name,
    }
    if terms.kind == USAGE:
        wanted["auto_renew"] = None  # it runs until somebody ends it
    elif (change.status or terms.status) == Standing.SUSPENDED and not terms.is_classic:
        wanted["auto_renew"] = False  # what is suspended in the new commerce does not renew itself
    return {name: value for name, value in wanted.items() if value is not None and value != getattr(terms, name)}


def check_change(terms: Terms, change: SubscriptionChange, now: datetime) -> tuple[Problem, ...]:
    """Every reason why `change` can't happen now; empty when it can."""
    changed = changed_members(terms, change)
    is_now = standing(terms, now)
    if is_now is Standing.DELETED and (changed or change.status == Standing.DELETED):
        return (Problem("subscription_deleted", f"{terms.name} was cancelled or has ended; order it again."),)
    problems = [*_quantity(terms, changed, change, now), *_name(changed)]
    if "status" in changed:
        problems += _status(terms, str(changed["status"]), is_now, now)
    if changed.get("auto_renew") and now >= terms.term_ends_at + GRACE:
        message = f"The grace period of {terms.name} is over, so it can't be renewed; order it again."
        problems.append(Problem("subscription_not_active", message, "auto_renew"))
    return tuple(problems)


def check_quantity(quantity: int) -> tuple[Problem, ...]:
    if 1 <= quantity <= MOST_SEATS:
        return ()
    return (Problem("quantity_out_of_range", f"Enter a number from 1 to {MOST_SEATS:,}.", "quantity"),)


def check_active(terms: Terms, now: datetime) -> tuple[Problem, ...]:
    """Seats are added to what runs."""
    is_now = standing(terms, now)
    if is_now is Standing.ACTIVE:
        return ()
    if is_now is Standing.PENDING:
        problem = f"{terms.name} waits for {terms.publisher}; activate it there first."
    elif terms.status == Standing.ACTIVE:
        problem = f"{terms.name} has expired; renew it first."
    else:
        problem = f"{terms.name} is {terms.status}; reactivate it first."
    return (Problem("subscription_not_active", problem),)


def _quantity(terms: Terms, changed: dict[str, object], change: SubscriptionChange, now: datetime) -> Iterator[Problem]:
    if change.quantity is None or "quantity" not in changed:
        return
    if terms.kind == USAGE:
        yield Problem(
            "usage_without_quantity", f"{terms.name} is paid by what is used; it has no quantity.", "quantity"
        )
        return
    found = check_quantity(change.quantity) or check_active(terms, now)
    if found or changed.get("status", terms.status) != Standing.ACTIVE:
        message = f"The quantity of {terms.name} can't change together with its status."
        yield from found or (Problem("subscription_not_active", message, "quantity"),)
        return
    less = terms.quantity - change.quantity
    returnable = sum(item.quantity for item in reducible(terms, now))
    if less > returnable:
        days = REDUCTION_WINDOW.days
        limit = f"{returnable} of the {terms.quantity}" if returnable else "none"
        passed = f"You have passed the {days}-day window for reducing licenses of {terms.name}"
        message = f"{passed}: {limit} can be given back now."
        yield Problem("reduction_window_passed", message, "quantity")


def _name(changed: dict[str, object]) -> Iterator[Problem]:
    name = str(changed.get("friendly_name", ""))
    if len(name) > NAME_LIMIT or not name.isprintable():
        message = f"A nickname has at most {NAME_LIMIT} characters, all of them printable."
        yield Problem("nickname_invalid", message, "friendly_name")


def _status(terms: Terms, wanted: str, is_now: Standing, now: datetime) -> Iterator[Problem]:
    if wanted == Standing.SUSPENDED and terms.kind == SAAS:
        message = f"SaaS is not suspended here: cancel {terms.name}, or switch off its renewal."
        yield Problem("saas_not_suspended", message, "status")
    elif wanted == Standing.SUSPENDED and is_now is not Standing.ACTIVE:
        yield Problem("subscription_not_active", f"{terms.name} has expired, so it can't be suspended.", "status")
    if wanted == Standing.DELETED and not can_always_be_cancelled(terms) and not cancellable_until(terms, now):
        window = cancellation_window(terms)
        span = f"{window.days}-day" if window.days > 1 else "24-hour"
        message = (
            f"You have passed the {span} window for cancelling {terms.name}; "
            "switch off its renewal, and it ends with its term."
        )
        yield Problem("cancellation_window_passed", message, "status")
    if wanted == Standing.ACTIVE and not terms.auto_renew and now >= terms.term_ends_at + GRACE:
        message = f"The term of {terms.name} ended while it was suspended; order it again."
        yield Problem("subscription_not_active", message, "status")
