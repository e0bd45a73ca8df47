"""Assigning a product to many users: the bulk run against a loop over the single service and against bare statements.

    make bench                                         both databases
    DATABASE_URL=sqlite:////tmp/new.sqlite3 .venv/bin/python benchmarks/bulk_licenses.py --rounds 9

The database must be empty; it is filled. Every round visits every contestant, every second round in reverse order; only
ratios inside one round are compared, and their medians are printed. After each visit it is checked that every user has
one assignment and one audit record and that the counter agrees. The last line says PASS or FAIL, as does the exit code.
"""

import argparse
import json
import os
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnercenter.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from customers.models import Customer, CustomerUser, ResellerRelationship  # noqa: E402
from customers.services.reference import load_reference_data  # noqa: E402
from licensing.ledger import ledger_problems  # noqa: E402
from licensing.models import BulkRun, LicenseAssignment, Product, SubscribedSku  # noqa: E402
from licensing.queries import inventory  # noqa: E402
from licensing.rules import LicenseToAssign, LicenseUpdate  # noqa: E402
from licensing.rules.bulk import Action, BulkChange, ProductWish  # noqa: E402
from licensing.services.bulk import Selection, draft_run, preview_run, sql, submit_run, work_on  # noqa: E402
from licensing.services.catalog import load_catalog  # noqa: E402
from licensing.services.licenses import LicenseChange, spelled_after, update_licenses  # noqa: E402
from licensing.services.subscriptions import create_subscription  # noqa: E402
from partnercenter import clock  # noqa: E402
from partnercenter.accounts.models import Partner  # noqa: E402
from partnercenter.accounts.principals import system  # noqa: E402
from partnercenter.audit.models import AuditRecord  # noqa: E402

BY = system("benchmark")
PRODUCT = "ENTERPRISEPACK"
RUNS = BulkRun._meta.db_table  # noqa: SLF001  Django documents it
SAMPLE = 200  # users of the loop over the single service; all of them would take minutes
SEATS = 100_000
SMALL, LARGE = 10_000, 100_000


class Crowd:
    """A customer with so many users, one product and enough seats."""

    def __init__(self, users: int) -> None:
        self.users = users
        partner = Partner.objects.create(name=f"Partner {users}", domain=f"partner{users}.example")
        self.customer = Customer.objects.create(company_name=f"Customer {users}", primary_domain=f"c{users}.example")
        ResellerRelationship.objects.create(partner=partner, customer=self.customer)
        product = Product.objects.get(sku_part_number=PRODUCT)
        create_subscription(by=BY, customer=self.customer, partner=partner, product=product, quantity=SEATS)
        self.sku = SubscribedSku.objects.get(customer=self.customer)
        for start in range(0, users, 5_000):
            people = [self._person(number) for number in range(start, min(start + 5_000, users))]
            CustomerUser.objects.bulk_create(people)
        self.sample = tuple(CustomerUser.objects.filter(customer=self.customer).values_list("pk", flat=True)[:SAMPLE])
        self.wish = BulkChange(products=(ProductWish(sku_id=product.pk, action=Action.ASSIGN),))

    def _person(self, number: int) -> CustomerUser:
        name, upn = f"Person {number:06}", f"person{number:06}@{self.customer.primary_domain}"
        person = CustomerUser(customer=self.customer, display_name=name, user_principal_name=upn, usage_location="SK")
        person.derive_sort_keys()
        return person

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
        documents = {"licenses": []}, spelled_after([change])
        given = f"FROM {sql.USERS} u WHERE u.customer_id = %s AND u.deleted_at IS NULL"
        spelled = words.spelled_id.replace("i.user_id", "u.id")
        with transaction.atomic():
            sql.execute(
                f"INSERT INTO {sql.ASSIGNMENTS} "
                "(id, customer_id, user_id, subscribed_sku_id, disabled_plans, assigned_at) "
                f"SELECT {words.new_id}, u.customer_id, u.id, %s, {words.json}, %s {given}",
                [self.sku.pk, "[]", now, self.customer.pk],
            )
            sql.execute(
                f"INSERT INTO {sql.AUDIT} (id, occurred_at, customer_id, customer_name, partner_id, principal_kind, "
                "principal_id, principal_name, door, app_id, operation, resource_type, resource_id, resource_name, "
                "granted_by, before, after, request_id, correlation_id) "
                f"SELECT {words.new_id}, %s, u.customer_id, %s, NULL, 'system', 'benchmark', 'benchmark', 'command', "
                f"'', 'update_customer_user_licenses', 'license', {spelled}, u.user_principal_name, {words.json}, "
                f"{words.json}, {words.json}, '', '' {given}",
                [now, str(self.customer), "[]", *map(json.dumps, documents), self.customer.pk],
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
        for table in (sql.ASSIGNMENTS, sql.AUDIT, sql.ITEMS, RUNS):
            sql.execute(f"DELETE FROM {table}" if connection.vendor == "sqlite" else f"TRUNCATE {table} CASCADE")  # noqa: S608
        SubscribedSku.objects.filter(pk=self.sku.pk).update(consumed_units=0)
        if connection.vendor == "postgresql":
            sql.execute(f"VACUUM ANALYZE {sql.USERS}")


def timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(crowd: Crowd, rounds: int) -> dict[str, list[float]]:
    """Seconds per user of each contestant, round by round."""
    contestants: dict[str, tuple[Callable[[], None], int]] = {
        "run": (crowd.run, crowd.users),
        "bare": (crowd.bare, crowd.users),
        "plain": (crowd.plain, crowd.users),
        "preview": (crowd.preview, crowd.users),
        "loop": (crowd.loop, SAMPLE),
    }
    if crowd.users > SMALL:  # what the small crowd has shown already, and would take minutes here
        del contestants["plain"], contestants["loop"]
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds):
        for name in list(contestants)[:: -1 if number % 2 else 1]:
            work, users = contestants[name]
            found[name].append(timed(work) / users)
            if name != "preview":
                crowd.check(users)
            if name == "run":
                assert ledger_problems() == []
            crowd.clear()
    return found


