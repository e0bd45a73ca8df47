"""SaaS, usage and add-ons: what begins when, who counts what, and what is refused."""

from datetime import timedelta

import pytest

from licensing.models import SeatWindow, SubscribedSku, Subscription
from licensing.queries import inventory
from licensing.rules.add_ons import bases
from licensing.rules.plans import rows
from licensing.rules.subscriptions import standing
from licensing.services.orders import OrderLine, place_order
from licensing.services.subscriptions import (
    SubscriptionChange,
    SubscriptionError,
    activate_subscription,
    change_subscription,
)
from partnercenter import clock
from partnercenter.audit.models import AuditRecord
from partnercenter.errors import Conflict, NotFound
from tests.cast import NOW, after, principal
from tests.factories import SYSTEM, SubscriptionFactory, product, sku

SAAS, AZURE = "RELECLOUD_BACKUP", "AZURE_PLAN"
E3, AUDIO, PHONE = "ENTERPRISEPACK", "MCOMEETADV", "MCOEV"


def buy(world, part, quantity=5, **rest):
    return SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product=part, quantity=quantity, **rest)


def read(subscription):
    return Subscription.objects.select_related("product", "customer", "partner", "parent").get(pk=subscription.pk)


def change(subscription, **members):
    return change_subscription(by=SYSTEM, subscription=read(subscription), change=SubscriptionChange(**members))


def refused(subscription, **members):
    before = list(Subscription.objects.order_by("pk").values())
    with pytest.raises(SubscriptionError) as refusal:
        change(subscription, **members)
    assert list(Subscription.objects.order_by("pk").values()) == before
    return refusal.value.code


def stands(subscription):
    return standing(read(subscription).life, clock.now()).value


# --- SaaS ---


def test_saas_begins_when_its_publisher_confirms_it_and_has_no_seats_in_the_directory(world):
    bought = buy(world, SAAS)
    assert (stands(bought), SubscribedSku.objects.count(), SeatWindow.objects.count()) == ("pending", 0, 0)
    with after(days=400):
        assert stands(bought) == "pending"
        activate_subscription(by=principal(world.ava), subscription=read(bought))
        assert stands(bought) == "active"
        assert read(bought).term_ends_at == (NOW + timedelta(days=400)).replace(year=2028)
        assert inventory(world.fabrikam).products == {}
    record = AuditRecord.objects.get(operation="update_subscription")
    assert (record.principal_name, record.before, record.after) == (
        world.ava.username,
        {"status": "pending"},
        {"status": "active"},
    )


def test_licenses_of_saas_change_both_ways_once_it_is_active(world):
    bought = buy(world, SAAS)
    assert refused(bought, quantity=6) == "subscription_not_active"
    activate_subscription(by=SYSTEM, subscription=read(bought))
    with after(days=100):
        assert [change(bought, quantity=count).quantity for count in (9, 2)] == [9, 2]
        assert [refused(bought, quantity=count) for count in (0, -1, 1_000_000)] == ["quantity_out_of_range"] * 3
        assert refused(bought, status="suspended") == "saas_not_suspended"
    assert SubscribedSku.objects.count() == 0


def test_saas_is_cancelled_within_its_own_window_and_before_it_begins(world):
    year, month, waiting = buy(world, SAAS), buy(world, SAAS, term="P1M"), buy(world, SAAS)
    for bought in (year, month):
        activate_subscription(by=SYSTEM, subscription=read(bought))
    with after(days=1, microseconds=-1):
        change(month, quantity=4)
    with after(days=1):
        assert refused(month, status="deleted") == "cancellation_window_passed"
    with after(days=14):
        assert refused(year, status="deleted") == "cancellation_window_passed"
    with after(days=14, microseconds=-1):
        assert change(year, status="deleted").status == "deleted"
    with after(days=300):
        assert change(waiting, status="deleted").status == "deleted"
        assert refused(waiting, status="deleted") == "subscription_deleted"


