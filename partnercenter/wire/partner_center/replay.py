"""A write that is sent twice under one request id is done once (section 1.3).

Only successes are kept: a failed write left nothing behind, and repeating it gives the same refusal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.utils.crypto import salted_hmac

from partnercenter import clock
from partnercenter.transactions import as_a_whole
from partnercenter.wire.models import GivenAnswer
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.encoding import answer_bytes, empty
from partnercenter.wire.partner_center.errors import ApiError

REMEMBERED = timedelta(hours=24)
FIRST_FAILURE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """What makes two requests the same."""

    caller: str
    request_id: str
    method: str
    path: str
    body: bytes

    def digest(self) -> str:
        return salted_hmac("partnercenter.wire.replay", self.body, algorithm="sha256").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The answer of a write, and its form to keep: without what may be shown once only."""

    response: HttpResponse
    kept: bytes


def once(write: Write, work: Callable[[], Done]) -> HttpResponse:
    """Do `work`, or answer what it answered before. Whole or not at all, the note about it included."""
    earlier = _earlier(write)
    if earlier is not None:
        return earlier
    try:
        done = as_a_whole(lambda: _kept(write, work()))
    except Exception:
        # The same request may have been answered while this one ran. Then it could fail at what the other has made,
        # or at the note about it, and everything it did is taken back.
        meanwhile = _earlier(write)
        if meanwhile is None:
            raise
        return meanwhile
    return done.response


def _earlier(write: Write) -> HttpResponse | None:
    given = GivenAnswer.objects.filter(
        caller=write.caller, request_id=write.request_id, given_at__gt=clock.now() - REMEMBERED
    ).first()
    if given is None:
        return None
    if (given.method, given.path, given.body_digest) != (write.method, write.path, write.digest()):
        raise ApiError(codes.REQUEST_ID_REUSED)
    response = answer_bytes(bytes(given.body), status=given.status) if given.body else empty(status=given.status)
    if given.location:
        response["Location"] = given.location
    return response


def _kept(write: Write, done: Done) -> Done:
    if done.response.status_code >= FIRST_FAILURE:
        return done
    stale = GivenAnswer.objects.filter(caller=write.caller, request_id=write.request_id)
    stale.filter(given_at__lte=clock.now() - REMEMBERED).delete()
    GivenAnswer.objects.create(
        caller=write.caller,
        request_id=write.request_id,
        method=write.method,
        path=write.path,
        body_digest=write.digest(),
        status=done.response.status_code,
        body=done.kept,
        location=done.response.get("Location", ""),
    )
    return done
