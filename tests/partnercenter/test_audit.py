"""The record that is only ever appended to."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from partnercenter import clock
from partnercenter.accounts.principals import Door, system
from partnercenter.audit.models import AppendOnly, AuditRecord, Operation, ResourceType
from partnercenter.audit.services import record
from tests.cast import NOW, after, principal


def write(by, **fields):
    return record(
        by=by,
        operation=Operation.UPDATE_CUSTOMER_USER,
        resource_type=ResourceType.CUSTOMER_USER,
        **{"resource_id": "1", "resource_name": "one"} | fields,
    )


@pytest.fixture
def written(db):
    with clock.frozen(NOW):
        return write(system("tests"))


def test_a_record_says_who_did_what_to_what_when_and_by_which_door(world):
    user_id = uuid.uuid4()
    with after(days=1) as moment:
        entry = write(
            principal(world.lea, door=Door.PARTNER_CENTER_API),
            resource_id=user_id,
            resource_name="dana",
            customer_id=world.fabrikam.pk,
            customer_name="Fabrikam, Inc.",
            before={"a": 1},
            after={"a": 2},
            granted_by=[{"role": "License Administrator"}],
        )
    stored = AuditRecord.objects.get(pk=entry.pk)
    assert {name: getattr(stored, name) for name in vars(stored) if name not in ("_state", "id", "seal_id")} == {
        "occurred_at": moment,
        "customer_id": world.fabrikam.pk,
        "customer_name": "Fabrikam, Inc.",
        "partner_id": world.contoso.pk,
        "principal_kind": "staff",
        "principal_id": str(world.lea.pk),
        "principal_name": "lea.licenses@contoso-partners.example",
        "door": "partner_center_api",
        "app_id": "",
        "operation": "update_customer_user",
        "resource_type": "customer_user",
        "resource_id": str(user_id),
        "resource_name": "dana",
        "partner_roles": "admin_agent",
        "granted_by": [{"role": "License Administrator"}],
        "before": {"a": 1},
        "after": {"a": 2},
        "request_id": "request",
        "correlation_id": "request",
    }


def test_a_command_is_recorded_without_a_partner(written):
    assert (written.partner_id, written.principal_kind, written.principal_name, written.door) == (
        None,
        "system",
        "tests",
        "command",
    )
    assert (written.before, written.after, written.granted_by) == ({}, {}, [])


@pytest.mark.parametrize(
    "tamper",
    [
        lambda row: row.save(),
        lambda row: row.save(update_fields=["after"]),
        lambda row: AuditRecord.objects.get(pk=row.pk).save(),
        lambda row: AuditRecord.objects.update(after={}),
        lambda row: AuditRecord.objects.filter(pk=row.pk).update(after={}),
        lambda row: AuditRecord.objects.update_or_create(defaults={"after": {"x": 1}}, pk=row.pk),
        lambda row: AuditRecord.objects.bulk_update([row], ["after"]),
        lambda row: row.delete(),
        lambda row: AuditRecord.objects.all().delete(),
        lambda row: AuditRecord.objects.filter(pk=row.pk).delete(),
    ],
)
def test_no_usual_way_changes_or_removes_a_record(written, tamper):
    before = AuditRecord.objects.values().get()
    written.after = {"tampered": True}
    with pytest.raises(AppendOnly), transaction.atomic():
        tamper(written)
    assert AuditRecord.objects.values().get() == before


def test_a_new_record_cannot_take_the_place_of_an_old_one(written):
    before = AuditRecord.objects.values().get()
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditRecord(id=written.pk, resource_name="another").save()
    assert AuditRecord.objects.values().get() == before


def test_a_record_outlives_what_it_speaks_of(world):
    entry = write(principal(world.nora), customer_id=world.tailspin.pk, resource_id=world.tailspin.pk)
    world.tailspin.delete()
    world.nora.delete()
    stored = AuditRecord.objects.get(pk=entry.pk)
    assert (stored.customer_id, stored.principal_name) == (entry.customer_id, "nora.nogroup@contoso-partners.example")


def test_the_newest_stands_first(db):
    with clock.frozen(NOW):
        first = write(system("tests"))
    with after(seconds=1):
        second = write(system("tests"))
    assert list(AuditRecord.objects.all()) == [second, first]


def test_a_change_that_is_taken_back_leaves_no_record(written):
    with transaction.atomic():
        write(system("tests"))
        transaction.set_rollback(True)
    assert list(AuditRecord.objects.all()) == [written]
