"""The third check: what the target's own roles allow, held against role_target_matrix.json."""

import json
import uuid
from itertools import pairwise
from pathlib import Path

import pytest

from customers.permissions import CustomerPermission as P
from customers.roles import role_id_by_name, role_names, unified_roles
from gdap.access import Missing, can, explain, permissions_of
from gdap.access.roles import DATA, NEEDS, TargetRule
from gdap.access.targets import actors_for, may_act_on
from tests.cast import principal
from tests.factories import (
    AssignmentFactory,
    CustomerUserFactory,
    RelationshipFactory,
    SecurityGroupFactory,
    StaffFactory,
    role_ids,
)

MATRIX = json.loads((Path(DATA) / "role_target_matrix.json").read_text(encoding="utf-8"))
RULES = [TargetRule.PASSWORD, TargetRule.SENSITIVE]
ORDINARY = {"Directory Readers", "Guest Inviter", "Password Administrator"}
LIGHT = {
    "Helpdesk Administrator",
    "Message Center Reader",
    "Reports Reader",
    "Usage Summary Reports Reader",
    "User Experience Success Manager",
}


def judged(rule):
    return [actor["displayName"] for actor in MATRIX[rule]["actorRoles"]]


def row_for(rule, target_role):
    """What the matrix says about a user with this one role."""
    targets = MATRIX[rule]["targets"]
    return targets.get(target_role, targets["~any_other_role"])["allowedActors"]


def allowed(rule, *target_roles):
    return set(role_names(actors_for(role_ids(*target_roles), rule=rule)))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("target_role", sorted(role_id_by_name()))
def test_who_may_act_on_a_holder_of_one_role(rule, target_role):
    assert allowed(rule, target_role) == set(row_for(rule, target_role))


@pytest.mark.parametrize("rule", RULES)
def test_every_judged_role_may_act_on_a_user_without_roles(rule):
    assert allowed(rule) == set(judged(rule)) == set(MATRIX[rule]["targets"]["~none"]["allowedActors"])


@pytest.mark.parametrize("rule", RULES)
def test_two_roles_let_in_only_those_whom_both_let_in(rule):
    names = sorted(role_id_by_name())
    for one, other in pairwise(names):
        assert allowed(rule, one, other) == set(row_for(rule, one)) & set(row_for(rule, other))


@pytest.mark.parametrize("rule", RULES)
def test_a_role_the_matrix_does_not_judge_reaches_users_without_roles_only(rule):
    outside = [role_id for role_id, role in unified_roles().items() if role.display_name not in judged(rule)]
    assert [role_id for role_id in outside if not may_act_on(role_id, [], rule=rule)] == []
    readers = role_ids("Directory Readers")
    assert [role_id for role_id in outside if may_act_on(role_id, readers, rule=rule)] == []


@pytest.mark.parametrize("rule", RULES)
def test_a_role_from_nowhere_counts_as_any_other_role(rule):
    strangers = [uuid.UUID(int=1)]
    assert set(role_names(actors_for(strangers, rule=rule))) == {
        "Global Administrator",
        "Privileged Authentication Administrator",
    }


def test_without_a_rule_everybody_may_act_on_everybody():
    for role_id in unified_roles():
        assert may_act_on(role_id, role_ids("Global Administrator"), rule=TargetRule.NONE)


def reached_by(rule, actor):
    return {name for name in role_id_by_name() if may_act_on(*role_ids(actor), role_ids(name), rule=rule)}


@pytest.mark.parametrize(
    ("actor", "reaches"),
    [
        ("Password Administrator", ORDINARY),
        ("Helpdesk Administrator", ORDINARY | LIGHT),
        (
            "Authentication Administrator",
            ORDINARY | LIGHT - {"Helpdesk Administrator"} | {"Authentication Administrator"},
        ),
        ("User Administrator", ORDINARY | LIGHT | {"Groups Administrator", "User Administrator"}),
    ],
)
def test_whose_password_the_lesser_roles_may_reset(actor, reaches):
    assert reached_by(TargetRule.PASSWORD, actor) == reaches


@pytest.mark.parametrize("actor", ["Global Administrator", "Privileged Authentication Administrator"])
@pytest.mark.parametrize("rule", RULES)
def test_the_two_highest_roles_reach_everybody(rule, actor):
    assert reached_by(rule, actor) == set(role_id_by_name())


