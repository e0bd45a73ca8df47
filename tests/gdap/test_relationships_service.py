"""Requesting, activating, assigning and ending: what each step writes, and what it refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from customers.permissions import CustomerPermission as P
from gdap.access import can, holdings, permissions_of
from gdap.models import AdminRelationship, CustomerGrant
from gdap.services.grants import rewrite_grants
from gdap.services.groups import GroupConflict, add_member, create_group
from gdap.services.relationships import (
    RelationshipError,
    activate_relationship,
    assign_group,
    remove_assignment,
    request_relationship,
    terminate_relationship,
)
from partnercenter import clock
from partnercenter.audit.models import AuditRecord
from tests.cast import NOW, after, forget_records, principal
from tests.factories import SYSTEM, AssignmentFactory, RelationshipFactory, SecurityGroupFactory, role_ids

Status = AdminRelationship.Status


def permissions(user, customer):
    who = principal(user)
    return {permission for permission in P if can(who, customer, permission)}


def refusal(step, **arguments):
    with pytest.raises(RelationshipError) as refused:
        step(by=SYSTEM, **arguments)
    return refused.value.code


def everything():
    """All rows that the services write, to compare before and after a refusal."""
    return (
        list(AdminRelationship.objects.order_by("pk").values()),
        list(CustomerGrant.all_objects.order_by("pk").values()),
        AuditRecord.objects.count(),
    )


# --- The life of a relationship ---


def test_a_relationship_waits_for_approval_until_it_is_activated(world):
    relationship = RelationshipFactory(partner=world.contoso, customer=world.tailspin, active=False)
    assert relationship.status(NOW) == Status.APPROVAL_PENDING
    activate_relationship(by=SYSTEM, relationship=relationship)
    assert relationship.status(NOW) == Status.ACTIVE


@pytest.mark.parametrize(
    ("days", "auto_extend", "status"),
    [(0, False, "active"), (29, False, "active"), (30, False, "expired"), (30, True, "active"), (3000, True, "active")],
)
def test_its_end_follows_from_the_clock(world, days, auto_extend, status):
    relationship = RelationshipFactory(
        partner=world.contoso, customer=world.tailspin, duration_days=30, auto_extend=auto_extend
    )
    assert relationship.ends_at == NOW + timedelta(days=30)
    assert relationship.status(NOW + timedelta(days=days)) == status


def test_it_can_be_in_force_since_an_earlier_day(world):
    relationship = RelationshipFactory(partner=world.contoso, customer=world.tailspin, active=False, duration_days=30)
    activate_relationship(by=SYSTEM, relationship=relationship, since=NOW - timedelta(days=20))
    assert (relationship.activated_at, relationship.ends_at) == (NOW - timedelta(days=20), NOW + timedelta(days=10))


def test_it_is_activated_once(world):
    before = everything()
    assert refusal(activate_relationship, relationship=world.at_fabrikam) == "relationship_already_active"
    assert everything() == before


def test_it_is_terminated_once(world):
    terminate_relationship(by=SYSTEM, relationship=world.at_fabrikam)
    before = everything()
    with after(days=3):
        assert refusal(terminate_relationship, relationship=world.at_fabrikam) == "relationship_not_active"
    assert everything() == before


def test_an_expired_one_is_not_terminated_afterwards(world):
    with after(days=731):
        assert refusal(terminate_relationship, relationship=world.at_fabrikam) == "relationship_not_active"


def test_one_that_waits_is_not_terminated_but_left_to_lapse(world):
    waiting = RelationshipFactory(partner=world.contoso, customer=world.tailspin, active=False)
    assert refusal(terminate_relationship, relationship=waiting) == "relationship_not_active"


def test_each_step_is_recorded_with_its_customer(world):
    forget_records()
    ava = principal(world.ava)
    relationship = request_relationship(
        by=ava,
        partner=world.contoso,
        customer=world.tailspin,
        display_name="Recorded",
        roles=role_ids("License Administrator"),
        duration_days=30,
    )
    activate_relationship(by=SYSTEM, relationship=relationship)
    assign_group(by=ava, relationship=relationship, group=world.leads, roles=role_ids("License Administrator"))
    terminate_relationship(by=ava, relationship=relationship)
    records = AuditRecord.objects.exclude(operation="granular_admin_relationship_activated")
    assert {record.operation for record in records} == {
        "granular_admin_relationship_created",
        "granular_admin_relationship_locked_for_approval",
        "granular_admin_access_assignment_created",
        "granular_admin_relationship_terminated",
    }
    assert {(row.customer_name, row.principal_name, row.partner_id) for row in records} == {
        ("Tailspin Toys", world.ava.username, world.contoso.pk)
    }
    assigned = records.get(operation="granular_admin_access_assignment_created")
    assert assigned.after == {"roles": ["License Administrator"]}


# --- Assigning groups ---


def test_the_group_gets_what_its_roles_open_for_as_long_as_the_relationship_lasts(world):
    relationship = RelationshipFactory(partner=world.contoso, customer=world.tailspin, duration_days=30)
    assignment = AssignmentFactory(relationship=relationship, group=world.license_desk)
    grants = CustomerGrant.all_objects.filter(source=assignment).select_related("permission")
    assert {grant.permission.codename for grant in grants} == permissions_of(*role_ids("License Administrator"))
    assert {(grant.group_id, grant.content_object_id, grant.valid_from, grant.valid_until) for grant in grants} == {
        (world.license_desk.group_id, world.tailspin.pk, NOW, NOW + timedelta(days=30))
    }


def test_only_roles_of_the_relationship_are_handed_out(world):
    group = SecurityGroupFactory(partner=world.litware)
    before = everything()
    code = refusal(
        assign_group,
        relationship=world.litware_at_fabrikam,
        group=group,
        roles=role_ids("Helpdesk Administrator", "User Administrator"),
    )
    assert code == "role_outside_relationship"
    assert everything() == before


def test_a_group_of_another_partner_gets_nothing(world):
    before = everything()
    code = refusal(
        assign_group,
        relationship=world.at_northwind,
        group=world.litware_desk,
        roles=role_ids("License Administrator"),
    )
    assert code == "group_of_another_partner"
    assert everything() == before
    assert permissions(world.max, world.northwind) == set()


def test_a_group_is_assigned_once_per_relationship(world):
    before = everything()
    code = refusal(
        assign_group,
        relationship=world.at_fabrikam,
        group=world.license_desk,
        roles=role_ids("User Administrator"),
    )
    assert code == "group_assigned_already"
    assert everything() == before


def test_nothing_is_assigned_once_the_relationship_is_over(world):
    group = SecurityGroupFactory(partner=world.contoso)
    wanted = {"relationship": world.at_fabrikam, "group": group, "roles": role_ids("License Administrator")}
    with after(days=730):
        assert refusal(assign_group, **wanted) == "relationship_over"
    terminate_relationship(by=SYSTEM, relationship=world.at_fabrikam)
    assert refusal(assign_group, **wanted) == "relationship_over"


def test_no_group_is_assigned_while_it_waits(world):
    relationship = RelationshipFactory(partner=world.contoso, customer=world.tailspin, active=False)
    wanted = {"relationship": relationship, "group": world.license_desk, "roles": role_ids("License Administrator")}
    assert refusal(assign_group, **wanted) == "relationship_not_active"
    activate_relationship(by=SYSTEM, relationship=relationship)
    assign_group(by=SYSTEM, **wanted)
    assert permissions(world.lea, world.tailspin) == permissions_of(*role_ids("License Administrator"))


def test_an_assignment_that_begins_later_gives_nothing_before(world):
    relationship = RelationshipFactory(partner=world.contoso, customer=world.tailspin)
    AssignmentFactory(relationship=relationship, group=world.license_desk, since=NOW + timedelta(days=7))
    assert permissions(world.lea, world.tailspin) == set()
    assert holdings(principal(world.lea), world.tailspin) == ()
    with after(days=7):
        assert P.ASSIGN_LICENSES in permissions(world.lea, world.tailspin)
        assert [holding.role for holding in holdings(principal(world.lea), world.tailspin)] == ["License Administrator"]


def test_two_relationships_may_grant_the_same_and_end_one_after_the_other(world):
    second = RelationshipFactory(
        partner=world.contoso, customer=world.fabrikam, duration_days=30, roles=["License Administrator"]
    )
    AssignmentFactory(relationship=second, group=world.license_desk)
    terminate_relationship(by=SYSTEM, relationship=world.at_fabrikam)
    assert P.ASSIGN_LICENSES in permissions(world.lea, world.fabrikam)
    with after(days=30):
        assert permissions(world.lea, world.fabrikam) == set()


def test_who_assigned_a_group_need_not_wait_for_the_next_request(world):
    ava = principal(world.ava)
    assert not can(ava, world.tailspin, P.READ_USERS)
    relationship = RelationshipFactory(partner=world.contoso, customer=world.tailspin)
    assign_group(by=ava, relationship=relationship, group=world.leads, roles=role_ids("License Administrator"))
    assert can(ava, world.tailspin, P.READ_USERS)
    terminate_relationship(by=ava, relationship=relationship)
    assert not can(ava, world.tailspin, P.READ_USERS)


# --- The derived index ---


def test_rewriting_grants_again_changes_nothing(world):
    def rows():
        columns = ("group", "permission", "content_object", "source", "valid_from", "valid_until")
        return set(CustomerGrant.all_objects.values_list(*columns))

    before = rows()
    for relationship in AdminRelationship.objects.all():
        for assignment in relationship.access_assignments.all():
            rewrite_grants(assignment)
    assert rows() == before


def test_a_deleted_assignment_grants_nothing_from_then_on(world):
    assignment = world.license_desk.access_assignments.get()
    with after(days=1) as moment:
        remove_assignment(by=SYSTEM, assignment=assignment)
        assert permissions(world.lea, world.fabrikam) == set()
    with clock.frozen(moment - timedelta(microseconds=1)):
        assert P.ASSIGN_LICENSES in permissions(world.lea, world.fabrikam)


def test_grants_go_with_their_assignment_even_when_expired(world):
    assignment = world.license_desk.access_assignments.get()
    with after(days=1000):
        assignment.delete()
    assert not CustomerGrant.all_objects.filter(group=world.license_desk.group).exists()


def test_a_grant_never_ends_before_it_begins(world):
    grant = CustomerGrant.all_objects.first()
    grant.valid_until = grant.valid_from
    with pytest.raises(IntegrityError, match="grant_ends_after_it_starts"), transaction.atomic():
        grant.save()


# --- Groups ---


def test_names_of_groups_repeat_between_partners_and_never_within_one(world):
    assert world.license_desk.display_name == world.litware_desk.display_name
    for name in ("GDAP License desk", "gdap license DESK"):
        with pytest.raises(GroupConflict, match="You have a security group called"):
            create_group(by=SYSTEM, partner=world.contoso, display_name=name)


def test_joining_twice_is_joining_once(world):
    add_member(by=SYSTEM, group=world.license_desk, user=world.lea)
    assert list(world.license_desk.group.user_set.all()) == [world.lea]
