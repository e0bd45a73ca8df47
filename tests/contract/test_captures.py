"""Every byte-exact capture of the real service that concerns something served here, replayed.

What proves a capture is its Content-Length, so a replay must come to the same number of bytes, over the ids of the
capture; texts are our own, of the same length. Where this server can't be in the state of a capture, the test says by
how many bytes that differs. Captures that concern nothing served here:

| capture | bytes | why |
|---|---|---|
| verify-indirect-reseller-mpa-status, four refusals | 105, 103, 114, 119 | there are no indirect resellers |
| get-a-list-of-products-by-customer | 1909 | another service; its products are offers here |
| get-api-request-summary | 313 | nobody's requests are counted, so the array is empty |
"""

import json
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import UUID

import pytest

from customers.services import delete_user
from licensing.models import Product, Subscription
from licensing.services.subscriptions import Purchase, create_subscription
from tests.cast import ALL_ROLES, principal
from tests.factories import (
    SYSTEM,
    AssignmentFactory,
    CustomerFactory,
    CustomerUserFactory,
    RelationshipFactory,
    product,
    sku,
    stock,
)
from tests.partner_center import BOM, Api, body_of, written

TENANT = "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04"
DOMAIN = "samplecustomer000005.onmicrosoft.com"
COMPANY = "Sample Customer Number 5"
USER = "a9ef48bb-8758-4590-a312-d4a47bfaded4"
ADMIN = "6e668259-1f09-479d-bcb8-d9b03e826b8d"
DELETED = "a45f1416-3300-4f65-9e8d-f123b397a4ea"
SUPPORT_ROLE = "f023fd81-a637-4b56-95fd-791ac0226033"
LICENSED_TENANT = "0c39d6d5-c70d-4c55-bc02-f620844f3fd1"
LICENSED_USER = "554526aa-cf5e-46fa-95df-98dbc55d8a1e"


def customer(world, tenant, domain, name, **columns):
    """A customer of Contoso's whom Ava may do anything for."""
    made = CustomerFactory(
        id=UUID(tenant), company_name=name, primary_domain=domain, sold_by=[world.contoso], **columns
    )
    reached = RelationshipFactory(
        partner=world.contoso, customer=made, display_name=f"Capture {tenant[:8]}", roles=ALL_ROLES
    )
    AssignmentFactory(relationship=reached, group=world.leads)
    return made


@pytest.fixture
def sample(world):
    return customer(
        world, TENANT, DOMAIN, COMPANY,
        email="sample@example.com.xx", country="US", state="WA", city="Bellevue", address_line1="1 Sample Street",
        postal_code="98052", phone_number="4155551212",
    )  # fmt: skip


@pytest.fixture
def user(sample):
    return CustomerUserFactory(
        id=UUID(USER), customer=sample, local_part="Sample", first_name="Sample", last_name="User", usage_location="US"
    )


@pytest.fixture
def gone(world, sample):
    """A user who was deleted, by the service."""
    made = CustomerUserFactory(
        id=UUID(DELETED), customer=sample, local_part="e83763f7f2204ac384cfcd49f79f2749", first_name="Undeleted",
        last_name="Restorable", display_name="Undeleted", usage_location="US",
    )  # fmt: skip
    delete_user(by=principal(world.ava), user=made)
    return made


def is_exact(response, length, *, status=200):
    """The length of the capture, and the bytes that the real service would write for these values."""
    body = json.loads(response.content.decode("utf-8-sig"))
    as_written = written(body) if status < 400 else written(body).removeprefix(BOM)
    return (response.status_code, len(response.content), response.content == as_written) == (status, length, True) and (
        response["Content-Length"] == str(length)
    )


def test_users(world, user):
    CustomerUserFactory(
        id=UUID(ADMIN), customer=user.customer, local_part="admin", first_name="Sample", last_name="User",
        display_name=COMPANY, usage_location="",
    )  # fmt: skip
    assert is_exact(Api(world.ava).get(f"/v1/customers/{TENANT}/users"), 1030)
    assert is_exact(Api(world.ava).get(f"/v1/customers/{TENANT}/users/{USER}"), 432)


def test_deleted_users(world, gone):
    wanted = quote('{"Field":"UserState","Value":"Inactive","Operator":"equals"}', safe="")
    response = Api(world.ava).get(f"/v1/customers/{TENANT}/users?size=500&filter={wanted}")
    assert is_exact(response, 802)
    assert b"UserStatus" in response.content


def test_a_restored_user(world, gone):
    sent = {"State": "active", "Attributes": {"ObjectType": "CustomerUser"}}
    assert is_exact(Api(world.ava).patch(f"/v1/customers/{TENANT}/users/{DELETED}", sent), 465)


