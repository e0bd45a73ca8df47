"""A customer's subscriptions, as the partner that sold them sees them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from customers.models import Customer, ResellerRelationship
from licensing.models import Subscription
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from licensing.services.subscriptions import rewrite_windows
from partnercenter import clock
from partnercenter.accounts.models import User
from tests.cast import after
from tests.factories import SYSTEM, CustomerUserFactory, SubscriptionFactory, sku
from tests.portal.visitor import Page, Visitor

NOTHING_SOLD = "Your company has sold nothing to this customer yet."


def open_page(user: User, customer: Customer) -> Page:
    page = Visitor(user).get(reverse("subscriptions", args=[customer.pk]))
    assert page.status == 200
    return page


@pytest.fixture
def sold(world) -> Subscription:
    """Contoso sold Power BI to Fabrikam; Litware sold something to its own customers."""
    for customer in (world.namesake, world.proseware):
        SubscriptionFactory(customer=customer, partner=world.litware, product="VISIOCLIENT", quantity=7)
    return SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product="POWER_BI_PRO", quantity=10)


def reduce_to(subscription: Subscription, quantity: int) -> None:
    subscription.quantity = quantity
    subscription.save()
    rewrite_windows(subscription)


def test_the_page_shows_what_was_sold_and_how_much_of_it_is_in_use(world, sold):
    update_licenses(by=SYSTEM, user=world.dana, update=LicenseUpdate(assign=(LicenseToAssign(sku("POWER_BI_PRO")),)))
    SubscriptionFactory(
        customer=world.fabrikam, partner=world.contoso, product="SHAREPOINTSTORAGE", quantity=1, auto_renew=False
    )
    page = open_page(world.ava, world.fabrikam)
    assert page.headline == "Fabrikam, Inc. | Subscriptions"
    assert page.columns == ["Name", "Type", "Quantity", "Assigned", "Status", "Action"]
    assert [row[:5] for row in page.rows] == [
        [
            "Office 365 Extra File Storage",
            "New commerce",
            "1 license",
            "Not assignable to users",
            "Ends on Nov 22, 2027",
        ],
        ["Power BI Pro", "New commerce", "10 licenses", "1 of 10", "Auto renews on Nov 22, 2027"],
    ]


def test_no_right_in_the_directory_is_needed(world, sold):
    for user in (world.nora, world.sam, world.harry):
        assert open_page(user, world.fabrikam).names == ["Power BI Pro"]


def test_a_partner_sees_only_what_it_sold_itself(world, sold):
    page = open_page(world.max, world.fabrikam)
    assert page.main.all("table") == []
    assert NOTHING_SOLD in page.text
    assert "Power BI" not in page.html
    assert open_page(world.max, world.namesake).names == ["Visio Plan 2"]


def test_a_customer_without_subscriptions_says_so(world):
    assert NOTHING_SOLD in open_page(world.ava, world.tailspin).text


def test_more_users_than_seats_are_told_plainly(world, sold):
    for _ in range(3):
        update_licenses(
            by=SYSTEM,
            user=CustomerUserFactory(customer=world.fabrikam),
            update=LicenseUpdate(assign=(LicenseToAssign(sku("POWER_BI_PRO")),)),
        )
    reduce_to(sold, 1)
    assert open_page(world.ava, world.fabrikam).rows[0][3] == "3 of 1 Over-assigned by 2"


def test_a_subscription_that_was_suspended_says_so_and_sells_nothing(world, sold):
    Subscription.objects.filter(pk=sold.pk).update(status=Subscription.Status.SUSPENDED)
    row = open_page(world.ava, world.fabrikam).rows[0]
    assert row[4:] == ["Suspended on Nov 22, 2026", ""]


def test_time_alone_ends_a_term_or_begins_the_next(world, sold):
    SubscriptionFactory(
        customer=world.fabrikam, partner=world.contoso, product="VISIOCLIENT", quantity=1, auto_renew=False
    )
    with after(days=366):
        rows = open_page(world.ava, world.fabrikam).rows
    assert [[row[0], *row[4:]] for row in rows] == [
        ["Power BI Pro", "Auto renews on Nov 22, 2028", "Buy more licenses of Power BI Pro"],
        ["Visio Plan 2", "Expired on Nov 22, 2027", ""],
    ]


def test_who_may_buy_finds_the_way_to_it_and_nobody_else_does(world, sold):
    link = "Buy more licenses of Power BI Pro"
    assert open_page(world.ava, world.fabrikam).follow(link).headline == "Power BI Pro | Buy more licenses"
    assert open_page(world.nora, world.fabrikam).rows[0][5] == link
    assert open_page(world.nora, world.fabrikam).reasons == []
    needs = "Buying licenses and changing subscriptions needs the partner role Admin agent or Global admin."
    for user in (world.sam, world.harry):
        page = open_page(user, world.fabrikam)
        assert page.rows[0][5] == ""
        assert page.reasons == [f"{needs} A Global admin of your partner account can assign it."]


def test_a_partner_that_sells_no_longer_to_the_customer_is_not_led_to_buy(world, sold):
    ResellerRelationship.objects.filter(partner=world.contoso).update(ended_at=clock.now())
    page = open_page(world.ava, world.fabrikam)
    assert page.rows[0][5] == ""
    (reason,) = page.reasons
    assert reason.startswith("Buying more needs a reseller relationship with Fabrikam, Inc. Your company has none")


def test_of_two_subscriptions_of_one_product_each_leads_to_itself(world, sold):
    second = SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product="POWER_BI_PRO", quantity=3)
    Subscription.objects.filter(pk=second.pk).update(friendly_name="Second", created_at=clock.now() + timedelta(days=1))
    page = open_page(world.ava, world.fabrikam).follow("Buy more licenses of Second")
    assert "has 3 licenses of" in page.text
    page.form().submit(quantity="5")
    assert sorted(Subscription.objects.filter(customer=world.fabrikam).values_list("quantity", flat=True)) == [5, 10]


def test_a_nickname_full_of_markup_stays_text(world, sold):
    Subscription.objects.filter(pk=sold.pk).update(friendly_name="<script>alert(1)</script>")
    assert open_page(world.ava, world.fabrikam).names == ["<script>alert(1)</script> Power BI Pro"]
