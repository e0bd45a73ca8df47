"""Reading bodies leniently: any case of a name, the last of two, null as "not supplied" (section 1.5)."""

import json
import uuid
from collections.abc import Iterator
from typing import NoReturn, TypeVar, cast

from django.http import HttpRequest

from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.errors import ApiError

LARGEST_BODY = 256 * 1024
DEEPEST_BODY = 32
LARGEST_NUMBER = 1_000_000_000

Kind = TypeVar("Kind")


class Members:
    """An object of the request. Asking for a member of the wrong type refuses the request."""

    def __init__(self, pairs: list[tuple[str, object]] | None = None) -> None:
        # A null that comes after a value takes nothing back: null says "not supplied".
        self._values = {name.casefold(): value for name, value in pairs or [] if value is not None}

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._values

    def values(self) -> Iterator[object]:
        yield from self._values
        yield from self._values.values()

    def text(self, name: str) -> str | None:
        return self._one(name, str)

    def flag(self, name: str) -> bool | None:
        return self._one(name, bool)

    def number(self, name: str) -> int | None:
        value = self._one(name, int)
        if isinstance(value, bool) or (value is not None and abs(value) > LARGEST_NUMBER):
            _wrong(name)
        return value

    def guid(self, name: str) -> uuid.UUID | None:
        value = self.text(name)
        return None if value is None else as_guid(name, value)

    def members(self, name: str) -> "Members | None":
        return self._one(name, Members)

    def texts(self, name: str) -> list[str]:
        return self._many(name, str)

    def objects(self, name: str) -> "list[Members]":
        return self._many(name, Members)

    def _one(self, name: str, kind: type[Kind]) -> Kind | None:
        value = self._values.get(name.casefold())
        if value is not None and not isinstance(value, kind):
            _wrong(name)
        return value

    def _many(self, name: str, kind: type[Kind]) -> list[Kind]:
        found = self._one(name, list) or []
        if not all(isinstance(item, kind) for item in found):
            _wrong(name)
        return cast("list[Kind]", found)


def as_guid(name: str, text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        raise ApiError(codes.INVALID_PROPERTY, f"{name} must be a GUID.") from None


def read_body(request: HttpRequest) -> bytes:
    """The body, refused before it is read when it is too large."""
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        announced = 0
    if announced > LARGEST_BODY:
        raise ApiError(codes.INVALID_INPUT, f"The body is larger than {LARGEST_BODY} bytes.")
    return request.body


def parse_body(encoded: bytes) -> Members:
    """The object in `encoded`; refused when it is no object, too deep, or holds text that can't be kept."""
    try:
        parsed = json.loads(encoded.decode("utf-8-sig"), object_pairs_hook=Members, parse_constant=_no_constant)
        _check(parsed)
    except (ValueError, RecursionError):
        raise ApiError(codes.INVALID_INPUT, "The body is not acceptable JSON.") from None
    if not isinstance(parsed, Members):
        raise ApiError(codes.INVALID_INPUT, "The body must be a JSON object.")
    return parsed


def _check(value: object, depth: int = 0) -> None:
    if depth > DEEPEST_BODY:
        raise ValueError("too deep")
    if isinstance(value, str):
        check_text(value)
    elif isinstance(value, Members):
        for item in value.values():
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)


def check_text(text: str) -> None:
    """Refuse what a database can't store: NUL, and halves of characters."""
    text.encode()
    if "\0" in text:
        raise ValueError("NUL")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _wrong(name: str) -> NoReturn:
    raise ApiError(codes.INVALID_PROPERTY, f"{name} has the wrong type.")
