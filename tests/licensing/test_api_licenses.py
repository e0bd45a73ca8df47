"""Licenses and subscriptions in the v1 API (partner_center_contract parts 5 and 6)."""

import base64
import json

import pytest

from customers.services import delete_user
from licensing.models import LicenseAssignment, SubscribedSku, Subscription
from licensing.services.subscriptions import rewrite_windows
from partnercenter.audit.models import AuditRecord
from tests.cast import after, principal
from tests.factories import plan, sku, stock
from tests.partner_center import Api, body_of, code_of, written

E3, E1 = "ENTERPRISEPACK", "STANDARDPACK"
EMPTY = {"totalCount": 0, "items": [], "attributes": {"objectType": "Collection"}}


@pytest.fixture
def skus(world):
    return f"/v1/customers/{world.fabrikam.pk}/subscribedskus"


@pytest.fixture
def dana(world):
    return f"/v1/customers/{world.fabrikam.pk}/users/{world.dana.pk}"


def assign(*part_numbers, **more):
    return {"licensesToAssign": [{"skuId": str(sku(name))} for name in part_numbers]} | more


def held():
    return set(LicenseAssignment.objects.values_list("subscribed_sku__product__sku_part_number", flat=True))


def test_an_empty_list_has_the_68_bytes_of_the_capture(world, skus, dana):
    for path in (skus, f"{dana}/licenses"):
        response = Api(world.ava).get(path)
        assert response.content == written(EMPTY)
        assert response["Content-Length"] == "71"


def test_the_units_of_a_product_add_up(world, skus, dana):
    stock(world.fabrikam, "FLOW_FREE", seats=5)
    Api(world.lea).post(f"{dana}/licenseupdates", assign("FLOW_FREE"))
    (item,) = body_of(Api(world.ava).get(skus))["items"]
    plans = item.pop("servicePlans")
    assert item == {
        "availableUnits": 4,
        "activeUnits": 5,
        "consumedUnits": 1,
        "suspendedUnits": 0,
        "totalUnits": 5,
        "warningUnits": 0,
        "productSku": {
            "id": str(sku("FLOW_FREE")),
            "name": "Microsoft Power Automate Free",
            "skuPartNumber": "FLOW_FREE",
            "targetType": "User",
            "licenseGroupId": "group1",
        },
        "capabilityStatus": "Enabled",
        "attributes": {"objectType": "SubscribedSku"},
    }
    assert {tuple(found) for found in plans} == {("displayName", "serviceName", "id", "capabilityStatus", "targetType")}
    assert {found["capabilityStatus"] for found in plans} == {"Enabled"}


def test_units_in_grace_are_warning_units(world, skus):
    stock(world.fabrikam, "FLOW_FREE", seats=5)
    bought = Subscription.objects.get()
    bought.auto_renew = False
    bought.save()
    rewrite_windows(bought)
    with after(days=366):
        (item,) = body_of(Api(world.ava).get(skus))["items"]
    assert (item["activeUnits"], item["warningUnits"], item["totalUnits"]) == (0, 5, 5)
    assert item["capabilityStatus"] == "Warning"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [E3]),
        ("?licenseGroupIds=Group1", [E3]),
        ("?null=group1", [E3]),
        ("?LICENSEGROUPIDS=group2", ["CFQ7TTC0K5DR/0002"]),
        ("?licenseGroupIds=Group1&licenseGroupIds=Group2", ["CFQ7TTC0K5DR/0002", E3]),
    ],
)
def test_absent_groups_mean_the_first_group(world, skus, query, found):
    minecraft = "CFQ7TTC0K5DR/0002"
    stock(world.fabrikam, E3, seats=1)
    product = stock(world.fabrikam, "FLOW_FREE", seats=1).product
    product.license_group, product.sku_part_number, product.name = "group2", minecraft, "Minecraft"
    product.save()
    items = body_of(Api(world.ava).get(f"{skus}{query}"))["items"]
    assert [item["productSku"]["skuPartNumber"] for item in items] == found


def test_an_unknown_group_is_refused(world, skus):
    assert code_of(Api(world.ava).get(f"{skus}?licenseGroupIds=group3")) == (400, 900126)


def test_a_users_licenses_say_assigned_and_lack_the_target_type(world, dana):
    stock(world.fabrikam, E3, seats=1)
    off = str(plan(E3, "YAMMER_ENTERPRISE"))
    body = {"LicensesToAssign": [{"SkuId": str(sku(E3)), "ExcludedPlans": [off]}]}
    assert Api(world.lea).post(f"{dana}/licenseupdates", body).status_code == 201
    (item,) = body_of(Api(world.lea).get(f"{dana}/licenses"))["items"]
    assert list(item) == ["servicePlans", "productSku", "attributes"]
    assert list(item["productSku"]) == ["id", "name", "skuPartNumber", "licenseGroupId"]
    assert {found["id"]: found["capabilityStatus"] for found in item["servicePlans"]}.pop(off) == "Disabled"
    assert {found["capabilityStatus"] for found in item["servicePlans"]} == {"Assigned", "Disabled"}