def memory_of(crowd: Crowd) -> int:
    """Bytes that Python holds at most during a run; measured apart, since measuring makes it slow."""
    tracemalloc.start()
    crowd.run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    crowd.clear()
    return peak


def ratio(found: dict[str, list[float]], above: str, below: str) -> float:
    return statistics.median(a / b for a, b in zip(found[above], found[below], strict=True))


def rate(found: dict[str, list[float]], name: str) -> float:
    return 1 / statistics.median(found[name])


def told(crowd: Crowd, rounds: int) -> dict[str, list[float]]:
    found = measure(crowd, rounds)
    for name in found:
        print(f"{crowd.users:>8,} users  {name:8} {rate(found, name):>10,.0f} users/s", flush=True)
    return found


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=9, help="of the smaller crowd (%(default)s)")
    arguments.add_argument("--large-rounds", type=int, default=9, help="of the larger crowd (%(default)s)")
    options = arguments.parse_args()
    call_command("migrate", interactive=False, verbosity=0)
    load_reference_data()
    load_catalog()
    small, large = Crowd(SMALL), Crowd(LARGE)
    if connection.vendor == "postgresql":
        sql.execute("VACUUM ANALYZE")
    print(f"{connection.vendor}, {options.rounds} and {options.large_rounds} rounds", flush=True)
    few, many = told(small, options.rounds), told(large, options.large_rounds)
    memory = memory_of(large) / memory_of(small)
    gates = [
        (f"run / bare, {SMALL:,}", ratio(few, "bare", "run"), ">=", 0.5),
        (f"run / bare, {LARGE:,}", ratio(many, "bare", "run"), ">=", 0.5),
        ("run / loop", ratio(few, "loop", "run"), ">=", 50.0),
        (f"rate at {LARGE:,} / rate at {SMALL:,}", rate(many, "run") / rate(few, "run"), ">=", 0.7),
        (f"time of preview / time of run, {SMALL:,}", ratio(few, "preview", "run"), "<", 0.1),
        (f"memory at {LARGE:,} / memory at {SMALL:,}", memory, "<", 1.5),
        ("negative control: bulk_create / bare", ratio(few, "bare", "plain"), "<", 0.5),
    ]
    passed = [(found >= bound) if sign == ">=" else (found < bound) for _, found, sign, bound in gates]
    for (name, found, sign, bound), good in zip(gates, passed, strict=True):
        print(f"{'ok  ' if good else 'FAIL'}  {name:44} {found:8.2f}  must be {sign} {bound}")
    print("PASS" if all(passed) else "FAIL")
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
