"""How bodies are written (partner_center_contract section 1.5)."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpResponse

BOM = b"\xef\xbb\xbf"
CONTENT_TYPE = "application/json; charset=utf-8"


class Secret(str):
    """A text that may be shown once. It is written into an answer, and left out where the answer is kept."""

    __slots__ = ()


def supplied(members: Mapping[str, Any]) -> dict[str, Any]:
    """Without the members that have no value: null is never written."""
    return {name: value for name, value in members.items() if value is not None}


def wire_time(moment: datetime | None) -> str | None:
    """`2026-11-22T10:15:00Z`, with the fraction where there is one, as the real service trims it."""
    if moment is None:
        return None
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    return text.rstrip("0").rstrip(".") + "Z"


def collection(items: Sequence[object], *, links: Mapping[str, Any] | None = None, token: str = "") -> dict[str, Any]:
    """The envelope of a list; some lists have no `links` (section 1.6)."""
    return supplied(
        {
            "continuationToken": token or None,
            "totalCount": len(items),
            "items": items,
            "links": links,
            "attributes": {"objectType": "Collection"},
        }
    )


def encode(body: object) -> bytes:
    """Compact UTF-8. Members stand in the order in which the presenter named them."""
    return orjson.dumps(body, default=_plain)


def without_secrets(body: Any) -> Any:
    """The same body with every `Secret` left out."""
    if isinstance(body, Mapping):
        return {name: without_secrets(value) for name, value in body.items() if not isinstance(value, Secret)}
    if isinstance(body, list):
        return [without_secrets(item) for item in body]
    return body


def answer(body: object, *, status: int = 200) -> HttpResponse:
    """A success: with the byte order mark that clients of the real service expect, unless switched off."""
    return answer_bytes(encode(body), status=status)


def answer_bytes(encoded: bytes, *, status: int) -> HttpResponse:
    mark = BOM if settings.PARTNER_CENTER_BOM else b""
    return HttpResponse(mark + encoded, status=status, content_type=CONTENT_TYPE)


def refusal(body: object, *, status: int) -> HttpResponse:
    """An error: never with a byte order mark."""
    return HttpResponse(encode(body), status=status, content_type=CONTENT_TYPE)


def empty(*, status: int = 204) -> HttpResponse:
    response = HttpResponse(status=status)
    del response["Content-Type"]
    return response


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return wire_time(value)
    if isinstance(value, uuid.UUID | Secret):
        return str(value)
    raise TypeError(f"{type(value)} can't be written")
