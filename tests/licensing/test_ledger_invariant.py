"""Whatever is bought, reduced, suspended, given and taken, in whatever order: the ledger is right after every step.

What is counted as consumed is what is assigned; nobody takes a seat beyond the capacity of that moment; what is refused
has written nothing, no audit record either. Units are recomputed here from the subscriptions, in Python.
"""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from customers.models import CustomerUser
from customers.services.reference import load_reference_data
from licensing import queries
from licensing.ledger import ledger_problems
from licensing.models import LicenseAssignment, Product, SubscribedSku, Subscription
from licensing.rules import LicenseErrorCode, LicenseToAssign, LicenseUpdate
from licensing.rules.subscriptions import REDUCTION_WINDOW, SubscriptionChange
from licensing.services.errors import LicensingError
from licensing.services.licenses import update_licenses
from licensing.services.orders import OrderLine, place_order
from licensing.services.subscriptions import SubscriptionError, change_subscription
from partnercenter import clock
from partnercenter.audit.models import AuditRecord
from tests.cast import NOW
from tests.factories import SYSTEM, CustomerFactory, CustomerUserFactory, PartnerFactory, SubscriptionFactory, plan, sku

E1, E3, POWER_BI = "STANDARDPACK", "ENTERPRISEPACK", "POWER_BI_PRO"
ADD_ON = "MCOMEETADV"  # of E1 and E3
PARTS = [E1, E3, POWER_BI]
OFF = {E1: plan(E1, "SWAY"), E3: plan(E3, "SWAY"), POWER_BI: plan(POWER_BI, "BI_AZURE_P2")}

parts = st.sampled_from(PARTS)
some_parts = st.lists(parts, max_size=2)
people = st.integers(0, 3)


