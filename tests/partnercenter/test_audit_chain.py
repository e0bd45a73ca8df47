"""Whoever changes, takes out, puts in or reorders records is found out, also past the product."""

import io
import uuid
from dataclasses import dataclass, field
from threading import Event

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from partnercenter import clock
from partnercenter.accounts.principals import Door, Principal, PrincipalKind, system
from partnercenter.audit.models import AuditChain, AuditRecord, AuditSeal, Operation, ResourceType
from partnercenter.audit.services import NOBODYS, prune, record, removal
from partnercenter.audit.services.retention import ChainBroken
from partnercenter.audit.verification import findings, snapshot
from tests.cast import NOW, after
from tests.factories import CustomerFactory

SYSTEM = system("tests")


@dataclass(frozen=True)
class Company:
    """Records outlive their customers, so all they need is an id and a name."""

    name: str
    pk: uuid.UUID = field(default_factory=uuid.uuid4)

    def __str__(self):
        return self.name


FABRIKAM, NORTHWIND, CONTOSO = Company("Fabrikam, Inc."), Company("Northwind Traders"), Company("Contoso")
AVA = Principal(kind=PrincipalKind.STAFF, id="1", name="ava", door=Door.PORTAL, partner_id=CONTOSO.pk)


def record_of(customer=None, *, by=SYSTEM, name="one", **changed):
    return record(
        by=by,
        operation=Operation.UPDATE_CUSTOMER_USER,
        resource_type=ResourceType.CUSTOMER_USER,
        resource_id=uuid.uuid4(),
        resource_name=name,
        customer_id=customer.pk if customer else None,
        customer_name=str(customer or ""),
        **changed,
    )


def write(customer=None, *, by=SYSTEM, name="one", **changed):
    entry = record_of(customer, by=by, name=name, **changed)
    connection.check_constraints()  # what PostgreSQL does with the commit
    return entry


def found(chain=None):
    with snapshot():
        return [(finding.kind, finding.record) for finding in findings(chain)]


def by_hand(statement, *params):
    """As somebody with the password of the database: triggers are no hindrance."""
    with removal("a test tampers"), connection.cursor() as cursor:
        connection.check_constraints()
        cursor.execute(statement, [row.hex if connection.vendor == "sqlite" else row for row in params])
        assert cursor.rowcount > 0


@pytest.fixture
def three(db):
    """Three records of one customer, a second apart, between some of others."""
    entries = []
    for number in range(3):
        with after(seconds=number):
            write(NORTHWIND)
            entries.append(write(FABRIKAM, name=str(number), before={"a": [1, "é"]}, after={"a": None}))
            write(by=AVA)
    return entries


def test_records_that_nobody_touched_verify(three):
    write()
    assert found() == []
    chains = AuditChain.objects.values_list("pk", "number")
    assert dict(chains) == {FABRIKAM.pk: 3, NORTHWIND.pk: 3, CONTOSO.pk: 3, NOBODYS: 1}


TAMPERED = (
    "after = '{}'", "before = '{}'", "granted_by = '[1]'", "partner_roles = 'global_admin'", "principal_name = 'x'",
    "occurred_at = '2020-01-01 00:00:00'", "operation = 'add_customer'", "resource_name = 'x'", "request_id = 'x'",
    "resource_id = 'x'", "principal_id = 'x'", "door = 'graph'", "app_id = 'x'", "customer_name = 'x'",
    "seal_id = NULL", "correlation_id = 'x'", "partner_id = customer_id", "principal_kind = 'x'", "resource_type = 'x'",
)  # fmt: skip


def test_every_field_of_a_record_is_vouched_for(three):
    missed = []
    for change in TAMPERED:
        with transaction.atomic():
            by_hand(f"UPDATE audit_auditrecord SET {change} WHERE id = %s", three[1].pk)  # noqa: S608
            if ("wrong", three[1].pk) not in found() or found()[0][1] not in (three[1].pk, None):
                missed.append(change)
            transaction.set_rollback(True)
    fields = {field.column for field in AuditRecord._meta.concrete_fields} - {"id", "customer_id"}
    assert (missed, {change.split(" = ")[0] for change in TAMPERED}) == ([], fields)


