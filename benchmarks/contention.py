"""Many at once for one product: 1,000 seats, 2,000 users, so many clients, each giving one license after the other.

    make bench ARGS=contention

Clients are threads on PostgreSQL, and threads of two processes on SQLite. Every attempt goes through the product's
service, with rights, rules and audit. Beside it on PostgreSQL: one statement that takes the seat, assigns and records
(a CTE), sent through Django's cursor, without rules. The negative control reads the counter and then writes it: it
must sell more than there is.
"""

import json
import multiprocessing
import statistics
import sys
import threading
import time
from collections.abc import Callable

import databases
import harness
from crowd import BY, partner_with_customer, people
from databases import IS_SQLITE
from django.db import connections
from harness import Goal, Sample

from customers.models import CustomerUser
from licensing.ledger import ledger_problems
from licensing.models import LicenseAssignment, SubscribedSku
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.bulk import sql
from licensing.services.errors import LicensingError
from licensing.services.licenses import update_licenses
from partnercenter import clock
from partnercenter.audit.models import AuditChain, AuditRecord, AuditSeal
from partnercenter.audit.services import removal
from partnercenter.ids import time_ordered_prefix

SEALED = tuple(model._meta.db_table for model in (AuditSeal, AuditChain))  # noqa: SLF001  Django documents it
SEATS, USERS = 1_000, 2_000
Attempt = Callable[[CustomerUser], bool]


