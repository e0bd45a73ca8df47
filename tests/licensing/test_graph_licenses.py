"""Products and licenses of a customer in Graph."""

import uuid
from datetime import timedelta

import pytest

from customers.models import CustomerUser
from licensing.models import LicenseAssignment, ProductServicePlan, SubscribedSku, Subscription
from partnercenter.audit.models import AuditRecord
from tests.cast import NOW, after
from tests.factories import SubscriptionFactory, plan, sku, stock
from tests.graph import Graph, explanation, refusal
from tests.licensing.giving import give

METADATA = "http://testserver/v1.0/$metadata#"
SKUS = "/v1.0/subscribedSkus"
E1, E3 = str(sku("STANDARDPACK")), str(sku("ENTERPRISEPACK"))


@pytest.fixture
def lea(world):
    stock(world.fabrikam, "STANDARDPACK", seats=2)
    return Graph(world.lea, at=world.fabrikam)


@pytest.fixture
def path(world):
    return f"/v1.0/users/{world.dana.pk}/assignLicense"


def added(*skus, off=()):
    licenses = [{"skuId": str(one), "disabledPlans": [str(item) for item in off]} for one in skus]
    return {"addLicenses": licenses, "removeLicenses": []}


def removed(*skus):
    return {"addLicenses": [], "removeLicenses": [str(one) for one in skus]}


def all_plans(part_number):
    return set(ProductServicePlan.objects.filter(product=sku(part_number)).values_list("service_plan", flat=True))


def held():
    return list(LicenseAssignment.objects.order_by("pk").values()), list(SubscribedSku.objects.order_by("pk").values())


def message_of(response):
    assert refusal(response) == (400, "Request_BadRequest")
    return response.json()["error"]["message"]


def test_a_product_reads_as_in_the_contract(world, lea):
    give(world.dana, "STANDARDPACK")
    (body,) = lea.get(SKUS).json()["value"]
    subscription = Subscription.objects.get(customer=world.fabrikam)
    initial = world.fabrikam.domains.get(is_initial=True).name.partition(".")[0]
    assert list(body.items()) == [
        ("accountName", initial),
        ("accountId", str(world.fabrikam.pk)),
        ("appliesTo", "User"),
        ("capabilityStatus", "Enabled"),
        ("consumedUnits", 1),
        ("id", f"{world.fabrikam.pk}_{E1}"),
        ("skuId", E1),
        ("skuPartNumber", "STANDARDPACK"),
        ("subscriptionIds", [str(subscription.pk)]),
        ("prepaidUnits", {"enabled": 2, "suspended": 0, "warning": 0, "lockedOut": 0}),
        ("servicePlans", body["servicePlans"]),
    ]
    assert list(body["servicePlans"][0]) == ["servicePlanId", "servicePlanName", "provisioningStatus", "appliesTo"]
    one = lea.get(f"{SKUS}/{body['id']}").json()
    assert {name: value for name, value in one.items() if name != "@odata.context"} == body
    for unknown in (f"{world.northwind.pk}_{E1}", f"{world.fabrikam.pk}_{E3}", "x", "x_y"):
        assert refusal(lea.get(f"{SKUS}/{unknown}")) == (404, "Request_ResourceNotFound"), unknown
    assert lea.get(f"{SKUS}?$select=skuId,consumedUnits").json()["value"] == [{"consumedUnits": 1, "skuId": E1}]


def test_units_follow_the_clock_and_another_partners_subscription_is_not_named(world, lea):
    SubscriptionFactory(customer=world.fabrikam, partner=world.litware, product="ENTERPRISEPACK", quantity=3,
                        auto_renew=False)  # fmt: skip
    SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product="STANDARDPACK", quantity=5)
    e1, e3 = lea.get(SKUS).json()["value"]
    assert (len(e1["subscriptionIds"]), e1["prepaidUnits"]["enabled"]) == (2, 7)
    assert (e3["subscriptionIds"], e3["prepaidUnits"]["enabled"]) == ([], 3)
    with after(days=366):
        ended = lea.get(SKUS).json()["value"][1]
        assert (ended["capabilityStatus"], ended["prepaidUnits"]) == (
            "Warning", {"enabled": 0, "suspended": 0, "warning": 3, "lockedOut": 0},
        )  # fmt: skip


@pytest.mark.parametrize("more", [(), ("ENTERPRISEPACK", "SPB")])
def test_products_take_the_same_queries_however_many(world, lea, more, django_assert_num_queries):
    for part_number in more:
        stock(world.fabrikam, part_number, seats=1)
    with django_assert_num_queries(2 + 6):
        assert len(lea.get(SKUS).json()["value"]) == 1 + len(more)


