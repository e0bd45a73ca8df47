"""SaaS, usage and add-ons on the pages of both sides and in the v1 API."""

import pytest
from django.urls import reverse

from licensing.api.subscription_presenters import offer_id
from licensing.models import Subscription
from licensing.services.subscriptions import activate_subscription
from tests.cast import after
from tests.factories import SYSTEM, SubscriptionFactory, product, sku
from tests.graph import Graph
from tests.licensing.test_views_subscription import address, commands, facts, open_page
from tests.partner_center import Api, body_of, code_of
from tests.portal.visitor import Visitor
from tests.tenant.visitor import TenantVisitor

SAAS, AZURE, E3, AUDIO = "RELECLOUD_BACKUP", "AZURE_PLAN", "ENTERPRISEPACK", "MCOMEETADV"
JAVA = {"MS-PartnerCenter-Client": "Partner Center Java SDK"}
WAITS = "Action needed: activate at Relecloud"


def buy(world, part, quantity=5, **rest):
    return SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product=part, quantity=quantity, **rest)


@pytest.fixture
def saas(world):
    return buy(world, SAAS)


@pytest.fixture
def subscriptions(world):
    return f"/v1/customers/{world.fabrikam.pk}/subscriptions"


def test_saas_is_ordered_activated_at_its_publisher_changed_and_cancelled(world):
    product(SAAS)
    page = Visitor(world.ava).get(reverse("catalog", args=[world.fabrikam.pk]))
    assert page.rows == [["Relecloud Backup", "RELECLOUD_BACKUP", "SaaS by Relecloud"]]
    page = page.follow("Relecloud Backup").post_form.submit(quantity="3").follow()
    told = "The term begins, and licenses can be used, once the publisher has confirmed the subscription."
    assert page.messages == [
        "Relecloud Backup is ordered; it begins when Relecloud confirms it.",
        f"Action needed. {told}",
    ]
    assert facts(page)["Status"] == f"Pending {WAITS}"
    assert (facts(page)["Quantity"], facts(page)["Assigned"], facts(page)["Publisher"]) == (
        "3",
        "At Relecloud",
        "Relecloud",
    )
    assert commands(page) == ["Go to publisher's site", "Cancel subscription"]
    assert "quantity" not in page.post_form.values
    there = page.follow("Go to publisher's site")
    assert "This page stands for the publisher's site" in there.text
    again = there.visitor.get(there.address)
    page = there.post_form.submit().follow()
    assert page.messages == ["Relecloud Backup is active."]
    assert facts(page)["Status"] == "Active Auto renews on Nov 22, 2027, 12:00 UTC"
    late = again.post_form.submit()
    assert (late.status, late.messages) == (
        400,
        ["Please check what you entered. Relecloud Backup is active; it waits for no publisher."],
    )
    with after(days=100):
        page = page.visitor.get(page.address)
        assert "3 licenses at any time" in page.text
        for quantity in ("8", "1"):
            page = page.post_form.submit(quantity=quantity).follow()
        assert page.messages == ["Relecloud Backup was saved: 1 license."]
        for typed in ("0", "-1", "1000000", "1.5", ""):
            refused = page.post_form.submit(quantity=typed)
            assert (refused.status, len(refused.errors_of("quantity"))) == (400, 1), typed
        assert commands(page) == ["Cancel subscription (not available: why?)"]
        cancelled = page.visitor.get(f"{page.address}cancel/").post_form.submit()
        assert "14-day window for cancelling Relecloud Backup" in cancelled.messages[0]
    page = page.visitor.get(f"{page.address}cancel/").post_form.submit().follow()
    assert facts(page)["Status"] == "Deleted Cancelled"


def test_usage_has_neither_quantity_nor_term_and_is_suspended_and_cancelled(world):
    product(AZURE)
    page = Visitor(world.ava).get(reverse("order", args=[world.fabrikam.pk, sku(AZURE)]))
    assert {"quantity", "term", "billing_cycle"} & set(page.post_form.values) == set()
    page = page.post_form.submit(friendly_name="Lab").follow()
    assert page.messages == ["Fabrikam, Inc. has Azure plan now."]
    assert facts(page)["Status"] == "Active Runs until it is cancelled"
    assert {"Term", "Billing"} & set(facts(page)) == set()
    assert (facts(page)["Usage"], "Licenses to reduce" in page.text) == ("Azure portal", False)
    page = page.post_form.submit(friendly_name="Laboratory").follow()
    assert page.messages == ["Laboratory was saved."]
    page = page.visitor.get(f"{page.address}suspend/").post_form.submit().follow()
    assert facts(page)["Status"] == "Suspended Suspended on Nov 22, 2026, 12:00 UTC"
    page = page.visitor.get(f"{page.address}reactivate/").post_form.submit().follow()
    page = page.visitor.get(f"{page.address}cancel/").post_form.submit().follow()
    assert page.messages == ["Laboratory is cancelled."]


