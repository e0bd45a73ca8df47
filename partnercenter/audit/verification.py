"""Is the record as it was written? What was changed, taken out, put in or reordered, by name (docs/adr/0020)."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain as chained
from typing import Any, cast

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from partnercenter.audit.digests import OWN, SHARED, Member, digest_of, read_members, seal_hash
from partnercenter.audit.models import AuditChain, AuditRecord, AuditSeal, Operation

AT_ONCE, MOST_LETTERS, MOST_IDS = 500, 400_000, 5_000  # seals, letters of members and records at once
NAMED = ("occurred_at", "operation", "resource_name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with a chain. `kind` is wrong, missing, inserted, reordered, cut or open."""

    chain: uuid.UUID | None
    kind: str
    text: str
    record: uuid.UUID | None = None

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


@contextmanager
def snapshot() -> Iterator[None]:
    """Read everything as of one moment, without keeping anybody from writing."""
    if connection.in_atomic_block:
        connection.check_constraints()  # lets seals of this transaction join their chains
        yield
    elif connection.vendor == "sqlite":  # atomic() would take the lock of writers
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")  # a look at everything may take long
            yield


def findings(only: uuid.UUID | None = None) -> Iterator[Finding]:
    """Everything that is wrong, chain by chain, the earliest in each chain first. Call it in a `snapshot`."""
    yield from _left_open()
    chains = {row.pk: row for row in AuditChain.objects.all()}
    ids = chains.keys() | set(AuditSeal.objects.order_by().values_list("chain", flat=True).distinct()) | _of_records()
    for chain_id in sorted(ids) if only is None else [only]:
        yield from of_chain(chains.get(chain_id, AuditChain(pk=chain_id)))


def of_chain(chain: AuditChain) -> Iterator[Finding]:
    yield from _cut_unannounced(chain)
    state = Walk(chain=chain.pk, number=chain.cut_number, hash=chain.cut_hash)
    seals = AuditSeal.objects.filter(chain=chain.pk).order_by("number", "pk")
    for lot in _lots(seals.iterator(chunk_size=AT_ONCE)):
        yield from state.findings(lot)
    if (state.number, state.hash) != (chain.number, chain.hash):
        last = f"seal {state.number:,} is the last, but the chain went on to {chain.number:,}"
        yield Finding(chain=chain.pk, kind="cut", text=f"the end of the chain is not what was last written: {last}")
    yield from _inserted(chain.pk, state.seen)


@dataclass(slots=True, kw_only=True)
class Walk:
    """Where a walk along a chain stands: the last good seal, and how many of its records are there."""

    chain: uuid.UUID
    number: int
    hash: str
    seen: int = 0

    def findings(self, seals: Sequence[AuditSeal]) -> Iterator[Finding]:
        """Take these seals in, which must follow; their records are read at once."""
        members = {seal.pk: _members(seal) for seal in seals}
        ids = [member.id for member in chained.from_iterable(members.values())]
        rows = {row["id"]: row for row in _rows(ids)}
        self.seen += len(rows)
        for seal in seals:
            yield from self._joint(seal, members[seal.pk], rows)
            for member in members[seal.pk]:
                yield from self._of_member(member, seal, rows.get(member.id))

    def _joint(self, seal: AuditSeal, members: list[Member], rows: dict[uuid.UUID, Any]) -> Iterator[Finding]:
        number = seal.number or 0
        if number > self.number + 1:
            gone = f"seals {self.number + 1:,} to {number - 1:,} are not there"
            yield Finding(chain=self.chain, kind="missing", text=gone)
        hashed = seal_hash(previous=self.hash, chain=self.chain, number=number, members=seal.members)
        if number == self.number + 1 and hashed != seal.hash:
            first = next((rows[member.id] for member in members if member.id in rows), None)
            text = f"seal {number:,} does not follow the one before it{_named(first)}"
            yield Finding(chain=self.chain, kind="reordered", text=text, record=first["id"] if first else None)
        newest = max((rows[member.id]["occurred_at"] for member in members if member.id in rows), default=None)
        if newest is not None and newest != seal.newest_at:
            yield Finding(chain=self.chain, kind="wrong", text=f"seal {number:,} names another time than its records")
        self.number, self.hash = number, seal.hash

    def _of_member(self, member: Member, seal: AuditSeal, row: dict[str, Any] | None) -> Iterator[Finding]:
        where = f"in seal {seal.number or 0:,} of {seal.newest_at:%Y-%m-%d %H:%M:%S} UTC"
        if row is None:
            yield Finding(
                chain=self.chain, kind="missing", text=f"record {member.id} {where} is not there", record=member.id
            )
        elif row["seal_id"] != seal.pk or digest_of(row) != member.digest:
            text = f"record {member.id} {where} is not as it was written{_named(row)}"
            yield Finding(chain=self.chain, kind="wrong", text=text, record=member.id)


