"""Assigning a product to many users: the bulk run against a loop over the single service and against bare statements.

    make bench ARGS=bulk_licenses                      both databases

The database must be empty; it is filled. After each visit it is checked that every user has one assignment and one
audit record and that the counter agrees. The last line says PASS or FAIL, as does the exit code.
"""

import gc
import json
import sys
import tracemalloc

import databases
import harness
from crowd import BY, partner_with_customer, people
from databases import IS_SQLITE
from django.db import transaction
from harness import Goal, Sample

from customers.models import CustomerUser
from licensing.ledger import ledger_problems
from licensing.models import BulkRun, LicenseAssignment, SubscribedSku
from licensing.queries import inventory
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.rules.bulk import Action, BulkChange, ProductWish
from licensing.services.bulk import Selection, draft_run, preview_run, sql, submit_run, work_on
from licensing.services.licenses import LicenseChange, spelled_after, update_licenses
from partnercenter import clock
from partnercenter.audit.models import AuditChain, AuditRecord, AuditSeal
from partnercenter.audit.services import removal
from partnercenter.audit.verification import findings, snapshot
from partnercenter.ids import time_ordered_prefix

RUNS, SEALS, CHAINS = (model._meta.db_table for model in (BulkRun, AuditSeal, AuditChain))  # noqa: SLF001  documented
SAMPLE = 200  # users of the loop over the single service; all of them would take minutes
SEATS = 100_000
SMALL, LARGE = 10_000, 100_000


class Crowd:
    """A customer with so many users, one product and enough seats."""

    def __init__(self, users: int) -> None:
        self.users = users
        self.customer, self.sku = partner_with_customer(f"c{users}", seats=SEATS)
        people(self.customer, users)
        self.sample = tuple(CustomerUser.objects.filter(customer=self.customer).values_list("pk", flat=True)[:SAMPLE])
        self.wish = BulkChange(products=(ProductWish(sku_id=self.sku.product_id, action=Action.ASSIGN),))

    # The contestants -------------------------------------------------------------------------------------------

    def run(self) -> None:
        run = draft_run(by=BY, customer=self.customer, selection=Selection(), change=self.wish)
        submit_run(by=BY, run=run)
        work_on(run.pk)

    def preview(self) -> None:
        run = BulkRun(customer=self.customer, change=self.wish.to_json(), selection=Selection().to_json())
        assert preview_run(by=BY, run=run).changed == self.users

    def bare(self) -> None:
        """Just the rows, in one transaction: no rule, no right, nothing that could be resumed or undone."""
        change = LicenseChange(
            product=next(iter(inventory(self.customer).products.values())), before=None, after=frozenset()
        )
        words, now = sql.words(), clock.now()
        start = time_ordered_prefix(now)
        documents = {"licenses": []}, spelled_after([change])
        given = f"FROM {sql.USERS} u WHERE u.customer_id = %s AND u.deleted_at IS NULL"
        spelled = words.spelled_id.replace("i.user_id", "u.id")
        with sql.large_cache(), transaction.atomic():
            sql.execute(
                f"INSERT INTO {sql.ASSIGNMENTS} "
                "(id, customer_id, user_id, subscribed_sku_id, disabled_plans, assigned_at) "
                f"SELECT {words.new_id}, u.customer_id, u.id, %s, {words.json}, %s {given}",
                [start, self.sku.pk, "[]", now, self.customer.pk],
            )
            sql.execute(
                f"INSERT INTO {sql.AUDIT} (id, occurred_at, customer_id, customer_name, partner_id, principal_kind, "
                "principal_id, principal_name, door, app_id, operation, resource_type, resource_id, resource_name, "
                "granted_by, before, after, request_id, correlation_id) "
                f"SELECT {words.new_id}, %s, u.customer_id, %s, NULL, 'system', 'benchmark', 'benchmark', 'command', "
                f"'', 'update_customer_user_licenses', 'license', {spelled}, u.user_principal_name, {words.json}, "
                f"{words.json}, {words.json}, '', '' {given}",
                [start, now, str(self.customer), "[]", *map(json.dumps, documents), self.customer.pk],
            )
            CustomerUser.objects.filter(customer=self.customer, deleted_at=None).touched(now)
            SubscribedSku.objects.filter(pk=self.sku.pk).update(consumed_units=self.users)

    def plain(self) -> None:
        """The negative control: the usual `bulk_create`, without any rule. The gate must refuse it."""
        product = next(iter(inventory(self.customer).products.values()))
        after = spelled_after([LicenseChange(product=product, before=None, after=frozenset())])
        users = CustomerUser.objects.filter(customer=self.customer)
        with transaction.atomic():
            for start in range(0, self.users, 2_000):
                people = list(users.order_by("pk")[start : start + 2_000])
                LicenseAssignment.objects.bulk_create(
                    LicenseAssignment(customer=self.customer, user=user, subscribed_sku=self.sku) for user in people
                )
                AuditRecord.objects.bulk_create(self._record(user, after) for user in people)
            users.touched(clock.now())
            SubscribedSku.objects.filter(pk=self.sku.pk).update(consumed_units=self.users)

    def _record(self, user: CustomerUser, after: dict[str, object]) -> AuditRecord:
        return AuditRecord(
            customer_id=self.customer.pk,
            customer_name=str(self.customer),
            principal_kind=BY.kind,
            principal_id=BY.id,
            principal_name=BY.name,
            door=BY.door,
            operation="update_customer_user_licenses",
            resource_type="license",
            resource_id=str(user.pk),
            resource_name=user.user_principal_name,
            before={"licenses": []},
            after=after,
        )

    def loop(self) -> None:
        update = LicenseUpdate(assign=(LicenseToAssign(self.sku.product_id),))
        for user in CustomerUser.objects.filter(pk__in=self.sample).select_related("customer"):
            update_licenses(by=BY, user=user, update=update)

    # Between the visits ----------------------------------------------------------------------------------------

    def check(self, users: int) -> None:
        assigned = LicenseAssignment.objects.filter(customer=self.customer)
        records = AuditRecord.objects.filter(customer_id=self.customer.pk, operation="update_customer_user_licenses")
        assert assigned.count() == assigned.values("user").distinct().count() == users
        assert records.count() == records.values("resource_id").distinct().count() == users
        assert SubscribedSku.objects.get(pk=self.sku.pk).consumed_units == users

    def clear(self) -> None:
        with removal("between two visits"):
            for table in (sql.ASSIGNMENTS, sql.AUDIT, SEALS, CHAINS, sql.ITEMS, RUNS):
                sql.execute(f"DELETE FROM {table}" if IS_SQLITE else f"TRUNCATE {table} CASCADE")  # noqa: S608
        SubscribedSku.objects.filter(pk=self.sku.pk).update(consumed_units=0)
        if not IS_SQLITE:
            sql.execute(f"VACUUM ANALYZE {sql.USERS}")


