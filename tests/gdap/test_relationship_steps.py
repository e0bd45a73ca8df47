"""Who may take which step of a relationship, and what each refuses; nothing is written then."""

import uuid

import pytest
from django.test import override_settings

from customers.models import DirectoryRoleMember
from gdap.access import PartnerRoleMissing
from gdap.access.customer_side import CustomerRoleMissing, customer_principal
from gdap.models import AccessAssignment, AdminRelationship, CustomerGrant, RelationshipOperation, RelationshipRequest
from gdap.services.groups import add_member, remove_member
from gdap.services.relationships import (
    Wish,
    activate_relationship,
    approve_relationship,
    assign_group,
    change_assignment,
    create_relationship,
    decline_relationship,
    delete_relationship,
    lock_for_approval,
    remove_assignment,
    remove_global_administrator,
    set_auto_extend,
    terminate_relationship,
    update_relationship,
)
from partnercenter import clock
from partnercenter.accounts.models import PartnerRole
from partnercenter.audit.models import AuditRecord
from partnercenter.errors import DomainError, NotFound
from tests.cast import NOW, after, principal
from tests.factories import (
    SYSTEM,
    AssignmentFactory,
    CustomerUserFactory,
    RelationshipFactory,
    SecurityGroupFactory,
    StaffFactory,
    role_ids,
)

LICENSES = role_ids("License Administrator")
BOTH = role_ids("License Administrator", "Global Administrator")


def everything():
    """All rows that the steps write."""
    models = (AdminRelationship, AccessAssignment, RelationshipRequest, RelationshipOperation)
    rows = [list(model.objects.order_by("pk").values()) for model in models]
    return rows, CustomerGrant.all_objects.count(), AuditRecord.objects.count()


def refused(step, **arguments):
    """The codes and the status of a refusal that left everything as it was."""
    before = everything()
    with pytest.raises(DomainError) as refusal:
        step(**arguments)
    assert everything() == before
    return refusal.value.status, *(problem.code for problem in refusal.value.problems)


@pytest.fixture
def draft(world):
    """`draft(days=0)` asks, as ava, for a relationship with Tailspin; anything can be asked differently."""

    def create(**more):
        wish = {"display_name": "Tailspin desk", "roles": LICENSES, "duration_days": 30, "customer": world.tailspin}
        by = more.pop("by", None) or principal(world.ava)
        return create_relationship(**({"by": by, "partner": world.contoso} | wish | more))

    return create


@pytest.fixture
def waiting(world):
    return RelationshipFactory(partner=world.contoso, customer=world.fabrikam, display_name="Asked", active=False)


@pytest.fixture
def with_global_admin(world):
    return RelationshipFactory(
        partner=world.contoso, customer=world.tailspin, roles=["License Administrator", "Global Administrator"]
    )


@pytest.fixture
def customer(world):
    return customer_principal(world.global_admin)


# --- What is asked for ---


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({"duration_days": 0}, ["duration_out_of_range"]),
        ({"duration_days": 731}, ["duration_out_of_range"]),
        ({"duration_days": -1}, ["duration_out_of_range"]),
        ({"display_name": "x" * 51}, ["name_too_long"]),
        ({"display_name": "  "}, ["name_missing"]),
        ({"display_name": "a\x00b"}, ["name_not_printable"]),
        ({"roles": []}, ["no_role"]),
        ({"roles": [uuid.UUID(int=7)]}, ["unknown_role"]),
        ({"roles": role_ids("Customer Delegated Admin Relationship Administrator")}, ["role_not_offered"]),
        ({"roles": BOTH, "auto_extend": True}, ["auto_extend_with_global_administrator"]),
        ({"roles": [], "duration_days": 0, "display_name": ""}, ["name_missing", "duration_out_of_range", "no_role"]),
    ],
)
def test_a_wish_that_gdap_does_not_know_is_refused_with_everything_wrong(draft, asked, codes):
    assert refused(draft, **asked) == (400, *codes)


@pytest.mark.parametrize("days", [1, 730])
def test_the_limits_themselves_are_fine(draft, days):
    relationship = draft(duration_days=days, display_name="x" * 50)
    assert relationship.status(NOW) == "created"


def test_a_name_is_used_once_over_all_states_and_again_when_it_is_gone(world, draft):
    terminate_relationship(by=SYSTEM, relationship=world.at_fabrikam)
    with after(days=364):
        assert refused(draft, display_name="Service desk") == (409, "name_taken")
    with after(days=365):
        assert draft(display_name="Service desk").pk != world.at_fabrikam.pk
    assert set(
        AdminRelationship.objects.filter(display_name="Service desk").values_list("partner__name", flat=True)
    ) == {
        "Contoso Cloud Partners",
        "Litware Partners",
    }