def test_a_record_that_moves_to_another_customer_is_missed_there_and_strange_here(three):
    by_hand("UPDATE audit_auditrecord SET customer_id = %s WHERE id = %s", NORTHWIND.pk, three[1].pk)
    assert sorted(found()) == [("inserted", three[1].pk), ("wrong", three[1].pk)]


def test_a_record_that_was_taken_out_is_named(three):
    by_hand("DELETE FROM audit_auditrecord WHERE id = %s", three[1].pk)
    assert found() == [("missing", three[1].pk)]


def test_a_record_that_was_put_in_is_named(three):
    forged = AuditRecord.objects.create(customer_id=FABRIKAM.pk, operation="x", seal_id=three[0].seal_id)
    assert found() == [("inserted", forged.pk)]


def test_a_record_with_a_new_id_is_missed_and_strange(three):
    new = uuid.uuid4()
    by_hand("UPDATE audit_auditrecord SET id = %s WHERE id = %s", new, three[2].pk)
    assert found() == [("missing", three[2].pk), ("inserted", new)]


def test_seals_that_change_places_are_named(three):
    first, second = three[0].seal_id, three[1].seal_id
    by_hand("UPDATE audit_auditseal SET number = 77 WHERE id = %s", first)
    by_hand("UPDATE audit_auditseal SET number = 1 WHERE id = %s", second)
    by_hand("UPDATE audit_auditseal SET number = 2 WHERE id = %s", first)
    assert found(FABRIKAM.pk)[0] == ("reordered", three[1].pk)


def test_records_that_change_places_are_named(three):
    """Each takes the other's time."""
    by_hand(f"UPDATE audit_auditrecord SET occurred_at = '{NOW:%Y-%m-%d %H:%M:%S}' WHERE id = %s", three[1].pk)  # noqa: S608
    by_hand("UPDATE audit_auditrecord SET occurred_at = '2026-11-22 12:00:01' WHERE id = %s", three[0].pk)
    assert [kind for kind, _ in found()] == ["wrong"] * 4  # two seals and two records


def test_a_seal_that_was_taken_out_with_its_record_is_noticed(three):
    by_hand("DELETE FROM audit_auditrecord WHERE id = %s", three[1].pk)
    by_hand("DELETE FROM audit_auditseal WHERE id = %s", three[1].seal_id)
    assert found() == [("missing", None)]


def test_an_end_that_was_cut_off_is_noticed(three):
    by_hand("DELETE FROM audit_auditrecord WHERE id = %s", three[2].pk)
    by_hand("DELETE FROM audit_auditseal WHERE id = %s", three[2].seal_id)
    assert found() == [("cut", None)]


def test_a_beginning_that_was_cut_off_without_retention_is_noticed(three):
    seal = AuditSeal.objects.get(pk=three[0].seal_id)
    by_hand("DELETE FROM audit_auditrecord WHERE id = %s", three[0].pk)
    by_hand("DELETE FROM audit_auditseal WHERE id = %s", three[0].seal_id)
    assert found() == [("missing", None)]
    AuditChain.objects.filter(pk=FABRIKAM.pk).update(cut_number=1, cut_hash=seal.hash)
    assert found() == [("cut", None)]


def test_a_seal_that_was_made_to_fit_is_found_by_its_hash(three):
    """The record, and its digest in the seal, changed alike."""
    other = AuditSeal.objects.get(pk=three[0].seal_id).members
    members = AuditSeal.objects.get(pk=three[1].seal_id).members
    by_hand(f"UPDATE audit_auditseal SET members = '{members[:90]}{other[90:]}' WHERE id = %s", three[1].seal_id)  # noqa: S608
    assert found()[0] == ("reordered", three[1].pk)


def test_a_permit_that_somebody_left_is_noticed(db):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO audit_permit (reason) VALUES ('forever')")
    assert found() == [("open", None)]


