"""Who may do what at which customer: one person of the cast after the other."""

from datetime import timedelta

import pytest

from customers.models import ResellerRelationship
from customers.permissions import CustomerPermission as P
from gdap.access import (
    AccessDenied,
    Missing,
    PartnerPermission,
    PartnerRoleMissing,
    abilities,
    can,
    explain,
    forget,
    granting_chain,
    has_partner_permission,
    holdings,
    require,
    require_partner,
    visible_customer,
)
from gdap.services.groups import GroupError, add_member, remove_member
from gdap.services.relationships import terminate_relationship
from partnercenter import clock
from partnercenter.accounts.models import PartnerRole, PartnerRoleAssignment
from partnercenter.accounts.principals import Door, system
from partnercenter.errors import NotFound
from tests.cast import NOW, after, principal
from tests.factories import SYSTEM, AssignmentFactory, RelationshipFactory, StaffFactory

READING = {
    P.READ_USERS,
    P.READ_USER_LICENSES,
    P.READ_SUBSCRIBED_SKUS,
    P.READ_ROLES,
    P.READ_COMPANY_DETAILS,
    P.READ_DOMAINS,
}


def allowed(user, customer):
    """Everything that `user` may do at `customer` now, asked in a new request."""
    who = principal(user)
    return {permission for permission in P if can(who, customer, permission)}


# --- One person after the other ---


def test_ava_may_do_everything_at_fabrikam_and_northwind(world):
    assert allowed(world.ava, world.fabrikam) == set(P)
    assert allowed(world.ava, world.northwind) == set(P)


def test_lea_may_license_at_fabrikam_and_set_locations(world):
    own = {P.ASSIGN_LICENSES, P.UPDATE_USAGE_LOCATION, P.READ_SERVICE_HEALTH}
    assert allowed(world.lea, world.fabrikam) == READING | own


def test_dan_may_write_users_and_license_them_but_not_set_locations(world):
    own = {
        P.CREATE_USERS,
        P.UPDATE_USERS,
        P.UPDATE_USER_PRINCIPAL_NAME,
        P.BLOCK_USERS,
        P.RESTORE_USERS,
        P.ASSIGN_LICENSES,
    }
    assert allowed(world.dan, world.fabrikam) == READING | own


def test_uma_may_do_all_but_change_roles(world):
    assert allowed(world.uma, world.fabrikam) == set(P) - {P.MANAGE_ROLES}


def test_harry_may_reset_passwords_and_look(world):
    own = {P.RESET_PASSWORDS, P.SUPPORT_TICKETS, P.READ_SERVICE_HEALTH}
    assert allowed(world.harry, world.fabrikam) == READING | own


@pytest.mark.parametrize("name", ["sam", "nora"])
def test_sam_and_nora_are_in_no_group_and_may_nothing(world, name):
    for customer in (world.fabrikam, world.northwind, world.tailspin):
        assert allowed(getattr(world, name), customer) == set()


@pytest.mark.parametrize("name", ["lea", "dan", "uma", "harry"])
def test_rights_at_fabrikam_are_none_elsewhere(world, name):
    for customer in (world.northwind, world.tailspin, world.proseware, world.namesake):
        assert allowed(getattr(world, name), customer) == set()


def test_nobody_may_anything_at_tailspin_which_is_only_sold_to(world):
    assert {name: allowed(getattr(world, name), world.tailspin) for name in ("ava", "lea", "sam", "max")} == {
        "ava": set(),
        "lea": set(),
        "sam": set(),
        "max": set(),
    }


def test_max_of_litware_is_helpdesk_at_fabrikam_and_everything_at_his_own(world):
    assert allowed(world.max, world.fabrikam) == READING | {
        P.RESET_PASSWORDS,
        P.SUPPORT_TICKETS,
        P.READ_SERVICE_HEALTH,
    }
    assert allowed(world.max, world.namesake) == allowed(world.max, world.proseware) == set(P)
    assert allowed(world.max, world.northwind) == set()


def test_contoso_may_nothing_at_the_other_fabrikam(world):
    assert allowed(world.ava, world.namesake) == allowed(world.ava, world.proseware) == set()


# --- Not visible, visible without the right, allowed ---


def test_a_customer_of_another_partner_is_not_there_whatever_is_asked(world):
    for permission in P:
        with pytest.raises(NotFound) as refused:
            require(principal(world.ava), world.namesake, permission)
        assert (refused.value.status, refused.value.code) == (404, "customer_not_found")
        assert refused.value.message == "There is no such customer in your account."


