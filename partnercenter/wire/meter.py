"""How many requests of one caller are let through in a minute; both dialects of the API refuse the rest in their words.

The counters live in the cache, so they are per process where the cache is.
"""

from dataclasses import dataclass

from django.core.cache import cache

from partnercenter import clock

PERIOD = 60


class Throttled(Exception):
    """Beyond the limit; `seconds` are left of the minute."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Rate limit is exceeded. Try again in {seconds} seconds.")
        self.seconds = seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """Counts the requests of one caller and kind of resource in one minute."""

    scope: str
    caller: str
    limit: int

    def admit(self, request_id: str = "") -> None:
        """Count the request, or raise `Throttled`. One whose id was counted before is let through uncounted."""
        now = int(clock.now().timestamp())
        minute, into = divmod(now, PERIOD)
        prefix = f"requests:{self.scope}:{self.caller}:{minute}"
        if request_id and cache.get(f"{prefix}:{request_id}"):
            return
        cache.add(prefix, 0, 2 * PERIOD)
        if cache.get(prefix, 0) >= self.limit:
            raise Throttled(PERIOD - into)
        if request_id:
            cache.set(f"{prefix}:{request_id}", 1, 2 * PERIOD)
        cache.incr(prefix)
