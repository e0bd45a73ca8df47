"""Whatever happens, in whatever order: the index of rights says what the GDAP tables say.

A machine requests, activates, assigns and ends, moves people between groups and the clock forward. After each step four
answers must be one: `has_perm`, the visible list, guardian's own list, and a recomputation from the tables in Python.
"""

import uuid
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from django.db import transaction
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
from gdap.access import can, customers_visible_to, holdings, permissions_of
from gdap.models import AccessAssignment, AdminRelationship, SecurityGroup
from gdap.services.grants import rewrite_grants
from gdap.services.groups import add_member, remove_member
from gdap.services.relationships import (
    RelationshipError,
    activate_relationship,
    assign_group,
    request_relationship,
    terminate_relationship,
)
from partnercenter import clock
from partnercenter.accounts.principals import Principal
from tests.cast import NOW, principal
from tests.factories import SYSTEM, CustomerFactory, PartnerFactory, SecurityGroupFactory, StaffFactory, role_ids

ROLES = role_ids("License Administrator", "Directory Writers", "Helpdesk Administrator")
ASKED = [P.ASSIGN_LICENSES, P.RESET_PASSWORDS]

some_roles = st.sets(st.sampled_from(ROLES), min_size=1)
two, three = st.sampled_from([0, 1]), st.sampled_from([0, 1, 2])
requests = st.fixed_dictionaries(
    {"roles": some_roles, "duration_days": st.sampled_from([1, 2, 30]), "auto_extend": st.booleans()}
)


class Grants(RuleBasedStateMachine):
    """Two partners, one with two groups; a person of each; two customers at which both may get rights."""

    relationships = Bundle("relationships")
    assignments = Bundle("assignments")

    def __init__(self):
        super().__init__()
        self.now = NOW
        self.names = count()
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

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)
        self.frozen.__exit__(None, None, None)

    @initialize(target=relationships, asked=st.tuples(requests, requests, requests))
    def begin(self, asked):
        """One in force and two that wait, so that there is something to do from the first step on."""
        started = [self.request(*place, asked[index]) for index, place in enumerate([(0, 0), (0, 1), (1, 0)])]
        self.activate(started[0])
        return multiple(*started)

    @rule(target=relationships, partner=two, customer=two, asked=requests)
    def request(self, partner, customer, asked):
        relationship = request_relationship(
            by=SYSTEM,
            partner=self.partners[partner],
            customer=self.customers[customer],
            display_name=f"Relationship {next(self.names)}",
            **asked,
        )
        return relationship.pk

    @rule(relationship=relationships)
    def activate(self, relationship):
        self.attempt(activate_relationship, relationship=self.read(relationship))

    @rule(target=assignments, relationship=relationships, second=st.booleans(), one=st.booleans(), later=st.booleans())
    def assign(self, relationship, second, one, later):
        row = self.read(relationship)
        groups = [group for group in self.groups if group.partner_id == row.partner_id]
        roles = [link.role_id for link in row.role_links.all()]
        assignment = self.attempt(
            assign_group,
            relationship=row,
            group=groups[-1 if second else 0],
            roles=roles[:1] if one else roles,
            since=self.now + timedelta(days=1) if later else None,
        )
        return assignment.pk if assignment else multiple()

    @rule(relationship=relationships)
    def terminate(self, relationship):
        self.attempt(terminate_relationship, relationship=self.read(relationship))

    @rule(assignment=consumes(assignments))
    def delete_assignment(self, assignment):
        row = AccessAssignment.objects.select_related("relationship", "security_group").get(pk=assignment)
        row.deleted_at = self.now
        row.save()
        rewrite_grants(row)

    @rule(person=two, group=three, joins=st.booleans())
    def move(self, person, group, joins):
        who, to = self.people[person], self.groups[group]
        if not joins:
            remove_member(group=to, user=who.user)
        elif who.partner_id == to.partner_id:
            add_member(group=to, user=who.user)

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
        begins = [relationship.activated_at, assignment.created_at]
        ends = [relationship.terminated_at, assignment.deleted_at]
        if not relationship.auto_extend:
            ends.append(relationship.ends_at)
        return all(begin and begin <= self.now for begin in begins) and not any(end and end <= self.now for end in ends)

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

    def attempt(self, step, **arguments):
        """The service's result, or None where it refuses, which is its good right."""
        try:
            return step(by=SYSTEM, **arguments)
        except RelationshipError:
            return None


def guardians_list(user, permission):
    return get_objects_for_user(user, permission.value, Customer, accept_global_perms=False)


@pytest.mark.slow
def test_grants_follow_the_truth(db):
    load_reference_data()
    few = settings(max_examples=25, stateful_step_count=20, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Grants, settings=few)