def test_an_existing_foreign_customer_and_none_at_all_look_alike(world):
    foreign, gone = world.proseware.pk, world.dana.pk
    answers = set()
    for customer_id in (foreign, gone):
        with pytest.raises(NotFound) as refused:
            visible_customer(principal(world.ava), customer_id)
        answers.add((refused.value.code, refused.value.message, type(refused.value)))
    assert len(answers) == 1


def test_a_visible_customer_without_the_right_is_a_denial_whatever_is_asked(world):
    for permission in P:
        with pytest.raises(AccessDenied) as refused:
            require(principal(world.nora), world.fabrikam, permission)
        assert (refused.value.status, refused.value.code) == (403, "access_gdap_role")
        assert refused.value.explanation.missing is Missing.GDAP_ROLE


def test_the_right_lets_pass_silently(world):
    assert require(principal(world.lea), world.fabrikam, P.ASSIGN_LICENSES) is None


def test_the_denial_names_the_roles_and_the_groups_of_the_own_partner(world):
    with pytest.raises(AccessDenied) as refused:
        require(principal(world.nora), world.fabrikam, P.ASSIGN_LICENSES)
    assert refused.value.message == (
        "To assign and remove licenses at Fabrikam, Inc. you need License Administrator, User Administrator or "
        "Directory Writers. It comes with membership of GDAP Directory writers (Directory Writers), "
        "GDAP Leads (Directory Writers), GDAP License desk (License Administrator) or "
        "GDAP User admins (User Administrator)."
    )
    assert refused.value.explanation.roles == ("License Administrator", "User Administrator", "Directory Writers")


def test_the_denial_never_names_a_group_of_another_partner(world):
    """Only Litware's desk is Helpdesk Administrator here once Contoso's relationship is over."""
    terminate_relationship(by=SYSTEM, relationship=world.at_fabrikam)
    explanation = explain(principal(world.nora), world.fabrikam, P.RESET_PASSWORDS)
    assert explanation.hint == (
        "No security group of Contoso Cloud Partners has one of these roles here; "
        "an Admin agent can request an admin relationship with it."
    )


def test_the_denial_at_a_customer_that_is_only_sold_to_says_to_request_a_relationship(world):
    explanation = explain(principal(world.ava), world.tailspin, P.READ_USERS)
    assert explanation.sentence == (
        "To see users at Tailspin Toys you need Directory Readers, Global Reader or User Administrator."
    )
    assert explanation.hint.startswith("No security group of Contoso Cloud Partners has one of these roles here;")


def test_an_allowed_explanation_names_the_chain_and_nothing_else(world):
    explanation = explain(principal(world.lea), world.fabrikam, P.ASSIGN_LICENSES)
    assert (explanation.allowed, explanation.missing, explanation.sentence, explanation.hint) == (True, None, "", "")
    assert [holding.for_audit() for holding in explanation.chain] == [
        {
            "relationship": "Service desk",
            "group": "GDAP License desk",
            "role_id": "4d6ac14f-3453-41d0-bef9-a3e0c569773a",
            "role": "License Administrator",
        }
    ]


def test_the_chain_names_every_way_and_only_those_that_carry_the_permission(world):
    add_member(by=SYSTEM, group=world.license_desk, user=world.ava)
    chain = granting_chain(principal(world.ava), world.fabrikam, P.UPDATE_USAGE_LOCATION)
    assert [(link.group, link.role) for link in chain] == [
        ("GDAP Leads", "License Administrator"),
        ("GDAP License desk", "License Administrator"),
        ("GDAP Leads", "User Administrator"),
    ]


def test_abilities_explain_each_permission_of_a_page_at_once(world):
    found = abilities(principal(world.lea), world.fabrikam, [P.ASSIGN_LICENSES, P.MANAGE_ROLES])
    assert {permission: explanation.allowed for permission, explanation in found.items()} == {
        P.ASSIGN_LICENSES: True,
        P.MANAGE_ROLES: False,
    }


# --- The partner role, the first gate ---


def set_partner_roles(user, *roles):
    user.partner_role_assignments.all().delete()
    PartnerRoleAssignment.objects.bulk_create(PartnerRoleAssignment(user=user, role=role) for role in roles)


@pytest.mark.parametrize("roles", [[], [PartnerRole.BILLING_ADMIN, PartnerRole.ACCOUNT_ADMIN]])
def test_a_gdap_role_is_worth_nothing_without_a_partner_role_for_customers(world, roles):
    set_partner_roles(world.lea, *roles)
    assert allowed(world.lea, world.fabrikam) == set()
    with pytest.raises(NotFound):
        require(principal(world.lea), world.fabrikam, P.ASSIGN_LICENSES)


