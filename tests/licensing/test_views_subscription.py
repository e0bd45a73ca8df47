"""One subscription on its page: what is shown by the clock, what may be changed, and what is refused."""

import csv
import io

import pytest
from django.urls import reverse

from customers.models import ResellerRelationship
from licensing.models import Product, Subscription
from licensing.queries import inventory
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from partnercenter import clock
from tests.cast import after
from tests.factories import SYSTEM, CustomerFactory, CustomerUserFactory, SubscriptionFactory, product, sku
from tests.portal.editing import Editing
from tests.portal.visitor import Visitor
from tests.tenant.visitor import TenantVisitor

ARROW = "\N{RIGHTWARDS ARROW}"


@pytest.fixture
def sold(world) -> Subscription:
    """Contoso sold ten Power BI Pro to Fabrikam; Litware sold the same to its own customer."""
    SubscriptionFactory(customer=world.namesake, partner=world.litware, product="POWER_BI_PRO", quantity=7)
    return SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product="POWER_BI_PRO", quantity=10)


def address(subscription, step=""):
    arguments = [subscription.customer_id, subscription.pk, *([step] if step else [])]
    return reverse("subscription-change" if step else "subscription", args=arguments)


def open_page(user, subscription, step=""):
    return Visitor(user).get(address(subscription, step))


def facts(page):
    return {line.all("dt")[0].text: line.all("dd")[0].text for line in page.main.all("dl")[0].all("div")}


def commands(page):
    return [found.text for found in page.main.all(classes="command")]


def seats_of(customer, part_number="POWER_BI_PRO"):
    return inventory(customer).seats[sku(part_number)]


def test_the_page_says_what_it_is_and_what_follows(world, sold):
    page = open_page(world.sam, sold)
    assert (page.status, page.headline) == (200, "Power BI Pro | Subscription")
    assert facts(page) == {
        "Status": "Active Auto renews on Nov 22, 2027, 12:00 UTC",
        "Product": "Power BI Pro",
        "Assigned": "0 of 10",
        "Type": "New commerce",
        "Term": "1 year",
        "Billing": "Monthly",
        "Price": "Not part of this server",
        "Bought": "Nov 22, 2026, 12:00 UTC",
        "Subscription ID": str(sold.pk),
        "Order ID": str(sold.order_id),
    }


def test_quantity_nickname_and_renewal_change_together_and_are_told(world, sold):
    answer = open_page(world.ava, sold).post_form.submit(friendly_name="Reports", quantity="12", auto_renew=None)
    page = answer.follow()
    assert page.messages == ["Reports was saved: 12 licenses."]
    sold.refresh_from_db()
    assert (sold.friendly_name, sold.quantity, sold.auto_renew) == ("Reports", 12, False)
    assert facts(page)["Status"] == "Active Ends on Nov 22, 2027, 12:00 UTC"
    assert facts(page)["Is disabled on"] == "Dec 22, 2027, 12:00 UTC"
    (line,) = [row for row in page.rows if row[1] == "Update Subscription"]
    assert line[1:] == [
        "Update Subscription",
        world.ava.username,
        f"Auto renew: True {ARROW} FalseNickname: {ARROW} ReportsQuantity: 10 {ARROW} 12",
    ]
    assert seats_of(world.fabrikam).total == 12


def test_a_bad_quantity_is_refused_at_its_field_and_stays_typed(world, sold):
    Subscription.objects.filter(pk=sold.pk).update(created_at=clock.now())
    expected = {
        "": "Enter a number.",
        "1.5": "Enter a whole number.",
        "many": "Enter a whole number.",
        "0": "Enter a number from 1 to 100,000.",
        "-3": "Enter a number from 1 to 100,000.",
        "1000000": "Enter a number from 1 to 100,000.",
    }
    page = open_page(world.ava, sold)
    for typed, message in expected.items():
        refused = page.post_form.submit(quantity=typed, friendly_name="Kept")
        assert (refused.status, refused.errors_of("quantity")) == (400, [message]), typed
        assert refused.post_form.values["friendly_name"] == ["Kept"]
    sold.refresh_from_db()
    assert (sold.quantity, sold.friendly_name, sold.version) == (10, "", 1)


