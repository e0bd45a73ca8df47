"""From the tree to a condition of the database, by what a resource says of its properties."""

import operator
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from django.db.models import Q

from partnercenter.fields import begins_with, sort_key
from partnercenter.wire.graph.errors import Refused, bad_request, unsupported
from partnercenter.wire.graph.filters.tree import AnyOf, Comparison, Filter, Joined, Not, Operator, Value

# How one comparison of a property becomes a condition.
Field = Callable[[Comparison], Q]


@dataclass(frozen=True, slots=True)
class Items:
    """A collection: what `any` may ask of an item, and how a condition on items becomes one on their owner."""

    fields: Mapping[str, Field]
    owner: Callable[[Q], Q]


Fields = Mapping[str, "Field | Items"]

_ORDERED = {Operator.GT: "gt", Operator.GE: "gte", Operator.LT: "lt", Operator.LE: "lte"}
_SEARCHES = {Operator.STARTS_WITH: "startswith", Operator.ENDS_WITH: "endswith", Operator.CONTAINS: "contains"}
_ADVANCED = frozenset({Operator.NE, Operator.ENDS_WITH, Operator.CONTAINS})


def condition(tree: Filter, fields: Fields) -> Q:
    """The condition; `fields` names properties in lower case. Refuses a property that can't be filtered by."""
    match tree:
        case Joined(all_of=all_of, parts=parts):
            found = (condition(part, fields) for part in parts)
            return reduce(operator.and_ if all_of else operator.or_, found)
        case Not(inner=inner):
            return ~condition(inner, fields)
        case AnyOf(path=path, condition=inner):
            items = fields.get(path)
            if not isinstance(items, Items):
                raise _not_filterable(path)
            return items.owner(condition(inner, items.fields) if inner is not None else Q())
        case Comparison(path=path):
            field = fields.get(path)
            if field is None or isinstance(field, Items):
                raise _not_filterable(path)
            return field(tree)
    raise AssertionError(tree)


def is_advanced(tree: Filter) -> bool:
    """Whether the directory answers it only with `ConsistencyLevel: eventual` and `$count=true`."""
    match tree:
        case Joined(parts=parts):
            return any(is_advanced(part) for part in parts)
        case Not():
            return True
        case Comparison(path=path, operator=used):
            return used in _ADVANCED or path.endswith("/$count")
    return False


def text(column: str) -> Field:
    """A text compared without regard to case; null is the empty text."""

    def field(asked: Comparison) -> Q:
        if asked.operator in _SEARCHES:
            return Q(**{f"{column}__i{_SEARCHES[asked.operator]}": asked.values[0]})
        return _equal(asked, lambda value: _is_text(column, asked, value))

    return field


def name(column: str) -> Field:
    """The same for a column of sort keys, which an index serves."""

    def field(asked: Comparison) -> Q:
        if asked.operator is Operator.STARTS_WITH:
            return begins_with(column, sort_key(str(asked.values[0])))
        if asked.operator in _SEARCHES:
            return Q(**{f"{column}__{_SEARCHES[asked.operator]}": sort_key(str(asked.values[0]))})
        return _equal(asked, lambda value: Q(**{column: sort_key(_text(asked, value))}))

    return field


def guid(column: str) -> Field:
    """Ids, in quotes or not."""
    return lambda asked: _equal(asked, lambda value: Q(**{column: _guid(asked, value)}))


def flag(column: str, *, negated: bool = False) -> Field:
    def same(asked: Comparison, value: Value) -> Q:
        if not isinstance(value, bool):
            raise _wrong_type(asked)
        return Q(**{column: value is not negated})

    return lambda asked: _equal(asked, lambda value: same(asked, value))


def moment(column: str) -> Field:
    """A time; null where there is none."""

    def field(asked: Comparison) -> Q:
        if asked.operator in _ORDERED:
            return Q(**{f"{column}__{_ORDERED[asked.operator]}": _moment(asked, asked.values[0])})
        return _equal(asked, lambda value: Q(**{column: _moment(asked, value)}) if value else Q(**{column: None}))

    return field


def choice(column: str, known: Mapping[str, object]) -> Field:
    """One of a few words, each with what the column holds for it; a word that is none matches nothing."""

    def same(asked: Comparison, value: Value) -> Q:
        word = _text(asked, value)
        return Q(**{column: known[word]}) if word in known else Q(pk__in=())

    return lambda asked: _equal(asked, lambda value: same(asked, value))


def always(*, value: bool) -> Field:
    """A flag that is the same for every row: no row is without its key."""
    return flag("pk__isnull", negated=value)


def _equal(asked: Comparison, same: Callable[[Value], Q]) -> Q:
    match asked.operator:
        case Operator.EQ:
            return same(asked.values[0])
        case Operator.NE:
            return ~same(asked.values[0])
        case Operator.IN:
            return reduce(operator.or_, (same(value) for value in asked.values))
    raise unsupported(f"The property '{asked.path}' can't be filtered with {asked.operator.value}.")


def _is_text(column: str, asked: Comparison, value: Value) -> Q:
    wanted = "" if value is None else _text(asked, value)
    return Q(**{f"{column}__iexact": wanted})


def _text(asked: Comparison, value: Value) -> str:
    if not isinstance(value, str):
        raise _wrong_type(asked)
    return value


def _guid(asked: Comparison, value: Value) -> uuid.UUID:
    if isinstance(value, uuid.UUID):
        return value
    try:
        return uuid.UUID(_text(asked, value))
    except ValueError:
        raise bad_request(f"Invalid value for the property '{asked.path}': it takes a GUID.") from None


def _moment(asked: Comparison, value: Value) -> datetime:
    if not isinstance(value, datetime):
        raise _wrong_type(asked)
    return value


def _wrong_type(asked: Comparison) -> Refused:
    return bad_request(f"Invalid value for the property '{asked.path}': its type is another one.")


def _not_filterable(path: str) -> Refused:
    return unsupported(f"Unsupported or invalid query filter clause specified for property '{path[:100]}'.")