def test_an_add_on_is_bought_on_the_page_of_its_base_and_follows_it(world):
    base = buy(world, E3)
    product(AUDIO)
    page = open_page(world.ava, base).follow("Add Microsoft 365 Audio Conferencing")
    assert {"term", "billing_cycle"} & set(page.post_form.values) == set()
    refused = page.post_form.submit(quantity="0", friendly_name="Kept")
    assert (refused.status, refused.post_form.values["friendly_name"]) == (400, ["Kept"])
    page = page.post_form.submit(quantity="2").follow()
    assert facts(page)["Add-on of"] == "Office 365 E3"
    add_on = Subscription.objects.get(parent=base)
    assert "Microsoft 365 Audio Conferencing" in open_page(world.ava, base).text
    question = open_page(world.ava, base, "suspend")
    question.post_form.submit()
    page = open_page(world.ava, add_on)
    assert facts(page)["Status"] == "Suspended Suspended on Nov 22, 2026, 12:00 UTC"
    assert "Microsoft 365 Audio Conferencing is an add-on of Office 365 E3: reactivate that first." in page.text
    late = page.visitor.get(address(add_on, "reactivate")).post_form.submit()
    assert (late.status, "reactivate that first" in late.messages[0]) == (400, True)
    order = reverse("order", args=[world.fabrikam.pk, sku(AUDIO)])
    theirs = SubscriptionFactory(customer=world.namesake, partner=world.litware, product=E3)
    assert [Visitor(world.ava).get(f"{order}?base={odd}").status for odd in (theirs.pk, "x", "")] == [404] * 3


def test_the_list_shows_all_kinds_or_one_with_the_same_queries(world, saas, django_assert_max_num_queries):
    base = buy(world, E3)
    here = reverse("subscriptions", args=[world.fabrikam.pk])
    visitor = Visitor(world.ava)
    visitor.get(here)
    with django_assert_max_num_queries(30) as few:
        assert len(visitor.get(here).rows) == 2
    buy(world, AZURE)
    buy(world, AUDIO, parent=base)
    with django_assert_max_num_queries(30) as many:
        page = visitor.get(here)
    assert len(few) == len(many)
    assert [row[:5] for row in page.rows] == [
        ["Azure plan", "Usage-based", "By use", "By use", "Runs until it is cancelled"],
        [
            "Microsoft 365 Audio Conferencing Add-on of Office 365 E3",
            "New commerce",
            "5 licenses",
            "0 of 5",
            "Auto renews on Nov 22, 2027",
        ],
        ["Office 365 E3", "New commerce", "5 licenses", "0 of 5", "Auto renews on Nov 22, 2027"],
        ["Relecloud Backup", "SaaS", "5 licenses", "At Relecloud", WAITS],
    ]
    assert [row[5] for row in page.rows] == [
        "",
        "Buy more licenses of Microsoft 365 Audio Conferencing",
        "Buy more licenses of Office 365 E3",
        "",
    ]
    shown = {kind: visitor.get(f"{here}?kind={kind}").names for kind in ("license", "saas", "usage", "odd")}
    assert [len(names) for names in shown.values()] == [2, 1, 1, 4]
    assert visitor.get(f"{here}?kind=usage&q=backup").main.all("h2")[0].text == "No subscription matches"


def test_the_customer_finds_them_in_your_products_only(world, saas):
    buy(world, AZURE)
    admin = TenantVisitor(world.global_admin)
    assert admin.get("/tenant/billing/licenses/").main.all("h2")[0].text == "No licenses"
    rows = admin.get("/tenant/billing/your-products/").rows
    assert rows == [
        ["Azure plan", "By use", "By use", "Active", "Runs until it is cancelled"],
        ["Relecloud Backup", "5", "At Relecloud", "Pending", WAITS],
    ]
    assert admin.get(f"/tenant/billing/licenses/{sku(SAAS)}/").status == 404
    with after(days=700):
        assert len(admin.get("/tenant/billing/your-products/").rows) == 2


