"""Reading JSON bodies: strict about types, and about text that no database takes."""

import json
import uuid
from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

from django.http import HttpRequest

from partnercenter.wire.graph.errors import Refused, bad_request
from partnercenter.wire.partner_center.members import check_text

LARGEST_BODY = 1024 * 1024
DEEPEST_BODY = 32

Kind = TypeVar("Kind")


class Members:
    """An object of the request. Asking for a member of the wrong type refuses the request; null says "none"."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def names(self) -> set[str]:
        """What was sent, without annotations such as `@odata.type`."""
        return {name for name in self._values if "@" not in name}

    def value(self, name: str) -> object:
        """Whatever it is."""
        found: object = self._values.get(name)
        return found

    def text(self, name: str) -> str | None:
        return self._one(name, str)

    def flag(self, name: str) -> bool | None:
        return self._one(name, bool)

    def guid(self, name: str) -> uuid.UUID | None:
        value = self.text(name)
        return None if value is None else as_guid(name, value)

    def members(self, name: str) -> "Members | None":
        found = self._one(name, dict)
        return None if found is None else Members(found)

    def texts(self, name: str) -> list[str]:
        return self._many(name, str)

    def objects(self, name: str) -> "list[Members]":
        return [Members(item) for item in self._many(name, dict)]

    def only(self, *known: str) -> None:
        """Refuse a member that is not there in the real resource either, or that this server does not keep."""
        unknown = sorted(self.names() - set(known))
        if unknown:
            raise bad_request(f"Invalid property '{unknown[0][:100]}'.")

    def _one(self, name: str, kind: type[Kind]) -> Kind | None:
        value = self._values.get(name)
        if value is not None and not isinstance(value, kind):
            raise _wrong(name)
        return value

    def _many(self, name: str, kind: type[Kind]) -> list[Kind]:
        found: list[Kind] = self._one(name, list) or []
        if not all(isinstance(item, kind) for item in found):
            raise _wrong(name)
        return found


def as_guid(name: str, text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        raise bad_request(f"{name} is not a valid GUID.") from None


def read_members(request: HttpRequest) -> Members:
    """The object in the body; refused when it is none, too large, too deep, or holds text that can't be kept."""
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        announced = 0
    if announced > LARGEST_BODY:
        raise bad_request(f"The body is larger than {LARGEST_BODY} bytes.")
    try:
        parsed = json.loads(request.body.decode("utf-8-sig"), parse_constant=_no_constant)
        _check(parsed)
    except (ValueError, RecursionError):
        raise bad_request("Unable to read JSON request payload. Send one JSON object.") from None
    if not isinstance(parsed, dict):
        raise bad_request("Unable to read JSON request payload. Send one JSON object.")
    return Members(parsed)


def _check(value: object, depth: int = 0) -> None:
    if depth > DEEPEST_BODY:
        raise ValueError("too deep")
    if isinstance(value, str):
        check_text(value)
    elif isinstance(value, dict):
        for name, item in value.items():
            check_text(name)
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _wrong(name: str) -> Refused:
    return bad_request(f"The property '{name}' has the wrong type.")