class Ledger(RuleBasedStateMachine):
    """Three users and a few seats at one customer, and a fourth user at a customer who owns the same products."""

    subscriptions = Bundle("subscriptions")

    def __init__(self):
        super().__init__()
        self.now: datetime = NOW
        self.frozen = clock.frozen(self.now)
        self.frozen.__enter__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.partner = PartnerFactory()
        self.seller = replace(SYSTEM, partner_id=self.partner.pk)
        self.bought: list[tuple[uuid.UUID, datetime, int]] = []
        self.customers = CustomerFactory.create_batch(2)
        self.users = [CustomerUserFactory(customer=self.customers[index]) for index in (0, 0, 0, 1)]

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)
        self.frozen.__exit__(None, None, None)

    @initialize(target=subscriptions)
    def begin(self):
        for part in PARTS:
            self.buy(1, part, 5, renews=True)
        return multiple(*(self.buy(0, part, 1, renews=part != E3) for part in PARTS))

    # --- What happens ---

    @rule(person=people, part=parts, off=st.booleans())
    def give(self, person, part, off):
        self.send(person, assign=[part], off=off)

    @rule(part=parts)
    def rush(self, part):
        for person in range(len(self.users)):
            self.send(person, assign=[part])

    @rule(person=people, part=parts)
    def take(self, person, part):
        self.send(person, remove=[part])

    @rule(person=people, assign=some_parts, remove=some_parts)
    def change(self, person, assign, remove):
        """Named twice, conflicting, not held, no seat: whatever comes is sent."""
        self.send(person, assign=assign, remove=remove)

    def send(self, person, *, assign=(), remove=(), off=False):
        items = tuple(LicenseToAssign(sku(part), frozenset({OFF[part]} if off else ())) for part in assign)
        update = LicenseUpdate(assign=items, remove=tuple(map(sku, remove)))
        before, user = self.everything(), self.users[person]
        free = self.free_seats(user.customer_id)
        had = set(self.held_by(user))
        try:
            update_licenses(by=SYSTEM, user=user, update=update)
        except LicensingError as refusal:
            assert self.everything() == before
            short = [problem for problem in refusal.problems if problem.code == LicenseErrorCode.NO_SEAT_LEFT]
            assert [free[uuid.UUID(*problem.about)] > 0 for problem in short] == [False] * len(short)
        else:
            taken = set(self.held_by(user)) - had
            assert [sku_id for sku_id in taken if free[sku_id] <= 0] == []

    @rule(
        target=subscriptions,
        customer=st.just(0),
        part=parts,
        quantity=st.integers(1, 2),
        renews=st.booleans(),
        kind=st.sampled_from(Subscription.Commerce),
    )
    def buy(self, customer, part, quantity, renews, kind=Subscription.Commerce.CLASSIC):
        bought = SubscriptionFactory(
            customer=self.customers[customer],
            partner=self.partner,
            product=part,
            quantity=quantity,
            commerce=kind,
            auto_renew=renews,
        )
        return bought.pk

    @rule(
        subscription=subscriptions,
        difference=st.integers(-3, 3),
        status=st.sampled_from([None, None, None, *Subscription.Status.values]),
        renews=st.none() | st.booleans(),
    )
    def order_a_change(self, subscription, difference, status, renews):
        """More, fewer, suspended, reactivated, cancelled, renewal on and off, alone and together."""
        row = self.read(subscription)
        before, had, kind = self.everything(), row.quantity, row.commerce
        change = SubscriptionChange(quantity=had + difference or None, status=status, auto_renew=renews)
        try:
            changed = change_subscription(by=SYSTEM, subscription=row, change=change)
        except SubscriptionError:
            assert self.everything() == before
            return
        self.bought.append((subscription, self.now, changed.quantity - had))
        if changed.quantity < had and kind == Subscription.Commerce.NEW_COMMERCE:
            assert self.began(row) or had - changed.quantity <= self.added_lately(subscription)

    def began(self, row):
        """Whether a term began within the window."""
        lately = self.now - REDUCTION_WINDOW
        return any(lately < moment <= self.now for moment in (row.created_at, row.term_ends_at - timedelta(days=365)))

    def added_lately(self, subscription):
        lately = self.now - REDUCTION_WINDOW
        return sum(max(0, more) for bought, at, more in self.bought if bought == subscription and at > lately)

    @rule(target=subscriptions, lines=st.lists(st.tuples(parts, st.integers(0, 2)), min_size=1, max_size=3))
    def order_several(self, lines):
        """All lines of an order or none; a line of 0 licenses is refused."""
        before = self.everything()
        wanted = [OrderLine(product=Product.objects.get(pk=sku(part)), quantity=count) for part, count in lines]
        try:
            bought = place_order(by=self.seller, customer=self.customers[0], lines=wanted)
        except SubscriptionError:
            assert min(count for _, count in lines) == 0
            assert self.everything() == before
            return multiple()
        assert [(row.product_id, row.quantity) for row in bought] == [(sku(part), count) for part, count in lines]
        return multiple(*(row.pk for row in bought))

    @rule(target=subscriptions, base=subscriptions, quantity=st.integers(1, 2))
    def hang_an_add_on(self, base, quantity):
        """On whatever it may be; refused where that is no base of it, or does not run."""
        row, before = self.read(base), self.everything()
        try:
            return SubscriptionFactory(
                customer=row.customer, partner=row.partner, product=ADD_ON, quantity=quantity, parent=row
            ).pk
        except SubscriptionError:
            assert self.everything() == before
            return multiple()

    @rule(days=st.sampled_from([1, 6, 29, 340, 400]))
    def let_time_pass(self, days):
        self.now += timedelta(days=days)
        self.frozen.__exit__(None, None, None)
        self.frozen = clock.frozen(self.now)
        self.frozen.__enter__()

    # --- What holds ---

    @invariant()
    def what_is_consumed_is_what_is_assigned(self):
        for row in SubscribedSku.objects.all():
            assert row.consumed_units == LicenseAssignment.objects.filter(subscribed_sku=row).count()
        assert ledger_problems() == []

    @invariant()
    def units_add_up_over_the_subscriptions(self):
        """Active, in grace and suspended, of each product by itself; pages and doors show what follows from these."""
        for customer in self.customers:
            units, consumed = self.units(customer.pk), self.consumed(customer.pk)
            found = {
                row.product_id: (row.active_units, row.warning_units, row.suspended_units)
                for row in SubscribedSku.objects.with_units(self.now).filter(customer=customer)
            }
            assert found == units
            shown = queries.inventory(customer).seats
            assert {sku_id: (seats.total, seats.consumed) for sku_id, seats in shown.items()} == {
                sku_id: (sum(units[sku_id][:2]), taken) for sku_id, taken in consumed.items()
            }
            assert all(seats.available == 0 or seats.over_assigned_by == 0 for seats in shown.values())

    @invariant()
    def no_add_on_runs_without_its_base(self):
        for row in Subscription.objects.filter(parent__isnull=False).select_related("parent"):
            assert self.units_of(row.parent)[0] or not self.units_of(row)[0]

    @invariant()
    def every_change_of_a_user_was_recorded_once(self):
        changes = sum(CustomerUser.objects.values_list("version", flat=True)) - len(self.users)
        assert AuditRecord.objects.filter(operation="update_customer_user_licenses").count() == changes

    # --- Told from the subscriptions and assignments alone ---

    def capacity(self, customer_id):
        """What can be assigned: seats that run and those in their grace."""
        return {sku_id: active + warning for sku_id, (active, warning, _) in self.units(customer_id).items()}

    def units(self, customer_id):
        """Active, in grace and suspended, of each product that the customer bought."""
        found: dict[object, tuple[int, ...]] = {}
        for row in Subscription.objects.filter(customer=customer_id):
            before = found.get(row.product_id, (0, 0, 0))
            found[row.product_id] = tuple(map(sum, zip(before, self.units_of(row), strict=True)))
        return found

    def units_of(self, row):
        since_end = self.now - row.term_ends_at
        if row.status == Subscription.Status.DELETED:
            return 0, 0, 0
        if row.status == Subscription.Status.SUSPENDED:
            return 0, 0, row.quantity * (self.now - row.suspended_at < timedelta(days=120))
        if row.auto_renew or since_end < timedelta(0):
            return row.quantity, 0, 0
        if since_end < timedelta(days=30):
            return 0, row.quantity, 0
        return 0, 0, row.quantity * (since_end < timedelta(days=120))

    def consumed(self, customer_id):
        held = LicenseAssignment.objects.filter(customer=customer_id).values_list("subscribed_sku__product", flat=True)
        owned = SubscribedSku.objects.filter(customer=customer_id).values_list("product", flat=True)
        return {sku_id: list(held).count(sku_id) for sku_id in owned}

    def free_seats(self, customer_id):
        capacity = self.capacity(customer_id)
        return {sku_id: capacity.get(sku_id, 0) - taken for sku_id, taken in self.consumed(customer_id).items()}

    def held_by(self, user):
        return LicenseAssignment.objects.filter(user=user).values_list("subscribed_sku__product", flat=True)

    def read(self, subscription):
        return Subscription.objects.select_related("product", "customer", "partner").get(pk=subscription)

    def everything(self):
        tables = (LicenseAssignment, SubscribedSku, Subscription, CustomerUser, AuditRecord)
        return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.mark.slow
def test_the_ledger_is_right_after_every_step(db):
    load_reference_data()
    few = settings(max_examples=25, stateful_step_count=20, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Ledger, settings=few)