def test_a_new_member_of_a_role(world, user):
    sent = {
        "Id": USER,
        "DisplayName": "Sample User",
        "UserPrincipalName": user.user_principal_name,
        "Attributes": {"ObjectType": "UserMember"},
    }
    path = f"/v1/customers/{TENANT}/directoryroles/{SUPPORT_ROLE}/usermembers"
    assert is_exact(Api(world.ava).post(path, sent), 231, status=201)


def test_licenses(world):
    """Power BI Pro, as in the capture: first there is one, then there is none."""
    tenant = customer(world, LICENSED_TENANT, "licensed.example", "Licensed")
    CustomerUserFactory(id=UUID(LICENSED_USER), customer=tenant)
    second = CustomerUserFactory(customer=tenant)
    base = f"/v1/customers/{LICENSED_TENANT}"
    assert is_exact(Api(world.ava).get(f"{base}/subscribedskus?licenseGroupIds=Group2"), 71)
    assert is_exact(Api(world.ava).get(f"{base}/users/{LICENSED_USER}/licenses?licenseGroupIds=Group2"), 71)
    stock(tenant, "POWER_BI_PRO", seats=1)
    assert str(sku("POWER_BI_PRO")) == "f8a1db68-be16-40ed-86d5-cb42ce701560"
    sent = {
        "LicensesToAssign": [{"ExcludedPlans": None, "SkuId": str(sku("POWER_BI_PRO"))}],
        "LicensesToRemove": None,
        "LicenseWarnings": None,
        "Attributes": {"ObjectType": "LicenseUpdate"},
    }
    assert is_exact(Api(world.ava).post(f"{base}/users/{LICENSED_USER}/licenseupdates", sent), 139, status=201)
    assert is_exact(Api(world.ava).post(f"{base}/users/{second.pk}/licenseupdates", sent), 341, status=400)


def test_customers_by_a_field(world):
    for tenant, domain, name in (
        ("c5757d70-06f3-4f23-8367-5a9e55019f94", "contoso190.onmicrosoft.com", "Contoso190"),
        ("7b26b357-9ca3-48b8-a58e-4febe2662a5d", "ContosoCorpCo.onmicrosoft.com", "Contoso"),
        ("bfbd6ef0-311f-47ec-bbd7-0fcb7846661b", "contosocorpdemo.onmicrosoft.com", "Contoso"),
    ):
        CustomerFactory(id=UUID(tenant), company_name=name, primary_domain=domain, sold_by=[world.contoso])
    wanted = quote('{"Field":"Domain","Value":"cont","Operator":"starts_with"}', safe="")
    assert is_exact(Api(world.contoso).get(f"/v1/customers?size=0&filter={wanted}"), 1839)


def test_a_company_profile(world, sample):
    assert is_exact(Api(world.ava).get(f"/v1/customers/{TENANT}/profiles/company"), 488)


def test_a_new_customer(world):
    """The request of .NET. It was made for an indirect reseller, with DAP, neither of which is here."""
    sent = {
        "Id": None,
        "CommerceId": None,
        "CompanyProfile": {
            "TenantId": None,
            "Domain": "WingtipToys678152504.onmicrosoft.com",
            "CompanyName": None,
            "Attributes": {"ObjectType": "CustomerCompanyProfile"},
        },
        "BillingProfile": {
            "Id": None,
            "FirstName": None,
            "LastName": None,
            "Email": "Ana_@wingtiptoys.com",
            "Culture": "EN-US",
            "Language": "En",
            "CompanyName": "Wingtip Toys678152504",
            "DefaultAddress": {
                "Country": "US",
                "Region": None,
                "City": "Redmond",
                "State": "WA",
                "AddressLine1": "1000 Sample Place",
                "AddressLine2": None,
                "PostalCode": "98052",
                "FirstName": "Anna",
                "LastName": "Born",
                "PhoneNumber": "4255550101",
            },
            "Attributes": {"ObjectType": "CustomerBillingProfile"},
        },
        "RelationshipToPartner": "none",
        "AllowDelegatedAccess": None,
        "UserCredentials": None,
        "CustomDomains": None,
        "AssociatedPartnerId": None,
        "Attributes": {"ObjectType": "Customer"},
    }
    response = Api(world.ava).post("/v1/customers", sent)
    body = body_of(response)
    reseller = len(f'"associatedPartnerId":"{USER}",')
    password = len(body["userCredentials"]["password"]) - len("12345678")
    etag = len(body["billingProfile"]["attributes"]["etag"]) - len("-1234567890123456789")
    delegated = len("false") - len("true")
    assert is_exact(response, 1085 - reseller + password + etag + delegated, status=201)
    assert (body["billingProfile"]["culture"], body["billingProfile"]["language"]) == ("en-US", "En")


