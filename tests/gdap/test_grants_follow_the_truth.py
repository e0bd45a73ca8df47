"""Whatever happens, in whatever order: the index of rights says what the GDAP tables say.

A machine takes every step of a relationship's life, moves people between groups and the clock forward. After each step
four answers must be one: `has_perm`, the visible list, guardian's own list, and a recomputation from the tables in
Python; and tokens are given where that recomputation finds a role. Customers come into sight with their yes and go with
the end of it, and the pages of every relationship that is kept open. And every state follows from the one before by a
step or by time, as the contract's picture has it.
"""

import uuid
from dataclasses import fields, replace
from datetime import timedelta
from itertools import count

import pytest
from django.db import transaction
from django.test import override_settings
from guardian.shortcuts import get_objects_for_user  # noqa: TID251  held against our own answers
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from customers.models import Customer
from customers.permissions import CustomerPermission as P
from customers.services.reference import load_reference_data
from gdap.access import can, customers_visible_to, holdings, permissions_of, related_customer
from gdap.lifecycle import ALLOWED_IN, LEADS_TO, PASSES_TO, Status, Timing
from gdap.models import AccessAssignment, AdminRelationship, SecurityGroup
from gdap.services.groups import add_member, remove_member
from gdap.services.relationships import (
    RelationshipError,
    activate_relationship,
    approve_relationship,
    assign_group,
    change_assignment,
    create_relationship,
    decline_relationship,
    lock_for_approval,
    remove_assignment,
    remove_global_administrator,
    request_relationship,
    set_auto_extend,
    terminate_relationship,
)
from partnercenter import clock
from partnercenter.accounts.models import AppRegistration
from partnercenter.accounts.principals import Principal
from partnercenter.accounts.tokens import TokenRefused
from partnercenter.accounts.tokens.subjects import subject_at
from partnercenter.accounts.tokens.tenants import Tenant
from partnercenter.errors import NotFound
from tests.cast import NOW, principal
from tests.factories import SYSTEM, CustomerFactory, PartnerFactory, SecurityGroupFactory, StaffFactory, role_ids

ROLES = role_ids("License Administrator", "Directory Writers", "Helpdesk Administrator", "Global Administrator")
NOBODY_THERE = 50020
ASKED = [P.ASSIGN_LICENSES, P.RESET_PASSWORDS]

# From the customer's yes until the last of it is taken back.
AGREED = {state for state in Status if state not in ("created", "approvalPending", "expired", "terminated")}

some_roles = st.sets(st.sampled_from(ROLES), min_size=1)
two, three = st.sampled_from([0, 1]), st.sampled_from([0, 1, 2])
requests = st.fixed_dictionaries(
    {"roles": some_roles, "duration_days": st.sampled_from([1, 2, 30]), "auto_extend": st.booleans()}
)


def reachable():
    """From each state: itself, where steps lead and time passes on, and whatever follows from there."""
    following = {state: {state, PASSES_TO.get(state)} - {None} for state in Status}
    for step, target in LEADS_TO.items():
        for state in ALLOWED_IN[step]:
            following[state].add(target)
    for _ in Status:
        following = {
            state: set().union(*(following[near] for near in near_ones)) for state, near_ones in following.items()
        }
    return following


REACHABLE = reachable()


