"""Changing subscriptions and placing orders in the v1 API (partner_center_contract part 6)."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from licensing.api.subscription_presenters import offer_id
from licensing.models import SeatAddition, SeatWindow, SubscribedSku, Subscription
from partnercenter.audit.models import AuditRecord
from tests.cast import NOW, after
from tests.factories import SubscriptionFactory, product, sku
from tests.partner_center import Api, body_of, code_of, written
from tests.portal.visitor import Visitor

E3, E1 = "ENTERPRISEPACK", "STANDARDPACK"
NET = {"MS-PartnerCenter-Client": "Partner Center .NET SDK"}
JAVA = {"MS-PartnerCenter-Client": "Partner Center Java SDK"}


@pytest.fixture
def bought(world):
    SubscriptionFactory(customer=world.namesake, partner=world.litware, product=E3, quantity=7)
    return SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product=E3, quantity=10)


@pytest.fixture
def path(world, bought):
    return f"/v1/customers/{world.fabrikam.pk}/subscriptions/{bought.pk}"


@pytest.fixture
def orders(world):
    return f"/v1/customers/{world.fabrikam.pk}/orders"


def everything():
    tables = (Subscription, SeatAddition, SeatWindow, SubscribedSku, AuditRecord)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def as_net(body):
    """The resource as .NET sends it back: every name in Pascal case, what is missing spelled out as null."""
    if isinstance(body, dict):
        named = {name[0].upper() + name[1:]: as_net(value) for name, value in body.items()}
        return named | ({"SuspensionReasons": None, "ParentSubscriptionId": None} if "Quantity" in named else {})
    return [as_net(item) for item in body] if isinstance(body, list) else body


def test_a_subscription_of_the_new_commerce_says_until_when_seats_can_be_given_back(world, bought, path):
    with after(days=2):
        Api(world.ava).patch(path, {"quantity": 12, "autoRenewEnabled": True})
    with after(days=6):
        body = body_of(Api(world.ava).get(path))
        assert (body["cancellationAllowedUntilDate"], body["refundableQuantity"], body["renewalTermDuration"]) == (
            "2026-11-29T12:00:00Z",
            {
                "totalQuantity": 12,
                "details": [
                    {"quantity": 10, "allowedUntilDateTime": "2026-11-29T12:00:00Z"},
                    {"quantity": 2, "allowedUntilDateTime": "2026-12-01T12:00:00Z"},
                ],
            },
            "P1Y",
        )
    with after(days=30):
        body = body_of(Api(world.ava).get(path))
        assert "cancellationAllowedUntilDate" not in body
        assert body["refundableQuantity"] == {"totalQuantity": 0, "details": []}


def test_dotnet_sends_the_whole_resource_back_and_only_the_difference_happens(world, bought, path):
    sent = as_net(body_of(Api(world.ava, **NET).get(path))) | {"Quantity": 11}
    response = Api(world.ava, **NET).patch(path, sent)
    assert response.status_code == 200
    assert body_of(response)["quantity"] == 11
    record = AuditRecord.objects.get(operation="update_subscription")
    assert (record.before, record.after, record.door) == ({"quantity": 10}, {"quantity": 11}, "partner_center_api")
    bought.refresh_from_db()
    assert (bought.friendly_name, bought.auto_renew, bought.status) == ("", True, "active")


def test_java_names_the_members_twice_and_the_last_one_counts(world, bought, path):
    response = Api(world.ava, **JAVA).patch(path, b'{"quantity":9,"autoRenewEnabled":true,"Quantity":8}')
    assert (response.status_code, body_of(response)["quantity"]) == (200, 8)


def test_a_patch_that_does_not_name_the_renewal_switches_it_off(world, bought, path):
    body = body_of(Api(world.ava).patch(path, {"friendlyName": "Košice"}))
    assert (body["autoRenewEnabled"], body["friendlyName"]) == (False, "Košice")
    assert "renewalTermDuration" not in body


def test_the_api_and_the_page_say_the_same_at_every_date(world):
    """Bought for a month, renewed, told to end, in its grace, disabled and gone."""
    monthly = SubscriptionFactory(customer=world.northwind, partner=world.contoso, product=E3, term="P1M")
    customer = f"/v1/customers/{world.northwind.pk}"
    path = f"{customer}/subscriptions/{monthly.pk}"

    def seen(days):
        with after(days=days):
            one = body_of(Api(world.ava).get(path))
            (owned,) = body_of(Api(world.ava).get(f"{customer}/subscribedskus"))["items"]
            page = Visitor(world.ava).get(reverse("subscriptions", args=[world.northwind.pk]))
        units = (owned["activeUnits"], owned["warningUnits"], owned["suspendedUnits"])
        return one["status"], one["refundableQuantity"]["totalQuantity"], units, page.rows[0][4]

    assert seen(6) == ("active", 10, (10, 0, 0), "Auto renews on Dec 22, 2026")
    assert seen(7) == ("active", 0, (10, 0, 0), "Auto renews on Dec 22, 2026")
    assert seen(30) == ("active", 10, (10, 0, 0), "Auto renews on Jan 22, 2027")
    with after(days=40):
        Api(world.ava).patch(path, {"autoRenewEnabled": False})
    assert seen(41) == ("active", 0, (10, 0, 0), "Ends on Jan 22, 2027")
    assert seen(61) == ("expired", 0, (0, 10, 0), "Expired on Jan 22, 2027")
    assert seen(61 + 30) == ("disabled", 0, (0, 0, 10), "Disabled on Feb 21, 2027")
    assert seen(61 + 120) == ("deleted", 0, (0, 0, 0), "Deleted")


def test_an_app_alone_suspends_and_reactivates(world, bought, path):
    body = body_of(Api(world.contoso).patch(path, {"status": "suspended"}))
    assert (body["status"], body["suspensionReasons"]) == ("suspended", ["PartnerSuspended"])
    assert code_of(Api(world.contoso).patch(path, {"quantity": 11})) == (400, 2001)
    body = body_of(Api(world.contoso).patch(path, {"Status": "Active", "AutoRenewEnabled": True}))
    assert (body["status"], body["autoRenewEnabled"]) == ("active", True)


def test_what_is_refused_and_with_which_code(world, bought, path):
    before = everything()
    late = {"autoRenewEnabled": True}
    wrong = []
    for body, expected in (
        ({"quantity": 0}, (400, 2002)),
        ({"quantity": -1}, (400, 2002)),
        ({"quantity": 1_000_000}, (400, 2002)),
        ({"quantity": 1.5}, (400, 3000)),
        ({"quantity": "9"}, (400, 3000)),
        ({"quantity": True}, (400, 3000)),
        ({"quantity": 10**40}, (400, 3000)),
        ({"quantity": 9, **late}, (400, 900257)),
        ({"status": "deleted"}, (400, 900214)),
        ({"status": "sleeping"}, (400, 900126)),
        ({"billingCycle": "annual"}, (400, 2054)),
        ({"friendlyName": "x" * 201}, (400, 3000)),
        ({"friendlyName": 7}, (400, 3000)),
        ({"quantity": 11, "attributes": {"etag": "old"}}, (400, 2055)),
    ):
        with after(days=8):
            found = code_of(Api(world.ava).patch(path, body))
        if found != expected:
            wrong.append((body, found, expected))
    assert wrong == []
    assert everything() == before


def test_a_stale_tag_is_refused_wherever_it_stands(world, bought, path):
    tag = body_of(Api(world.ava).get(path))["attributes"]["etag"]
    assert Api(world.ava).patch(path, {"quantity": 11}, **{"If-Match": f'"{tag}"'}).status_code == 200
    assert code_of(Api(world.ava).patch(path, {"quantity": 12}, **{"If-Match": f'"{tag}"'})) == (400, 2055)
    assert code_of(Api(world.ava).patch(path, {"Quantity": 12, "Attributes": {"Etag": tag}})) == (400, 2055)
    assert Api(world.ava).patch(path, {"quantity": 12}).status_code == 200


def test_what_is_cancelled_twice_is_refused_the_second_time(world, bought, path):
    assert body_of(Api(world.ava).patch(path, {"Status": "deleted"}))["status"] == "deleted"
    assert code_of(Api(world.ava).patch(path, {"Status": "deleted"})) == (400, 2011)
    assert body_of(Api(world.ava).get(path))["status"] == "deleted"


def test_java_cancels_five_times_under_one_id_and_it_happens_once(world, bought, path):
    api = Api(world.ava, **JAVA, **{"MS-RequestId": str(uuid.uuid4())})
    assert {api.patch(path, {"status": "deleted"}).content for _ in range(5)} == {
        written(body_of(Api(world.ava).get(path)))
    }
    assert AuditRecord.objects.filter(operation="update_subscription").count() == 1


def test_what_has_expired_is_sent_back_unchanged_by_either_client(world, path, bought):
    Api(world.ava).patch(path, {"friendlyName": "Ends"})
    with after(days=366):
        for headers, shown in ((NET, "expired"), (JAVA, "suspended")):
            body = body_of(Api(world.ava, **headers).get(path))
            assert body["status"] == shown
            assert body_of(Api(world.ava, **headers).patch(path, body)) == body
    with after(days=400):
        assert body_of(Api(world.ava).get(path))["status"] == "disabled"


def test_who_may_not_change_it_does_not(world, bought, path):
    before = everything()
    for name, expected in (("sam", (403, 900150)), ("harry", (403, 900150)), ("max", (404, 20003))):
        assert code_of(Api(getattr(world, name)).patch(path, {"quantity": 11})) == expected
    assert everything() == before


def test_an_order_of_two_lines_is_two_subscriptions(world, orders):
    classic, new = (offer_id(product(part).pk, is_classic=is_classic) for part, is_classic in ((E3, True), (E1, False)))
    sent = {
        "Id": None,
        "ReferenceCustomerId": str(world.fabrikam.pk),
        "BillingCycle": "unknown",
        "CurrencyCode": None,
        "LineItems": [
            {"LineItemNumber": 0, "OfferId": classic, "FriendlyName": None, "Quantity": 5, "SubscriptionId": None},
            {"LineItemNumber": 1, "OfferId": new.lower(), "FriendlyName": "Shop", "Quantity": 2, "TermDuration": "P1M"},
        ],
        "CreationDate": "0001-01-01T00:00:00",
        "Attributes": {"ObjectType": "Order"},
    }
    response = Api(world.ava).post(orders, sent)
    first, second = Subscription.objects.order_by("order_line")
    own_path = f"/customers/{world.fabrikam.pk}/orders/{str(first.order_id).upper()}"
    subscriptions = f"/customers/{world.fabrikam.pk}/subscriptions"
    expected = {
        "id": str(first.order_id).upper(),
        "referenceCustomerId": str(world.fabrikam.pk),
        "billingCycle": "monthly",
        "lineItems": [
            {
                "lineItemNumber": 0,
                "offerId": classic,
                "subscriptionId": str(first.pk).upper(),
                "friendlyName": "Office 365 E3",
                "quantity": 5,
                "links": {
                    "subscription": {
                        "uri": f"{subscriptions}/{str(first.pk).upper()}",
                        "method": "GET",
                        "headers": [],
                    }
                },
            },
            {
                "lineItemNumber": 1,
                "offerId": new,
                "subscriptionId": str(second.pk),
                "termDuration": "P1M",
                "friendlyName": "Shop",
                "quantity": 2,
                "links": {"subscription": {"uri": f"{subscriptions}/{second.pk}", "method": "GET", "headers": []}},
            },
        ],
        "creationDate": "2026-11-22T12:00:00Z",
        "status": "completed",
        "links": {
            "provisioningStatus": {"uri": f"{own_path}/provisioningstatus", "method": "GET", "headers": []},
            "self": {"uri": own_path, "method": "GET", "headers": []},
        },
        "attributes": {"objectType": "Order"},
    }
    assert (response.status_code, response.content) == (201, written(expected))
    assert Api(world.sam).get(f"/v1{own_path}").content == written(expected)
    assert second.term_ends_at == NOW + timedelta(days=30)
    assert body_of(Api(world.ava).get(orders))["totalCount"] == 1
    assert [item["status"] for item in body_of(Api(world.ava).get(f"/v1{own_path}/provisioningstatus"))["items"]] == [
        "Fulfilled",
        "Fulfilled",
    ]
    assert body_of(Api(world.ava).get(f"/v1{own_path}/lineitems/0/activationlinks"))["items"] == []


def test_an_order_is_whole_or_not_at_all(world, orders):
    known = offer_id(product(E3).pk, is_classic=False)
    unknown = "CFQ7TTC00000:0001:CFQ7TTC00000"
    before = everything()
    wrong = []
    for lines, expected in (
        ([], (400, 3000)),
        ([{"quantity": 1}], (400, 2000)),
        (
            [{"offerId": known, "quantity": 1}, {"offerId": unknown, "quantity": 1}],
            (400, 800004),
        ),
        ([{"offerId": known, "quantity": 1}, {"offerId": known}], (400, 2002)),
        ([{"offerId": known, "quantity": 1}, {"offerId": known, "quantity": 1_000_000}], (400, 2002)),
        ([{"offerId": known, "quantity": 1.5}], (400, 3000)),
        ([{"offerId": known, "quantity": 1, "termDuration": "P9Y"}], (400, 3000)),
        ([{"offerId": known, "quantity": 1, "friendlyName": "a\u0007"}], (400, 3000)),
        ([{"offerId": known, "quantity": 1}] * 51, (400, 3000)),
        ("all of them", (400, 3000)),
        ([7], (400, 3000)),
    ):
        found = code_of(Api(world.ava).post(orders, {"lineItems": lines}))
        if found != expected:
            wrong.append((lines, found, expected))
    assert wrong == []
    bad_cycle = {"billingCycle": "weekly", "lineItems": [{"offerId": known, "quantity": 1}]}
    assert code_of(Api(world.ava).post(orders, bad_cycle)) == (400, 900126)
    assert code_of(Api(world.sam).post(orders, {"lineItems": [{"offerId": known, "quantity": 1}]})) == (403, 900150)
    assert code_of(Api(world.max).post(orders, {"lineItems": [{"offerId": known, "quantity": 1}]})) == (403, 20002)
    assert everything() == before


def test_an_unknown_order_is_not_found(world, orders, bought):
    litwares = Subscription.objects.get(partner=world.litware).order_id
    for order_id in (uuid.uuid4(), litwares, "none"):
        assert code_of(Api(world.ava).get(f"{orders}/{order_id}")) == (404, 20000)
    assert body_of(Api(world.max).get(orders))["items"] == []


@pytest.mark.parametrize("rows", [1, 3])
def test_subscriptions_and_orders_cost_the_same_for_one_and_for_three(world, orders, rows, django_assert_num_queries):
    for _ in range(rows):
        SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product=E3)
    api = Api(world.contoso)
    for path in (orders, orders.replace("orders", "subscriptions")):
        with django_assert_num_queries(3):  # the customer, the rows, what was added to them
            assert body_of(api.get(path))["totalCount"] == rows


def test_the_offers_are_the_products_in_the_recorded_form(world):
    product(E3)
    own_id = str(sku(E3)).upper()
    item = body_of(Api(world.contoso).get(f"/v1/offers/{own_id}?country=us"))
    assert (item["id"], item["product"]["name"], item["links"]["self"]["uri"]) == (
        own_id,
        "Office 365 E3",
        f"/offers/{own_id}?country=US",
    )
    assert Api(world.ava).get("/v1/offers?Country=US").content == written(
        {
            "totalCount": 1,
            "items": [item],
            "links": {"self": {"uri": "/offers?country=US", "method": "GET", "headers": []}},
            "attributes": {"objectType": "Collection"},
        }
    )
    assert body_of(Api(world.ava).get(f"/v1/offers/{own_id}/addons?country=US"))["items"] == []
    assert body_of(Api(world.ava).get("/v1/offercategories?country=US"))["totalCount"] == 1
    assert code_of(Api(world.ava).get("/v1/offers")) == (400, 2000)
    assert code_of(Api(world.ava).get("/v1/offers/none?country=US")) == (400, 800004)


@pytest.mark.parametrize("parts", [[E3], [E3, E1, "POWER_BI_PRO"]])
def test_the_offers_take_the_same_queries_however_many(world, parts, django_assert_num_queries):
    for part in parts:
        product(part)
    with django_assert_num_queries(2):  # the country and the products
        assert body_of(Api(world.contoso).get("/v1/offers?country=US"))["totalCount"] == len(parts)


def test_the_resources_at_the_side_say_that_there_is_nothing(world, bought, path):
    for name in ("addons", "activationlinks", "transitioneligibilities", "transitions", "upgrades", "conversions"):
        assert body_of(Api(world.contoso).get(f"{path}/{name}"))["items"] == []
        assert code_of(Api(world.max).get(f"{path}/{name}")) == (404, 20003)
    for name in ("transitions", "upgrades", "conversions"):
        assert code_of(Api(world.ava).post(f"{path}/{name}", {})) == (400, 900141)
    assert body_of(Api(world.ava).get(f"{path}/supportcontact"))["name"] == "Contoso Cloud Partners"
    assert code_of(Api(world.ava).post(f"/v1/customers/{world.fabrikam.pk}/carts", {})) == (400, 900127)