@pytest.mark.parametrize("who", ["lea", "uma", "dan", "ava"])
def test_an_assignment_is_answered_as_captured(world, dana, who):
    stock(world.fabrikam, E3, seats=1)
    response = Api(getattr(world, who)).post(f"{dana}/licenseupdates", assign(E3))
    assert response.status_code == 201
    assert response.content == written(
        {
            "licensesToAssign": [{"skuId": str(sku(E3))}],
            "licenseWarnings": [],
            "attributes": {"objectType": "LicenseUpdate"},
        }
    )
    assert held() == {E3}


def test_the_dialects_of_the_sdks_say_the_same(world, dana):
    stock(world.fabrikam, E3, seats=1)
    stock(world.fabrikam, E1, seats=1)
    net = {
        "LicensesToAssign": [{"ExcludedPlans": None, "SkuId": str(sku(E1))}],
        "LicensesToRemove": None,
        "LicenseWarnings": None,
        "Attributes": {"ObjectType": "LicenseUpdate"},
    }
    assert Api(world.lea).post(f"{dana}/licenseupdates", net).status_code == 201
    java = b'{"attributes":{"objectType":"LicenseUpdate"},"licensesToAssign":[{"skuId":"%s","SkuId":"%s"}],' % (
        (str(sku(E3)).encode(),) * 2
    )
    java += b'"LicensesToAssign":[{"skuId":"%s","SkuId":"%s"}],"licensesToRemove":["%s"]}' % (
        str(sku(E3)).encode(),
        str(sku(E3)).upper().encode(),
        str(sku(E1)).encode(),
    )
    response = Api(world.lea).post(f"{dana}/licenseupdates?isKickInstantOn=true", java)
    assert body_of(response) == {
        "licensesToAssign": [{"skuId": str(sku(E3))}],
        "licensesToRemove": [str(sku(E1))],
        "licenseWarnings": [],
        "attributes": {"objectType": "LicenseUpdate"},
    }
    assert held() == {E3}


def test_a_part_number_can_stand_for_the_id(world, dana):
    stock(world.fabrikam, E3, seats=1)
    body = {"licensesToAssign": [{"skuPartNumber": "enterprisepack"}]}
    assert Api(world.lea).post(f"{dana}/licenseupdates", body).status_code == 201
    assert Api(world.lea).post(f"{dana}/licenseupdates", {"licensesToRemove": [E3]}).status_code == 201
    assert held() == set()


def test_without_a_seat_the_answer_is_the_one_that_integrations_match_on(world, dana):
    stock(world.fabrikam, E3, seats=1)
    Api(world.lea).post(f"{dana.replace(str(world.dana.pk), str(world.global_admin.pk))}/licenseupdates", assign(E3))
    response = Api(world.lea).post(f"{dana}/licenseupdates", assign(E3))
    assert response.status_code == 400
    assert response.content.decode() == (
        '{"code":60012,"description":"We\N{RIGHT SINGLE QUOTATION MARK}re sorry, it looks like you\'ve run out of '
        'licenses. Buy more licenses, and then try again.","data":["LicenseQuotaExceededException : Subscription with '
        f'Account {world.fabrikam.pk} and SKU {sku(E3)} does not have any available licenses left."],'
        '"source":"PartnerFD"}'
    )
    assert response["Content-Length"] == "341"


def test_all_of_an_update_happens_or_nothing(world, dana):
    stock(world.fabrikam, E3, seats=1)
    assert code_of(Api(world.lea).post(f"{dana}/licenseupdates", assign(E3, "FLOW_FREE"))) == (400, 3000)
    assert held() == set()
    assert SubscribedSku.objects.get().consumed_units == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 2000),
        ({"licensesToAssign": None, "licensesToRemove": None}, 2000),
        ({"licensesToAssign": [{}]}, 2000),
        ({"licensesToAssign": [{"skuId": "NOTHING"}]}, 3000),
        ({"licensesToAssign": [{"skuId": 7}]}, 3000),
        ({"licensesToAssign": {"skuId": "x"}}, 3000),
        ({"licensesToAssign": ["x"]}, 3000),
        ({"licensesToRemove": [str(sku(E3))]}, 3000),
        (assign(E3, E3), 800002),
        ({"licensesToAssign": [{"skuId": str(sku(E3)), "excludedPlans": ["x"]}]}, 3000),
        ({"licensesToAssign": [{"skuId": str(sku(E3)), "excludedPlans": [str(sku(E3))]}]}, 3000),
        ({"licensesToRemove": ["x"] * 201}, 800002),
    ],
)
def test_a_bad_update_is_refused_and_nothing_is_written(world, dana, body, code):
    stock(world.fabrikam, E3, seats=1)
    before = AuditRecord.objects.count()
    assert code_of(Api(world.lea).post(f"{dana}/licenseupdates", body)) == (400, code)
    assert (held(), AuditRecord.objects.count()) == (set(), before)