def test_a_draft_changes_until_it_is_sent_and_not_after(world, draft):
    relationship = draft()
    wish = Wish(display_name="Better", duration_days=60, roles=frozenset(BOTH))
    ava = principal(world.ava)
    update_relationship(by=ava, relationship=relationship, wish=wish)
    assert Wish.of(AdminRelationship.objects.get(pk=relationship.pk)) == wish
    lock_for_approval(by=ava, relationship=relationship)
    for step, more in (
        (update_relationship, {"wish": wish}),
        (delete_relationship, {}),
        (lock_for_approval, {}),
        (set_auto_extend, {"enabled": False}),
    ):
        status, code = refused(step, by=ava, relationship=relationship, **more)
        assert (status, code) in {(400, "relationship_is_approval_pending"), (400, "relationship_not_active")}


def test_a_changed_draft_is_judged_like_a_new_one(world, draft):
    relationship = draft()
    taken = Wish(display_name="Service desk", duration_days=30, roles=frozenset(LICENSES))
    long = Wish(display_name="Better", duration_days=731, roles=frozenset(LICENSES))
    change = {"by": principal(world.ava), "relationship": relationship}
    assert refused(update_relationship, **change, wish=taken) == (409, "name_taken")
    assert refused(update_relationship, **change, wish=long) == (400, "duration_out_of_range")


def test_a_draft_is_thrown_away(world, draft):
    relationship = draft()
    delete_relationship(by=principal(world.ava), relationship=relationship)
    assert refused(lock_for_approval, by=principal(world.ava), relationship=relationship) == (
        404,
        "relationship_not_found",
    )


def test_somebody_who_read_an_older_version_is_told(world, draft):
    relationship = draft()
    read = relationship.version
    lock_for_approval(by=principal(world.ava), relationship=relationship)
    approve_relationship(by=SYSTEM, relationship=relationship)
    late = {"by": principal(world.ava), "relationship": relationship, "expected_version": read}
    assert refused(terminate_relationship, **late) == (412, "relationship_changed")
    terminate_relationship(**(late | {"expected_version": relationship.version}))


# --- The customer's answer ---


def test_the_customer_approves_and_ava_hears_of_it_in_the_record(world, waiting, customer):
    approve_relationship(by=customer, relationship=waiting)
    assert waiting.status(NOW) == "active"
    entry = AuditRecord.objects.get(operation="granular_admin_relationship_approved")
    assert (entry.principal_kind, entry.principal_name) == ("customer", "global.admin@fabrikam.com")
    assert set(waiting.requests.values_list("action", flat=True)) == {"lockForApproval", "approve"}
    assert refused(approve_relationship, by=customer, relationship=waiting) == (400, "relationship_is_active")


def test_a_declined_one_is_over_for_good(waiting, customer):
    decline_relationship(by=customer, relationship=waiting)
    assert waiting.status(NOW) == "terminated"
    assert refused(approve_relationship, by=customer, relationship=waiting) == (400, "relationship_is_terminated")


def test_after_90_days_there_is_nothing_to_approve(waiting, customer):
    with after(days=90):
        assert refused(approve_relationship, by=customer, relationship=waiting) == (404, "relationship_not_found")


def test_the_relationship_administrator_of_the_customer_may_as_well(world, waiting):
    person = CustomerUserFactory(customer=world.fabrikam, roles=["Customer Delegated Admin Relationship Administrator"])
    approve_relationship(by=customer_principal(person), relationship=waiting)
    assert waiting.status(NOW) == "active"


def test_whoever_else_of_the_customer_may_not(world, waiting, customer):
    dana = customer_principal(world.dana)
    assert refused(approve_relationship, by=dana, relationship=waiting) == (403, "customer_role_missing")
    DirectoryRoleMember.objects.filter(user=world.global_admin).delete()
    with pytest.raises(CustomerRoleMissing):
        approve_relationship(by=customer, relationship=waiting)


@pytest.mark.parametrize("gone", [{"sign_in_blocked": True}, {"deleted_at": NOW}])
def test_nor_an_admin_who_is_blocked_or_deleted(world, waiting, customer, gone):
    type(world.global_admin).objects.filter(pk=world.global_admin.pk).update(**gone)
    assert refused(approve_relationship, by=customer, relationship=waiting) == (403, "customer_role_missing")