def test_who_may_not_activate_and_what_waits_for_nobody(world):
    bought, running = buy(world, SAAS), buy(world, E3)
    with pytest.raises(NotFound):
        activate_subscription(by=principal(world.max), subscription=read(bought))
    first, second = read(bought), read(bought)
    activate_subscription(by=principal(world.ava), subscription=first)
    with pytest.raises(Conflict):
        activate_subscription(by=principal(world.ava), subscription=second)
    for subscription in (bought, running):
        with pytest.raises(SubscriptionError) as refusal:
            activate_subscription(by=principal(world.ava), subscription=read(subscription))
        assert refusal.value.code == "nothing_to_activate"


# --- Usage ---


def test_usage_has_no_quantity_and_no_end(world):
    azure = buy(world, AZURE, quantity=7)
    assert (azure.quantity, SubscribedSku.objects.count()) == (1, 0)
    assert refused(azure, quantity=2) == "usage_without_quantity"
    assert change(azure, auto_renew=False, friendly_name="Lab").auto_renew is True
    with after(days=2000):
        assert stands(azure) == "active"
        assert change(azure, status="suspended").status == "suspended"
        assert change(azure, status="active").status == "active"
        assert change(azure, status="deleted").status == "deleted"


# --- Add-ons ---


def test_an_add_on_hangs_on_a_running_subscription_of_its_base(world):
    base, other = buy(world, E3), buy(world, "POWER_BI_PRO")
    elsewhere = SubscriptionFactory(customer=world.northwind, partner=world.contoso, product=E3)

    def order(parent):
        line = OrderLine(product=product(AUDIO), quantity=2, parent=parent and read(parent))
        (bought,) = place_order(by=principal(world.ava), customer=world.fabrikam, lines=[line])
        return bought

    assert (order(base).parent_id, order(None).parent_id) == (base.pk, None)
    with pytest.raises(SubscriptionError) as refusal:
        order(other)
    assert refusal.value.message == "Microsoft 365 Audio Conferencing is no add-on of Power BI Pro."
    with pytest.raises(NotFound):
        order(elsewhere)
    change(base, status="suspended")
    with pytest.raises(SubscriptionError):
        order(base)


def test_an_add_on_renews_ends_is_suspended_and_comes_back_with_its_base(world):
    base = buy(world, E3, term="P1M")
    with after(days=10):
        add_on = buy(world, AUDIO, quantity=2, parent=read(base))
        own = buy(world, PHONE, quantity=2, parent=read(base))
    assert (read(add_on).term, read(add_on).term_ends_at) == ("P1M", base.term_ends_at)
    with after(days=11):
        change(own, status="suspended")
    with after(days=12):
        change(base, status="suspended")
        assert [stands(row) for row in (base, add_on, own)] == ["suspended"] * 3
        assert refused(add_on, status="active") == "base_not_active"
        assert inventory(world.fabrikam).seats[sku(AUDIO)].total == 0
    with after(days=13):
        change(base, status="active", auto_renew=True)
        assert [stands(row) for row in (base, add_on, own)] == ["active", "active", "suspended"]
        assert read(add_on).auto_renew is True
        change(base, auto_renew=False)
        assert refused(add_on, auto_renew=True) == "base_not_active"
    with after(days=30):
        assert [stands(row) for row in (base, add_on)] == ["expired", "expired"]
        change(base, auto_renew=True)
        assert [stands(row) for row in (base, add_on)] == ["active", "active"]
        change(base, status="deleted")
        assert [stands(row) for row in (base, add_on, own)] == ["deleted"] * 3
    told = AuditRecord.objects.filter(operation="update_subscription", resource_id=str(add_on.pk))
    assert told.count() == 5


def test_the_data_names_products_of_the_catalog(db):
    known = {row["sku_id"] for row in rows("product_catalog.csv")}
    named = {str(found) for add_on, its in bases().items() for found in (add_on, *its)}
    assert named - known == set()
    beside = [row["id"] for row in rows("marketplace.csv")]
    assert len(set(beside)) == len(beside) == 4
    assert set(beside) & known == set()
    assert len({found[:8] for found in known | set(beside)}) == len(known | set(beside))  # told apart by their offers