def test_new_seats_can_be_given_back_for_seven_days_and_not_later(world, sold):
    with after(days=30):
        open_page(world.ava, sold).post_form.submit(quantity="15")
        page = open_page(world.ava, sold)
        assert "5 licenses until Dec 29, 2026, 12:00 UTC" in page.text
        refused = page.post_form.submit(quantity="9")
        assert refused.errors_of("quantity") == [
            "You have passed the 7-day window for reducing licenses of Power BI Pro: 5 of the 15 can be given back now."
        ]
        page.post_form.submit(quantity="11")
        assert seats_of(world.fabrikam).total == 11
    with after(days=38):
        page = open_page(world.ava, sold)
        assert "None can be given back now." in page.text
        refused = page.post_form.submit(quantity="10")
        assert "none can be given back now" in refused.errors_of("quantity")[0]
        assert "window for cancelling" in open_page(world.ava, sold).text


def test_fewer_seats_than_users_takes_nothing_away_and_stops_new_ones(world, sold):
    for user in (world.dana, world.global_admin):
        update_licenses(by=SYSTEM, user=user, update=LicenseUpdate(assign=(LicenseToAssign(sku("POWER_BI_PRO")),)))
    page = open_page(world.ava, sold).post_form.submit(quantity="1").follow()
    over = (
        "Over-assigned by 1. Nothing was taken from anybody, but no further user gets this product until "
        "licenses are bought or given back."
    )
    assert page.messages == ["Power BI Pro was saved: 1 license.", over]
    assert facts(page)["Assigned"] == "2 of 1 Over-assigned by 1"
    assert (seats_of(world.fabrikam).available, seats_of(world.fabrikam).consumed) == (0, 2)


def test_of_two_who_change_one_subscription_the_second_is_told(world, sold):
    first, second = open_page(world.ava, sold), open_page(world.nora, sold)
    first.post_form.submit(quantity="11")
    told = second.post_form.submit(quantity="20")
    assert told.status == 409
    assert "Somebody changed this subscription in the meantime; look again." in told.messages[0]
    assert told.post_form.values["quantity"] == ["20"]
    sold.refresh_from_db()
    assert sold.quantity == 11
    told.post_form.submit()
    sold.refresh_from_db()
    assert sold.quantity == 20


def test_suspend_reactivate_and_cancel_ask_first(world, sold):
    question = open_page(world.ava, sold, "suspend")
    assert "Fabrikam, Inc. loses 10 licenses of Power BI Pro until the subscription is reactivated." in question.text
    page = question.post_form.submit().follow()
    assert page.messages == ["Power BI Pro is suspended."]
    assert facts(page)["Status"] == "Suspended Suspended on Nov 22, 2026, 12:00 UTC"
    assert seats_of(world.fabrikam).total == 0
    assert commands(page) == ["Reactivate", "Cancel subscription"]
    open_page(world.ava, sold, "reactivate").post_form.submit()
    assert seats_of(world.fabrikam).total == 10
    page = open_page(world.ava, sold, "cancel").post_form.submit().follow()
    assert facts(page)["Status"] == "Deleted Cancelled"
    assert commands(page) == []
    assert "This subscription is over; order the product again." in page.text


def test_cancelled_twice_is_told_and_changes_nothing(world, sold):
    first, second = open_page(world.ava, sold, "cancel"), open_page(world.nora, sold, "cancel")
    first.post_form.submit()
    told = second.post_form.submit()
    assert (told.status, told.messages) == (
        400,
        ["Please check what you entered. Power BI Pro was cancelled or has ended; order it again."],
    )