def test_subscriptions_of_a_partner(world):
    """The tag is the captured one to the last character, since it holds the id and the version."""
    world.contoso.mpn_id = "4847383"
    world.contoso.save()
    tenant = customer(world, "c501c3c4-d776-40ef-9ecf-9cefb59442c1", "captured.example", "Captured")
    device = Product.objects.create(
        sku_id=UUID("db2e705f-b82a-4024-a3d5-d88e12f2db35"), sku_part_number="INTUNE_A_D", name="Intune Device"
    )
    create_subscription(
        by=SYSTEM,
        customer=tenant,
        partner=world.contoso,
        product=device,
        quantity=5,
        commerce=Subscription.Commerce.CLASSIC,
        purchase=Purchase(friendly_name="one bought for us ", order_id=UUID("3eddcac6-63b2-4c40-b0b6-f47e18301492")),
        since=datetime(2026, 4, 10, 23, 2, 26, 20_000, tzinfo=UTC),
        subscription_id=UUID("42226ed6-070a-4e0f-b80c-4cdfb3e97aa7"),
    )
    response = Api(world.contoso).get(f"/v1/customers/{tenant.pk}/subscriptions?mpn_id=4847383")
    assert is_exact(response, 985)
    (item,) = body_of(response)["items"]
    assert item["attributes"]["etag"] == (
        "eyJpZCI6IjQyMjI2ZWQ2LTA3MGEtNGUwZi1iODBjLTRjZGZiM2U5N2FhNyIsInZlcnNpb24iOjF9"
    )
    assert (item["creationDate"], item["effectiveStartDate"], item["commitmentEndDate"]) == (
        "2026-04-10T23:02:26.02Z",
        "2026-04-10T00:00:00Z",
        "2027-04-10T00:00:00Z",
    )


def test_a_provisioning_status(world):
    tenant = customer(world, LICENSED_TENANT, "licensed.example", "Licensed")
    create_subscription(
        by=SYSTEM, customer=tenant, partner=world.contoso, product=product("ENTERPRISEPACK"), quantity=5,
        commerce=Subscription.Commerce.CLASSIC, subscription_id=UUID("34828c05-c16c-4d6f-9cfc-4d2650ef19a1"),
    )  # fmt: skip
    path = f"/v1/customers/{LICENSED_TENANT}/subscriptions/34828C05-C16C-4D6F-9CFC-4D2650EF19A1/provisioningstatus"
    response = Api(world.ava).get(path)
    assert is_exact(response, 177)
    assert body_of(response)["skuId"] == "6FD2C87F-B296-42F0-B197-1E91E994B900"


def test_small_answers(world, sample):
    """Nobody here signed directly, so it says false where the capture says true."""
    signed = Api(world.ava).get(f"/v1/customers/{TENANT}/directSignedMicrosoftCustomerAgreementStatus")
    assert is_exact(signed, 20 + len("false") - len("true"))
    assert is_exact(Api(world.ava).get("/v1/profiles/mpn?mpnId=9999999"), 124, status=404)
    assert is_exact(Api(world.contoso).get("/v1/countryvalidationrules/US"), 780)
    assert Api(world.ava).get("/v1/applicationmfaadoptionstatus").content == BOM + b"[]"


def test_offers_categories_and_agreements_have_the_members_of_the_recordings(world):
    """Their values were not kept with the recordings, so only members, order and envelope can be compared."""
    product("ENTERPRISEPACK")
    api = Api(world.contoso)
    offers, categories, agreements = (
        body_of(api.get(f"/v1/{name}")) for name in ("offers?country=US", "offercategories?country=US", "agreements")
    )
    assert [list(body) for body in (offers, categories, agreements)] == [
        ["totalCount", "items", "links", "attributes"],
        ["totalCount", "items", "attributes"],
        ["totalCount", "items", "links", "attributes"],
    ]
    assert " ".join(offers["items"][0]) == (
        "id name description minimumQuantity maximumQuantity rank uri locale country category limitUnitOfMeasure limit "
        "termUnitOfMeasure term prerequisiteOffers isAddOn hasAddOns isAvailableForPurchase billing "
        "supportedBillingCycles isAutoRenewable isInternal isMicrosoftProduct conversionTargetOffers "
        "reselleeQualifications resellerQualifications salesGroupId isTrial acquisitionType supportedCatalogTypes "
        "actions product unitType links attributes"
    )
    assert list(categories["items"][0]) == ["id", "name", "rank", "locale", "country", "attributes"]
    assert list(agreements["items"][0]) == ["templateId", "agreementType", "agreementLink", "versionRank"]
    assert agreements["links"] == {"self": {"uri": "/agreements", "method": "GET", "headers": []}}


def test_what_no_capture_can_be_compared_with_is_not_there(world, sample):
    for path in (f"/v1/customers/{TENANT}/products", "/v1/products", "/v1/compliance/csp/agreementstatus"):
        response = Api(world.ava).get(path)
        assert (response.status_code, json.loads(response.content)["code"]) == (404, 1000)
