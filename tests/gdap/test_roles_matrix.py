"""Which of the 145 roles carries which permission, held against the yardstick."""

import csv
from pathlib import Path

import pytest

from customers.permissions import CustomerPermission as P
from customers.roles import role_id_by_name, role_names, unified_roles
from gdap.access import permissions_of, roles_carrying
from gdap.access.roles import NEEDS, covers, documented_roles, roles_by_action, roles_to_ask_for

OPERATION = {
    P.READ_USERS: "users.read",
    P.CREATE_USERS: "users.create",
    P.UPDATE_USERS: "users.update.basic",
    P.UPDATE_USAGE_LOCATION: "users.update.usageLocation",
    P.UPDATE_USER_PRINCIPAL_NAME: "users.update.userPrincipalName",
    P.DELETE_USERS: "users.delete",
    P.RESTORE_USERS: "users.restore",
    P.BLOCK_USERS: "users.disable",
    P.RESET_PASSWORDS: "users.password.reset",
    P.ASSIGN_LICENSES: "licenses.assign",
    P.READ_USER_LICENSES: "licenses.userDetails.read",
    P.READ_SUBSCRIBED_SKUS: "licenses.skus.read",
    P.READ_ROLES: "roles.read",
    P.MANAGE_ROLES: "roles.members.add",
    P.READ_COMPANY_DETAILS: "organization.read",
    P.READ_DOMAINS: "domains.read",
    P.SUPPORT_TICKETS: "support.m365",
    P.READ_SERVICE_HEALTH: "serviceHealth.read",
}
# The yardstick's words for the tables of role_target_matrix.json.
TARGET_RULE = {"none": "none", "sensitive": "sensitiveAction", "password": "passwordReset"}


def _yardstick():
    with (Path(__file__).parent / "data/gdap_operation_actions.csv").open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["operation"]: row for row in rows}


YARDSTICK = _yardstick()


def listed(operation, column):
    return {entry for entry in YARDSTICK[operation][column].split("|") if entry}


def carrying(operation):
    return listed(operation, "roles_by_action") | listed(operation, "roles_documented")


def names(role_ids):
    return set(role_names(frozenset(role_ids)))


def test_every_permission_has_its_operation_in_the_yardstick():
    assert set(OPERATION) == set(P) == set(NEEDS)
    assert set(OPERATION.values()) <= set(YARDSTICK)


@pytest.mark.parametrize("permission", P)
def test_just_the_roles_of_the_yardstick_carry_the_permission(permission):
    assert names(roles_carrying(permission)) == carrying(OPERATION[permission])


@pytest.mark.parametrize("permission", P)
def test_the_actions_alone_open_it_to_just_the_roles_of_the_yardstick(permission):
    assert names(roles_by_action(permission)) == listed(OPERATION[permission], "roles_by_action")


@pytest.mark.parametrize("permission", P)
def test_the_pages_name_just_the_roles_of_the_yardstick(permission):
    assert names(documented_roles(permission)) == listed(OPERATION[permission], "roles_documented")


@pytest.mark.parametrize("permission", P)
def test_the_permission_asks_for_the_actions_and_the_target_check_of_the_yardstick(permission):
    operation = OPERATION[permission]
    assert set(NEEDS[permission].actions) == listed(operation, "required_actions_any")
    assert NEEDS[permission].target_rule == TARGET_RULE[YARDSTICK[operation]["target_rule"]]


@pytest.mark.parametrize("role", sorted(role_id_by_name()))
def test_each_role_opens_just_what_the_yardstick_gives_it(role):
    expected = {permission for permission, operation in OPERATION.items() if role in carrying(operation)}
    assert permissions_of(role_id_by_name()[role]) == expected


def test_the_table_walks_every_permission_and_every_role():
    assert (len(P), len(unified_roles())) == (18, 145)


def test_a_role_that_nobody_can_be_given_opens_nothing():
    dead = {role.template_id for role in unified_roles().values() if not role.is_assignable}
    assert names(dead) >= {"Partner Tier1 Support", "Partner Tier2 Support", "User", "Guest User"}
    assert {role_id: permissions_of(role_id) for role_id in dead} == dict.fromkeys(dead, frozenset())


def test_an_unknown_role_opens_nothing():
    assert permissions_of("not a role") == frozenset()