class Grants(RuleBasedStateMachine):
    """Two partners, one with two groups; a person of each; two customers at which both may get rights."""

    relationships = Bundle("relationships")
    assignments = Bundle("assignments")

    def __init__(self):
        super().__init__()
        self.now = NOW
        self.names = count()
        self.states: dict[uuid.UUID, Status] = {}
        self.frozen = clock.frozen(self.now)
        self.frozen.__enter__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.partners = PartnerFactory.create_batch(2)
        self.groups = [SecurityGroupFactory(partner=self.partners[index]) for index in (0, 0, 1)]
        self.people = [principal(StaffFactory(partner=partner)) for partner in self.partners]
        self.move(0, 0, joins=True)
        self.move(1, 2, joins=True)
        self.customers = [CustomerFactory(sold_by=[]) for _ in range(2)]
        self.apps = [AppRegistration.objects.create(tenant=partner, is_multi_tenant=True) for partner in self.partners]

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)
        self.frozen.__exit__(None, None, None)

    @initialize(target=relationships, asked=st.tuples(requests, requests, requests))
    def begin(self, asked):
        """One in force and two that wait, so that there is something to do from the first step on."""
        for wish in asked:
            wish["auto_extend"] = wish["auto_extend"] and not wish["roles"] & set(role_ids("Global Administrator"))
        started = [self.request(*place, asked[index]) for index, place in enumerate([(0, 0), (0, 1), (1, 0)])]
        self.activate(started[0])
        return multiple(*started)

    @rule(target=relationships, partner=two, customer=two, asked=requests)
    def request(self, partner, customer, asked):
        relationship = self.attempt(
            request_relationship,
            partner=self.partners[partner],
            customer=self.customers[customer],
            display_name=f"Relationship {next(self.names)}",
            **asked,
        )
        return relationship.pk if relationship else multiple()

    @rule(target=relationships, asked=requests)
    def draft_for_anybody(self, asked):
        relationship = self.attempt(
            create_relationship,
            partner=self.partners[0],
            customer=None,
            display_name=f"Relationship {next(self.names)}",
            **asked,
        )
        return relationship.pk if relationship else multiple()

    @rule(relationship=relationships)
    def lock(self, relationship):
        self.attempt(lock_for_approval, relationship=relationship)

    @rule(relationship=relationships)
    def activate(self, relationship):
        self.attempt(activate_relationship, relationship=relationship)

    @rule(relationship=relationships, customer=two)
    def approve(self, relationship, customer):
        self.attempt(approve_relationship, relationship=relationship, customer=self.customers[customer])

    @rule(relationship=relationships)
    def decline(self, relationship):
        self.attempt(decline_relationship, relationship=relationship)

    @rule(relationship=relationships, enabled=st.booleans())
    def auto_extend(self, relationship, enabled):
        self.attempt(set_auto_extend, relationship=relationship, enabled=enabled)

    @rule(relationship=relationships)
    def take_the_global_administrator_away(self, relationship):
        self.attempt(remove_global_administrator, relationship=relationship)

    @rule(assignment=assignments, roles=some_roles)
    def change(self, assignment, roles):
        self.attempt(change_assignment, assignment=AccessAssignment.objects.get(pk=assignment), roles=roles)

    @rule(target=assignments, relationship=relationships, second=st.booleans(), one=st.booleans(), later=st.booleans())
    def assign(self, relationship, second, one, later):
        row = self.read(relationship)
        groups = [group for group in self.groups if group.partner_id == row.partner_id]
        roles = [link.role_id for link in row.role_links.all()]
        assignment = self.attempt(
            assign_group,
            relationship=relationship,
            group=groups[-1 if second else 0],
            roles=roles[:1] if one else roles,
            since=self.now + timedelta(days=1) if later else None,
        )
        return assignment.pk if assignment else multiple()

    @rule(relationship=relationships)
    def terminate(self, relationship):
        self.attempt(terminate_relationship, relationship=relationship)

    @rule(assignment=consumes(assignments))
    def delete_assignment(self, assignment):
        row = AccessAssignment.objects.select_related("relationship", "security_group").get(pk=assignment)
        self.attempt(remove_assignment, assignment=row)

    @rule(person=two, group=three, joins=st.booleans())
    def move(self, person, group, joins):
        who, to = self.people[person], self.groups[group]
        if not joins:
            remove_member(by=SYSTEM, group=to, user=who.user)
        elif who.partner_id == to.partner_id:
            add_member(by=SYSTEM, group=to, user=who.user)

    @rule(days=st.sampled_from([0.5, 1, 29, 200]))
    def let_time_pass(self, days):
        self.now += timedelta(days=days)
        self.frozen.__exit__(None, None, None)
        self.frozen = clock.frozen(self.now)
        self.frozen.__enter__()

    @invariant()
    def four_answers_are_one(self):
        for person in self.people:
            expected = self.truth(person)
            user, who = person.user, replace(person, memo={})  # in a new request
            assert self.one_by_one(lambda customer, asked, user=user: user.has_perm(asked.value, customer)) == expected
            assert self.by_list(lambda asked, who=who: customers_visible_to(who, asked)) == expected
            assert self.by_list(lambda asked, user=user: guardians_list(user, asked)) == expected
            # And the chains that explain it, read from the truth by query, carry just what is allowed.
            assert self.one_by_one(lambda customer, asked, who=who: can(who, customer, asked)) == expected
            assert {customer: self.carried(who, customer) for customer in self.customers} == expected

    @invariant()
    def a_customer_is_in_sight_while_an_agreed_relationship_lasts_and_no_relationship_is_a_dead_end(self):
        """Nobody sells to these customers, so whatever is seen of them is by their own yes to the partner."""
        for person in self.people:
            who = replace(person, memo={})
            assert set(customers_visible_to(who)) == self.in_sight(person)
            for row in AdminRelationship.objects.filter(partner=person.partner_id, customer__isnull=False):
                opens = related_customer(who, row.customer_id) if not row.is_gone(self.now) else None
                assert opens is None or vars(opens)["is_visible"] == (opens in self.in_sight(person))

    @invariant()
    def tokens_are_given_for_just_those_customers_where_a_role_is_held(self):
        """Every grant asks this, a refresh too: so a token of a role that ended is not renewed."""
        for person, app in zip(self.people, self.apps, strict=True):
            held = {customer for customer, permissions in self.truth(person).items() if permissions}
            assert {customer for customer in self.customers if is_known_at(customer, person, app)} == held

    @invariant()
    def states_follow_from_each_other(self):
        """Also what time cleaned up, and what the database itself says of every row."""
        rows = list(AdminRelationship.objects.with_status(self.now))
        states = {row.pk: row.status(self.now) for row in rows}
        assert {row.pk: row.status_now for row in rows} == states
        kept = set(AdminRelationship.objects.kept(self.now).values_list("pk", flat=True))
        assert {row.pk for row in rows if not row.is_gone(self.now)} == kept
        for relationship, state in states.items():
            assert state in REACHABLE[self.states.get(relationship, Status.CREATED)]
        self.states = states

    # --- How each answer is got ---

    def truth(self, person: Principal) -> dict[Customer, set[P]]:
        """Straight from the tables, in Python: no query of the product is used."""
        groups = set(SecurityGroup.objects.filter(group__user=person.user).values_list("pk", flat=True))
        found: dict[Customer, set[P]] = {customer: set() for customer in self.customers}
        for assignment in AccessAssignment.objects.select_related("relationship__customer"):
            if assignment.security_group_id in groups and self.is_in_force(assignment):
                roles = assignment.role_links.values_list("role", flat=True)
                found[assignment.relationship.customer].update(*map(permissions_of, roles))
        return {customer: permissions & set(ASKED) for customer, permissions in found.items()}

    def is_in_force(self, assignment: AccessAssignment) -> bool:
        relationship = assignment.relationship
        begins = [relationship.activated_at, assignment.active_at]
        ends = [relationship.termination_requested_at, assignment.deletion_requested_at]
        if not relationship.auto_extend:
            ends.append(relationship.ends_at)
        return all(begin and begin <= self.now for begin in begins) and not any(end and end <= self.now for end in ends)

    def in_sight(self, person: Principal) -> set[Customer]:
        """By the state of each row, in Python."""
        rows = AdminRelationship.objects.filter(partner=person.partner_id).select_related("customer")
        return {row.customer for row in rows if row.customer and row.status(self.now) in AGREED}

    def one_by_one(self, ask):
        return {customer: {asked for asked in ASKED if ask(customer, asked)} for customer in self.customers}

    def by_list(self, ask):
        listed = {asked: set(ask(asked)) for asked in ASKED}
        return {customer: {asked for asked in ASKED if customer in listed[asked]} for customer in self.customers}

    def carried(self, who: Principal, customer: Customer) -> set[P]:
        carried = (permissions_of(holding.role_id) for holding in holdings(who, customer))
        return set().union(*carried) & set(ASKED)

    def read(self, relationship: uuid.UUID) -> AdminRelationship:
        return AdminRelationship.objects.select_related("customer", "partner").get(pk=relationship)

    def attempt(self, step, *, relationship=None, **arguments):
        """The service's result, or None where it refuses, which is its good right."""
        if relationship:
            arguments["relationship"] = self.read(relationship)
        try:
            return step(by=SYSTEM, **arguments)
        except (RelationshipError, NotFound):
            return None


def is_known_at(customer: Customer, person: Principal, app: AppRegistration) -> bool:
    try:
        subject_at(Tenant(customer.pk, str(customer), customer), user=person.user, app=app)
    except TokenRefused as refusal:
        return refusal.code != NOBODY_THERE
    return True


def guardians_list(user, permission):
    return get_objects_for_user(user, permission.value, Customer, accept_global_perms=False)


@pytest.mark.slow
@pytest.mark.parametrize("hours", [0, 9], ids=["at once", "with states that last"])
def test_grants_follow_the_truth(db, hours):
    load_reference_data()
    names = [field.name for field in fields(Timing)]
    few = settings(max_examples=15, stateful_step_count=20, suppress_health_check=list(HealthCheck))
    with override_settings(GDAP_STEP_SECONDS=dict.fromkeys(names, hours * 3600)):
        run_state_machine_as_test(Grants, settings=few)
