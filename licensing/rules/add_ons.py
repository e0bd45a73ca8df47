"""Which products hang on a subscription of another: a data file, read once per process."""

import uuid
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from licensing.rules.plans import rows


@cache
def bases() -> Mapping[uuid.UUID, frozenset[uuid.UUID]]:
    """Add-on -> the products of which it needs a subscription to hang on."""
    return MappingProxyType(
        {
            uuid.UUID(row["add_on"]): frozenset(uuid.UUID(base) for base in row["bases"].split("|"))
            for row in rows("add_ons.csv")
        }
    )


def add_ons_of(base: uuid.UUID) -> frozenset[uuid.UUID]:
    return frozenset(add_on for add_on, found in bases().items() if base in found)