@pytest.mark.parametrize("permission", P)
def test_only_five_permissions_look_at_the_target(permission):
    looking = {
        P.RESET_PASSWORDS: TargetRule.PASSWORD,
        P.UPDATE_USER_PRINCIPAL_NAME: TargetRule.SENSITIVE,
        P.DELETE_USERS: TargetRule.SENSITIVE,
        P.RESTORE_USERS: TargetRule.SENSITIVE,
        P.BLOCK_USERS: TargetRule.SENSITIVE,
    }
    assert NEEDS[permission].target_rule == looking.get(permission, TargetRule.NONE)


def person_with(world, *roles):
    """A colleague who holds these roles at Fabrikam, each through a relationship and a group of its own."""
    staff = StaffFactory(partner=world.contoso)
    for role in roles:
        relationship = RelationshipFactory(partner=world.contoso, customer=world.fabrikam, roles=[role])
        AssignmentFactory(relationship=relationship, group=SecurityGroupFactory(partner=world.contoso, members=[staff]))
    return principal(staff)


def target_with(world, *roles):
    return CustomerUserFactory(customer=world.fabrikam, roles=roles)


def test_uma_resets_the_password_of_dana_but_not_of_the_global_administrator(world):
    uma = principal(world.uma)
    assert can(uma, world.fabrikam, P.RESET_PASSWORDS, target=world.dana)
    assert not can(uma, world.fabrikam, P.RESET_PASSWORDS, target=world.global_admin)


def test_uma_changes_names_of_the_global_administrator_but_not_the_sign_in_name(world):
    uma = principal(world.uma)
    assert can(uma, world.fabrikam, P.UPDATE_USERS, target=world.global_admin)
    assert not can(uma, world.fabrikam, P.UPDATE_USER_PRINCIPAL_NAME, target=world.global_admin)


def test_lea_licenses_the_global_administrator(world):
    assert can(principal(world.lea), world.fabrikam, P.ASSIGN_LICENSES, target=world.global_admin)


def test_dan_renames_the_sign_in_of_a_user_without_roles_only(world):
    dan = principal(world.dan)
    assert can(dan, world.fabrikam, P.UPDATE_USER_PRINCIPAL_NAME, target=world.dana)
    reader = target_with(world, "Directory Readers")
    assert not can(dan, world.fabrikam, P.UPDATE_USER_PRINCIPAL_NAME, target=reader)


def test_one_of_the_roles_held_must_suffice_by_itself(world):
    """Helpdesk reaches its own kind, Authentication reaches its own kind; neither reaches somebody who is both."""
    both = person_with(world, "Helpdesk Administrator", "Authentication Administrator")
    target = target_with(world, "Helpdesk Administrator", "Authentication Administrator")
    assert not can(both, world.fabrikam, P.RESET_PASSWORDS, target=target)
    assert can(both, world.fabrikam, P.RESET_PASSWORDS, target=target_with(world, "Helpdesk Administrator"))
    assert can(both, world.fabrikam, P.RESET_PASSWORDS, target=target_with(world, "Authentication Administrator"))


@pytest.mark.parametrize("permission", [permission for permission in P if NEEDS[permission].target_rule in RULES])
def test_every_judged_role_carries_what_it_is_judged_for(permission):
    rule = NEEDS[permission].target_rule
    assert [name for name in judged(rule) if permission not in permissions_of(*role_ids(name))] == []


def test_a_role_at_another_customer_does_not_help(world):
    staff = StaffFactory(partner=world.contoso)
    for customer, role in [(world.fabrikam, "Helpdesk Administrator"), (world.northwind, "User Administrator")]:
        relationship = RelationshipFactory(partner=world.contoso, customer=customer, roles=[role])
        group = SecurityGroupFactory(partner=world.contoso, members=[staff])
        AssignmentFactory(relationship=relationship, group=group)
    target = target_with(world, "Groups Administrator")
    assert can(principal(staff), world.fabrikam, P.RESET_PASSWORDS, target=world.dana)
    assert not can(principal(staff), world.fabrikam, P.RESET_PASSWORDS, target=target)


def test_the_explanation_names_the_target_its_roles_and_who_could(world):
    explanation = explain(principal(world.uma), world.fabrikam, P.RESET_PASSWORDS, target=world.global_admin)
    assert (explanation.allowed, explanation.missing) == (False, Missing.TARGET)
    assert explanation.sentence == (
        "Global Admin is Global Administrator: "
        "only Global Administrator or Privileged Authentication Administrator may reset passwords here."
    )
    assert explanation.roles == ("Global Administrator", "Privileged Authentication Administrator")
