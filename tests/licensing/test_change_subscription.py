"""Changing a subscription: who may, what it writes, what it leaves to users, what the sandbox allows."""

from datetime import timedelta

import pytest

from customers.models import ResellerRelationship
from customers.services import end_reseller_relationship
from customers.services.relationships import RelationshipRefused
from gdap.access import PartnerRoleMissing
from licensing.models import LicenseAssignment, SeatAddition, SeatWindow, SubscribedSku, Subscription
from licensing.queries import inventory
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.errors import LicensingError
from licensing.services.licenses import update_licenses
from licensing.services.sandbox import SandboxLimit
from licensing.services.subscriptions import (
    NoResellerRelationship,
    SubscriptionChange,
    SubscriptionError,
    change_subscription,
    create_subscription,
)
from partnercenter.audit.models import AuditRecord
from partnercenter.errors import Conflict, NotFound
from tests.cast import NOW, after, principal
from tests.factories import SYSTEM, CustomerUserFactory, SubscriptionFactory, product, sku

E3 = "ENTERPRISEPACK"


@pytest.fixture
def subscription(world):
    SubscriptionFactory(customer=world.namesake, partner=world.litware, product=E3, quantity=7)
    return SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product=E3, quantity=10)


def change(subscription, *, by=SYSTEM, **members):
    row = Subscription.objects.get(pk=subscription.pk)
    return change_subscription(by=by, subscription=row, change=SubscriptionChange(**members))


def everything():
    tables = (Subscription, SeatAddition, SeatWindow, SubscribedSku, LicenseAssignment, AuditRecord)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def units(customer, now=NOW):
    row = SubscribedSku.objects.with_units(now).get(customer=customer)
    return row.active_units, row.warning_units, row.suspended_units


def test_ava_changes_quantity_nickname_and_renewal_at_once(world, subscription):
    changed = change(subscription, by=principal(world.ava), quantity=4, friendly_name="Košice office", auto_renew=False)
    assert (changed.quantity, changed.friendly_name, changed.auto_renew, changed.version) == (
        4,
        "Košice office",
        False,
        2,
    )
    assert units(world.fabrikam) == (4, 0, 0)
    assert units(world.namesake) == (7, 0, 0)
    record = AuditRecord.objects.get(operation="update_subscription")
    assert (record.principal_name, record.before, record.after) == (
        world.ava.username,
        {"quantity": 10, "auto_renew": True, "friendly_name": ""},
        {"quantity": 4, "auto_renew": False, "friendly_name": "Košice office"},
    )


def test_asking_for_what_is_there_writes_nothing(world, subscription):
    before = everything()
    change(subscription, by=principal(world.ava), quantity=10, status="active", auto_renew=True, friendly_name="")
    assert everything() == before


def test_who_may_not_does_not(world, subscription):
    before = everything()
    for name, refusal in (("harry", PartnerRoleMissing), ("sam", PartnerRoleMissing), ("max", NotFound)):
        with pytest.raises(refusal):
            change(subscription, by=principal(getattr(world, name)), quantity=11)
    ResellerRelationship.objects.filter(customer=world.fabrikam).update(ended_at=NOW)
    with pytest.raises(NoResellerRelationship):
        change(subscription, by=principal(world.ava), quantity=11)
    assert everything() == before


def test_fewer_seats_than_are_assigned_take_nothing_from_anybody(world, subscription):
    users = CustomerUserFactory.create_batch(3, customer=world.fabrikam)
    wanted = LicenseUpdate(assign=(LicenseToAssign(sku(E3)),))
    for user in users:
        update_licenses(by=SYSTEM, user=user, update=wanted)
    change(subscription, by=principal(world.ava), quantity=1)
    (seats,) = inventory(world.fabrikam).seats.values()
    assert (seats.total, seats.consumed, seats.over_assigned_by) == (1, 3, 2)
    assert LicenseAssignment.objects.count() == 3
    with pytest.raises(LicensingError):
        update_licenses(by=SYSTEM, user=world.dana, update=wanted)


def test_a_year_of_the_new_commerce_by_the_clock(world, subscription):
    """Bought, added to, reduced in time and too late, renewed, switched off, expired, disabled, gone."""
    ava = principal(world.ava)
    with after(days=5):
        change(subscription, by=ava, quantity=14)
    with after(days=8):
        with pytest.raises(SubscriptionError) as refusal:
            change(subscription, by=ava, quantity=9)
        assert refusal.value.code == "reduction_window_passed"
        assert change(subscription, by=ava, quantity=11).quantity == 11
        assert list(SeatAddition.objects.values_list("quantity", flat=True)) == [1]
    with after(days=364), pytest.raises(SubscriptionError):
        change(subscription, by=ava, status="deleted")
    with after(days=366):
        assert change(subscription, by=ava, quantity=5).term_ends_at == NOW.replace(year=2028)
    with after(days=400):
        change(subscription, by=ava, auto_renew=False)
    ends = NOW.replace(year=2028)
    seen = {days: units(world.fabrikam, ends + timedelta(days=days)) for days in (-1, 0, 29, 30, 119, 120)}
    assert seen == {
        -1: (5, 0, 0),
        0: (0, 5, 0),
        29: (0, 5, 0),
        30: (0, 0, 5),
        119: (0, 0, 5),
        120: (0, 0, 0),
    }