def test_the_explanation_of_the_first_gate_names_partner_roles_and_no_group(world):
    set_partner_roles(world.lea)
    explanation = explain(principal(world.lea), world.fabrikam, P.ASSIGN_LICENSES)
    assert explanation.missing is Missing.PARTNER_ROLE
    assert explanation.sentence == (
        "Working with customers needs one of the partner roles "
        "Admin agent, Global admin, Helpdesk agent, Sales agent or User management admin."
    )
    assert explanation.hint == "A Global admin of your partner account can assign it."


OPENS = {
    PartnerPermission.WORK_WITH_CUSTOMERS: {
        PartnerRole.GLOBAL_ADMIN,
        PartnerRole.ADMIN_AGENT,
        PartnerRole.HELPDESK_AGENT,
        PartnerRole.SALES_AGENT,
        PartnerRole.USER_MANAGEMENT_ADMIN,
    },
    PartnerPermission.CHANGE_SUBSCRIPTIONS: {PartnerRole.GLOBAL_ADMIN, PartnerRole.ADMIN_AGENT},
    PartnerPermission.ADD_CUSTOMERS: {
        PartnerRole.GLOBAL_ADMIN,
        PartnerRole.USER_MANAGEMENT_ADMIN,
        PartnerRole.ADMIN_AGENT,
        PartnerRole.SALES_AGENT,
    },
    PartnerPermission.MANAGE_RELATIONSHIPS: {PartnerRole.ADMIN_AGENT},
    PartnerPermission.ASSIGN_GROUPS: {
        PartnerRole.GLOBAL_ADMIN,
        PartnerRole.ADMIN_AGENT,
        PartnerRole.USER_MANAGEMENT_ADMIN,
    },
    PartnerPermission.MANAGE_GROUPS: {PartnerRole.GLOBAL_ADMIN, PartnerRole.USER_MANAGEMENT_ADMIN},
    PartnerPermission.MANAGE_SOFTWARE: {PartnerRole.ADMIN_AGENT},
    PartnerPermission.MANAGE_TAGS: {PartnerRole.ADMIN_AGENT},
    PartnerPermission.UPDATE_BILLING: {PartnerRole.GLOBAL_ADMIN, PartnerRole.ADMIN_AGENT, PartnerRole.SALES_AGENT},
    PartnerPermission.PERMIT_PURCHASES: {PartnerRole.ADMIN_AGENT},
    PartnerPermission.CONFIRM_AGREEMENTS: {PartnerRole.GLOBAL_ADMIN, PartnerRole.ADMIN_AGENT, PartnerRole.SALES_AGENT},
    PartnerPermission.READ_ACTIVITY: {PartnerRole.GLOBAL_ADMIN, PartnerRole.ADMIN_AGENT},
}


@pytest.mark.parametrize("permission", PartnerPermission)
def test_which_partner_roles_open_what(world, permission):
    opening = set()
    for role in PartnerRole:
        set_partner_roles(world.nora, role)
        if has_partner_permission(principal(world.nora), permission):
            opening.add(role)
    assert opening == OPENS[permission]


def test_the_commercial_gate_says_which_partner_roles_would_do(world):
    assert require_partner(principal(world.ava), PartnerPermission.CHANGE_SUBSCRIPTIONS) is None
    with pytest.raises(PartnerRoleMissing) as refused:
        require_partner(principal(world.harry), PartnerPermission.CHANGE_SUBSCRIPTIONS)
    assert (refused.value.status, refused.value.code) == (403, "partner_role_missing")
    assert refused.value.message == (
        "Buying licenses and changing subscriptions needs the partner role Admin agent or Global admin."
    )


# --- What comes and goes ---


def test_rights_come_and_go_with_membership(world):
    add_member(by=SYSTEM, group=world.license_desk, user=world.nora)
    assert allowed(world.nora, world.fabrikam) == allowed(world.lea, world.fabrikam)
    remove_member(by=SYSTEM, group=world.license_desk, user=world.nora)
    assert allowed(world.nora, world.fabrikam) == set()


