"""The clock's source in demo mode: the setting in the database, read at most once per request or second."""

from datetime import datetime
from time import monotonic

from django.db import DatabaseError, connection, transaction

from partnercenter import clock
from partnercenter.emulator.models import ClockSetting
from partnercenter.prepared import Prepared

SECONDS_BETWEEN_LOOKS = 1.0  # for what runs longer than a request, a command say

_NEWEST = Prepared(lambda: ClockSetting.objects.order_by("-number")[:1])
_seen: ClockSetting | None = None
_look_next = 0.0


def now() -> datetime:
    """The emulated time."""
    global _seen, _look_next  # noqa: PLW0603  one clock per process; the worst that a race does is look twice
    if monotonic() >= _look_next:
        _look_next = monotonic() + SECONDS_BETWEEN_LOOKS  # first, so that nothing below comes back here
        _seen = _latest()
    seen = _seen
    wall = clock.wall()
    return seen.time(wall) if seen else wall


def moved() -> ClockSetting | None:
    """The setting, if by it the time is another than the wall's; asks as seldom as `now` does."""
    now()
    return _seen if _seen and (_seen.frozen_at is not None or _seen.offset) else None


def look_again(**_: object) -> None:
    """Read the setting at the next question: called when a request begins, and by whoever has changed it."""
    global _look_next  # noqa: PLW0603  as above
    _look_next = 0.0


def _latest() -> ClockSetting | None:
    """The setting that counts. A database without the table yet (before `migrate`) has none.

    PostgreSQL gives up a whole transaction after an error, hence the savepoint.
    """
    try:
        if connection.in_atomic_block:
            with transaction.atomic():
                return _NEWEST.first()
        return _NEWEST.first()
    except DatabaseError:
        return None
