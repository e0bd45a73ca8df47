"""What is hashed: a record, and a seal after the one before it. Pure, so that it can be computed anew anywhere."""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

# Records of one bulk run differ in these only.
OWN = ("id", "resource_id", "resource_name")
SHARED = (
    "occurred_at", "customer_id", "customer_name", "partner_id", "principal_kind", "principal_id", "principal_name",
    "door", "app_id", "operation", "resource_type", "partner_roles", "granted_by", "before", "after", "request_id",
    "correlation_id", "seal_id",
)  # fmt: skip
_ID, _MEMBER = 32, 96  # letters


@dataclass(frozen=True, slots=True)
class Member:
    """A record as its seal names it."""

    id: uuid.UUID
    digest: str


def members_of(shared: Mapping[str, Any], own: Iterable[tuple[object, str, str]]) -> str:
    """The records that have `shared` in common; `own` gives id, resource id and resource name of each."""
    start = sha256(_text(shared).encode())
    return "".join(sorted(_member(start.copy(), *row) for row in own))


def read_members(text: str) -> list[Member]:
    """Raises `ValueError` where there is something else than members."""
    parts = [text[at : at + _MEMBER] for at in range(0, len(text), _MEMBER)]
    return [Member(uuid.UUID(hex=part[:_ID]), part[_ID:]) for part in parts]


def digest_of(row: Mapping[str, Any]) -> str:
    """Of a record with all its fields."""
    return members_of(row, [(row["id"], row["resource_id"], row["resource_name"])])[_ID:]


def seal_hash(*, previous: str, chain: uuid.UUID, number: int, members: str) -> str:
    """As the triggers of the database compute it (audit/migrations/0014)."""
    return sha256(f"{previous}|{chain.hex}|{number}|{members}".encode()).hexdigest()


def _member(start: Any, row_id: object, resource_id: str, resource_name: str) -> str:
    hexed = row_id.hex if isinstance(row_id, uuid.UUID) else str(row_id).replace("-", "")
    # A list in JSON; text by text it takes half as long, and a bulk run does this for each user.
    start.update(f'["{hexed}", {json.dumps(resource_id)}, {json.dumps(resource_name)}]'.encode())
    return f"{hexed}{start.hexdigest()}"


def _text(shared: Mapping[str, Any]) -> str:
    """What is empty takes no part: a field that is added later leaves the digests of old records alone."""
    filled = {name: _plain(shared[name]) for name in SHARED if shared[name]}
    return json.dumps(filled, sort_keys=True) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.hex if isinstance(value, uuid.UUID) else value
