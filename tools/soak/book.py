"""What was acknowledged to the clients, and the proof that it is there: once, and nothing besides."""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Write:
    """One change under one id. `outcome` is None where no answer came: it may have been done or not, but not twice."""

    kind: str
    by: str  # the column of the audit record that holds the id: request_id or correlation_id
    id: str
    outcome: bool | None
    sent: int = 1


@dataclass
class Book:
    """Threads share it. `allowed` names what each thing may look like in the end: one value, or those in doubt too."""

    writes: list[Write] = field(default_factory=list)
    names: dict[str, set[str]] = field(default_factory=dict)
    licensed: dict[str, set[bool]] = field(default_factory=dict)
    runs: dict[str, str] = field(default_factory=dict)  # bulk run -> id of the request that submitted it
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    bodies: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    strange: list[str] = field(default_factory=list)
    unanswered: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def wrote(
        self, write: Write, *, name: tuple[str, str] | None = None, license_: tuple[str, bool] | None = None
    ) -> None:
        with self.lock:
            self.writes.append(write)
            if name:
                _expect(self.names, *name, write.outcome)
            if license_:
                _expect(self.licensed, *license_, write.outcome)

    def answered(self, door: str, status: int, shape: str, text: str) -> None:
        """`shape` names the documented body of a refusal; empty for one that is none."""
        with self.lock:
            self.answers[door, f"{status // 100}xx"] += 1
            if status >= 400:
                self.bodies[door, status, shape or "NOT DOCUMENTED"] += 1
                if not shape:
                    self.strange.append(f"{door} {status}: {text[:400]}")

    def got_nothing(self, door: str) -> None:
        with self.lock:
            self.unanswered[door] += 1


def _expect(table: dict[str, Any], key: str, value: object, outcome: bool | None) -> None:  # noqa: FBT001
    if outcome:
        table[key] = {value}
    elif outcome is None:
        table.setdefault(key, set()).add(value)


def problems(book: Book) -> Iterator[str]:
    """Asks the database; Django is set up by then."""
    from licensing.ledger import ledger_problems

    yield from _lost_or_doubled(book)
    yield from _changed_otherwise(book)
    yield from _runs(book)
    yield from ledger_problems()


def _lost_or_doubled(book: Book) -> Iterator[str]:
    found = {column: _counts(column) for column in ("request_id", "correlation_id")}
    for write in book.writes:
        times = found[write.by][write.id]
        if write.outcome and times != 1:
            yield f"{write.kind} {write.id} was acknowledged and is recorded {times} times (sent {write.sent} times)"
        if write.outcome is None and times > 1:
            yield f"{write.kind} {write.id} was not acknowledged and is recorded {times} times"
        if write.outcome is False and times:
            yield f"{write.kind} {write.id} was refused and is recorded {times} times"


def _counts(column: str) -> Counter[str]:
    from partnercenter.audit.models import AuditRecord

    return Counter(AuditRecord.objects.order_by().values_list(column, flat=True).iterator())


def _changed_otherwise(book: Book) -> Iterator[str]:
    from customers.models import CustomerUser
    from licensing.models import LicenseAssignment
    from partnercenter.demo.products import POWER_BI_PRO

    names = {str(pk): name for pk, name in CustomerUser.objects.values_list("pk", "display_name")}
    for user, allowed in book.names.items():
        if names[user] not in allowed:
            yield f"{user} is called {names[user]!r}, not {sorted(allowed)}"
    rows = LicenseAssignment.objects.filter(subscribed_sku__product=POWER_BI_PRO)
    holders = {str(user) for user in rows.values_list("user", flat=True)}
    for user, wanted in book.licensed.items():
        if (user in holders) not in wanted:
            yield f"{user} {'has' if user in holders else 'lacks'} the license that it should not or should have"


def _runs(book: Book) -> Iterator[str]:
    from licensing.models import BulkRun
    from partnercenter.audit.models import AuditRecord

    for run in BulkRun.objects.filter(pk__in=book.runs):
        ids = AuditRecord.objects.filter(request_id=book.runs[str(run.pk)]).order_by()
        users = Counter(ids.values_list("resource_id", flat=True))
        if run.status != BulkRun.Status.DONE:
            yield f"Bulk run {run.pk} is {run.status}: {run.problem}"
        if run.done + run.unchanged + run.failed != run.total:
            yield f"Bulk run {run.pk} counts {run.done} + {run.unchanged} + {run.failed} of {run.total}"
        if len(users) != run.done or any(times > 1 for times in users.values()):
            most = max(users.values(), default=0)
            yield f"Bulk run {run.pk} did {run.done} users; {len(users)} are recorded, at most {most} times"


def summary(book: Book) -> Iterable[str]:
    kinds = Counter((write.kind, write.outcome) for write in book.writes)
    names = {True: "acknowledged", False: "refused", None: "without an answer"}
    for (kind, outcome), times in sorted(kinds.items(), key=str):
        yield f"{kind}: {times} {names[outcome]}"
    again = sum(write.sent > 1 for write in book.writes)
    yield f"writes sent more than once under one id: {again}"
    yield f"bulk runs: {len(book.runs)}"
    yield "answers: " + ", ".join(f"{door} {kind}: {n}" for (door, kind), n in sorted(book.answers.items()))
    yield "requests without any answer: " + (
        ", ".join(f"{d}: {n}" for d, n in sorted(book.unanswered.items())) or "none"
    )
    for (door, status, shape), times in sorted(book.bodies.items()):
        yield f"refusals of {door}: {times} x {status} {shape}"