def test_without_a_usage_location_no_license_is_assigned(world, dana):
    stock(world.fabrikam, E3, seats=1)
    world.dana.usage_location = ""
    world.dana.save()
    response = Api(world.lea).post(f"{dana}/licenseupdates", assign(E3))
    assert code_of(response) == (400, 60013)
    assert body_of(response)["description"] == (
        "License assignment cannot be done for user with invalid usage location."
    )


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("harry", (403, 900308)), ("nora", (403, 900308)), ("max", (403, 900308)), ("contoso", (403, 900329))],
)
def test_who_may_not_assign_is_told(world, dana, who, refusal):
    stock(world.fabrikam, E3, seats=1)
    assert code_of(Api(getattr(world, who)).post(f"{dana}/licenseupdates", assign(E3))) == refusal
    assert held() == set()


def test_a_deleted_user_gets_nothing(world, dana):
    stock(world.fabrikam, E3, seats=1)
    delete_user(by=principal(world.uma), user=world.dana)
    assert code_of(Api(world.lea).post(f"{dana}/licenseupdates", assign(E3))) == (404, 60002)


def test_the_record_names_who_by_which_door_with_before_and_after(world, dana):
    stock(world.fabrikam, E3, seats=1)
    Api(world.lea).post(f"{dana}/licenseupdates", assign(E3))
    entry = AuditRecord.objects.get(operation="update_customer_user_licenses")
    assert (entry.principal_name, entry.door, entry.before) == (
        world.lea.username,
        "partner_center_api",
        {"licenses": []},
    )
    assert [item["sku_id"] for item in entry.after["licenses"]] == [str(sku(E3))]


@pytest.mark.parametrize("rows", [1, 3])
def test_licenses_take_the_same_queries_however_many(world, skus, dana, rows, django_assert_num_queries):
    products = [E3, "FLOW_FREE", "EMS"][:rows]
    for name in products:
        stock(world.fabrikam, name, seats=1)
    api = Api(world.ava)
    api.post(f"{dana}/licenseupdates", assign(*products))
    with django_assert_num_queries(6):  # two make the principal; the customer, the rights, the products, the plans
        assert body_of(api.get(skus))["totalCount"] == rows
    with django_assert_num_queries(7):  # and the user
        assert body_of(api.get(f"{dana}/licenses"))["totalCount"] == rows


# Subscriptions


@pytest.fixture
def bought(world):
    stock(world.fabrikam, E3, seats=5)
    world.contoso.mpn_id = "4847383"
    world.contoso.save()
    found = Subscription.objects.get()
    found.commerce = Subscription.Commerce.CLASSIC
    found.save()
    return found


def test_a_classic_subscription_is_written_as_captured(world, bought):
    path = f"/v1/customers/{world.fabrikam.pk}/subscriptions"
    own_id = str(bought.pk).upper()
    etag = base64.b64encode(json.dumps({"id": str(bought.pk), "version": 1}, separators=(",", ":")).encode()).decode()
    item = {
        "id": own_id,
        "offerId": str(sku(E3)).upper(),
        "offerName": "Office 365 E3",
        "friendlyName": "Office 365 E3",
        "quantity": 5,
        "unitType": "Licenses",
        "creationDate": "2026-11-22T12:00:00Z",
        "effectiveStartDate": "2026-11-22T00:00:00Z",
        "commitmentEndDate": "2027-11-22T00:00:00Z",
        "status": "active",
        "autoRenewEnabled": True,
        "isTrial": False,
        "billingType": "license",
        "billingCycle": "monthly",
        "partnerId": "4847383",
        "contractType": "subscription",
        "links": {
            "offer": {"uri": f"/offers/{str(sku(E3)).upper()}?country=US", "method": "GET", "headers": []},
            "self": {
                "uri": f"/customers/{world.fabrikam.pk}/subscriptions/{own_id}",
                "method": "GET",
                "headers": [],
            },
        },
        "orderId": str(bought.order_id).upper(),
        "attributes": {"etag": etag, "objectType": "Subscription"},
    }
    listed = {"totalCount": 1, "items": [item], "attributes": {"objectType": "Collection"}}
    assert Api(world.contoso).get(f"{path}?mpn_id=4847383").content == written(listed)
    assert Api(world.sam).get(f"{path}/{own_id}").content == written(item)
    assert body_of(Api(world.sam).get(f"{path}?mpn_id=1"))["items"] == []
    assert body_of(Api(world.sam).get(f"{path}?order_id={bought.order_id}"))["totalCount"] == 1


