"""The life of a bulk run: preview, submit, somebody else meanwhile, cancel, going on, retry and undo."""

from datetime import timedelta

import pytest
from django.db import connection

from customers.models import CustomerUser
from customers.services import delete_user
from gdap.access import AccessDenied
from gdap.services.relationships import terminate_relationship
from licensing.ledger import ledger_problems
from licensing.models import BulkRun, BulkRunItem, LicenseAssignment
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.rules.bulk import Action, BulkChange, ProductWish, Swap
from licensing.services.bulk import (
    BulkError,
    PreviewOutdated,
    Selection,
    abandoned_runs,
    blocked_holders,
    cancel_run,
    draft_run,
    preview_run,
    resume_run,
    retry_failed,
    runs_visible_to,
    submit_run,
    undo_run,
    visible_run,
    work_on,
)
from licensing.services.bulk.work import LEASE
from licensing.services.licenses import update_licenses
from partnercenter.audit.models import AuditRecord, AuditSeal
from partnercenter.audit.services import removal
from partnercenter.audit.verification import findings, snapshot
from partnercenter.errors import NotFound
from tests.cast import after, principal
from tests.factories import SYSTEM, CustomerUserFactory, sku, stock

E1, E3 = "STANDARDPACK", "ENTERPRISEPACK"
ASSIGN_E3 = BulkChange(products=(ProductWish(sku_id=sku(E3), action=Action.ASSIGN),))


@pytest.fixture
def crowd(world):
    """Ten users of Northwind beside Dana, who stays out, with 12 seats of E1 and of E3."""
    for part in (E1, E3):
        stock(world.northwind, part, seats=12)
    return sorted(CustomerUserFactory.create_batch(10, customer=world.northwind), key=lambda user: user.pk)


def drafted(world, crowd, change=ASSIGN_E3, by=None):
    selection = Selection(ids=tuple(str(user.pk) for user in crowd))
    return draft_run(by=by or principal(world.ava), customer=world.northwind, selection=selection, change=change)


def submitted(world, crowd, change=ASSIGN_E3):
    return submit_run(by=principal(world.ava), run=drafted(world, crowd, change))


def finished(world, crowd, change=ASSIGN_E3):
    run = submitted(world, crowd, change)
    work_on(run.pk, chunk=4)
    return again(run)


def again(run):
    return BulkRun.objects.select_related("customer", "user__partner").get(pk=run.pk)


def holders(part):
    return sorted(LicenseAssignment.objects.filter(subscribed_sku__product=sku(part)).values_list("user", flat=True))


def locations(crowd):
    people = CustomerUser.objects.filter(pk__in=[user.pk for user in crowd])
    return set(people.values_list("usage_location", flat=True))


def outcome(run):
    run = again(run)
    return run.status, run.done, run.unchanged, run.failed


def said(run):
    return {item.user_id: item.problem for item in BulkRunItem.objects.filter(run=run, state="failed")}


def test_everybody_gets_the_product_and_a_record(world, crowd):
    run = finished(world, crowd)
    assert outcome(run) == ("done", 10, 0, 0)
    assert holders(E3) == [user.pk for user in crowd]
    records = AuditRecord.objects.filter(operation="update_customer_user_licenses")
    assert sorted(records.values_list("resource_id", flat=True)) == [str(user.pk) for user in crowd]
    assert {record.principal_name for record in records} == {world.ava.username}
    assert ledger_problems() == []


def test_a_preview_counts_seats_and_writes_nothing(world, crowd):
    update_licenses(by=SYSTEM, user=crowd[0], update=LicenseUpdate(assign=(LicenseToAssign(sku(E3)),)))
    CustomerUser.objects.filter(pk=crowd[1].pk).update(usage_location="")
    preview = preview_run(by=principal(world.ava), run=drafted(world, crowd))
    assert (preview.total, preview.changed, preview.unchanged, preview.refused) == (10, 8, 1, 1)
    (need,) = preview.needs
    assert (need.taken, need.freed, need.left, need.short) == (8, 0, 3, 0)
    assert BulkRunItem.objects.count() == 0
    assert holders(E3) == [crowd[0].pk]


