"""A new customer, by the service and by the API; and deleting one in the sandbox."""

import uuid

import pytest
from django.contrib.auth.hashers import check_password

from customers.models import BillingProfile, Customer, CustomerUser, DirectoryRoleMember, Domain, ResellerRelationship
from customers.roles import DEFAULT_GDAP_ROLES, GLOBAL_ADMINISTRATOR
from customers.services import delete_customer
from gdap.models import AdminRelationship
from licensing.models import LicenseAssignment, SoftwarePurchase, Subscription
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from partnercenter.audit.models import AuditRecord
from partnercenter.wire.models import GivenAnswer
from tests.cast import NOW, principal
from tests.factories import SYSTEM, CustomerUserFactory, sku, stock
from tests.partner_center import Api, body_of, code_of, written

ADDRESS = {
    "FirstName": "Ana",
    "LastName": "Born",
    "AddressLine1": "1 Sample Way",
    "City": "Redmond",
    "State": "WA",
    "PostalCode": "98052",
    "Country": "US",
    "PhoneNumber": "4255550100",
}
BILLING = {
    "Culture": "EN-US",
    "Email": "ana@coho.example",
    "Language": "en",
    "CompanyName": "Coho Winery",
    "DefaultAddress": ADDRESS,
}
WINERY = {
    "enableGDAPByDefault": None,
    "Id": None,
    "RelationshipToPartner": "none",
    "CompanyProfile": {"Domain": "coho.onmicrosoft.com", "OrganizationRegistrationNumber": None},
    "BillingProfile": BILLING,
    "AssociatedPartnerId": None,
}
TABLES = (
    Customer,
    Domain,
    CustomerUser,
    ResellerRelationship,
    BillingProfile,
    AdminRelationship,
    AuditRecord,
    GivenAnswer,
)


def rows():
    return [table.objects.count() for table in TABLES]


def winery(*, address=None, company=None, **billing):
    """The request with other values somewhere."""
    changed = BILLING | billing | {"DefaultAddress": ADDRESS | (address or {})}
    return WINERY | {"BillingProfile": changed, "CompanyProfile": WINERY["CompanyProfile"] | (company or {})}


def test_a_customer_is_made_with_its_administrator_and_both_relationships(world):
    response = Api(world.sam).post("/v1/customers", WINERY)
    made = Customer.objects.get(primary_domain="coho.onmicrosoft.com")
    profile = BillingProfile.objects.get(customer=made)
    admin = CustomerUser.objects.get(customer=made)
    body = body_of(response)
    assert response.status_code == 201
    assert response.content == written(
        {
            "id": str(made.pk),
            "commerceId": body["commerceId"],
            "companyProfile": {
                "tenantId": str(made.pk),
                "domain": "coho.onmicrosoft.com",
                "companyName": "Coho Winery",
                "links": {"self": {"uri": f"/customers/{made.pk}/profiles/company", "method": "GET", "headers": []}},
                "attributes": {"objectType": "CustomerCompanyProfile"},
            },
            "billingProfile": {
                "id": str(profile.pk),
                "email": "ana@coho.example",
                "culture": "en-US",
                "language": "en",
                "companyName": "Coho Winery",
                "defaultAddress": {
                    "country": "US",
                    "city": "Redmond",
                    "state": "WA",
                    "addressLine1": "1 Sample Way",
                    "postalCode": "98052",
                    "firstName": "Ana",
                    "lastName": "Born",
                    "phoneNumber": "4255550100",
                },
                "attributes": body["billingProfile"]["attributes"],
            },
            "relationshipToPartner": "reseller",
            "allowDelegatedAccess": False,
            "userCredentials": {"userName": "admin", "password": body["userCredentials"]["password"]},
            "attributes": {"objectType": "Customer"},
        }
    )
    assert (admin.user_principal_name, admin.display_name, admin.usage_location) == (
        "admin@coho.onmicrosoft.com",
        "Ana Born",
        "US",
    )
    assert check_password(body["userCredentials"]["password"], admin.password)
    assert DirectoryRoleMember.objects.get(user=admin).role_id == GLOBAL_ADMINISTRATOR
    (domain,) = Domain.objects.filter(customer=made)
    assert (domain.name, domain.is_initial, domain.is_default, domain.is_verified) == (
        "coho.onmicrosoft.com",
        True,
        True,
        True,
    )
    relationship = AdminRelationship.objects.get(customer=made)
    assert (relationship.display_name, relationship.activated_at) == (f"Default_{made.pk}", NOW)
    assert sorted(link.role.display_name for link in relationship.role_links.select_related("role")) == list(
        DEFAULT_GDAP_ROLES
    )
    record = AuditRecord.objects.get(operation="add_customer")
    assert (record.principal_name, record.customer_id, record.after) == (
        world.sam.username,
        made.pk,
        {
            "company_name": "Coho Winery",
            "primary_domain_name": "coho.onmicrosoft.com",
            "relationship": "Reseller",
        },
    )