def test_an_ended_term_is_expired_but_never_to_java(world, bought):
    bought.auto_renew = False
    bought.save()
    path = f"/v1/customers/{world.fabrikam.pk}/subscriptions/{bought.pk}"
    with after(days=366):
        assert body_of(Api(world.sam).get(path))["status"] == "expired"
        java = {"MS-PartnerCenter-Client": "Partner Center Java SDK"}
        assert body_of(Api(world.sam).get(path, **java))["status"] == "suspended"
    with after(days=366 + 121):
        assert body_of(Api(world.sam).get(path))["status"] == "deleted"


def test_another_partner_of_the_customer_sees_no_subscription(world, bought):
    path = f"/v1/customers/{world.fabrikam.pk}/subscriptions"
    assert body_of(Api(world.max).get(path))["items"] == []
    assert code_of(Api(world.max).get(f"{path}/{bought.pk}")) == (404, 20003)
    assert code_of(Api(world.ava).get(f"{path}/none")) == (404, 20003)


def test_the_provisioning_status_is_written_as_captured(world, bought):
    path = f"/v1/customers/{world.fabrikam.pk}/subscriptions/{bought.pk}/provisioningstatus"
    assert Api(world.ava).get(path).content == written(
        {
            "skuId": str(sku(E3)).upper(),
            "status": "success",
            "quantity": 5,
            "endDate": "2027-11-22T00:00:00Z",
            "attributes": {"objectType": "SubscriptionProvisioningStatus"},
        }
    )
    assert code_of(Api(world.nora).get(path)) == (403, 900308)
    assert code_of(Api(world.contoso).get(path)) == (403, 900329)


def hold(user, part_number):
    """Somebody has it from before there was a rule about it."""
    row = stock(user.customer, part_number, seats=1)
    LicenseAssignment.objects.create(customer=user.customer, user=user, subscribed_sku=row)
    SubscribedSku.objects.filter(pk=row.pk).update(consumed_units=1)


def test_what_was_wrong_before_and_still_is_comes_back_as_a_warning(world, dana):
    """E1 and E3 exclude each other by Exchange and by SharePoint; Sway has no part in it."""
    hold(world.dana, E1)
    hold(world.dana, E3)
    off = str(plan(E3, "SWAY"))
    sent = {"licensesToAssign": [{"skuId": str(sku(E3)), "excludedPlans": [off]}]}
    body = body_of(Api(world.lea).post(f"{dana}/licenseupdates", sent))
    assert [(found["code"], sorted(found["servicePlans"])) for found in body["licenseWarnings"]] == [
        ("plans_exclude_each_other", ["SHAREPOINTENTERPRISE", "SHAREPOINTSTANDARD"]),
        ("plans_exclude_each_other", ["EXCHANGE_S_ENTERPRISE", "EXCHANGE_S_STANDARD"]),
    ]
    assert [list(found) for found in body["licenseWarnings"]] == [["code", "message", "servicePlans"]] * 2
    assert body["licenseWarnings"][1]["message"].endswith("exclude each other; switch one of them off.")
    mended = [off, str(plan(E3, "EXCHANGE_S_ENTERPRISE")), str(plan(E3, "SHAREPOINTENTERPRISE"))]
    sent["licensesToAssign"][0]["excludedPlans"] = mended
    assert body_of(Api(world.lea).post(f"{dana}/licenseupdates", sent))["licenseWarnings"] == []


def test_a_plan_that_always_lacked_its_base_is_a_warning(world, dana):
    """Audio conferencing needs a plan for meetings, and nobody gave her one."""
    hold(world.dana, "MCOMEETADV")
    body = body_of(Api(world.lea).post(f"{dana}/licenseupdates", assign("MCOMEETADV")))
    (warning,) = body["licenseWarnings"]
    assert (warning["code"], warning["servicePlans"][0]) == ("plan_needs_another", "MCOMEETADV")


def test_what_the_update_does_not_speak_of_is_no_warning(world, dana):
    hold(world.dana, E1)
    hold(world.dana, E3)
    stock(world.fabrikam, "POWER_BI_PRO", seats=1)
    body = body_of(Api(world.lea).post(f"{dana}/licenseupdates", assign("POWER_BI_PRO")))
    assert body["licenseWarnings"] == []