def _left_open() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM audit_permit")
        for (reason,) in cursor.fetchall():
            yield Finding(
                chain=None, kind="open", text=f"records may be removed by anybody: a permit is there ({reason})"
            )


def _cut_unannounced(chain: AuditChain) -> Iterator[Finding]:
    """Retention writes into the chain where it cut."""
    if not chain.cut_number:
        return
    told = AuditRecord.objects.filter(operation=Operation.PRUNE_AUDIT_RECORDS, resource_id=str(chain.pk))
    cuts = (after.get("cut_hash") for after in told.values_list("after", flat=True) if isinstance(after, dict))
    if chain.cut_hash not in cuts:
        text = f"the chain begins after seal {chain.cut_number:,}, and no record says that retention cut it there"
        yield Finding(chain=chain.pk, kind="cut", text=text)


def _of_records() -> set[uuid.UUID]:
    pairs = AuditRecord.objects.order_by().values_list("customer_id", "partner_id").distinct()
    return {customer or partner or uuid.UUID(int=0) for customer, partner in pairs}


def _inserted(chain: uuid.UUID, seen: int) -> Iterator[Finding]:
    """Records that no seal names. Looked for only where there are more of them than the seals' own."""
    records = _records_of(chain)
    if records.count() <= seen:
        return
    seals = AuditSeal.objects.filter(chain=chain)
    known = {member.id for seal in seals.iterator(chunk_size=AT_ONCE) for member in _members(seal)}
    for row in records.order_by("occurred_at", "id").values("id", *NAMED).iterator(chunk_size=AT_ONCE):
        if row["id"] not in known:
            text = f"record {row['id']} was never sealed{_named(row)}"
            yield Finding(chain=chain, kind="inserted", text=text, record=row["id"])


def _records_of(chain: uuid.UUID) -> QuerySet[AuditRecord]:
    if not chain.int:
        return AuditRecord.objects.filter(customer_id=None, partner_id=None)
    return AuditRecord.objects.filter(Q(customer_id=chain) | Q(customer_id=None, partner_id=chain))


def _members(seal: AuditSeal) -> list[Member]:
    try:
        return read_members(seal.members)
    except ValueError:
        return []  # the hash tells


def _rows(ids: Iterable[uuid.UUID]) -> Iterator[dict[str, Any]]:
    """By key, a few thousand at once: no database takes any number of parameters."""
    wanted = list(ids)
    for at in range(0, len(wanted), MOST_IDS):
        rows = AuditRecord.objects.order_by().filter(pk__in=wanted[at : at + MOST_IDS]).values(*OWN, *SHARED)
        yield from cast("Iterable[dict[str, Any]]", rows)


def _lots(seals: Iterable[AuditSeal]) -> Iterator[list[AuditSeal]]:
    """As many as are quick to look at together: a seal of a bulk run has thousands of records."""
    lot: list[AuditSeal] = []
    letters = 0
    for seal in seals:
        lot.append(seal)
        letters += len(seal.members)
        if len(lot) == AT_ONCE or letters > MOST_LETTERS:
            yield lot
            lot, letters = [], 0
    if lot:
        yield lot


def _named(row: dict[str, Any] | None) -> str:
    return (
        f" ({row['operation']} of {row['resource_name']} at {row['occurred_at']:%Y-%m-%d %H:%M:%S} UTC)" if row else ""
    )