def test_time_alone_walks_a_subscription_to_its_end(world):
    ending = SubscriptionFactory(
        customer=world.fabrikam, partner=world.contoso, product="POWER_BI_PRO", quantity=4, auto_renew=False
    )
    found = {}
    for days in (0, 366, 396, 486):
        with after(days=days):
            page = open_page(world.ava, ending)
            found[days] = facts(page)["Status"], seats_of(world.fabrikam).total
    assert found == {
        0: ("Active Ends on Nov 22, 2027, 12:00 UTC", 4),
        366: ("Expired Expired on Nov 22, 2027, 12:00 UTC", 4),
        396: ("Disabled Disabled on Dec 22, 2027, 12:00 UTC", 0),
        486: ("Deleted Deleted", 0),
    }


def test_who_may_not_change_it_sees_why(world, sold):
    for user in (world.sam, world.harry):
        page = open_page(user, sold)
        assert page.main.all("form") == []
        assert page.reasons[-1] == (
            "Buying licenses and changing subscriptions needs the partner role Admin agent or Global admin. "
            "A Global admin of your partner account can assign it."
        )
        assert open_page(user, sold, "cancel").status == 403
        assert Visitor(user).post(address(sold), {"quantity": "99", "version": "1"}).status == 403
    sold.refresh_from_db()
    assert sold.quantity == 10


def test_what_another_partner_sold_is_not_there(world, sold):
    theirs = Subscription.objects.get(partner=world.litware)
    assert [open_page(world.ava, theirs).status, open_page(world.max, sold).status] == [404, 404]
    there = reverse("subscription", args=[world.northwind.pk, sold.pk])
    assert Visitor(world.ava).get(there).status == 404
    assert open_page(world.ava, sold, "explode").status == 404


def test_a_product_of_the_catalog_is_found_and_bought(world):
    product("VISIOCLIENT"), product("POWER_BI_PRO"), product("SHAREPOINTSTORAGE")
    visitor = Visitor(world.ava)
    page = visitor.get(reverse("subscriptions", args=[world.fabrikam.pk])).follow("Add subscription")
    assert page.names == ["Office 365 Extra File Storage", "Power BI Pro", "Visio Plan 2"]
    assert visitor.get(f"{page.address}?q=visioclient").names == ["Visio Plan 2"]
    form = page.follow("Visio Plan 2")
    refused = form.post_form.submit(quantity="0", friendly_name="Drawing")
    assert (refused.status, refused.errors_of("quantity")) == (400, ["Enter a number from 1 to 100,000."])
    bought = refused.post_form.submit(quantity="3", term="P3Y", billing_cycle="annual").follow()
    assert bought.headline == "Drawing | Subscription"
    assert facts(bought)["Term"] == "3 years"
    assert facts(bought)["Status"] == "Active Auto renews on Nov 22, 2029, 12:00 UTC"
    assert seats_of(world.fabrikam, "VISIOCLIENT").total == 3
    history = visitor.get(reverse("orders", args=[world.fabrikam.pk]))
    assert [row[1:6] for row in history.rows] == [["Visio Plan 2", "3", "3 years", "Annual", "None here"]]


def test_only_a_reseller_with_the_role_buys(world):
    visio = product("VISIOCLIENT")
    there = {customer: reverse("order", args=[customer.pk, visio.pk]) for customer in (world.fabrikam, world.proseware)}
    assert Visitor(world.sam).get(there[world.fabrikam]).status == 403
    assert Visitor(world.max).get(there[world.fabrikam]).status == 404
    assert Visitor(world.ava).get(there[world.proseware]).status == 404
    ResellerRelationship.objects.filter(partner=world.contoso).update(ended_at=clock.now())
    assert Visitor(world.ava).get(there[world.fabrikam]).status == 404
    assert Subscription.objects.count() == 0


