"""Seats are added through the service; what the ledgers show is the state of this moment."""

from licensing.models import SeatWindow, SubscribedSku, Subscription
from partnercenter.audit.models import AuditRecord
from tests.admin.pages import address, admin_of, errors_in
from tests.cast import after
from tests.factories import SubscriptionFactory, stock

E3 = "ENTERPRISEPACK"


def bought(world, **kwargs):
    return SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product=E3, quantity=10, **kwargs)


def units_shown(client, sku):
    (row,) = client.get(address(SubscribedSku), {"q": str(sku.pk)}).context["cl"].result_list
    shown = admin_of(SubscribedSku)
    return row.active_units, row.warning_units, row.suspended_units, shown.available(row), shown.over_assigned(row)


def test_more_seats_come_through_the_service(as_ops, world):
    subscription = bought(world)
    answer = as_ops.post(address(Subscription, "change", subscription.pk), {"quantity": 25})
    assert answer.status_code == 302
    assert list(SeatWindow.objects.values_list("units", flat=True)) == [25]
    entry = AuditRecord.objects.get(resource_id=str(subscription.pk), operation="update_subscription")
    assert (entry.door, entry.principal_name, entry.before, entry.after) == (
        "admin",
        "ops",
        {"quantity": 10},
        {"quantity": 25},
    )


def test_fewer_seats_are_refused_at_the_field(as_ops, world):
    subscription = bought(world)
    answer = as_ops.post(address(Subscription, "change", subscription.pk), {"quantity": 9})
    assert errors_in(answer) == {"quantity": ["Enter more than the 10 licenses that Office 365 E3 has now."]}
    assert Subscription.objects.get().quantity == 10
    assert not AuditRecord.objects.filter(door="admin").exists()


def test_only_the_quantity_is_changed_whatever_is_sent(as_ops, world):
    subscription = bought(world)
    sent = {"quantity": 11, "status": "deleted", "term": "P3Y"}
    as_ops.post(address(Subscription, "change", subscription.pk), sent)
    changed = Subscription.objects.get()
    assert (changed.quantity, changed.status, changed.term) == (11, "active", "P1Y")


def test_a_suspended_subscription_is_shown_but_not_changed(as_ops, world):
    subscription = bought(world)
    Subscription.objects.update(status=Subscription.Status.SUSPENDED)
    path = address(Subscription, "change", subscription.pk)
    assert [as_ops.get(path).status_code, as_ops.post(path, {"quantity": 11}).status_code] == [200, 403]


def test_seats_are_shown_as_they_are_by_the_clock(as_ops, world):
    sku = stock(world.fabrikam, E3, seats=3)
    bought(world, auto_renew=False)
    assert units_shown(as_ops, sku) == (13, 0, 0, 13, 0)
    with after(days=366):
        assert units_shown(as_ops, sku) == (3, 10, 0, 13, 0)
    with after(days=396):
        assert units_shown(as_ops, sku) == (3, 0, 10, 3, 0)


def test_seats_that_too_many_hold_are_named(as_ops, world):
    sku = stock(world.fabrikam, E3, seats=3)
    SubscribedSku.objects.filter(pk=sku.pk).update(consumed_units=5)
    assert units_shown(as_ops, sku) == (3, 0, 0, 0, 2)


def test_seats_and_subscriptions_lead_to_each_other(as_ops, world):
    sku, subscription = stock(world.fabrikam, E3, seats=3), Subscription.objects.get()
    narrowed = f"?customer={world.fabrikam.pk}&amp;product={sku.product_id}"
    on_seats = as_ops.get(address(SubscribedSku, "change", sku.pk)).content.decode()
    on_subscription = as_ops.get(address(Subscription, "change", subscription.pk)).content.decode()
    assert f'<a href="{address(Subscription)}{narrowed}">Subscriptions</a>' in on_seats
    assert f'<a href="{address(SubscribedSku)}{narrowed}">Subscribed SKUs</a>' in on_subscription
