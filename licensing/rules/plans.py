"""Which service plans exclude each other, and which need another: data files, read once per process."""

import csv
import uuid
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

DATA = Path(__file__).parent.parent / "data"


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a data file of this app; lines that begin with # are its commentary."""
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


@cache
def exclusions() -> Mapping[uuid.UUID, frozenset[uuid.UUID]]:
    """Plan -> the plans that one user can't have beside it. Symmetric."""
    found: dict[uuid.UUID, set[uuid.UUID]] = {}
    for row in rows("plan_exclusions.csv"):
        one, other = uuid.UUID(row["plan_a"]), uuid.UUID(row["plan_b"])
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return MappingProxyType({plan: frozenset(others) for plan, others in found.items()})


@cache
def dependencies() -> Mapping[uuid.UUID, frozenset[uuid.UUID]]:
    """Plan -> the plans of which a user needs at least one beside it."""
    return MappingProxyType(
        {
            uuid.UUID(row["plan"]): frozenset(uuid.UUID(plan) for plan in row["needs_any"].split("|"))
            for row in rows("plan_dependencies.csv")
        }
    )


@cache
def plan_names() -> Mapping[uuid.UUID, str]:
    """Names of the plans that the rules speak of, for sentences about plans outside the user's products."""
    names = {
        uuid.UUID(row["service_plan_id"]): row["service_plan_friendly_name"] for row in rows("product_catalog.csv")
    }
    return MappingProxyType(names)