class Contest:
    def __init__(self) -> None:
        self.customer, self.sku = partner_with_customer("contest", seats=SEATS)
        people(self.customer, USERS)
        self.users = list(CustomerUser.objects.filter(customer=self.customer).select_related("customer"))
        self.waits: list[float] = []

    def service(self, user: CustomerUser) -> bool:
        try:
            update = LicenseUpdate(assign=(LicenseToAssign(self.sku.product_id),))
            update_licenses(by=BY, user=user, update=update)
        except LicensingError:
            return False
        return True

    def statement(self, user: CustomerUser) -> bool:
        """PostgreSQL only: seat, assignment and record in one, and none of them without the others."""
        start, now = time_ordered_prefix(clock.now()), clock.now()
        return bool(
            sql.execute(
                f"WITH seat AS (UPDATE {SubscribedSku._meta.db_table} SET consumed_units = consumed_units + 1 "  # noqa: S608, SLF001
                f"WHERE id = %s AND consumed_units < {SEATS} RETURNING id), given AS (INSERT INTO {sql.ASSIGNMENTS} "
                "(id, customer_id, user_id, subscribed_sku_id, disabled_plans, assigned_at) "
                f"SELECT {sql.words().new_id}, %s, %s, id, '[]'::jsonb, %s FROM seat RETURNING user_id) "
                f"INSERT INTO {sql.AUDIT} (id, occurred_at, customer_id, customer_name, principal_kind, principal_id, "
                "principal_name, door, app_id, operation, resource_type, resource_id, resource_name, granted_by, "
                f"before, after, request_id, correlation_id) SELECT {sql.words().new_id}, %s, %s, '', 'system', 'b', "
                "'b', 'command', '', 'update_customer_user_licenses', 'license', user_id::text, '', '[]'::jsonb, "
                "'[]'::jsonb, %s::jsonb, '', '' FROM given",
                [self.sku.pk, start, self.customer.pk, user.pk, now, start, now, self.customer.pk, json.dumps({})],
            )
        )

    def careless(self, user: CustomerUser) -> bool:
        """Reads, then writes, as one does without a thought."""
        row = SubscribedSku.objects.get(pk=self.sku.pk)
        if row.consumed_units >= SEATS:
            return False
        LicenseAssignment.objects.create(customer=self.customer, user=user, subscribed_sku=row)
        SubscribedSku.objects.filter(pk=row.pk).update(consumed_units=min(SEATS, row.consumed_units + 1))
        return True

    def run(self, attempt: Attempt, clients: int) -> None:
        """All users once, shared out among the clients."""
        self.waits = []
        if IS_SQLITE:
            self._by_processes(attempt, clients)
        else:
            self._by_threads(attempt, clients, self.users, self.waits)

    def _by_threads(self, attempt: Attempt, clients: int, users: list[CustomerUser], waits: list[float]) -> None:
        def client(share: list[CustomerUser]) -> None:
            for user in share:
                start = time.perf_counter()
                attempt(user)
                waits.append(time.perf_counter() - start)
            connections.close_all()

        threads = [threading.Thread(target=client, args=(users[number::clients],)) for number in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(waits) == len(users), "an attempt ended in an error; see above"

    def _by_processes(self, attempt: Attempt, clients: int) -> None:
        connections.close_all()
        fork = multiprocessing.get_context("fork")
        results: multiprocessing.Queue[list[float]] = fork.Queue()

        def half(number: int) -> None:
            waits: list[float] = []
            self._by_threads(attempt, clients // 2, self.users[number::2], waits)
            results.put(waits)

        processes = [fork.Process(target=half, args=(number,)) for number in range(2)]
        for process in processes:
            process.start()
        self.waits = [wait for _ in processes for wait in results.get(timeout=600)]
        for process in processes:
            process.join()

    def sold(self) -> int:
        return LicenseAssignment.objects.filter(customer=self.customer).count()

    def check(self) -> None:
        records = AuditRecord.objects.filter(customer_id=self.customer.pk, resource_type="license").count()
        consumed = SubscribedSku.objects.get(pk=self.sku.pk).consumed_units
        assert consumed == self.sold() == records == SEATS, (consumed, self.sold(), records)
        assert ledger_problems() == []

    def clear(self) -> None:
        with removal("between two visits"):
            for table in (sql.ASSIGNMENTS, sql.AUDIT, *SEALED):
                sql.execute(f"DELETE FROM {table}" if IS_SQLITE else f"TRUNCATE {table} CASCADE")  # noqa: S608
        SubscribedSku.objects.filter(pk=self.sku.pk).update(consumed_units=0)


def main() -> int:
    options = harness.options(__doc__ or "")
    databases.prepare()
    contest = Contest()
    databases.analyze()
    report = harness.Report(f"contention-{databases.VENDOR}")
    for clients in (32,) if IS_SQLITE else (8, 16, 32):
        _contest(report, contest, clients, options.rounds)
    if not IS_SQLITE:
        contest.run(contest.careless, 8)
        sold = contest.sold()
        report.goal(Goal(number=0, name="negative control: sold of 1,000 seats", found=sold, must=SEATS + 1))
        contest.clear()
    return report.end()


def _contest(report: harness.Report, contest: Contest, clients: int, rounds: int) -> None:
    attempts = {"service": contest.service} if IS_SQLITE else {"service": contest.service, "CTE": contest.statement}
    slowest: dict[str, list[float]] = {name: [] for name in attempts}

    def visit(name: str) -> Sample:
        sample = harness.timed(lambda: contest.run(attempts[name], clients), units=USERS)
        contest.check()
        slowest[name].append(statistics.quantiles(contest.waits, n=100)[98])
        contest.clear()
        return sample

    found = harness.alternate({name: lambda name=name: visit(name) for name in attempts}, rounds)  # type: ignore[misc]
    for name, samples in found.items():
        rate, slow = 1 / harness.middle(samples).wall, statistics.median(slowest[name]) * 1e3
        report.say(f"{clients:3} clients  {name:8} {rate:8,.0f} attempts/s, p99 {slow:8.1f} ms")
    slow = statistics.median(slowest["service"]) * 1e3
    if IS_SQLITE:
        report.goal(Goal(number=13, name="32 clients, errors and seats too many", found=0, must=0, at_most=True))
        report.goal(Goal(number=13, name="32 clients, p99 in ms", found=slow, must=20_000, aim=150, at_most=True))
    else:
        half = harness.ratio(found, "service", "CTE")
        name = f"{clients} clients, service / CTE through Django"
        report.goal(Goal(number=12, name=name, found=half.wall, must=0.25, aim=0.8, more=str(half)))


if __name__ == "__main__":
    sys.exit(main())