def test_saas_in_the_api_waits_leads_to_its_publisher_and_stays_out_of_the_directory(world, saas, subscriptions):
    api, path = Api(world.ava), f"{subscriptions}/{saas.pk}"
    body = body_of(api.get(path))
    waiting = ("status", "productType", "publisherName", "isMicrosoftProduct", "attentionNeeded", "actionTaken")
    assert [body[name] for name in waiting] == [
        "pending",
        {"id": "SaaS", "displayName": "SaaS"},
        "Relecloud",
        False,
        True,
        False,
    ]
    assert {"commitmentEndDate", "refundableQuantity", "cancellationAllowedUntilDate"} & set(body) == set()
    assert body_of(Api(world.ava, **JAVA).get(path))["status"] == "suspended"
    assert body_of(api.get(f"{path}/provisioningstatus"))["status"] == "pending"
    page = f"http://testserver{address(saas, 'activate')}"
    order = f"/v1/customers/{world.fabrikam.pk}/orders/{saas.order_id}"
    for links in (f"{path}/activationlinks", f"{order}/activationlinks", f"{order}/lineitems/0/activationlinks"):
        (found,) = body_of(api.get(links))["items"]
        assert found == {"lineItemNumber": 0, "link": {"uri": page, "method": "GET", "headers": []}}, links
    assert body_of(api.get(f"{order}/provisioningstatus"))["items"][0]["status"] == "PreFulfilled"
    assert code_of(api.patch(path, {"quantity": 6, "autoRenewEnabled": True})) == (400, 2001)
    for client in (api, Api(world.ava, **JAVA)):
        repeated = body_of(client.get(path))
        assert body_of(client.patch(path, repeated)) == repeated
    activate_subscription(by=SYSTEM, subscription=Subscription.objects.get(pk=saas.pk))
    body = body_of(api.patch(path, {"quantity": 6, "autoRenewEnabled": True}))
    assert (body["status"], body["quantity"], body["commitmentEndDate"]) == ("active", 6, "2027-11-22T12:00:00Z")
    assert "attentionNeeded" not in body
    assert body_of(api.get(f"{path}/activationlinks"))["items"] == []
    assert code_of(api.patch(path, {"status": "suspended"})) == (400, 900141)
    assert body_of(api.get(f"/v1/customers/{world.fabrikam.pk}/subscribedskus"))["items"] == []
    assert Graph(world.ava, at=world.fabrikam).get("/v1.0/subscribedSkus").json()["value"] == []


def test_usage_in_the_api_has_no_quantity_to_change(world, subscriptions):
    path = f"{subscriptions}/{buy(world, AZURE).pk}"
    body = body_of(Api(world.ava).get(path))
    assert [body[name] for name in ("unitType", "billingType", "quantity")] == ["Usage-based", "usage", 1]
    assert code_of(Api(world.ava).patch(path, {"quantity": 2})) == (400, 2002)
    renamed = body_of(Api(world.ava).patch(path, {"friendlyName": "Lab"}))
    assert (renamed["friendlyName"], renamed["autoRenewEnabled"]) == ("Lab", True)


def test_an_add_on_is_ordered_and_listed_under_its_base(world, subscriptions):
    base, api = buy(world, E3), Api(world.ava)
    orders = f"/v1/customers/{world.fabrikam.pk}/orders"

    def order(part, parent):
        line = {"offerId": offer_id(product(part).pk, is_classic=False), "quantity": 2}
        return api.post(orders, {"lineItems": [line | {"parentSubscriptionId": str(parent)}]})

    (line,) = body_of(order(AUDIO, base.pk))["lineItems"]
    assert line["parentSubscriptionId"] == str(base.pk)
    (add_on,) = body_of(api.get(f"{subscriptions}/{base.pk}/addons"))["items"]
    assert (add_on["id"], add_on["parentSubscriptionId"]) == (line["subscriptionId"], str(base.pk))
    assert add_on["links"]["parentSubscription"]["uri"] == f"{subscriptions[3:]}/{base.pk}"
    assert body_of(api.get(f"{subscriptions}/{base.pk}"))["hasPurchasableAddons"] is True
    assert body_of(api.get(f"{subscriptions}/{add_on['id']}/addons"))["items"] == []
    assert code_of(order("POWER_BI_PRO", base.pk)) == (400, 3000)
    for odd in ("x", "c0000000-0000-4000-8000-000000000001"):
        assert code_of(order(AUDIO, odd)) == (404, 20003)
    offers = body_of(api.get(f"/v1/offers/{offer_id(sku(E3), is_classic=True)}/addons?country=US"))["items"]
    assert [(row["name"], row["isAddOn"]) for row in offers] == [("Microsoft 365 Audio Conferencing", True)]


def test_the_marketplace_is_no_offer_of_the_classic_catalog(world):
    product(SAAS), product(E3)
    api = Api(world.ava)
    assert [row["name"] for row in body_of(api.get("/v1/offers?country=US"))["items"]] == ["Office 365 E3"]
    classic, new = (offer_id(sku(SAAS), is_classic=is_classic) for is_classic in (True, False))
    assert code_of(api.get(f"/v1/offers/{new}?country=US")) == (400, 800004)
    orders = f"/v1/customers/{world.fabrikam.pk}/orders"
    assert code_of(api.post(orders, {"lineItems": [{"offerId": classic, "quantity": 1}]})) == (400, 800004)
    assert api.post(orders, {"lineItems": [{"offerId": new, "quantity": 1}]}).status_code == 201