def test_the_list_is_searched_sorted_paged_and_exported(world, sold, settings):
    settings.PAGE_SIZE = 2
    SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product="VISIOCLIENT", quantity=1)
    named = SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product="ENTERPRISEPACK", quantity=30)
    Subscription.objects.filter(pk=named.pk).update(friendly_name="=Office")
    visitor = Visitor(world.ava)
    there = reverse("subscriptions", args=[world.fabrikam.pk])
    first = visitor.get(there)
    assert first.names == ["=Office Office 365 E3", "Power BI Pro"]
    assert first.turn("Next").names == ["Visio Plan 2"]
    by_quantity = visitor.get(f"{there}?sort=-quantity")
    assert by_quantity.names == ["=Office Office 365 E3", "Power BI Pro"]
    assert by_quantity.turn("Next").names == ["Visio Plan 2"]
    assert visitor.get(f"{there}?sort=quantity&after=bnVsbA").names == ["Visio Plan 2", "Power BI Pro"]
    assert visitor.get(f"{there}?q=office").names == ["=Office Office 365 E3"]
    response = visitor.client.get(reverse("export-subscriptions", args=[world.fabrikam.pk]))
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert [row[1:] for row in csv.reader(io.StringIO(text))] == [
        ["Subscription", "Quantity", "Status", "Reseller"],
        ["'=Office", "30", "Auto renews on 2027-11-22", "Contoso Cloud Partners"],
        ["Power BI Pro", "10", "Auto renews on 2027-11-22", "Contoso Cloud Partners"],
        ["Visio Plan 2", "1", "Auto renews on 2027-11-22", "Contoso Cloud Partners"],
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_the_same_queries_at_any_length(world, django_assert_num_queries, rows):
    customer = CustomerFactory(sold_by=[world.contoso])
    for part_number in ("VISIOCLIENT", "POWER_BI_PRO", "ENTERPRISEPACK")[:rows]:
        SubscriptionFactory(customer=customer, partner=world.contoso, product=part_number)
    assert Product.objects.count() == rows
    visitor = Visitor(world.ava)
    counts = {"subscriptions": 10, "orders": 7, "catalog": 8}
    for name, queries in counts.items():
        there = reverse(name, args=[customer.pk])
        visitor.get(there)
        with django_assert_num_queries(queries):
            assert len(visitor.get(there).rows) == rows


def test_more_users_than_licenses_are_told_on_the_pages_of_both_sides_and_nobody_else_gets_one(world, sold):
    for user in (world.dana, world.global_admin):
        update_licenses(by=SYSTEM, user=user, update=LicenseUpdate(assign=(LicenseToAssign(sku("POWER_BI_PRO")),)))
    staff, customer = Visitor(world.ava), TenantVisitor(world.global_admin)
    staff.get(address(sold)).post_form.submit(quantity="1")
    other = CustomerUserFactory(customer=world.fabrikam)
    wizard = Editing(staff, other)
    bulk = f"/customers/{world.fabrikam.pk}/users/licenses/?selected={other.pk}"
    pages = {
        "the list": staff.get(reverse("subscriptions", args=[world.fabrikam.pk])),
        "the subscription": staff.get(address(sold)),
        "the wizard": wizard.next() and wizard.next(),
        "the bulk page": staff.open(bulk),
        "the report": staff.get(reverse("license-report", args=[world.fabrikam.pk, "products"])),
        "the customer's licenses": customer.get("/tenant/billing/licenses/"),
        "the customer's product": customer.get(f"/tenant/billing/licenses/{sku('POWER_BI_PRO')}/"),
    }
    silent = [name for name, page in pages.items() if "over-assigned by 1" not in page.text.casefold()]
    assert silent == ["the report"]  # which has a column for it
    assert pages["the report"].rows[0][-1] == "1"
    refused = wizard.forge("licenses", {"product": [str(sku("POWER_BI_PRO"))]})
    assert (refused.status, wizard.step) == (400, "licenses")
    assert seats_of(world.fabrikam).consumed == 2
