"""How bodies are written (graph_gdap_contract section 14)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from django.http import HttpResponse

CONTENT_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A success: `body` None for an empty one, a text for one that is no JSON."""

    body: Body | str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> HttpResponse:
        response = _response(self.body, status=self.status)
        for name, value in self.headers.items():
            response[name] = value
        return response


def _response(body: Body | str | None, *, status: int) -> HttpResponse:
    if isinstance(body, str):
        return HttpResponse(body, status=status, content_type="text/plain")
    if body is not None:
        return HttpResponse(encode(body), status=status, content_type=CONTENT_TYPE)
    response = HttpResponse(status=status)
    del response["Content-Type"]
    return response


def encode(body: Body) -> bytes:
    """Members stand in the order in which the presenter named them."""
    return orjson.dumps(body, default=_plain)


def seconds(moment: datetime | None) -> str | None:
    """`2026-11-22T10:15:00Z`, as the directory writes times."""
    return None if moment is None else _utc(moment).isoformat(timespec="seconds") + "Z"


def ticks(moment: datetime | None) -> str | None:
    """With seven digits of the second, as GDAP writes times."""
    return None if moment is None else _utc(moment).isoformat(timespec="microseconds") + "0Z"


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return seconds(value)
    if isinstance(value, uuid.UUID):
        return str(value)
    raise TypeError(f"{type(value)} can't be written")
