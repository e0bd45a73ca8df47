"""The world is built as a history: each step happens at its own moment, counted back from today."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from partnercenter import clock

FOUNDED = 400  # days ago: partners, staff and customers
STAFFED = 390  # users and their directory roles
LICENSED = 200  # the licenses of the users made by hand


def ago(today: datetime, *, days: int = 0, hours: int = 0) -> AbstractContextManager[None]:
    """Let the clock stand at that moment until the block ends."""
    return clock.frozen(today - timedelta(days=days, hours=hours))