def test_members_and_owners_are_added_and_removed_by_the_same_roles():
    assert carrying("roles.members.add") == carrying("roles.members.remove")


def test_sign_in_is_blocked_and_unblocked_by_the_same_roles():
    assert carrying("users.enable") == carrying("users.disable")


def test_whoever_may_change_users_may_see_them():
    reading = roles_carrying(P.READ_USERS)
    changing = {
        P.CREATE_USERS, P.UPDATE_USERS, P.UPDATE_USAGE_LOCATION, P.UPDATE_USER_PRINCIPAL_NAME, P.DELETE_USERS,
        P.RESTORE_USERS, P.BLOCK_USERS, P.RESET_PASSWORDS, P.ASSIGN_LICENSES, P.MANAGE_ROLES,
    }  # fmt: skip
    assert [permission for permission in changing if not roles_carrying(permission) <= reading] == []


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (P.ASSIGN_LICENSES, ("License Administrator", "User Administrator", "Directory Writers")),
        (P.UPDATE_USAGE_LOCATION, ("License Administrator", "User Administrator")),
        (P.MANAGE_ROLES, ("Privileged Role Administrator",)),
        (P.DELETE_USERS, ("User Administrator",)),
        (P.READ_USERS, ("Directory Readers", "Global Reader", "User Administrator")),
    ],
)
def test_the_roles_worth_asking_for_are_the_small_ones(permission, roles):
    assert roles_to_ask_for(permission) == roles


@pytest.mark.parametrize("permission", P)
def test_a_role_worth_asking_for_carries_the_permission(permission):
    assert 1 <= len(roles_to_ask_for(permission)) <= 3
    assert {role_id_by_name()[name] for name in roles_to_ask_for(permission)} <= roles_carrying(permission)


DIRECTORY = "microsoft.directory"


@pytest.mark.parametrize(
    ("granted", "required"),
    [
        ("users/assignLicense", "users/assignLicense"),
        ("users/allProperties/allTasks", "users/password/update"),
        ("users/allProperties/allTasks", "users/assignLicense"),
        ("users/allProperties/read", "users/standard/read"),
        ("users/allProperties/update", "users/basic/update"),
        ("deletedItems/allProperties/allTasks", "deletedItems.users/restore"),
        ("groups/allProperties/read", "groups.unified/standard/read"),
        ("allEntities/allProperties/allTasks", "users/basic/update"),
        ("allEntities/allTasks", "users/delete"),
        ("allEntities/allTasks", "users/basic/update"),
    ],
)
def test_the_granted_action_covers_the_required_one(granted, required):
    assert covers(f"{DIRECTORY}/{granted}", f"{DIRECTORY}/{required}")


@pytest.mark.parametrize(
    ("granted", "required"),
    [
        ("users/allProperties/read", "users/assignLicense"),
        ("users/allProperties/read", "users/basic/update"),
        ("users/standard/read", "users/allProperties/read"),
        ("users/basic/update", "users/usageLocation/update"),
        ("users/delete", "users/restore"),
        ("users/allTasks", "users/delete"),
        ("groups/allProperties/allTasks", "groupsAssignableToRoles/allProperties/update"),
        ("groups/allProperties/allTasks", "groupsAssignableToRoles/members/update"),
        ("groups.unified/allProperties/allTasks", "groups/basic/update"),
        ("deletedItems.users/restore", "deletedItems/restore"),
        ("deletedItems.groups/allProperties/allTasks", "deletedItems.users/restore"),
        ("allEntities/allProperties/read", "users/basic/update"),
        ("allEntities/standard/read", "users/standard/read"),
    ],
)
def test_the_granted_action_does_not_cover_the_required_one(granted, required):
    assert not covers(f"{DIRECTORY}/{granted}", f"{DIRECTORY}/{required}")


def test_no_action_reaches_into_another_namespace():
    assert not covers("microsoft.office365.supportTickets/allEntities/allTasks", f"{DIRECTORY}/users/delete")
    assert not covers(f"{DIRECTORY}/users/delete", "microsoft.directoryServices/users/delete")


def test_every_action_of_every_role_can_be_read():
    actions = {action for role in unified_roles().values() for action in role.actions}
    assert [action for action in actions if not covers(action, action)] == []
    assert [action for action in actions if covers(action, f"{DIRECTORY}/nothing/of/this/kind")] == []