def test_the_password_is_told_once_even_to_who_repeats_the_request(world):
    api = Api(world.ava, **{"MS-RequestId": str(uuid.uuid4())})
    first, second = (body_of(api.post("/v1/customers", WINERY)) for _ in range(2))
    password = first["userCredentials"].pop("password")
    assert second == first
    assert Customer.objects.filter(company_name="Coho Winery").count() == 1
    assert "userCredentials" not in body_of(api.get(f"/v1/customers/{first['id']}"))
    assert password not in str(list(AuditRecord.objects.values()) + list(GivenAnswer.objects.values()))


def test_without_gdap_there_is_no_admin_relationship(world):
    body = body_of(Api(world.contoso).post("/v1/customers", WINERY | {"enableGDAPByDefault": False}))
    assert not AdminRelationship.objects.filter(customer=body["id"]).exists()
    assert Api(world.sam).get(f"/v1/customers/{body['id']}").status_code == 200
    assert code_of(Api(world.ava).get(f"/v1/customers/{body['id']}/users")) == (403, 900308)
    assert code_of(Api(world.max).get(f"/v1/customers/{body['id']}")) == (403, 20002)


def test_what_is_wrong_with_a_new_customer(world):
    Domain.objects.create(customer=world.proseware, name="taken.onmicrosoft.com")
    before, wrong = rows(), []
    for body, expected in (
        ({}, (400, 2000)),
        ({"CompanyProfile": {"Domain": "coho.onmicrosoft.com"}}, (400, 2000)),
        ({"BillingProfile": BILLING, "CompanyProfile": {}}, (400, 2000)),
        (WINERY | {"BillingProfile": []}, (400, 3000)),
        (WINERY | {"AssociatedPartnerId": "1"}, (400, 3000)),
        (winery(company={"Domain": "Taken.OnMicrosoft.com"}), (400, 3000)),
        (winery(company={"Domain": "coho.example"}), (400, 3000)),
        (winery(company={"Domain": "co ho.onmicrosoft.com"}), (400, 3000)),
        (winery(company={"Domain": f"{'x' * 28}.onmicrosoft.com"}), (400, 3000)),
        (winery(company={"OrganizationRegistrationNumber": "123"}), (400, 600002)),
        (winery(Culture="fr-FR"), (400, 3000)),
        (winery(Culture="english"), (400, 3000)),
        (winery(Language="tlh"), (400, 3000)),
        (winery(Email="nobody"), (400, 3000)),
        (winery(Email="bill@microsoft.com"), (400, 3000)),
        (winery(Email="sam@contoso-partners.example"), (400, 3000)),
        (winery(CompanyName="x"), (400, 3000)),
        (winery(CompanyName="---"), (400, 3000)),
        (winery(CompanyName="GmbH"), (400, 3000)),
        (winery(CompanyName="x" * 201), (400, 3000)),
        (winery(CompanyName=7), (400, 3000)),
        (winery(address={"PostalCode": "ABC"}), (400, 3000)),
        (winery(address={"PostalCode": None}), (400, 3000)),
        (winery(address={"State": "ZZ"}), (400, 3000)),
        (winery(address={"State": None}), (400, 3000)),
        (winery(address={"Country": "SK", "PostalCode": "821 09", "State": None, "Region": "x" * 51}), (400, 3000)),
        (winery(address={"City": None}), (400, 3000)),
        (winery(address={"AddressLine1": "x" * 201}), (400, 3000)),
        (winery(address={"Country": "XX"}), (400, 3000)),
        (winery(address={"Country": None}), (400, 3000)),
        (winery(address={"FirstName": None}), (400, 3000)),
        (winery(address={"LastName": "x" * 51}), (400, 3000)),
        (winery(address={"PhoneNumber": "call me"}), (400, 3000)),
        (winery(address={"Country": "SK", "PostalCode": "98052-1"}), (400, 3000)),
        (winery(address={"Country": "HK", "PostalCode": "999077"}), (400, 3000)),
        (winery(address={"Country": "PL", "PostalCode": "00-001"}), (400, 600049)),
        (
            winery(address={"Country": "PL", "PostalCode": "00-001"}, company={"OrganizationRegistrationNumber": "?"}),
            (400, 600050),
        ),
        (
            winery(
                address={"Country": "PL", "PostalCode": "00-001", "PhoneNumber": None},
                company={"OrganizationRegistrationNumber": "5260001246"},
            ),
            (400, 600051),
        ),
    ):
        found = code_of(Api(world.ava).post("/v1/customers", body))
        if found != expected:
            wrong.append((body, found, expected))
    assert wrong == []
    assert rows() == before


