"""The filter language: the dialects of .NET and Java, and compound filters (section 1.8)."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.db.models import Q

from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.members import Members

LONGEST_FILTER = 1000
DEEPEST_FILTER = 5

OPERATORS = (
    "equals", "not_equals", "greater_than", "greater_than_or_equals", "less_than", "less_than_or_equals",
    "substring", "and", "or", "starts_with", "not_starts_with",
)  # fmt: skip
_BY_SPELLING = {name.replace("_", ""): name for name in OPERATORS}


@dataclass(frozen=True, slots=True)
class Condition:
    """One field compared with one value."""

    field: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Compound:
    """Two filters joined by `and` or `or`."""

    left: "Condition | Compound"
    operator: str
    right: "Condition | Compound"


Filter = Condition | Compound
# What a resource can be filtered by: the field in lower case -> the database condition. It raises `unsupported`
# for an operator that it doesn't know.
Fields = Mapping[str, Callable[[Condition], Q]]


def parse_filter(text: str | None) -> Filter | None:
    if text is None or not text.strip():
        return None
    if len(text) > LONGEST_FILTER:
        raise ApiError(codes.INVALID_INPUT, f"The filter is longer than {LONGEST_FILTER} characters.")
    try:
        parsed = json.loads(text, object_pairs_hook=Members)
    except (ValueError, RecursionError):
        raise ApiError(codes.INVALID_INPUT, "The filter is not acceptable JSON.") from None
    if not isinstance(parsed, Members):
        raise ApiError(codes.INVALID_INPUT, "The filter must be a JSON object.")
    return _tree(parsed, 1)


def conditions(found: Filter | None, fields: Fields) -> Q:
    """The filter as a database condition; a field that the resource does not have is refused."""
    if found is None:
        return Q()
    if isinstance(found, Compound):
        left, right = conditions(found.left, fields), conditions(found.right, fields)
        return left & right if found.operator == "and" else left | right
    condition_of = fields.get(found.field.casefold())
    if condition_of is None:
        raise ApiError(codes.INVALID_PROPERTY, f"There is no filter by {found.field[:100]}.")
    return condition_of(found)


def mentions(found: Filter | None, fields: Collection[str]) -> bool:
    """Whether any condition is about one of these fields, named in lower case."""
    if isinstance(found, Compound):
        return mentions(found.left, fields) or mentions(found.right, fields)
    return found is not None and found.field.casefold() in fields


def unsupported(condition: Condition) -> ApiError:
    return ApiError(codes.NOT_SUPPORTED, f"{condition.field} can't be filtered by {condition.operator}.")


def _tree(filtered: Members, depth: int) -> Filter:
    if depth > DEEPEST_FILTER:
        raise ApiError(codes.INVALID_INPUT, f"The filter is deeper than {DEEPEST_FILTER} levels.")
    left, right = filtered.members("LeftFilter"), filtered.members("RightFilter")
    operator = _operator(filtered.text("Operator"))
    if left is not None and right is not None and operator in ("and", "or"):
        return Compound(_tree(left, depth + 1), operator, _tree(right, depth + 1))
    field, value = filtered.text("Field"), filtered.text("Value")
    if not field or value is None or operator in ("and", "or"):
        raise ApiError(codes.INVALID_INPUT, "A filter needs Field, Value and Operator.")
    return Condition(field.strip(), operator, value)


def _operator(text: str | None) -> str:
    found = _BY_SPELLING.get((text or "").replace("_", "").strip().casefold())
    if found is None:
        raise ApiError(codes.UNKNOWN_ENUM, f"Operator: {(text or '')[:100]}")
    return found
