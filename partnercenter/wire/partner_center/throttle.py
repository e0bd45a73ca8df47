"""Throttling as the gateway does it (section 1.9): its own body, an integer Retry-After, ids counted once.

Java repeats a refused request without pause and under the same id. Counting requests instead of ids, it would never
get in again. The counters live in the cache, so they are per process where the cache is.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse

from partnercenter import clock

PERIOD = 60


class Throttled(Exception):
    def __init__(self, seconds: int) -> None:
        super().__init__(f"Rate limit is exceeded. Try again in {seconds} seconds.")
        self.seconds = seconds

    def response(self) -> HttpResponse:
        body = f'{{ "statusCode": 429, "message": "{self}" }}'
        response = HttpResponse(body, status=429, content_type="application/json; charset=utf-8")
        response["Retry-After"] = str(self.seconds)
        return response


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """Counts the request ids of one caller and kind of resource in one minute."""

    scope: str
    caller: str

    def admit(self, request_id: str) -> None:
        """Count the id, unless it was counted; raises `Throttled` beyond the limit."""
        now = int(clock.now().timestamp())
        minute, into = divmod(now, PERIOD)
        prefix = f"partner-center:{self.scope}:{self.caller}:{minute}"
        if cache.get(f"{prefix}:{request_id}"):
            return
        cache.add(prefix, 0, 2 * PERIOD)
        if cache.get(prefix, 0) >= settings.PARTNER_CENTER_REQUESTS_PER_MINUTE:
            raise Throttled(PERIOD - into)
        cache.set(f"{prefix}:{request_id}", 1, 2 * PERIOD)
        cache.incr(prefix)