def test_a_shortage_is_foreseen_and_says_who_could_give_a_seat(world, crowd):
    others = CustomerUserFactory.create_batch(5, customer=world.northwind)
    for user in others:
        update_licenses(by=SYSTEM, user=user, update=LicenseUpdate(assign=(LicenseToAssign(sku(E3)),)))
    CustomerUser.objects.filter(pk=others[0].pk).update(sign_in_blocked=True)
    run = drafted(world, crowd)
    (need,) = preview_run(by=principal(world.ava), run=run).needs
    assert (need.left, need.short) == (-3, 3)
    assert blocked_holders(world.northwind.pk, [sku(E3)]) == {sku(E3): 1}
    submit_run(by=principal(world.ava), run=run)
    work_on(run.pk, chunk=4)
    assert outcome(run) == ("done", 7, 0, 3)
    sentence = "Office 365 E3 has no available license left. Buy more, or remove it from somebody."
    assert said(run) == {user.pk: sentence for user in crowd[7:]}
    assert ledger_problems() == []


def test_a_preview_older_than_its_data_is_refused(world, crowd):
    run = drafted(world, crowd)
    seen = preview_run(by=principal(world.ava), run=run).fingerprint
    update_licenses(by=SYSTEM, user=crowd[3], update=LicenseUpdate(assign=(LicenseToAssign(sku(E1)),)))
    with pytest.raises(PreviewOutdated):
        submit_run(by=principal(world.ava), run=run, fingerprint=seen)
    assert (again(run).status, BulkRunItem.objects.count()) == ("draft", 0)
    seen = preview_run(by=principal(world.ava), run=run).fingerprint
    assert submit_run(by=principal(world.ava), run=run, fingerprint=seen).total == 10


def test_a_run_begins_once(world, crowd):
    run = submitted(world, crowd)
    with pytest.raises(BulkError) as refusal:
        submit_run(by=principal(world.ava), run=run)
    assert refusal.value.code == "run_submitted"


def test_whoever_changed_or_went_after_the_start_is_left_alone_by_name(world, crowd):
    run = submitted(world, crowd)
    update_licenses(by=SYSTEM, user=crowd[2], update=LicenseUpdate(assign=(LicenseToAssign(sku(E3)),)))
    delete_user(by=SYSTEM, user=crowd[5])
    work_on(run.pk, chunk=4)
    assert outcome(run) == ("done", 8, 0, 2)
    assert said(run) == {
        crowd[
            2
        ].pk: f"{crowd[2].display_name} was changed after the preview, so nothing was done. Look again and retry.",
        crowd[5].pk: f"{crowd[5].display_name} has been deleted, so nothing was done.",
    }
    assert ledger_problems() == []


def test_two_runs_over_the_same_users_do_nobody_twice(world, crowd):
    first, second = submitted(world, crowd), submitted(world, crowd)
    work_on(first.pk)
    work_on(second.pk)
    assert (outcome(first), outcome(second)) == (("done", 10, 0, 0), ("done", 0, 0, 10))
    assert len(holders(E3)) == 10
    retry = retry_failed(by=principal(world.ava), run=again(second))
    assert preview_run(by=principal(world.ava), run=retry).unchanged == 10


def test_a_run_that_is_held_is_nobody_elses_until_the_lease_ends(world, crowd):
    run = submitted(world, crowd)
    BulkRun.objects.filter(pk=run.pk).update(status="running", lease=run.pk, leased_until=run.created_at + LEASE)
    assert (work_on(run.pk), list(abandoned_runs())) == (False, [])
    with after(seconds=LEASE.total_seconds() + 1):
        assert list(abandoned_runs()) == [run.pk]
        assert work_on(run.pk)
    assert outcome(run) == ("done", 10, 0, 0)


def test_a_lease_from_a_clock_that_was_put_back_holds_nothing(world, crowd):
    run = submitted(world, crowd)
    later = run.created_at + timedelta(days=7)
    BulkRun.objects.filter(pk=run.pk).update(status="running", lease=run.pk, leased_until=later)
    assert work_on(run.pk)


def test_a_canceled_run_stays_where_it_is_and_goes_on_when_told(world, crowd):
    run = submitted(world, crowd)
    assert cancel_run(by=principal(world.ava), run=run)
    assert (work_on(run.pk), outcome(run)) == (False, ("canceled", 0, 0, 0))
    assert resume_run(by=principal(world.ava), run=again(run))
    work_on(run.pk)
    assert outcome(run) == ("done", 10, 0, 0)
    assert not cancel_run(by=principal(world.ava), run=again(run))


def test_a_right_that_ends_in_the_middle_stops_the_run(world, crowd):
    run = submitted(world, crowd)
    terminate_relationship(by=SYSTEM, relationship=world.at_northwind)
    with after(days=1):
        work_on(run.pk)
    assert outcome(run) == ("stopped", 0, 0, 0)
    assert again(run).problem.startswith("To assign and remove licenses at Northwind Traders you need ")