def test_a_suspended_subscription_gives_suspended_seats_until_it_fades(world, subscription):
    changed = change(subscription, by=principal(world.ava), status="suspended")
    assert (changed.suspended_at, changed.auto_renew) == (NOW, False)
    assert [units(world.fabrikam, NOW + timedelta(days=days)) for days in (0, 119, 120)] == [
        (0, 0, 10),
        (0, 0, 10),
        (0, 0, 0),
    ]
    with after(days=20):
        back = change(subscription, by=principal(world.ava), status="active", auto_renew=True)
    assert (back.suspended_at, units(world.fabrikam, NOW + timedelta(days=20))) == (None, (10, 0, 0))


def test_the_classic_commerce_gives_seats_back_at_any_time(world):
    bought = SubscriptionFactory(
        customer=world.fabrikam, partner=world.contoso, product=E3, quantity=10, commerce="classic"
    )
    with after(days=300):
        assert change(bought, quantity=1).quantity == 1
        assert change(bought, status="suspended").auto_renew is True
        assert change(bought, status="deleted").status == "deleted"


def test_what_is_cancelled_is_cancelled_once(world, subscription):
    change(subscription, by=principal(world.ava), status="deleted")
    assert units(world.fabrikam) == (0, 0, 0)
    before = everything()
    with pytest.raises(SubscriptionError) as refusal:
        change(subscription, by=principal(world.ava), status="deleted")
    assert refusal.value.code == "subscription_deleted"
    assert everything() == before


def test_a_lapsed_subscription_is_renewed_during_its_grace(world):
    lapsing = SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product=E3, auto_renew=False)
    with after(days=366) as now:
        assert units(world.fabrikam, now) == (0, 10, 0)
        change(lapsing, by=principal(world.ava), auto_renew=True)
        assert units(world.fabrikam, now) == (10, 0, 0)


def test_who_read_it_before_somebody_else_changed_it_is_told(world, subscription):
    stale = Subscription.objects.get(pk=subscription.pk)
    change(subscription, by=principal(world.ava), quantity=20)
    before = everything()
    with pytest.raises(Conflict):
        change_subscription(by=principal(world.ava), subscription=stale, change=SubscriptionChange(quantity=9))
    assert everything() == before


@pytest.mark.race
def test_two_people_at_once_do_not_overwrite_each_other(lasting_world, race):
    world = lasting_world
    bought = SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product=E3, quantity=10)

    def changing(**members):
        stale = Subscription.objects.get(pk=bought.pk)
        wanted = SubscriptionChange(**members)
        return lambda: change_subscription(by=principal(world.ava), subscription=stale, change=wanted)

    results = race([changing(quantity=20), changing(quantity=4), changing(status="suspended")])
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Conflict", "Subscription"]
    bought.refresh_from_db()
    (window,) = bought.seat_windows.all()
    assert (bought.version, window.units) == (2, bought.quantity)


def test_the_sandbox_is_small(world, settings):
    settings.SANDBOX_MODE = True
    ava = principal(world.ava)
    terms = {"by": ava, "customer": world.fabrikam, "partner": world.contoso, "product": product(E3)}
    bought = [create_subscription(quantity=25, **terms) for _ in range(5)]
    before = everything()
    for attempt in (
        lambda: create_subscription(quantity=26, **terms),
        lambda: create_subscription(quantity=1, **terms),
        lambda: change(bought[0], by=ava, quantity=26),
    ):
        with pytest.raises(SandboxLimit):
            attempt()
    assert everything() == before
    assert change(bought[0], by=ava, quantity=24).quantity == 24
    change(bought[1], quantity=40)
    assert change(bought[1], by=ava, quantity=30).quantity == 30
    change(bought[0], by=ava, status="deleted")
    create_subscription(quantity=1, **terms)
    settings.SANDBOX_MODE = False
    assert create_subscription(quantity=26, **terms).quantity == 26


def test_the_partner_leaves_when_nothing_that_it_sold_is_running_by_the_clock(world):
    SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product=E3, auto_renew=False)
    with after(days=484), pytest.raises(RelationshipRefused):
        end_reseller_relationship(by=principal(world.ava), customer=world.fabrikam)
    with after(days=485):
        end_reseller_relationship(by=principal(world.ava), customer=world.fabrikam)
    assert not ResellerRelationship.objects.filter(customer=world.fabrikam, ended_at__isnull=True).exists()
