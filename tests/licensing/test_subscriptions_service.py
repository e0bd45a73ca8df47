"""Buying and raising subscriptions: who may, what it writes, what it refuses."""

from datetime import timedelta

import pytest

from customers.models import ResellerRelationship
from gdap.access import PartnerRoleMissing
from licensing.models import SeatWindow, SubscribedSku, Subscription
from licensing.services.subscriptions import (
    NoResellerRelationship,
    SubscriptionError,
    add_seats,
    create_subscription,
)
from partnercenter.audit.models import AuditRecord
from partnercenter.errors import Conflict, NotFound
from tests.cast import NOW, after, principal
from tests.factories import SYSTEM, SubscriptionFactory, product

E3 = "ENTERPRISEPACK"
TERM = timedelta(days=365)


@pytest.fixture
def subscription(world):
    SubscriptionFactory(customer=world.namesake, partner=world.litware, product=E3, quantity=7)
    return SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product=E3, quantity=10)


def buy(world, *, by, customer=None, partner=None, quantity=5):
    return create_subscription(
        by=by,
        customer=customer or world.fabrikam,
        partner=partner or world.contoso,
        product=product(E3),
        quantity=quantity,
    )


def everything():
    tables = (Subscription, SeatWindow, SubscribedSku, AuditRecord)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def units(customer):
    row = SubscribedSku.objects.with_units(NOW).get(customer=customer)
    return row.active_units, row.warning_units, row.suspended_units


def test_ava_buys_seats_for_a_year(world):
    bought = buy(world, by=principal(world.ava))
    assert (bought.created_at, bought.term_ends_at, bought.status) == (NOW, NOW + TERM, "active")
    assert units(world.fabrikam) == (5, 0, 0)
    record = AuditRecord.objects.get(operation="create_order")
    assert (record.customer_name, record.principal_name, record.before, record.after) == (
        "Fabrikam, Inc.",
        world.ava.username,
        {},
        {"quantity": 5},
    )


def test_a_second_purchase_adds_to_the_first(world, subscription):
    buy(world, by=principal(world.ava))
    assert units(world.fabrikam) == (15, 0, 0)
    assert SubscribedSku.objects.filter(customer=world.fabrikam).count() == 1
    assert units(world.namesake) == (7, 0, 0)


@pytest.mark.parametrize("name", ["harry", "sam"])
def test_the_partner_role_decides_who_buys(world, subscription, name):
    who = principal(getattr(world, name))
    before = everything()
    with pytest.raises(PartnerRoleMissing):
        buy(world, by=who)
    with pytest.raises(PartnerRoleMissing):
        add_seats(by=who, subscription=subscription, quantity=20)
    assert everything() == before


def test_nobody_buys_for_a_customer_of_another_partner(world, subscription):
    before = everything()
    for partner in (world.contoso, world.litware):
        with pytest.raises(NotFound):
            buy(world, by=principal(world.ava), customer=world.namesake, partner=partner)
    assert everything() == before


def test_a_gdap_role_does_not_sell(world, subscription):
    """Litware sees Fabrikam through GDAP, but has no reseller relationship with it."""
    before = everything()
    with pytest.raises(NoResellerRelationship) as refusal:
        buy(world, by=principal(world.max), partner=world.litware)
    assert (refusal.value.status, refusal.value.code) == (403, "no_reseller_relationship")
    assert (
        refusal.value.message
        == "Litware Partners does not sell to Fabrikam, Inc.; request a reseller relationship first."
    )
    assert everything() == before


def test_nobody_buys_in_the_name_of_another_partner(world, subscription):
    ResellerRelationship.objects.create(customer=world.fabrikam, partner=world.litware)
    before = everything()
    with pytest.raises(NoResellerRelationship):
        buy(world, by=principal(world.ava), partner=world.litware)
    assert everything() == before


def test_where_the_reseller_relationship_has_ended_nothing_is_sold(world, subscription):
    ResellerRelationship.objects.filter(customer=world.fabrikam).update(ended_at=NOW)
    before = everything()
    with pytest.raises(NoResellerRelationship):
        buy(world, by=principal(world.ava))
    with pytest.raises(NoResellerRelationship):
        add_seats(by=principal(world.ava), subscription=subscription, quantity=20)
    assert everything() == before


