"""Removing old records so that what is left can still be verified (docs/adr/0020)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile

from django.db.models import QuerySet

from partnercenter.accounts.principals import Principal
from partnercenter.audit.digests import read_members
from partnercenter.audit.models import AuditChain, AuditRecord, AuditSeal, Operation, ResourceType
from partnercenter.audit.services.recording import record
from partnercenter.audit.services.removal import removal
from partnercenter.audit.verification import Finding, Walk
from partnercenter.errors import DomainError, Problem
from partnercenter.transactions import whole

PORTION = 500  # seals in one transaction: whoever writes for the customer waits that long


class ChainBroken(DomainError):
    """What should be removed is not what was written; removing it would remove the evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    chain: uuid.UUID
    records: int


def prune(*, by: Principal, before: datetime, chain: uuid.UUID | None = None) -> list[Pruned]:
    """Cut the beginning off every chain, or of one: up to the first seal that is not older than `before`.

    Raises `ChainBroken` at a chain that does not verify; those before it have been cut.
    """
    chains = AuditChain.objects.order_by("pk").values_list("pk", flat=True)
    found = []
    for chain_id in chains if chain is None else chains.filter(pk=chain):
        records = 0
        while portion := _prune_portion(by, chain_id, before):
            records += portion
        if records:
            found.append(Pruned(chain=chain_id, records=records))
    return found


@whole
def _prune_portion(by: Principal, chain_id: uuid.UUID, before: datetime) -> int:
    chain = AuditChain.objects.select_for_update().get(pk=chain_id)
    first = AuditSeal.objects.filter(chain=chain_id, number__isnull=False).order_by("number")[:PORTION]
    seals = list(takewhile(lambda seal: seal.newest_at < before, first))
    if not seals or _is_all_of_pruning(seals):
        return 0
    _check(chain, seals)
    ids = [member.id for seal in seals for member in read_members(seal.members)]
    entry = AuditRecord.objects.filter(pk__in=ids[:1]).get()
    with removal("retention"):
        for at in range(0, len(ids), 5_000):
            _remove(AuditRecord.objects.filter(pk__in=ids[at : at + 5_000]))
        _remove(AuditSeal.objects.filter(chain=chain_id, number__lte=seals[-1].number))
    chain.cut_number, chain.cut_hash = seals[-1].number or 0, seals[-1].hash
    chain.save(update_fields=["cut_number", "cut_hash"])
    _tell(by, chain, seals, entry, len(ids))
    return len(ids)


def _is_all_of_pruning(seals: Sequence[AuditSeal]) -> bool:
    """Or every run would replace the record that the last one left."""
    if len(seals) > 1:
        return False
    only = AuditRecord.objects.filter(seal_id=seals[0].pk, pk__in=[m.id for m in read_members(seals[0].members)])
    return only.filter(operation=Operation.PRUNE_AUDIT_RECORDS).exists()


def _check(chain: AuditChain, seals: Sequence[AuditSeal]) -> None:
    walk = Walk(chain=chain.pk, number=chain.cut_number, hash=chain.cut_hash)
    problem: Finding | None = next(walk.findings(seals), None)
    if problem is not None:
        message = f"Nothing of chain {chain.pk} was removed, since it does not verify: {problem}"
        raise ChainBroken(Problem("chain_broken", message))


def _remove(rows: QuerySet[AuditRecord] | QuerySet[AuditSeal]) -> None:
    """Past the models, which refuse."""
    rows.order_by()._raw_delete(rows.db)  # noqa: SLF001


def _tell(by: Principal, chain: AuditChain, seals: Sequence[AuditSeal], entry: AuditRecord, records: int) -> None:
    """In the chain itself, so that a beginning that is gone without it is noticed."""
    record(
        by=replace(by, partner_id=None if entry.customer_id else entry.partner_id, memo={}),
        operation=Operation.PRUNE_AUDIT_RECORDS,
        resource_type=ResourceType.AUDIT_RECORDS,
        resource_id=chain.pk,
        resource_name=f"{records:,} audit records up to {seals[-1].newest_at:%Y-%m-%d %H:%M:%S} UTC",
        customer_id=entry.customer_id,
        customer_name=entry.customer_name,
        before={"records": records, "first_number": seals[0].number},
        after={"cut_number": chain.cut_number, "cut_hash": chain.cut_hash},
    )