def test_a_request_remembers_what_it_read_until_told_to_forget(world):
    nora = principal(world.nora)
    assert not can(nora, world.fabrikam, P.ASSIGN_LICENSES)
    add_member(by=SYSTEM, group=world.license_desk, user=world.nora)
    assert not can(nora, world.fabrikam, P.ASSIGN_LICENSES)
    forget(nora)
    assert can(nora, world.fabrikam, P.ASSIGN_LICENSES)


def test_every_right_ends_with_the_relationship(world):
    terminate_relationship(by=SYSTEM, relationship=world.at_fabrikam)
    assert allowed(world.ava, world.fabrikam) == set()
    assert allowed(world.ava, world.northwind) == set(P)
    assert allowed(world.max, world.fabrikam) != set()


def test_rights_end_at_the_very_moment_the_relationship_ends(world):
    end = world.at_fabrikam.ends_at
    with clock.frozen(end - timedelta(microseconds=1)):
        assert allowed(world.lea, world.fabrikam) != set()
    with clock.frozen(end):
        assert allowed(world.lea, world.fabrikam) == set()


def test_a_relationship_that_extends_itself_outlives_its_end(world):
    relationship = RelationshipFactory(
        partner=world.contoso, customer=world.tailspin, duration_days=1, auto_extend=True
    )
    AssignmentFactory(relationship=relationship, group=world.license_desk)
    with after(days=2000):
        assert allowed(world.lea, world.tailspin) != set()


def test_a_relationship_that_waits_for_approval_gives_nothing(world):
    waiting = RelationshipFactory(partner=world.contoso, customer=world.tailspin, active=False)
    assert waiting.status(NOW) == "approvalPending"
    assert allowed(world.lea, world.tailspin) == set()
    assert holdings(principal(world.lea), world.tailspin) == ()


def test_gdap_lasts_when_the_reseller_relationship_ends(world):
    ResellerRelationship.objects.filter(customer=world.fabrikam).update(ended_at=NOW)
    assert allowed(world.lea, world.fabrikam) != set()
    with pytest.raises(AccessDenied):
        require(principal(world.nora), world.fabrikam, P.ASSIGN_LICENSES)
    terminate_relationship(by=SYSTEM, relationship=world.at_fabrikam)
    with pytest.raises(NotFound):
        require(principal(world.nora), world.fabrikam, P.ASSIGN_LICENSES)


def test_an_inactive_colleague_may_nothing_and_sees_nothing(world):
    world.lea.is_active = False
    world.lea.save()
    assert allowed(world.lea, world.fabrikam) == set()
    with pytest.raises(NotFound):
        require(principal(world.lea), world.fabrikam, P.READ_USERS)


# --- Those outside the model ---


def test_ops_and_commands_stand_outside_the_model(world):
    ops = StaffFactory(partner=None, username="ops", is_superuser=True, roles=[])
    for trusted in (principal(ops, door=Door.ADMIN), system("tests")):
        assert [permission for permission in P if not can(trusted, world.namesake, permission)] == []
        assert granting_chain(trusted, world.fabrikam, P.ASSIGN_LICENSES) == ()
        assert require_partner(trusted, PartnerPermission.CHANGE_SUBSCRIPTIONS) is None


def test_somebody_without_a_partner_is_nobody(world):
    stray = StaffFactory(partner=None, username="stray@nowhere.example")
    assert allowed(stray, world.fabrikam) == set()
    with pytest.raises(NotFound):
        visible_customer(principal(stray), world.fabrikam.pk)


# --- Another partner's grants never count ---


def test_nobody_joins_a_group_of_another_partner(world):
    with pytest.raises(GroupError, match="no staff of Litware Partners"):
        add_member(by=SYSTEM, group=world.litware_desk, user=world.nora)
    assert allowed(world.nora, world.proseware) == set()


# --- What it costs ---


def test_everything_about_one_customer_costs_one_query_and_a_target_two_more(world, django_assert_num_queries):
    uma = principal(world.uma)
    with django_assert_num_queries(1):
        assert {permission for permission in P if can(uma, world.fabrikam, permission)} == set(P) - {P.MANAGE_ROLES}
    with django_assert_num_queries(2):
        assert can(uma, world.fabrikam, P.RESET_PASSWORDS, target=world.dana)
    with django_assert_num_queries(1):
        assert can(uma, world.fabrikam, P.DELETE_USERS, target=world.dana)


def test_a_page_full_of_closed_parts_costs_two_queries(world, django_assert_num_queries):
    nora = principal(world.nora)
    with django_assert_num_queries(2):
        found = abilities(nora, world.fabrikam, P)
    assert [permission for permission, explanation in found.items() if explanation.allowed] == []