def test_another_customer_finds_nothing_to_approve_or_end(world, waiting):
    stranger = customer_principal(CustomerUserFactory(customer=world.namesake, roles=["Global Administrator"]))
    for step, relationship in (
        (approve_relationship, waiting),
        (decline_relationship, waiting),
        (terminate_relationship, world.at_fabrikam),
    ):
        assert refused(step, by=stranger, relationship=relationship) == (404, "relationship_not_found")


def test_a_customer_does_not_see_a_draft(world, draft, customer):
    relationship = draft(customer=world.fabrikam)
    assert refused(approve_relationship, by=customer, relationship=relationship) == (404, "relationship_not_found")


def test_no_partner_answers_for_the_customer(world, waiting):
    ava = principal(world.ava)
    for step in (approve_relationship, decline_relationship, activate_relationship):
        assert refused(step, by=ava, relationship=waiting) == (403, "customer_decides")


def test_an_open_invitation_becomes_the_customers_who_accepts_it_first(world, customer):
    invitation = RelationshipFactory(partner=world.contoso, customer=None, active=False)
    assert refused(decline_relationship, by=customer, relationship=invitation) == (400, "invitation_open_to_all")
    approve_relationship(by=customer, relationship=invitation)
    assert invitation.customer == world.fabrikam
    late = customer_principal(CustomerUserFactory(customer=world.namesake, roles=["Global Administrator"]))
    assert refused(approve_relationship, by=late, relationship=invitation) == (404, "relationship_not_found")


# --- While it is in force ---


def test_the_customer_ends_it_and_lea_has_nothing_left(world, customer):
    terminate_relationship(by=customer, relationship=world.at_fabrikam)
    assert not world.lea.has_perm("assign_licenses", world.fabrikam)


def test_auto_extend_is_not_for_the_global_administrator(world, with_global_admin):
    ava = principal(world.ava)
    asked = {"by": ava, "relationship": with_global_admin, "enabled": True}
    assert refused(set_auto_extend, **asked) == (400, "auto_extend_with_global_administrator")
    remove_global_administrator(by=ava, relationship=with_global_admin)
    assert set_auto_extend(**asked).auto_extend


def test_the_global_administrator_leaves_the_groups_too(world, with_global_admin):
    ava = principal(world.ava)
    roles = {"by": ava, "relationship": with_global_admin}
    both = assign_group(**roles, group=world.leads, roles=BOTH)
    alone = assign_group(**roles, group=world.license_desk, roles=role_ids("Global Administrator"))
    operation = remove_global_administrator(by=ava, relationship=with_global_admin)
    assert (operation.operation_type, operation.status(NOW)) == ("delegatedAdminRelationshipUpdate", "succeeded")
    assert [link.role_id for link in both.role_links.all()] == LICENSES
    assert AccessAssignment.objects.get(pk=alone.pk).status(NOW) == "deleted"
    assert not world.ava.has_perm("manage_roles", world.tailspin)
    assert not world.lea.has_perm("read_users", world.tailspin)
    assert remove_global_administrator(by=ava, relationship=with_global_admin) is None


@pytest.mark.parametrize("count", [1, 3])
def test_taking_it_away_asks_the_same_however_many_groups_have_it(
    world, with_global_admin, django_assert_num_queries, count
):
    for _ in range(count):
        for roles in (BOTH, role_ids("Global Administrator")):
            AssignmentFactory(relationship=with_global_admin, group=SecurityGroupFactory(partner=world.contoso))
            one = with_global_admin.access_assignments.order_by("-created_at").first()
            one.role_links.exclude(role__in=roles).delete()
    ava = principal(world.ava)
    with django_assert_num_queries(19):
        remove_global_administrator(by=ava, relationship=with_global_admin)


def test_the_last_role_stays(world):
    only = RelationshipFactory(partner=world.contoso, customer=world.tailspin, roles=["Global Administrator"])
    assert refused(remove_global_administrator, by=principal(world.ava), relationship=only) == (400, "only_role")


# --- Access assignments ---


def test_new_roles_replace_the_old_ones_at_once(world):
    assignment = world.license_desk.access_assignments.get()
    operation = change_assignment(
        by=principal(world.ava), assignment=assignment, roles=role_ids("Helpdesk Administrator")
    )
    assert operation.operation_type == "delegatedAdminAccessAssignmentUpdate"
    assert not world.lea.has_perm("assign_licenses", world.fabrikam)
    assert world.lea.has_perm("reset_passwords", world.fabrikam)
    same = {"by": principal(world.ava), "assignment": assignment, "roles": role_ids("Helpdesk Administrator")}
    assert change_assignment(**same) is None
    assert refused(change_assignment, **(same | {"expected_version": 1})) == (412, "relationship_changed")