def measure(crowd: Crowd, rounds: int) -> harness.Found:
    """Seconds per user of each contestant, round by round."""
    names = ["run", "bare", "plain", "preview", "loop"]
    if crowd.users > SMALL:  # what the small crowd has shown already, and would take minutes here
        names = ["run", "bare", "preview"]
    processes = databases.processes()

    def visit(name: str) -> Sample:
        users = SAMPLE if name == "loop" else crowd.users
        sample = harness.timed(getattr(crowd, name), units=users, processes=processes)
        if name != "preview":
            crowd.check(users)
        if name == "run":
            assert ledger_problems() == []
            with snapshot():
                assert list(findings()) == []
        crowd.clear()
        return sample

    return harness.alternate({name: lambda name=name: visit(name) for name in names}, rounds)  # type: ignore[misc]


def memory_of(crowd: Crowd) -> int:
    """Bytes that Python holds at most during a run; measured apart, since measuring makes it slow."""
    gc.collect()
    tracemalloc.start()
    crowd.run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    crowd.clear()
    return peak


def rate(found: harness.Found, name: str) -> Sample:
    """Users per second."""
    one = harness.middle(found[name])
    return Sample(1 / one.wall, 1 / one.cpu if one.cpu else 0.0)


def told(report: harness.Report, crowd: Crowd, rounds: int) -> harness.Found:
    found = measure(crowd, rounds)
    for name in found:
        speed = rate(found, name)
        report.say(
            f"{crowd.users:>8,} users  {name:8} {speed.wall:>10,.0f} users/s {speed.cpu:>10,.0f} by processor time"
        )
    return found


def main() -> int:
    options = harness.options(__doc__ or "", large_rounds=9)
    databases.prepare()
    small, large = Crowd(SMALL), Crowd(LARGE)
    if not IS_SQLITE:
        databases.analyze()
    report = harness.Report(f"bulk-licenses-{databases.VENDOR}")
    few, many = told(report, small, options.rounds), told(report, large, options.large_rounds)
    small_peak = memory_of(small)
    memory = memory_of(large) / small_peak
    one, other = rate(few, "run"), rate(many, "run")
    for users, found in ((SMALL, few), (LARGE, many)):
        half = harness.ratio(found, "run", "bare")
        report.goal(
            Goal(number=10, name=f"run / bare, {users:,} users", found=half.wall, must=0.5, aim=0.7, more=str(half))
        )
    report.goal(
        Goal(
            number=11,
            name=f"rate at {LARGE:,} / rate at {SMALL:,}",
            found=other.wall / one.wall,
            must=0.7,
            aim=0.8,
            more=f"by processor time {other.cpu / one.cpu:.2f}",
        )
    )
    loop, glance = harness.ratio(few, "run", "loop"), harness.ratio(few, "run", "preview")
    plain = harness.ratio(few, "plain", "bare")
    report.goal(Goal(number=0, name="run / loop", found=loop.wall, must=50, aim=100, more=str(loop)))
    report.goal(Goal(number=0, name="time of preview / run", found=glance.wall, must=0.1, at_most=True))
    report.goal(Goal(number=0, name=f"memory at {LARGE:,} / at {SMALL:,}", found=memory, must=1.15, at_most=True))
    report.goal(Goal(number=0, name="negative control: bulk_create / bare", found=plain.wall, must=0.5, at_most=True))
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
