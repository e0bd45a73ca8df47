"""The one source of time. Nothing else reads the wall clock (ruff refuses it)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_frozen_at: datetime | None = None


def now() -> datetime:
    """The current time, aware, in UTC."""
    return _frozen_at or datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Let `now()` answer `at` in this process until the block ends; blocks nest."""
    global _frozen_at  # noqa: PLW0603  the clock is process-wide by nature
    before, _frozen_at = _frozen_at, at
    try:
        yield
    finally:
        _frozen_at = before
