"""A worker is killed at ten random points of a run over 5,000 users; afterwards everybody is done exactly once."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from customers.models import CustomerUser
from licensing.ledger import ledger_problems
from licensing.models import BulkRun, BulkRunItem, LicenseAssignment, SubscribedSku
from licensing.rules.bulk import Action, BulkChange, ProductWish
from licensing.services.bulk import Selection, draft_run, submit_run
from licensing.services.bulk.work import LEASE
from partnercenter.audit.models import AuditRecord
from tests.cast import principal
from tests.factories import sku, stock

pytestmark = [pytest.mark.race, pytest.mark.slow]

E3 = "ENTERPRISEPACK"
USERS, KILLS = 5_000, 10
MOST_STATEMENTS = 60  # of one life; the whole run takes some 500
VICTIM = Path(__file__).parent / "bulk_victim.py"


@pytest.fixture
def let_work():
    """`let_work(run, countdown, later)` lets a worker live and returns how it ended; see bulk_victim.py."""
    process = subprocess.Popen(
        [sys.executable, VICTIM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | _database() | {"PYTHONPATH": str(settings.BASE_DIR)},
    )

    def let_work(run, countdown, later):
        process.stdin.write(f"{run.pk} {countdown} {later}\n")
        process.stdin.flush()
        return process.stdout.readline().strip()

    with process:
        yield let_work
        process.stdin.close()


def _database():
    """The test's own database, for another process."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return {"DATABASE_URL": f"sqlite:///{name}"}
    address, _, query = os.environ["DATABASE_URL"].partition("?")
    return {"DATABASE_URL": f"{address.rpartition('/')[0]}/{name}{'?' if query else ''}{query}"}


def add_users(customer):
    people = [
        CustomerUser(
            customer=customer,
            display_name=f"Person {number}",
            user_principal_name=f"person{number}@{customer.primary_domain}",
            usage_location="SK",
        )
        for number in range(USERS)
    ]
    for person in people:
        person.derive_sort_keys()
    CustomerUser.objects.bulk_create(people)
    return tuple(str(person.pk) for person in people)


def test_ten_killed_workers_later_everybody_is_done_exactly_once(lasting_world, let_work):
    world, customer = lasting_world, lasting_world.northwind
    stock(customer, E3, seats=USERS)
    selection = Selection(ids=add_users(customer))
    change = BulkChange(products=(ProductWish(sku_id=sku(E3), action=Action.ASSIGN),))
    by = principal(world.ava)
    run = submit_run(by=by, run=draft_run(by=by, customer=customer, selection=selection, change=change))

    lease = int(LEASE.total_seconds()) + 1
    points = [random.randint(1, MOST_STATEMENTS) for _ in range(KILLS)]  # noqa: S311  pytest-randomly prints the seed
    ends, reached = [], []
    for number, point in enumerate(points):
        ends.append(let_work(run, point, number * lease))
        reached.append(BulkRun.objects.get(pk=run.pk).processed)
    assert ends == ["killed"] * KILLS
    assert reached == sorted(reached)
    assert let_work(run, 0, KILLS * lease) == "ended"

    run = BulkRun.objects.get(pk=run.pk)
    assert (run.status, run.done, run.unchanged, run.failed) == ("done", USERS, 0, 0)
    assert set(BulkRunItem.objects.filter(run=run).values_list("state")) == {("done",)}
    assigned = LicenseAssignment.objects.filter(customer=customer)
    assert assigned.count() == assigned.values("user").distinct().count() == USERS
    records = AuditRecord.objects.filter(operation="update_customer_user_licenses")
    assert records.count() == records.values("resource_id").distinct().count() == USERS
    people = CustomerUser.objects.filter(customer=customer, display_name__startswith="Person ")
    assert set(people.values_list("version")) == {(2,)}
    assert SubscribedSku.objects.get(customer=customer).consumed_units == USERS
    assert ledger_problems() == []
    assert max(reached) < USERS
