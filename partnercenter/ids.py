"""Ids that begin with the time (RFC 9562, version 7), for tables that grow without end.

New rows then go to the end of every index, not into the middle of all its pages.
"""

import secrets
import uuid
from datetime import datetime

from partnercenter import clock

_VERSION, _VARIANT = 7 << 76, 0b10 << 62


def time_ordered() -> uuid.UUID:
    """An id of this moment; those of one millisecond come in any order."""
    random = secrets.randbits(12) << 64 | secrets.randbits(62)
    return uuid.UUID(int=_milliseconds(clock.now()) << 80 | _VERSION | _VARIANT | random)


def time_ordered_prefix(at: datetime) -> str:
    """What ids of that moment begin with: twelve digits of time and the one of the version."""
    return f"{_milliseconds(at):012x}7"


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
