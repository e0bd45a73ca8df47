"""What a parsed filter is made of."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Value = str | int | bool | uuid.UUID | datetime | None


class Operator(StrEnum):
    EQ = "eq"
    NE = "ne"
    GT = "gt"
    GE = "ge"
    LT = "lt"
    LE = "le"
    IN = "in"
    STARTS_WITH = "startswith"
    ENDS_WITH = "endswith"
    CONTAINS = "contains"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A property compared with a value, with several for `in`. `path` is in lower case."""

    path: str
    operator: Operator
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one item of a collection meets the condition; None: there is one."""

    path: str
    condition: "Filter | None"


@dataclass(frozen=True, slots=True)
class Not:
    inner: "Filter"


@dataclass(frozen=True, slots=True)
class Joined:
    """Several filters that must all hold, or of which one must."""

    all_of: bool
    parts: "tuple[Filter, ...]"


Filter = Comparison | AnyOf | Not | Joined
