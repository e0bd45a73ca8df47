"""The grammar: comparisons, `in`, the three text functions, `any`, `not`, `and`, `or`, parentheses."""

import uuid
from datetime import UTC, datetime
from typing import NoReturn

from django.utils.dateparse import parse_datetime

from partnercenter.wire.graph.filters.tokens import FilterSyntaxError, Token, tokens
from partnercenter.wire.graph.filters.tree import AnyOf, Comparison, Filter, Joined, Not, Operator, Value

DEEPEST_FILTER = 20
MOST_COMPARISONS = 100
_FUNCTIONS = {item.value: item for item in (Operator.STARTS_WITH, Operator.ENDS_WITH, Operator.CONTAINS)}
_COMPARISONS = {item.value: item for item in Operator} | {"in": Operator.IN}
_CONSTANTS: dict[str, Value] = {"true": True, "false": False, "null": None}


def parse_filter(text: str) -> Filter:
    """The tree of a filter. Raises `FilterSyntaxError` with a sentence that says where it stops making sense."""
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(tokens(text))
        self._next = 0
        self._depth = 0
        self._comparisons = 0
        self._variables: list[str] = []

    def whole(self) -> Filter:
        found = self._either()
        if self._token.kind != "end":
            raise self._unexpected()
        return found

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _either(self) -> Filter:
        self._depth += 1
        if self._depth > DEEPEST_FILTER:
            raise FilterSyntaxError(f"The filter is nested deeper than {DEEPEST_FILTER} levels.")
        parts = [self._both()]
        while self._word("or"):
            parts.append(self._both())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Joined(all_of=False, parts=tuple(parts))

    def _both(self) -> Filter:
        parts = [self._negated()]
        while self._word("and"):
            parts.append(self._negated())
        return parts[0] if len(parts) == 1 else Joined(all_of=True, parts=tuple(parts))

    def _negated(self) -> Filter:
        negations = 0
        while self._word("not"):
            negations += 1
        found = self._primary()
        return Not(found) if negations % 2 else found

    def _primary(self) -> Filter:
        if self._mark("("):
            found = self._either()
            self._need(")")
            return found
        self._count()
        token = self._take("name")
        name = token.text.casefold()
        if self._token.text == "(" and name in _FUNCTIONS:
            return self._function(_FUNCTIONS[name])
        if self._token.text == "(" and name.endswith("/any"):
            return self._any(self._path(name.removesuffix("/any")))
        return self._comparison(self._path(name))

    def _function(self, operator: Operator) -> Filter:
        self._need("(")
        path = self._path(self._take("name").text.casefold())
        self._need(",")
        value = self._value()
        self._need(")")
        if self._word("eq") and not self._word("true"):
            raise self._unexpected()
        if not isinstance(value, str):
            raise FilterSyntaxError(f"{operator.value} needs a text in single quotes.")
        return Comparison(path, operator, (value,))

    def _any(self, path: str) -> Filter:
        self._need("(")
        if self._mark(")"):
            return AnyOf(path, None)
        variable = self._take("name").text.casefold()
        self._need(":")
        self._variables.append(variable)
        condition = self._either()
        self._variables.pop()
        self._need(")")
        return AnyOf(path, condition)

    def _comparison(self, path: str) -> Filter:
        token = self._take("name")
        operator = _COMPARISONS.get(token.text.casefold())
        if operator is None or operator.value in _FUNCTIONS:
            raise self._unexpected(token)
        if operator is not Operator.IN:
            return Comparison(path, operator, (self._value(),))
        self._need("(")
        values = [self._value()]
        while self._mark(","):
            self._count()
            values.append(self._value())
        self._need(")")
        return Comparison(path, Operator.IN, tuple(values))

    def _path(self, name: str) -> str:
        """A property; inside `any` its variable stands for the item and is left out: `r/id` is `id`, `r` is itself."""
        if not self._variables:
            return name
        variable = self._variables[-1]
        if name == variable:
            return ""
        if not name.startswith(f"{variable}/"):
            raise FilterSyntaxError(f"Inside any, name properties through {variable}: {variable}/{name[:100]}.")
        return name.removeprefix(f"{variable}/")

    def _value(self) -> Value:
        token = self._token
        self._next += token.kind != "end"
        match token.kind:
            case "text":
                return token.text[1:-1].replace("''", "'")
            case "guid":
                return uuid.UUID(token.text)
            case "number":
                return int(token.text)
            case "moment":
                return _moment(token)
            case "name" if token.text.casefold() in _CONSTANTS:
                return _CONSTANTS[token.text.casefold()]
        raise self._unexpected(token)

    def _count(self) -> None:
        self._comparisons += 1
        if self._comparisons > MOST_COMPARISONS:
            raise FilterSyntaxError(f"The filter has more than {MOST_COMPARISONS} comparisons.")

    def _word(self, word: str) -> bool:
        """Step over this keyword, if it is next."""
        found = self._token.is_word(word)
        self._next += found
        return found

    def _mark(self, mark: str) -> bool:
        found = self._token.kind == "mark" and self._token.text == mark
        self._next += found
        return found

    def _need(self, mark: str) -> None:
        if not self._mark(mark):
            raise self._unexpected()

    def _take(self, kind: str) -> Token:
        token = self._token
        if token.kind != kind:
            raise self._unexpected()
        self._next += 1
        return token

    def _unexpected(self, token: Token | None = None) -> FilterSyntaxError:
        token = token or self._token
        if token.kind == "end":
            return FilterSyntaxError("The filter ends too early.")
        return FilterSyntaxError(f"Syntax error at position {token.at}: '{token.text[:100]}' is not expected here.")


def _moment(token: Token) -> datetime:
    """A time of day is UTC if it names no zone; a date is its midnight."""
    text = token.text if "T" in token.text.upper() else f"{token.text}T00:00:00"
    has_zone = text[-1] in "Zz" or text[-6] in "+-"
    try:
        found = parse_datetime(text if has_zone else f"{text}Z")
        # A year may leave the calendar when moved to UTC.
        return found.astimezone(UTC) if found else _no_moment(token)
    except (ValueError, OverflowError):
        return _no_moment(token)


def _no_moment(token: Token) -> NoReturn:
    raise FilterSyntaxError(f"'{token.text}' is no date.") from None