def test_ava_raises_the_quantity(world, subscription):
    raised = add_seats(by=principal(world.ava), subscription=subscription, quantity=25)
    assert (raised.quantity, raised.version) == (25, 2)
    assert units(world.fabrikam) == (25, 0, 0)
    record = AuditRecord.objects.get(operation="update_subscription")
    assert (record.resource_id, record.before, record.after) == (
        str(subscription.pk),
        {"quantity": 10},
        {"quantity": 25},
    )


def test_a_subscription_of_another_partner_is_not_there(world, subscription):
    ResellerRelationship.objects.create(customer=world.fabrikam, partner=world.litware)
    before = everything()
    with pytest.raises(NotFound):
        add_seats(by=principal(world.max), subscription=subscription, quantity=20)
    assert everything() == before


def test_ops_may_do_it_for_any_partner(world, subscription):
    add_seats(by=SYSTEM, subscription=subscription, quantity=11)
    assert units(world.fabrikam) == (11, 0, 0)


@pytest.mark.parametrize(
    ("quantity", "code"),
    [
        (-1, "quantity_out_of_range"),
        (0, "quantity_out_of_range"),
        (9, "quantity_not_higher"),
        (10, "quantity_not_higher"),
        (100_001, "quantity_out_of_range"),
    ],
)
def test_the_quantity_must_be_higher_and_sensible(world, subscription, quantity, code):
    before = everything()
    with pytest.raises(SubscriptionError) as refusal:
        add_seats(by=principal(world.ava), subscription=subscription, quantity=quantity)
    assert (refusal.value.code, refusal.value.problems[0].field) == (code, "quantity")
    assert everything() == before


def test_the_highest_quantity_is_a_hundred_thousand(world, subscription):
    add_seats(by=principal(world.ava), subscription=subscription, quantity=100_000)
    assert units(world.fabrikam) == (100_000, 0, 0)


@pytest.mark.parametrize(
    ("status", "code"), [("suspended", "subscription_not_active"), ("deleted", "subscription_deleted")]
)
def test_only_an_active_subscription_grows(world, subscription, status, code):
    subscription.status = status
    subscription.save()
    before = everything()
    with pytest.raises(SubscriptionError) as refusal:
        add_seats(by=principal(world.ava), subscription=subscription, quantity=20)
    assert refusal.value.code == code
    assert everything() == before


def test_one_whose_term_is_over_does_not_grow_although_nobody_touched_it(world):
    lapsing = SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product=E3, auto_renew=False)
    with after(seconds=TERM.total_seconds() - 1):
        add_seats(by=principal(world.ava), subscription=lapsing, quantity=20)
    with after(seconds=TERM.total_seconds()), pytest.raises(SubscriptionError) as refusal:
        add_seats(by=principal(world.ava), subscription=lapsing, quantity=30)
    assert refusal.value.code == "subscription_not_active"
    assert refusal.value.message == "Office 365 E3 has expired; renew it first."


def test_who_read_it_before_somebody_else_changed_it_is_told(world, subscription):
    stale = Subscription.objects.get(pk=subscription.pk)
    add_seats(by=principal(world.ava), subscription=subscription, quantity=20)
    before = everything()
    with pytest.raises(Conflict):
        add_seats(by=principal(world.ava), subscription=stale, quantity=30)
    assert everything() == before


@pytest.mark.race
def test_two_who_raise_it_at_once_do_not_overwrite_each_other(lasting_world, race):
    world = lasting_world
    bought = SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product=E3, quantity=10)

    def raise_to(quantity):
        stale = Subscription.objects.get(pk=bought.pk)
        return lambda: add_seats(by=principal(world.ava), subscription=stale, quantity=quantity)

    results = race([raise_to(quantity) for quantity in (20, 30, 40)])
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Conflict", "Subscription"]
    bought.refresh_from_db()
    (window,) = SeatWindow.objects.all()
    assert window.units == bought.quantity == next(r.quantity for r in results if isinstance(r, Subscription))


def test_windows_never_close_before_they_open(world):
    begun = SubscriptionFactory(
        customer=world.fabrikam, partner=world.contoso, product=E3, auto_renew=False, since=NOW - timedelta(days=500)
    )
    assert [(window.kind, window.opens_at < window.closes_at) for window in begun.seat_windows.all()] == [
        ("active", True),
        ("warning", True),
        ("suspended", True),
    ]
