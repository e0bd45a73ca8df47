"""Throttling as the gateway does it (section 1.9): its own body, an integer Retry-After, ids counted once.

Java repeats a refused request without pause and under the same id. Counting requests instead of ids, it would never
get in again.
"""

from django.conf import settings
from django.http import HttpResponse

from partnercenter.wire.meter import Meter, Throttled


def admit(*, scope: str, caller: str, request_id: str) -> None:
    """Count the request, or raise `Throttled`."""
    limit = settings.PARTNER_CENTER_REQUESTS_PER_MINUTE
    Meter(scope=f"partner-center:{scope}", caller=caller, limit=limit).admit(request_id)


def refusal(error: Throttled) -> HttpResponse:
    body = f'{{ "statusCode": 429, "message": "{error}" }}'
    response = HttpResponse(body, status=429, content_type="application/json; charset=utf-8")
    response["Retry-After"] = str(error.seconds)
    return response
