"""Changing a customer: billing profile, the reseller relationship, organization and domains (part 2)."""

import pytest

from customers.models import BillingProfile, Domain
from licensing.models import Subscription
from partnercenter.audit.models import AuditRecord
from tests.factories import stock
from tests.partner_center import Api, body_of, code_of, written

PROFILE = {
    "Id": None,
    "FirstName": None,
    "Email": "ap@fabrikam.example",
    "Culture": "en-US",
    "Language": "en",
    "CompanyName": "Fabrikam Bikes",
    "DefaultAddress": {
        "Country": "US",
        "Region": None,
        "City": "Redmond",
        "State": "WA",
        "AddressLine1": "1 Sample Way",
        "PostalCode": "98052",
        "FirstName": "Ana",
        "LastName": "Born",
        "PhoneNumber": "4255550100",
    },
}


@pytest.fixture
def billing(world):
    return f"/v1/customers/{world.fabrikam.pk}/profiles/billing"


def test_the_billing_profile_is_replaced_under_its_etag(world, billing):
    api = Api(world.ava)
    etag = body_of(api.get(billing))["attributes"]["etag"]
    response = api.put(billing, PROFILE | {"Attributes": {"Etag": etag, "ObjectType": "CustomerBillingProfile"}})
    body = body_of(response)
    assert response.status_code == 200
    assert body["defaultAddress"] == {
        "country": "US",
        "city": "Redmond",
        "state": "WA",
        "addressLine1": "1 Sample Way",
        "postalCode": "98052",
        "firstName": "Ana",
        "lastName": "Born",
        "phoneNumber": "4255550100",
    }
    assert body["attributes"]["etag"] != etag
    assert body_of(api.get(billing)) == body
    assert (
        AuditRecord.objects.get(operation="update_customer_billing_profile").before["company_name"] == "Fabrikam, Inc."
    )
    assert code_of(api.put(billing, PROFILE, **{"If-Match": f'"{etag}"'})) == (400, 2055)
    assert api.put(billing, PROFILE, **{"If-Match": f'"{body["attributes"]["etag"]}"'}).status_code == 200
    assert api.put(billing, PROFILE).status_code == 200


def test_another_partner_of_the_customer_sees_its_own_billing_profile(world, billing):
    Api(world.ava).put(billing, PROFILE)
    assert body_of(Api(world.max).get(billing))["companyName"] == "Fabrikam, Inc."
    assert BillingProfile.objects.get().partner == world.contoso


@pytest.mark.parametrize(
    "changed", [{"Email": None}, {"CompanyName": "x" * 201}, {"DefaultAddress": {"Country": "XX"}}]
)
def test_a_bad_billing_profile_is_refused(world, billing, changed):
    assert code_of(Api(world.ava).put(billing, PROFILE | changed)) == (400, 3000)
    assert not BillingProfile.objects.exists()


def test_the_reseller_relationship_ends_when_nothing_runs(world):
    path = f"/v1/customers/{world.tailspin.pk}/"
    body = {"relationshipToPartner": "none", "attributes": {"objectType": "Customer"}}
    response = Api(world.ava).patch(path, body)
    assert (response.status_code, response.content) == (200, written(body))
    assert code_of(Api(world.ava).get(path)) == (403, 20002)
    assert AuditRecord.objects.filter(operation="remove_partner_customer_relationship").count() == 1


def test_it_does_not_end_while_a_subscription_runs(world):
    stock(world.fabrikam, "ENTERPRISEPACK", seats=1)
    path = f"/v1/customers/{world.fabrikam.pk}"
    body = {"RelationshipToPartner": "none"}
    assert code_of(Api(world.ava).patch(path, body)) == (400, 3000)
    Subscription.objects.update(status="deleted")
    assert Api(world.ava).patch(path, body).status_code == 200
    assert body_of(Api(world.ava).get(path))["relationshipToPartner"] == "advisor"


def test_who_may_not_sell_may_not_end_it(world):
    path = f"/v1/customers/{world.tailspin.pk}"
    assert code_of(Api(world.sam).patch(path, {"relationshipToPartner": "none"})) == (403, 900150)
    assert code_of(Api(world.contoso).patch(path, {"relationshipToPartner": "none"})) == (403, 900329)
    assert code_of(Api(world.max).patch(path, {"relationshipToPartner": "none"})) == (403, 20002)


def test_giving_up_dap_changes_nothing_since_nobody_has_it(world):
    response = Api(world.ava).patch(f"/v1/customers/{world.tailspin.pk}", {"AllowDelegatedAccess": False})
    assert (response.status_code, body_of(response)["allowDelegatedAccess"]) == (200, False)
    refused = Api(world.ava).patch(f"/v1/customers/{world.tailspin.pk}", {"AllowDelegatedAccess": True})
    assert code_of(refused) == (403, 600006)


def test_customers_are_deleted_in_the_sandbox_only(world):
    assert code_of(Api(world.ava).delete(f"/v1/customers/{world.tailspin.pk}")) == (403, 2032)


def test_the_organization_and_its_domains_are_bare_arrays_and_need_gdap(world):
    customer = f"/v1/customers/{world.fabrikam.pk}"
    initial = Domain.objects.get(customer=world.fabrikam, is_initial=True).name
    assert Api(world.ava).get(f"{customer}/customDomains").content == written(["fabrikam.com", initial])
    assert Api(world.ava).get(f"{customer}/organization").content == written(
        [{"countryLetterCode": "US", "displayName": "Fabrikam, Inc.", "technicalNotificationMails": []}]
    )
    for path in ("organization", "customDomains"):
        assert code_of(Api(world.nora).get(f"{customer}/{path}")) == (403, 900308)
        assert code_of(Api(world.contoso).get(f"{customer}/{path}")) == (403, 900308)


@pytest.mark.parametrize(
    ("domain", "status"), [("FABRIKAM.com", 200), ("proseware.example", 200), ("free.example", 404)]
)
def test_a_domain_is_taken_or_free_without_a_word(world, domain, status):
    response = Api(world.ava).request("HEAD", f"/v1/domains/{domain}")
    assert (response.status_code, response.content) == (status, b"")
    assert response.has_header("MS-RequestId")
