"""What there is to tell about a relationship, read off the moments of its life."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from gdap.models import AdminRelationship, Notification

Kind = Notification.Kind

REMINDERS = {
    Kind.ENDS_IN_30_DAYS: timedelta(days=30),
    Kind.ENDS_IN_7_DAYS: timedelta(days=7),
    Kind.ENDS_IN_1_DAY: timedelta(days=1),
}
EARLIEST_REMINDER = max(REMINDERS.values())


class Occasion(NamedTuple):
    kind: Notification.Kind
    about: datetime
    due_at: datetime


def occasions(relationship: AdminRelationship, now: datetime) -> list[Occasion]:
    """Everything that has been due by `now`."""
    return [one for one in (*_steps(relationship), *_ends(relationship)) if one.due_at <= now]


def _steps(relationship: AdminRelationship) -> Iterator[Occasion]:
    over = Kind.DECLINED if relationship.approved_at is None else Kind.TERMINATED
    steps = (
        (Kind.REQUESTED, relationship.approval_requested_at),
        (Kind.APPROVED, relationship.approved_at),
        (over, relationship.termination_requested_at),
    )
    return (Occasion(kind, moment, moment) for kind, moment in steps if moment is not None)


def _ends(relationship: AdminRelationship) -> Iterator[Occasion]:
    """The end and what comes before it; nothing for one that extends itself or was ended by hand before."""
    starts, end = relationship.activated_at, relationship.ends_at
    if starts is None or end is None or relationship.auto_extend:
        return
    ended = relationship.termination_requested_at
    for kind, before in (*REMINDERS.items(), (Kind.EXPIRED, timedelta())):
        due_at = end - before
        if starts < due_at and (ended is None or due_at < ended):
            yield Occasion(kind, end, due_at)