def test_licenses_are_assigned_changed_and_removed(world, lea, path):
    off = plan("STANDARDPACK", "EXCHANGE_S_STANDARD")
    response = lea.post(path, added(E1, off=[off]))
    body = response.json()
    assert response.status_code == 200
    assert (body["@odata.context"], body["id"]) == (f"{METADATA}users/$entity", str(world.dana.pk))
    assert body["assignedLicenses"] == [{"skuId": E1, "disabledPlans": [str(off)]}]
    assert body["licenseAssignmentStates"] == [
        {
            "skuId": E1,
            "disabledPlans": [str(off)],
            "assignedByGroup": None,
            "state": "Active",
            "error": "None",
            "lastUpdatedDateTime": "2026-11-22T12:00:00Z",
        }
    ]
    states = {item["servicePlanId"]: item["capabilityStatus"] for item in body["assignedPlans"]}
    assert [own_id for own_id, state in states.items() if state == "Deleted"] == [str(off)]
    (detail,) = lea.get(f"/v1.0/users/{world.dana.pk}/licenseDetails").json()["value"]
    assert list(detail) == ["id", "skuId", "skuPartNumber", "servicePlans"]
    plans = {item["servicePlanId"]: item["provisioningStatus"] for item in detail["servicePlans"]}
    assert [own_id for own_id, state in plans.items() if state == "Disabled"] == [str(off)]
    assert lea.post(path, added(E1)).json()["assignedLicenses"] == [{"skuId": E1, "disabledPlans": []}]
    assert lea.post(path, removed(E1)).json()["assignedLicenses"] == []
    assert lea.get(f"/v1.0/users/{world.dana.pk}/licenseDetails").json()["value"] == []
    operations = list(AuditRecord.objects.filter(door="graph").values_list("operation", flat=True))
    assert operations == ["update_customer_user_licenses"] * 3


def test_refusals_have_the_texts_that_clients_look_for(world, lea, path):
    stock(world.fabrikam, "ENTERPRISEPACK", seats=1)
    stock(world.fabrikam, "SPB", seats=1)
    give(world.global_admin, "SPB")
    before = held()
    assert message_of(lea.post(path, added(uuid.UUID(int=7)))) == (
        f"License {uuid.UUID(int=7)} does not correspond to a valid company License."
    )
    assert message_of(lea.post(path, added(sku("SPB")))) == (
        f"Subscription with SKU {sku('SPB')} does not have any available licenses."
    )
    assert message_of(lea.post(path, removed(E1))) == "User does not have a corresponding license."
    told = message_of(lea.post(path, added(E1, E3)))
    assert told.startswith("License assignment failed because service plans ")
    assert told.endswith(" are mutually exclusive")
    first, second = (uuid.UUID(text) for text in told.removesuffix(" are mutually exclusive")[-74:].split(", "))
    assert {first, second} <= all_plans("STANDARDPACK") | all_plans("ENTERPRISEPACK")
    CustomerUser.objects.filter(pk=world.dana.pk).update(usage_location="")
    response = lea.post(path, added(E1, uuid.UUID(int=7)))
    assert message_of(response) == "License assignment cannot be done for user with invalid usage location."
    assert "Dana Hudecova has no usage location" in explanation(response)["sentence"]
    assert held() == before


def test_a_call_is_whole_or_not_at_all_and_needs_both_lists(world, lea, path):
    before = held(), list(AuditRecord.objects.values())
    for body in (
        added(E1, uuid.UUID(int=7)), {"addLicenses": []}, {"removeLicenses": []}, {}, added("x"), removed("x"),
        {"addLicenses": [{}], "removeLicenses": []}, {"addLicenses": "x", "removeLicenses": []},
        {"addLicenses": [], "removeLicenses": [7]}, added(E1, off=[uuid.uuid4()]), added(E1, E1),
        {"addLicenses": [], "removeLicenses": [E1] * 201},
    ):  # fmt: skip
        message_of(lea.post(path, body))
    assert (held(), list(AuditRecord.objects.values())) == before
    assert lea.post(path, {"addLicenses": [], "removeLicenses": []}).status_code == 200


def test_who_may_not_assign_is_told_and_nothing_happens(world, lea, path):
    before = held()
    for person in (world.harry, world.nora, world.sam):
        response = Graph(person, at=world.fabrikam).post(path, added(E1))
        assert refusal(response) == (403, "Authorization_RequestDenied"), person
        assert explanation(response)["sentence"]
    assert refusal(Graph(world.lea, at=world.northwind).post(path, added(E1))) == (403, "Authorization_RequestDenied")
    assert held() == before


def test_a_right_ends_with_the_relationship_whatever_the_token_says(world, lea, path):
    with after(days=729):
        assert lea.post(path, added(E1)).status_code == 200
    with after(days=730):
        assert refusal(lea.post(path, removed(E1))) == (403, "Authorization_RequestDenied")
    assert timedelta(days=730) + NOW == world.at_fabrikam.ends_at
