"""Work in the background: the queue, what was left in the middle, and two at once over the same users."""

import pytest
from django.core.management import call_command

from customers.models import CustomerUser
from licensing import tasks
from licensing.ledger import ledger_problems
from licensing.models import BulkRun, LicenseAssignment, SubscribedSku
from licensing.rules.bulk import Action, BulkChange, ProductWish
from licensing.services.bulk import Selection, draft_run, submit_run, work_on
from partnercenter.audit.models import AuditRecord
from tests.cast import principal
from tests.factories import CustomerUserFactory, sku, stock

E3 = "ENTERPRISEPACK"
DATABASE_QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def submitted(world, people):
    by = principal(world.ava)
    change = BulkChange(products=(ProductWish(sku_id=sku(E3), action=Action.ASSIGN),))
    selection = Selection(ids=tuple(str(user.pk) for user in people))
    return submit_run(by=by, run=draft_run(by=by, customer=world.northwind, selection=selection, change=change))


def state(run):
    run.refresh_from_db()
    return run.status, run.done


def five_users(world):
    stock(world.northwind, E3, seats=10)
    return CustomerUserFactory.create_batch(5, customer=world.northwind)


def test_a_large_run_is_queued_and_the_worker_does_it(lasting_world, settings, monkeypatch):
    settings.TASKS = DATABASE_QUEUE
    monkeypatch.setattr(tasks, "MOST_AT_ONCE", 4)
    run = submitted(lasting_world, five_users(lasting_world))
    tasks.begin(run)
    assert state(run) == ("waiting", 0)
    call_command("work", once=True)
    assert state(run) == ("done", 5)


def test_the_worker_takes_up_what_another_left_in_the_middle(lasting_world):
    run = submitted(lasting_world, five_users(lasting_world))
    BulkRun.objects.filter(pk=run.pk).update(status="running", lease=run.pk, leased_until=run.created_at)
    call_command("work", once=True)
    assert state(run) == ("done", 5)


def test_a_small_run_is_done_at_once(world):
    run = submitted(world, five_users(world))
    tasks.begin(run)
    assert state(run) == ("done", 5)


@pytest.mark.race
def test_two_runs_at_one_moment_do_nobody_twice(lasting_world, race):
    world = lasting_world
    stock(world.northwind, E3, seats=50)
    people = CustomerUserFactory.create_batch(40, customer=world.northwind)
    runs = [submitted(world, people) for _ in range(2)]
    assert race([lambda run=run: work_on(run.pk, chunk=7) for run in runs]) == [True, True]
    found = BulkRun.objects.all()
    assert {run.status for run in found} == {"done"}
    assert sum(run.done for run in found) == sum(run.failed for run in found) == 40
    assert LicenseAssignment.objects.filter(customer=world.northwind).count() == 40
    assert SubscribedSku.objects.get(customer=world.northwind).consumed_units == 40
    assert AuditRecord.objects.filter(operation="update_customer_user_licenses").count() == 40
    versions = CustomerUser.objects.filter(pk__in=[user.pk for user in people]).values_list("version", flat=True)
    assert set(versions) == {2}
    assert ledger_problems() == []


@pytest.mark.race
def test_one_run_is_worked_on_by_one_of_those_who_try(lasting_world, race):
    world = lasting_world
    stock(world.northwind, E3, seats=50)
    run = submitted(world, CustomerUserFactory.create_batch(40, customer=world.northwind))
    tries = race([lambda: work_on(run.pk, chunk=7) for _ in range(4)])
    assert (sum(tries), state(run)) == (1, ("done", 40))
    assert ledger_problems() == []
