"""Buying more seats of what a customer has."""

import uuid
from urllib.parse import quote

import pytest
from django.urls import reverse

from customers.models import Customer, ResellerRelationship
from licensing.models import Subscription
from licensing.queries import inventory
from licensing.services.subscriptions import add_seats
from partnercenter import clock
from partnercenter.accounts.models import User
from partnercenter.audit.models import AuditRecord, Operation
from tests.cast import after
from tests.factories import SYSTEM, SubscriptionFactory, product, sku
from tests.portal.editing import Editing
from tests.portal.visitor import Page, Visitor

POWER_BI = sku("POWER_BI_PRO")


@pytest.fixture
def sold(world) -> Subscription:
    SubscriptionFactory(customer=world.namesake, partner=world.litware, product="POWER_BI_PRO", quantity=7)
    return SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product="POWER_BI_PRO", quantity=10)


def address(customer: Customer, bought: uuid.UUID | str = POWER_BI, *, back: str = "") -> str:
    query = f"product={bought}" + (f"&next={quote(back)}" if back else "")
    return f"{reverse('buy-more', args=[customer.pk])}?{query}"


def open_page(user: User, customer: Customer, **more: str) -> Page:
    return Visitor(user).get(address(customer, **more))


def quantities() -> list[int]:
    return sorted(Subscription.objects.values_list("quantity", flat=True))


def bought() -> list[tuple[str, dict[str, int], dict[str, int]]]:
    """What the audit has of it: who, before, after."""
    rows = AuditRecord.objects.filter(operation=Operation.UPDATE_SUBSCRIPTION).order_by("occurred_at")
    return [(row.principal_name, row.before, row.after) for row in rows]


def test_more_seats_are_there_at_once_and_the_record_says_who_bought_them(world, sold):
    page = open_page(world.ava, world.fabrikam)
    assert page.headline == "Power BI Pro | Buy more licenses"
    assert page.form().values["quantity"] == ["11"]
    page = page.visitor.arrive(page.form().submit(quantity="12"))
    assert page.address == reverse("subscriptions", args=[world.fabrikam.pk])
    assert page.messages == ["Power BI Pro now has 12 licenses."]
    assert page.rows[0][2:4] == ["12 licenses", "0 of 12"]
    assert quantities() == [7, 12]
    assert bought() == [("ava.admin@contoso-partners.example", {"quantity": 10}, {"quantity": 12})]
    assert inventory(world.fabrikam).seats[POWER_BI].available == 12


def test_a_wrong_number_is_refused_at_its_field_and_stays_in_it(world, sold):
    out_of_range, more = (
        "Enter a number from 1 to 100,000.",
        "Enter more than the 10 licenses that Power BI Pro has now.",
    )
    page = open_page(world.ava, world.fabrikam)
    for quantity, message in {
        "0": out_of_range,
        "-1": out_of_range,
        "1000000": out_of_range,
        "9" * 400: out_of_range,
        "9" * 5000: "Enter a whole number.",
        "1.5": "Enter a whole number.",
        "ten": "Enter a whole number.",
        "": "Enter a number.",
        "10": more,
        "9": more,
    }.items():
        page = page.form().submit(quantity=quantity)
        shown = [control["value"] for control in page.form().controls if control["name"] == "quantity"]
        assert (page.status, page.errors_of("quantity"), shown) == (400, [message], [quantity])
    assert quantities() == [7, 10]
    assert bought() == []


def test_what_somebody_else_bought_meanwhile_is_told_and_the_second_try_counts(world, sold):
    page = open_page(world.ava, world.fabrikam)
    add_seats(by=SYSTEM, subscription=Subscription.objects.get(pk=sold.pk), quantity=20)
    page = page.form().submit(quantity="30")
    assert page.status == 409
    assert "Somebody changed this subscription in the meantime; look again." in page.text
    assert "has 20 licenses of" in page.text
    assert quantities() == [7, 20]
    page = page.visitor.arrive(page.form().submit(quantity="30"))
    assert page.messages == ["Power BI Pro now has 30 licenses."]
    assert quantities() == [7, 30]


def test_the_same_form_sent_twice_buys_once(world, sold):
    page = open_page(world.ava, world.fabrikam)
    assert page.form().submit(quantity="12").status == 302
    again = page.form().submit(quantity="12")
    assert again.status == 400
    assert again.errors_of("quantity") == ["Enter more than the 12 licenses that Power BI Pro has now."]
    assert len(bought()) == 1


def test_a_forged_version_buys_nothing(world, sold):
    for version in ("", "x", "-1", "0", "9" * 40):
        page = Visitor(world.ava).post(address(world.fabrikam), {"quantity": "12", "version": version})
        assert page.status in (400, 409)
    assert quantities() == [7, 10]


def test_an_empty_form_buys_nothing(world, sold):
    page = Visitor(world.ava).post(address(world.fabrikam))
    assert page.status == 400
    assert quantities() == [7, 10]


