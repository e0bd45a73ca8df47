"""The one source of time. Nothing else reads the wall clock (ruff refuses it).

By default it is the wall clock. In demo mode `partnercenter.emulator` puts a source of its own here, so that ops and
tests can move the time of every process that shares the database; this module itself knows no model.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

Source = Callable[[], datetime]

_frozen_at: datetime | None = None


def wall() -> datetime:
    """What the machine's own clock says, whatever the emulated time is. Only for setting the emulated time."""
    return datetime.now(UTC)


_source: Source = wall


def now() -> datetime:
    """The current time, aware, in UTC."""
    return _frozen_at or _source()


def is_emulated() -> bool:
    """Whether `now()` asks something else than the wall clock, which may say the same nevertheless."""
    return _source is not wall


def use(source: Source) -> None:
    """Let `now()` ask `source` from here on, in this process."""
    global _source  # noqa: PLW0603  the clock is process-wide by nature
    _source = source


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Let `now()` answer `at` in this process until the block ends; blocks nest."""
    global _frozen_at  # noqa: PLW0603  the clock is process-wide by nature
    before, _frozen_at = _frozen_at, at
    try:
        yield
    finally:
        _frozen_at = before