def test_what_cannot_be_changed_of_an_assignment(world):
    assignment = world.litware_desk.access_assignments.get(relationship=world.litware_at_fabrikam)
    change = {"by": principal(world.max), "assignment": assignment}
    assert refused(change_assignment, **change, roles=[]) == (400, "no_role")
    assert refused(change_assignment, **change, roles=LICENSES) == (400, "role_outside_relationship")
    remove_assignment(**change)
    assert refused(remove_assignment, **change) == (400, "assignment_not_active")
    assert refused(change_assignment, **change, roles=role_ids("Helpdesk Administrator")) == (
        400,
        "assignment_not_active",
    )


@override_settings(GDAP_STEP_SECONDS={"assignment_deleting": 60})
def test_a_group_is_assigned_again_only_when_it_is_gone(world):
    assignment = world.license_desk.access_assignments.get()
    again = {
        "by": principal(world.ava),
        "relationship": world.at_fabrikam,
        "group": world.license_desk,
        "roles": LICENSES,
    }
    assert refused(assign_group, **again) == (409, "group_assigned_already")
    remove_assignment(by=principal(world.ava), assignment=assignment)
    assert refused(assign_group, **again) == (409, "group_assigned_already")
    with after(minutes=1):
        assert assign_group(**again).status(clock.now()) == "active"


# --- Which staff may ---


@pytest.mark.parametrize("role", PartnerRole)
def test_the_partner_role_decides(world, draft, role):
    person = principal(StaffFactory(partner=world.contoso, roles=[role]))
    agent = role is PartnerRole.ADMIN_AGENT
    assigns = agent or role in (PartnerRole.GLOBAL_ADMIN, PartnerRole.USER_MANAGEMENT_ADMIN)
    group = SecurityGroupFactory(partner=world.contoso)
    wanted = {"by": person, "relationship": world.at_fabrikam, "group": group, "roles": LICENSES}
    if assigns:
        assign_group(**wanted)
    else:
        assert refused(assign_group, **wanted) == (403, "partner_role_missing")
    if agent:
        lock_for_approval(by=person, relationship=draft(by=person))
        terminate_relationship(by=person, relationship=world.at_fabrikam)
    else:
        assert refused(draft, by=person) == (403, "partner_role_missing")
        assert refused(terminate_relationship, by=person, relationship=world.at_fabrikam) == (
            403,
            "partner_role_missing",
        )


def test_what_another_partner_has_is_not_there(world, draft):
    litware = principal(world.max)
    relationship = world.at_fabrikam
    assignment = world.license_desk.access_assignments.get()
    steps = [
        (draft, {}),
        (lock_for_approval, {"relationship": draft()}),
        (terminate_relationship, {"relationship": relationship}),
        (set_auto_extend, {"relationship": relationship, "enabled": True}),
        (remove_global_administrator, {"relationship": relationship}),
        (assign_group, {"relationship": relationship, "group": world.litware_desk, "roles": LICENSES}),
        (change_assignment, {"assignment": assignment, "roles": LICENSES}),
        (remove_assignment, {"assignment": assignment}),
    ]
    assert {refused(step, by=litware, **more) for step, more in steps} == {(404, "relationship_not_found")}


# --- Members of groups ---


def test_members_come_and_go_on_the_record(world):
    ava = principal(world.ava)
    add_member(by=ava, group=world.license_desk, user=world.nora)
    add_member(by=ava, group=world.license_desk, user=world.nora)
    remove_member(by=ava, group=world.license_desk, user=world.nora)
    remove_member(by=ava, group=world.license_desk, user=world.nora)
    told = AuditRecord.objects.filter(resource_id=str(world.license_desk.pk), principal_kind="staff")
    assert [(entry.operation, entry.after["member"]) for entry in told.order_by("occurred_at", "operation")] == [
        ("add_security_group_member", world.nora.username),
        ("remove_security_group_member", world.nora.username),
    ]


def test_an_admin_agent_does_not_join_a_group_alone(world):
    with pytest.raises(PartnerRoleMissing):
        add_member(by=principal(world.lea), group=world.leads, user=world.lea)
    with pytest.raises(NotFound):
        add_member(by=principal(world.max), group=world.leads, user=world.max)
    assert list(world.leads.group.user_set.all()) == [world.ava]