def test_every_problem_is_named_at_once(world):
    body = winery(Culture="fr-FR", address={"PostalCode": "ABC", "State": "ZZ"})
    response = Api(world.ava).post("/v1/customers", body)
    assert response.json()["data"] == [
        "ZZ is no state of US.",
        "ABC is no postal code of US; one is 98052.",
        "fr-FR is no culture here; take one like en-US, es-US.",
    ]


def test_a_registered_company_keeps_its_number(world):
    address = {"Country": "PL", "PostalCode": "00-001", "State": None}
    body = winery(address=address, company={"OrganizationRegistrationNumber": "5260001246"}, Culture="pl-PL")
    response = Api(world.ava).post("/v1/customers", body)
    assert body_of(response)["companyProfile"]["organizationRegistrationNumber"] == "5260001246"


def test_who_may_add_customers(world):
    assert code_of(Api(world.harry).post("/v1/customers", WINERY)) == (403, 900150)
    assert Api(world.nora).post("/v1/customers", WINERY).status_code == 201


def test_the_sandbox_holds_75_customers(world, settings):
    settings.SANDBOX_MODE = True
    settings.SANDBOX_CUSTOMERS = Customer.objects.resold_by(world.contoso.pk).count() + 1
    assert Api(world.ava).post("/v1/customers", WINERY).status_code == 201
    another = winery(company={"Domain": "coho2.onmicrosoft.com"})
    assert code_of(Api(world.ava).post("/v1/customers", another)) == (400, 800018)


@pytest.mark.race
def test_two_who_want_one_domain_get_one_customer(lasting_world, race):
    world = lasting_world
    apis = [Api(world.ava), Api(world.nora), Api(world.max)]
    answers = race([lambda api=api: api.post("/v1/customers", WINERY) for api in apis])
    assert sorted(answer.status_code for answer in answers) == [201, 400, 400]
    assert Customer.objects.filter(company_name="Coho Winery").count() == 1


# Deleting


def test_a_customer_is_deleted_in_the_sandbox_only(world, settings):
    path = f"/v1/customers/{world.fabrikam.pk}"
    before = rows()
    assert code_of(Api(world.ava).delete(path)) == (403, 2032)
    settings.SANDBOX_MODE = True
    assert code_of(Api(world.sam).delete(path)) == (403, 900150)
    assert code_of(Api(world.max).delete(path)) == (403, 20002)
    assert code_of(Api(world.max).delete(f"/v1/customers/{world.tailspin.pk}")) == (403, 20002)
    assert rows() == before


def test_with_a_customer_goes_everything_but_the_audit_record(world, settings):
    settings.SANDBOX_MODE = True
    user = CustomerUserFactory(customer=world.fabrikam)
    stock(world.fabrikam, "ENTERPRISEPACK", seats=2)
    stock(world.namesake, "ENTERPRISEPACK", seats=2)
    wanted = LicenseUpdate(assign=(LicenseToAssign(sku("ENTERPRISEPACK")),))
    update_licenses(by=SYSTEM, user=user, update=wanted)
    path = f"/v1/customers/{world.fabrikam.pk}"
    assert Api(world.ava).delete(path).status_code == 204
    assert code_of(Api(world.ava).get(path)) == (403, 20002)
    assert not Customer.objects.filter(pk=world.fabrikam.pk).exists()
    assert LicenseAssignment.objects.count() == 0
    assert Subscription.objects.get().customer == world.namesake
    record = AuditRecord.objects.get(operation="delete_customer")
    assert (record.customer_id, record.customer_name) == (world.fabrikam.pk, "Fabrikam, Inc.")
    assert code_of(Api(world.ava).delete(path)) == (403, 20002)


def test_software_and_another_seller_come_first(world, settings):
    settings.SANDBOX_MODE = True
    bought = SoftwarePurchase.objects.create(customer=world.fabrikam, partner=world.contoso, name="Windows Server")
    path = f"/v1/customers/{world.fabrikam.pk}"
    assert code_of(Api(world.ava).delete(path)) == (400, 3000)
    SoftwarePurchase.objects.filter(pk=bought.pk).update(cancelled_at=NOW)
    also = ResellerRelationship.objects.create(customer=world.fabrikam, partner=world.litware)
    assert code_of(Api(world.ava).delete(path)) == (400, 3000)
    also.delete()
    delete_customer(by=principal(world.ava), customer=world.fabrikam)
    assert not Customer.objects.filter(pk=world.fabrikam.pk).exists()