STATEMENTS = (
    "UPDATE audit_auditrecord SET door = door",
    "DELETE FROM audit_auditrecord",
    "UPDATE audit_auditseal SET members = ''",
    "DELETE FROM audit_auditseal",
)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_refuses_to_change_or_remove_records_and_seals(three, statement):
    connection.check_constraints()
    with pytest.raises(IntegrityError, match="written once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert found() == []


def test_the_database_refuses_to_put_another_record_in_its_place(three):
    for table, row_id in (("audit_auditrecord", three[0].pk), ("audit_auditseal", three[0].seal_id)):
        if connection.vendor == "sqlite":
            statement = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE id = '{row_id.hex}'"  # noqa: S608
        else:
            statement = f"TRUNCATE {table}"
        connection.check_constraints()
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_permit_ends_with_its_transaction(three):
    with removal("a test"):
        pass
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditrecord")
    with pytest.raises(RuntimeError), removal("a test"):
        raise RuntimeError
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditrecord")


def test_what_is_taken_back_leaves_the_chain_as_it_was(three):
    with transaction.atomic():
        write(FABRIKAM)
        transaction.set_rollback(True)
    write(FABRIKAM)
    assert found() == []
    assert AuditChain.objects.get(pk=FABRIKAM.pk).number == 4


def test_a_clock_that_is_put_back_changes_nothing(three):
    with after(days=-400):
        write(FABRIKAM)
    with after(days=400):
        write(FABRIKAM)
    assert found() == []


@pytest.mark.race
def test_many_writers_never_fork_a_chain_nor_wait_crosswise(race):
    """Each writes to two chains, every second one in the other order, and every third takes it back."""

    def contestant(number):
        companies = (FABRIKAM, NORTHWIND)[:: 1 if number % 2 else -1]

        def write_twice():
            for _ in range(5):
                with transaction.atomic():
                    for company in companies:
                        record_of(company)
                    transaction.set_rollback(number % 3 == 0)

        return write_twice

    assert race([contestant(number) for number in range(9)]) == [None] * 9
    chains = dict(AuditChain.objects.values_list("pk", "number"))
    assert chains == {FABRIKAM.pk: 30, NORTHWIND.pk: 30}
    assert found() == []


@pytest.mark.race
def test_verifying_disturbs_no_writer_and_is_disturbed_by_none(race):
    stop = Event()

    def verify_often():
        try:
            return [found() for _ in range(5)]
        finally:
            stop.set()

    def write_on():
        while not stop.is_set():
            record_of(FABRIKAM)

    verified, *written = race([verify_often, write_on, write_on])
    assert (verified, written) == ([[]] * 5, [None, None])


# Retention


def test_retention_removes_what_is_old_and_the_rest_verifies(three):
    with after(days=100):
        write(FABRIKAM, name="young")
        pruned = prune(by=SYSTEM, before=clock.now())
        assert [(one.chain, one.records) for one in pruned] == sorted(
            (chain, 3) for chain in (FABRIKAM.pk, NORTHWIND.pk, CONTOSO.pk)
        )
        left = AuditRecord.objects.filter(customer_id=FABRIKAM.pk).values_list("resource_name", flat=True)
        assert sorted(left) == ["3 audit records up to 2026-11-22 12:00:02 UTC", "young"]
        assert found() == []
        write(FABRIKAM)
    assert found() == []


def test_retention_again_and_again_verifies_and_ends(three):
    for days in (1, 2, 3):
        with after(days=days):
            prune(by=SYSTEM, before=clock.now())
            assert found() == []
    assert AuditRecord.objects.filter(customer_id=FABRIKAM.pk).count() == 1


def test_retention_stops_at_the_first_that_is_young_by_the_clock(three):
    with after(days=900):
        write(FABRIKAM)
    with after(days=1):
        write(FABRIKAM)  # the clock was put back
    with after(days=400):
        assert prune(by=SYSTEM, before=NOW + (clock.now() - NOW) / 2, chain=FABRIKAM.pk)[0].records == 3
    assert AuditRecord.objects.filter(customer_id=FABRIKAM.pk, operation="update_customer_user").count() == 2


def test_retention_does_not_remove_evidence(three):
    by_hand("UPDATE audit_auditrecord SET door = 'x' WHERE id = %s", three[0].pk)
    with after(days=100), pytest.raises(ChainBroken, match="is not as it was written"):
        prune(by=SYSTEM, before=clock.now(), chain=FABRIKAM.pk)
    assert AuditRecord.objects.filter(customer_id=FABRIKAM.pk).count() == 3


def test_a_forged_cut_is_noticed_after_retention(three):
    with after(days=100):
        prune(by=SYSTEM, before=clock.now(), chain=FABRIKAM.pk)
    AuditChain.objects.filter(pk=FABRIKAM.pk).update(cut_hash="0" * 64)
    assert found(FABRIKAM.pk)[0] == ("cut", None)


# Commands


def verify(**options):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_audit", stdout=out, stderr=err, **options)
    except SystemExit as end:
        return end.code, err.getvalue()
    return 0, out.getvalue()


def test_the_command_names_the_first_record_that_is_wrong(three):
    assert verify() == (0, "All 9 audit records in 3 chains are as they were written.\n")
    by_hand("UPDATE audit_auditrecord SET after = '[]' WHERE id = %s", three[1].pk)
    said = (
        f"wrong: record {three[1].pk} in seal 2 of 2026-11-22 12:00:01 UTC is not as it was written "
        f"(update_customer_user of 1 at 2026-11-22 12:00:01 UTC) [chain {FABRIKAM.pk}]\n"
    )
    assert verify() == (1, said)
    assert verify(chain=NORTHWIND.pk)[0] == 0


def test_ends_that_were_saved_elsewhere_show_a_chain_that_was_rewritten(three, tmp_path):
    saved = tmp_path / "heads.json"
    assert verify(save_heads=saved)[0] == 0
    write(FABRIKAM)
    assert verify(against=saved)[0] == 0
    with removal("rewritten from the start"):
        by_hand("DELETE FROM audit_auditrecord")
        by_hand("DELETE FROM audit_auditseal")
        by_hand("DELETE FROM audit_auditchain")
    write(FABRIKAM)
    assert verify()[0] == 0
    code, said = verify(against=saved)
    assert (code, said.count("cut: ")) == (1, 3)


def test_ends_are_known_after_retention(three, tmp_path):
    saved = tmp_path / "heads.json"
    verify(save_heads=saved)
    with after(days=100):
        prune(by=SYSTEM, before=clock.now())
    assert verify(against=saved)[0] == 0


@pytest.mark.parametrize("text", ["", "[]", "{}x", '{"x": 1}', '{"9e3a4c4e-0000-4000-8000-000000000000": {}}'])
def test_a_file_that_holds_no_ends_is_refused(db, tmp_path, text):
    (tmp_path / "heads.json").write_text(text)
    with pytest.raises(CommandError, match="holds no ends of chains"):
        verify(against=tmp_path / "heads.json")


def prune_by_command(**options):
    out = io.StringIO()
    call_command("prune_audit", stdout=out, **options)
    return out.getvalue()


def test_retention_by_command(three):
    with after(days=30):
        assert prune_by_command(older_than=31) == "Removed 0 audit records from 0 chains.\n"
        assert prune_by_command(older_than=29, customer=FABRIKAM.pk) == "Removed 3 audit records from 1 chains.\n"
        assert prune_by_command(older_than=29) == "Removed 6 audit records from 2 chains.\n"
    assert found() == []


def test_everything_of_a_deleted_customer_can_go_and_of_nobody_else(three):
    for days in (0, -1, 10**9):
        with pytest.raises(CommandError, match="--older-than"):
            prune_by_command(older_than=days)
    there = CustomerFactory()
    write(there)
    with pytest.raises(CommandError, match="deleted"):
        prune_by_command(older_than=0, customer=there.pk)
    gone = there.pk
    there.delete()
    with after(days=1):
        assert prune_by_command(older_than=0, customer=gone) == "Removed 1 audit records from 1 chains.\n"
    assert found() == []