@pytest.mark.parametrize("who", ["sam", "harry"])
def test_who_may_not_buy_is_told_which_partner_role_would_do(world, sold, who):
    visitor = Visitor(getattr(world, who))
    for page in (visitor.get(address(world.fabrikam)), visitor.post(address(world.fabrikam), {"quantity": "99"})):
        assert page.status == 403
        assert (
            "Buying licenses and changing subscriptions needs the partner role Admin agent or Global admin."
        ) in page.text
    assert quantities() == [7, 10]


def test_buying_needs_no_right_in_the_directory(world, sold):
    page = open_page(world.nora, world.fabrikam)
    page.form().submit(quantity="11")
    assert quantities() == [7, 11]


def test_a_partner_cannot_buy_for_what_another_one_sold(world, sold):
    """Litware sees Fabrikam, through its admin relationship, and sold nothing there."""
    for there in (address(world.fabrikam), f"{reverse('buy-more', args=[world.fabrikam.pk])}?subscription={sold.pk}"):
        assert Visitor(world.max).get(there).status == 404
        assert Visitor(world.max).post(there, {"quantity": "99", "version": "1"}).status == 404
    assert quantities() == [7, 10]


def test_a_subscription_of_another_customer_is_not_there(world, sold):
    there = f"{reverse('buy-more', args=[world.northwind.pk])}?subscription={sold.pk}"
    assert Visitor(world.ava).get(there).status == 404


def test_a_product_that_was_not_sold_here_is_not_there(world, sold):
    product("VISIOCLIENT")
    for wanted in ("", "garbage", str(uuid.UUID(int=0)), str(sku("VISIOCLIENT"))):
        assert open_page(world.ava, world.fabrikam, bought=wanted).status == 404
    assert Visitor(world.ava).get(address(world.fabrikam).replace("product", "subscription")).status == 404


def test_a_suspended_subscription_sells_nothing(world, sold):
    Subscription.objects.filter(pk=sold.pk).update(status=Subscription.Status.SUSPENDED)
    assert open_page(world.ava, world.fabrikam).status == 404


def test_a_term_that_ended_sells_nothing(world, sold):
    Subscription.objects.filter(pk=sold.pk).update(auto_renew=False)
    with after(days=366):
        page = open_page(world.ava, world.fabrikam)
        page = page.form().submit(quantity="12") if page.status == 200 else page
        assert page.status in (400, 404)
    assert quantities() == [7, 10]


def test_without_a_reseller_relationship_nothing_is_sold(world, sold):
    page = open_page(world.ava, world.fabrikam)
    ResellerRelationship.objects.filter(partner=world.contoso).update(ended_at=clock.now())
    page = page.form().submit(quantity="12")
    assert page.status == 403
    assert "Contoso Cloud Partners does not sell to Fabrikam, Inc.; request a reseller relationship first." in page.text
    assert quantities() == [7, 10]


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "javascript:alert(1)",
    "http:evil",
    "\t//evil.example",
]


def test_it_leads_nowhere_but_to_our_own_pages(world, sold):
    own = reverse("subscriptions", args=[world.fabrikam.pk])
    for number, back in enumerate(ELSEWHERE, start=11):
        page = open_page(world.ava, world.fabrikam, back=back)
        assert page.links("Cancel") == [own]
        assert page.form().submit(quantity=str(number)).location == own


def test_a_word_that_names_an_address_is_no_address(world, sold):
    page = open_page(world.ava, world.fabrikam, back="edit-user")
    assert page.form().submit(quantity="11").status == 302


def test_from_the_wizard_it_leads_back_to_the_licenses_with_the_seats_there(world, sold):
    Subscription.objects.filter(pk=sold.pk).update(quantity=0)
    sold.refresh_from_db()
    sold.seat_windows.all().delete()
    editing = Editing(world.ava, world.dana)
    editing.next(first_name="Diana")
    editing.next()
    page = editing.page.follow("Buy more licenses of Power BI Pro")
    assert page.links("Cancel") == [editing.url("licenses")]
    editing.page = page.visitor.arrive(page.form().submit(quantity="2"))
    assert editing.step == "licenses"
    assert editing.page.messages == ["Power BI Pro now has 2 licenses."]
    assert editing.form.offered("product") == [str(POWER_BI)]
    editing.next(product=[str(POWER_BI)])
    editing.complete()
    assert editing.step == "result"


@pytest.mark.race
def test_two_who_buy_at_once_are_not_both_served(lasting_world, race):
    world = lasting_world
    sold = SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product="POWER_BI_PRO", quantity=10)
    forms = [Visitor(user).get(address(world.fabrikam)).form() for user in (world.ava, world.nora)]
    pages = race(
        [
            lambda form=form, number=number: form.submit(quantity=str(number))
            for form, number in zip(forms, (12, 14), strict=True)
        ]
    )
    assert sorted(page.status for page in pages) in ([302, 400], [302, 409])
    sold.refresh_from_db()
    assert sold.quantity in (12, 14)
    assert sold.version == 2
    assert len(bought()) == 1