def test_only_those_that_failed_are_tried_again(world, crowd):
    CustomerUser.objects.filter(pk__in=[crowd[0].pk, crowd[1].pk]).update(usage_location="")
    run = finished(world, crowd)
    assert outcome(run) == ("done", 8, 0, 2)
    CustomerUser.objects.filter(pk=crowd[0].pk).update(usage_location="SK")
    retry = submit_run(by=principal(world.ava), run=retry_failed(by=principal(world.ava), run=run))
    work_on(retry.pk)
    assert outcome(retry) == ("done", 1, 0, 1)
    assert said(retry) == {
        crowd[1].pk: f"{crowd[1].display_name} has no usage location; set one before assigning licenses."
    }


def test_a_swap_is_put_back_by_undo_except_for_whoever_changed_since(world, crowd):
    finished(world, crowd, BulkChange(products=(ProductWish(sku_id=sku(E1), action=Action.ASSIGN),)))
    swap = finished(world, crowd, BulkChange(swap=Swap(sku(E1), sku(E3))))
    assert (outcome(swap), holders(E1), len(holders(E3))) == (("done", 10, 0, 0), [], 10)
    update_licenses(by=SYSTEM, user=crowd[4], update=LicenseUpdate(remove=(sku(E3),)))
    undo = undo_run(by=principal(world.ava), run=swap)
    preview = preview_run(by=principal(world.ava), run=undo)
    assert (preview.changed, preview.stale) == (9, 1)
    submit_run(by=principal(world.ava), run=undo, fingerprint=preview.fingerprint)
    work_on(undo.pk, chunk=4)
    assert outcome(undo) == ("done", 9, 0, 1)
    assert said(undo) == {
        crowd[4].pk: f"{crowd[4].display_name} was changed after that run, so this is not taken back."
    }
    assert (holders(E1), holders(E3)) == ([user.pk for user in crowd if user != crowd[4]], [])
    assert ledger_problems() == []


def test_an_undo_gives_the_old_location_back(world, crowd):
    run = finished(world, crowd, BulkChange(location="US", products=ASSIGN_E3.products))
    assert set(CustomerUser.objects.filter(pk__in=[user.pk for user in crowd]).values_list("usage_location")) == {
        ("US",)
    }
    undo = submit_run(by=principal(world.ava), run=undo_run(by=principal(world.ava), run=run))
    work_on(undo.pk)
    assert set(CustomerUser.objects.filter(pk__in=[user.pk for user in crowd]).values_list("usage_location")) == {
        ("SK",)
    }
    assert holders(E3) == []


def test_the_right_is_asked_and_another_partners_runs_are_not_there(world, crowd):
    run = submitted(world, crowd)
    with pytest.raises(AccessDenied):
        drafted(world, crowd, by=principal(world.nora))
    with pytest.raises(NotFound):
        drafted(world, crowd, by=principal(world.max))
    with pytest.raises(NotFound):
        visible_run(principal(world.max), world.northwind, run.pk)
    assert list(runs_visible_to(principal(world.max), world.northwind)) == []
    assert list(runs_visible_to(principal(world.ava), world.northwind)) == [run]
    draft = drafted(world, crowd)
    with pytest.raises(NotFound):
        visible_run(principal(world.nora), world.northwind, draft.pk)


def test_each_user_of_a_run_is_vouched_for(world, crowd):
    """One seal for all of them, and yet a record that somebody touches is named."""
    finished(world, crowd)
    touched = AuditRecord.objects.get(resource_id=str(crowd[4].pk))
    with snapshot():
        assert list(findings()) == []
        assert AuditSeal.objects.filter(pk=touched.seal_id, number__isnull=False).count() == 1
    with removal("a test tampers"), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_auditrecord SET after = before WHERE resource_id = %s", [touched.resource_id])
    with snapshot():
        assert [(finding.kind, finding.record) for finding in findings()] == [("wrong", touched.pk)]


def test_a_chunk_costs_the_same_for_three_users_as_for_ten(world, crowd, django_assert_num_queries):
    counts = []
    for people in (crowd[:1], crowd[1:4], crowd[4:]):
        run = submitted(world, people)
        with django_assert_num_queries(32):
            work_on(run.pk)
        counts.append(outcome(run)[1])
    assert counts == [1, 3, 6]
