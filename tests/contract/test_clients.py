"""Requests as the clients send them (partner_center_contract sections 1.8 to 1.11)."""

import pytest
from django.contrib.auth.hashers import check_password

from customers.models import CustomerUser
from customers.services import delete_user
from licensing.models import LicenseAssignment
from partnercenter.audit.models import AuditRecord
from tests.cast import principal
from tests.factories import CustomerFactory, sku, stock
from tests.partner_center import Api, body_of, code_of

NET = {
    "Accept": "application/json",
    "MS-PartnerCenter-Client": "Partner Center .NET SDK",
    "MS-SdkVersion": "3.4.0",
    "X-Locale": "en-US",
    "MS-RequestId": "5f0e1f3c-8a1b-4f5e-9b1e-000000000001",
    "MS-CorrelationId": "5f0e1f3c-8a1b-4f5e-9b1e-000000000002",
}
JAVA = NET | {"MS-PartnerCenter-Client": "Partner Center Java SDK", "MS-Contract-Version": "v1"}
NODE = {"Accept": "application/json, text/plain, */*"}
CLIENTS = {"net": NET, "java": JAVA, "node": NODE}

NET_USER = (
    b'{"UsageLocation":"US","Id":null,"UserPrincipalName":"ana@fabrikam.com","FirstName":null,"LastName":null,'
    b'"DisplayName":"Ana","PasswordProfile":{"ForceChangePassword":true,"Password":"Made-up-1!"},'
    b'"LastDirectorySyncTime":null,"UserDomainType":"none","State":"active","SoftDeletionTime":null,'
    b'"Attributes":{"ObjectType":"CustomerUser"}}'
)
JAVA_USER = (
    b'{"attributes":{"objectType":"CustomerUser"},"displayName":"Ana B","passwordProfile":{"password":"Made-up-1!",'
    b'"forceChangePassword":true,"ForceChangePassword":true,"Password":"Made-up-1!"},'
    b'"userPrincipalName":"ana@fabrikam.com","usageLocation":"US"}'
)
NET_PATCH = (
    b'{"UsageLocation":null,"Id":null,"UserPrincipalName":null,"FirstName":null,"LastName":null,'
    b'"DisplayName":"Dana H.","PasswordProfile":null,"LastDirectorySyncTime":null,"UserDomainType":"none",'
    b'"State":"active","SoftDeletionTime":null,"Attributes":{"ObjectType":"CustomerUser"}}'
)


@pytest.fixture
def customer(world):
    return f"customers/{world.fabrikam.pk}"


@pytest.mark.parametrize(
    ("headers", "body", "prefix"), [(NET, NET_USER, "/v1/"), (JAVA, JAVA_USER, "/v1//"), (NODE, JAVA_USER, "/v1/")]
)
def test_each_sdk_creates_a_user(world, customer, headers, body, prefix):
    response = Api(world.uma, **headers).post(f"{prefix}{customer}/users/", body)
    assert response.status_code == 201
    user = CustomerUser.objects.get(user_principal_name="ana@fabrikam.com")
    assert user.usage_location == "US"
    assert check_password("Made-up-1!", user.password)


def test_a_patch_of_dotnet_changes_what_is_not_null(world, customer):
    before = CustomerUser.objects.get(pk=world.dana.pk)
    body = body_of(Api(world.uma, **NET).patch(f"/v1/{customer}/users/{world.dana.pk}", NET_PATCH))
    after = CustomerUser.objects.get(pk=world.dana.pk)
    assert (body["displayName"], body["firstName"], body["usageLocation"]) == ("Dana H.", "Dana", "SK")
    assert (after.password, after.user_principal_name) == (before.password, before.user_principal_name)
    assert list(AuditRecord.objects.filter(principal_name=world.uma.username).values_list("operation", flat=True)) == [
        "update_customer_user"
    ]


def test_a_patch_of_dotnet_restores_a_deleted_user(world, customer):
    delete_user(by=principal(world.uma), user=world.dana)
    body = body_of(Api(world.uma, **NET).patch(f"/v1/{customer}/users/{world.dana.pk}", NET_PATCH))
    assert (body["state"], body["displayName"]) == ("active", "Dana H.")


def test_java_sends_a_write_five_times_and_it_happens_once(world, customer):
    stock(world.fabrikam, "ENTERPRISEPACK", seats=2)
    text = str(sku("ENTERPRISEPACK")).encode()
    item = b'[{"skuId":"%s","SkuId":"%s"}]' % (text, text)
    body = b'{"attributes":{"objectType":"LicenseUpdate"},"licensesToAssign":%s,"LicensesToAssign":%s}' % (item, item)
    path = f"/v1/{customer}/users/{world.dana.pk}/licenseupdates"
    answers = [Api(world.lea, **JAVA).post(path, body) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [201] * 5
    assert len({answer.content for answer in answers}) == 1
    assert LicenseAssignment.objects.count() == 1
    assert AuditRecord.objects.filter(operation="update_customer_user_licenses").count() == 1


def test_java_repeats_a_refused_request_and_nothing_changes(world, customer):
    path = f"/v1/{customer}/users/"
    body = JAVA_USER.replace(b"ana@fabrikam.com", b"ana@nowhere.example")
    answers = [Api(world.uma, **JAVA).post(path, body) for _ in range(5)]
    assert {(answer.status_code, answer.content) for answer in answers} == {(400, answers[0].content)}
    assert not CustomerUser.objects.filter(display_name="Ana B").exists()


def test_java_pages_by_links_below_a_doubled_slash(world):
    for number in range(3):
        CustomerFactory(company_name=f"Zebra {number}", sold_by=[world.contoso])
    api, found = Api(world.ava, **JAVA), []
    link = {"uri": "customers?size=2", "headers": []}
    while link:
        headers = {pair["key"]: pair["value"] for pair in link["headers"]}
        body = body_of(api.get(f"/v1/{link['uri']}", **headers))
        found += [item["companyProfile"]["companyName"] for item in body["items"]]
        link = body["links"].get("next")
    assert found == ["Fabrikam, Inc.", "Northwind Traders", "Tailspin Toys", "Zebra 0", "Zebra 1", "Zebra 2"]


def test_node_resets_a_password_by_patch_and_sends_no_id(world, customer):
    body = {"passwordProfile": {"password": "Made-up-2!", "forceChangePassword": True}}
    response = Api(world.uma, **NODE).patch(f"/v1/{customer}/users/{world.dana.pk}", body)
    assert (response.status_code, body_of(response)["passwordProfile"]["password"]) == (200, "Made-up-2!")
    assert response["MS-RequestId"] != Api(world.uma, **NODE).get("/v1/customers")["MS-RequestId"]


def test_no_answer_holds_a_null(world, customer):
    paths = ["customers", customer, f"{customer}/profiles/company", f"{customer}/profiles/billing", f"{customer}/users"]
    for path in paths:
        assert b"null" not in Api(world.ava).get(f"/v1/{path}").content


def test_java_is_refused_a_method_with_a_status_that_it_gives_up_at(world):
    """It repeats a 405 without end; the others get it."""
    found = {name: code_of(Api(world.ava, **headers).delete("/v1/customers")) for name, headers in CLIENTS.items()}
    assert found == {"net": (405, 900141), "java": (400, 900141), "node": (405, 900141)}
