"""Moments and durations as they come in, from a command line or a JSON body."""

from datetime import UTC, datetime, timedelta

from django.utils.dateparse import parse_datetime, parse_duration

from partnercenter.emulator.services import ClockError
from partnercenter.errors import Problem


def moment(text: object) -> datetime:
    """`2027-01-31T09:00:00Z`; without an offset it is UTC."""
    try:
        parsed = parse_datetime(text) if isinstance(text, str) else None
    except ValueError:
        parsed = None
    if parsed is None:
        raise _refused(f"{text!r} is no moment like 2027-01-31T09:00:00Z.", "now")
    return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def duration(text: object) -> timedelta:
    """`P7D`, `PT90M` or `-P1D`."""
    try:
        parsed = parse_duration(text) if isinstance(text, str) and "P" in text else None
    except (ValueError, OverflowError):
        parsed = None
    if parsed is None:
        raise _refused(f"{text!r} is no duration like P7D or PT90M.", "advance")
    return parsed


def _refused(message: str, field: str) -> ClockError:
    return ClockError(Problem(code="clock_not_understood", message=message, field=field))
