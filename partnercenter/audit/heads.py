"""The ends of the chains, kept outside the database: whoever rewrites a whole chain can't rewrite these."""

import json
import uuid
from collections.abc import Iterator, Mapping
from typing import TypedDict

from partnercenter.audit.models import AuditChain, AuditSeal
from partnercenter.audit.verification import Finding


class Head(TypedDict):
    number: int
    hash: str


def current() -> dict[str, Head]:
    return {str(row.pk): Head(number=row.number, hash=row.hash) for row in AuditChain.objects.order_by("pk")}


def read(text: str) -> dict[str, Head]:
    """Raises `ValueError` at anything but what `current` gave as JSON."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("it should be an object")  # noqa: TRY004  one kind of error for one kind of mistake
    try:
        return {
            str(uuid.UUID(chain)): Head(number=int(head["number"]), hash=str(head["hash"]))
            for chain, head in found.items()
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("each chain should have a number and a hash") from error


def findings(known: Mapping[str, Head]) -> Iterator[Finding]:
    """Ends that were known earlier and are not part of their chains any more."""
    for text, head in known.items():
        chain_id = uuid.UUID(text)
        if not _is_there(chain_id, head):
            told = f"seal {head['number']:,} was the last when the ends were saved, and is not there with that hash"
            yield Finding(chain=chain_id, kind="cut", text=told)


def _is_there(chain_id: uuid.UUID, head: Head) -> bool:
    """Or retention removed it since, which the chain itself tells."""
    chain = AuditChain.objects.filter(pk=chain_id).first()
    if chain is None:
        return head["number"] == 0
    if head["number"] < chain.cut_number:
        return True
    if head["number"] == chain.cut_number:
        return head["hash"] == chain.cut_hash
    return AuditSeal.objects.filter(chain=chain_id, number=head["number"], hash=head["hash"]).exists()
