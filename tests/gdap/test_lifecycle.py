"""The life of a relationship as tables, and every state read off the clock."""

from datetime import timedelta

import pytest
from django.test import override_settings

from customers.roles import CUSTOMER_RELATIONSHIP_ADMINISTRATOR
from gdap.access.customer_side import APPROVERS
from gdap.lifecycle import ALLOWED_IN, LEADS_TO, PASSES_TO, Status, Step
from gdap.models import AccessAssignment, AdminRelationship
from gdap.services.relationships import (
    approve_relationship,
    assign_group,
    remove_assignment,
    set_auto_extend,
    terminate_relationship,
)
from partnercenter import clock
from tests.cast import NOW, after
from tests.factories import SYSTEM, RelationshipFactory, role_ids

S = Status
EVERY_STEP_LASTS = {
    "approved": 60,
    "activating": 60,
    "expiring": 60,
    "termination_requested": 60,
    "terminating": 60,
    "assignment_pending": 60,
    "assignment_deleting": 60,
    "operation": 60,
}


def ways_on(state):
    ways = {LEADS_TO[step] for step in LEADS_TO if state in ALLOWED_IN[step]}
    return ways | ({PASSES_TO[state]} if state in PASSES_TO else set())


def states(relationship, *minutes):
    """The states at these minutes from the beginning of the world."""
    row = AdminRelationship.objects.get(pk=relationship.pk)
    return [row.status(NOW + timedelta(minutes=minute)) for minute in minutes]


# --- The tables ---


def test_the_ways_are_those_of_the_contract():
    assert {state.value: {getattr(way, "value", "gone") for way in ways_on(state)} for state in S} == {
        "created": {"approvalPending"},
        "approvalPending": {"approved", "terminated", "gone"},
        "approved": {"activating"},
        "activating": {"active"},
        "active": {"expiring", "terminationRequested"},
        "expiring": {"expired"},
        "expired": {"gone"},
        "terminationRequested": {"terminating"},
        "terminating": {"terminated"},
        "terminated": {"gone"},
    }


def test_every_state_is_reached_and_none_is_a_dead_end():
    reached, todo = {S.CREATED}, [S.CREATED]
    while todo:
        for way in ways_on(todo.pop()) - reached:
            reached.add(way)
            todo.extend([way] if way else [])
    assert reached == {*S, None}
    assert all(ways_on(state) for state in S)


def test_only_two_roles_of_the_customer_decide():
    assert CUSTOMER_RELATIONSHIP_ADMINISTRATOR in APPROVERS
    assert len(APPROVERS) == 2


def test_every_step_is_taken_somewhere():
    assert set(ALLOWED_IN) == set(Step)


# --- States that last, by the clock ---


@pytest.fixture
def waiting(world):
    return RelationshipFactory(partner=world.contoso, customer=world.tailspin, active=False, duration_days=1)


@override_settings(GDAP_STEP_SECONDS=EVERY_STEP_LASTS)
def test_an_approved_one_takes_its_time_to_begin_and_to_expire(waiting):
    approve_relationship(by=SYSTEM, relationship=waiting)
    day = 24 * 60
    assert states(waiting, 0, 1, 2, day + 1.9, day + 2, day + 3) == [
        S.APPROVED,
        S.ACTIVATING,
        S.ACTIVE,
        S.ACTIVE,
        S.EXPIRING,
        S.EXPIRED,
    ]


@override_settings(GDAP_STEP_SECONDS=EVERY_STEP_LASTS)
def test_a_terminated_one_takes_its_time_and_grants_nothing_meanwhile(world):
    terminate_relationship(by=SYSTEM, relationship=world.at_fabrikam)
    assert states(world.at_fabrikam, 0, 1, 2) == [S.TERMINATION_REQUESTED, S.TERMINATING, S.TERMINATED]
    assert not world.lea.has_perm("assign_licenses", world.fabrikam)


@override_settings(GDAP_STEP_SECONDS=EVERY_STEP_LASTS)
def test_an_assignment_is_pending_then_active_then_deleting_then_deleted(world):
    def now():
        row = AccessAssignment.objects.get(pk=assignment.pk)
        return row.status(clock.now()), world.lea.has_perm("assign_licenses", world.northwind)

    wanted = role_ids("License Administrator")
    assignment = assign_group(by=SYSTEM, relationship=world.at_northwind, group=world.license_desk, roles=wanted)
    assert now() == ("pending", False)
    with after(minutes=1):
        assert now() == ("active", True)
        remove_assignment(by=SYSTEM, assignment=assignment)
        assert now() == ("deleting", False)
    with after(minutes=2):
        assert now() == ("deleted", False)
        again = assign_group(by=SYSTEM, relationship=world.at_northwind, group=world.license_desk, roles=wanted)
        assert again.pk != assignment.pk


def test_with_no_time_in_between_the_states_that_pass_are_passed_at_once(waiting):
    approve_relationship(by=SYSTEM, relationship=waiting)
    assert states(waiting, 0, 24 * 60 - 1, 24 * 60) == [S.ACTIVE, S.ACTIVE, S.EXPIRED]


# --- Auto extend, lapse and clean-up ---


@pytest.mark.parametrize(
    ("days", "end"), [(0, 30), (29.9, 30), (30, 210), (209.9, 210), (210, 390), (30 + 180 * 40, 30 + 180 * 41)]
)
def test_auto_extend_adds_180_days_on_the_last_day_again_and_again(world, days, end):
    rolling = RelationshipFactory(partner=world.contoso, customer=world.tailspin, duration_days=30, auto_extend=True)
    assert rolling.end(NOW + timedelta(days=days)) == NOW + timedelta(days=end)
    assert rolling.status(NOW + timedelta(days=days)) == S.ACTIVE


def test_switched_off_it_ends_where_it_had_got_to(world):
    rolling = RelationshipFactory(partner=world.contoso, customer=world.tailspin, duration_days=30, auto_extend=True)
    with after(days=100):
        set_auto_extend(by=SYSTEM, relationship=rolling, enabled=False)
    assert rolling.ends_at == NOW + timedelta(days=210)
    assert states(rolling, 210 * 24 * 60 - 1, 210 * 24 * 60) == [S.ACTIVE, S.EXPIRED]


@pytest.mark.parametrize(("days", "gone"), [(89.9, False), (90, True)])
def test_a_request_lapses_after_90_days(waiting, days, gone):
    assert waiting.is_gone(NOW + timedelta(days=days)) is gone


@pytest.mark.parametrize(("days", "gone"), [(364.9, False), (365, True)])
def test_what_is_over_is_kept_for_a_year(world, days, gone):
    expired = RelationshipFactory(partner=world.contoso, customer=world.tailspin, duration_days=1)
    with after(days=1):
        terminate_relationship(by=SYSTEM, relationship=world.at_northwind)
    with after(days=1 + days) as moment:
        kept = AdminRelationship.objects.filter(partner=world.contoso).kept(moment)
        for relationship in (expired, world.at_northwind):
            assert (relationship.is_gone(moment), relationship in kept) == (gone, not gone)


def test_a_clock_that_is_put_back_brings_the_state_back_and_a_step_forgets_what_followed(waiting):
    with after(days=10):
        approve_relationship(by=SYSTEM, relationship=waiting)
        terminate_relationship(by=SYSTEM, relationship=waiting)
    with after(days=5):
        assert waiting.status(clock.now()) == S.APPROVAL_PENDING
        approve_relationship(by=SYSTEM, relationship=waiting)
    assert waiting.terminated_at is None
    assert states(waiting, 5 * 24 * 60, 6 * 24 * 60) == [S.ACTIVE, S.EXPIRED]
