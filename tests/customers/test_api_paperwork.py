"""Agreements, qualifications, consents, domains and addresses; and what nobody has (section 2.10, parts 7 and 8)."""

import pytest

from customers.models import Agreement, ApplicationConsent, CustomerUser, Domain, Qualification
from partnercenter.audit.models import AuditRecord
from tests.factories import AssignmentFactory, RelationshipFactory, SecurityGroupFactory
from tests.partner_center import Api, body_of, code_of, written

CONTACT = {"firstName": "Ana", "lastName": "Born", "email": "ana@fabrikam.com", "phoneNumber": "4255550100"}
SIGNED = {"primaryContact": CONTACT, "dateAgreed": "2026-11-20T10:00:00Z", "type": "MicrosoftCustomerAgreement"}
APP = "a9900000-0000-4000-8000-000000000001"
CONSENT = {
    "applicationId": APP,
    "displayName": "Contoso Desk",
    "applicationGrants": [
        {"enterpriseApplicationId": "00000003-0000-0000-c000-000000000000", "scope": "Directory.Read.All,User.Read"}
    ],
}
EMPTY = {"totalCount": 0, "items": [], "attributes": {"objectType": "Collection"}}


@pytest.fixture
def customer(world):
    return f"/v1/customers/{world.fabrikam.pk}"


def rows():
    return [table.objects.count() for table in (Agreement, ApplicationConsent, Domain, Qualification, AuditRecord)]


def refusals(api, path, cases):
    """Those whose answer is not the expected one."""
    found = [(body, code_of(api.post(path, body)), expected) for body, expected in cases]
    return [case for case in found if case[1] != case[2]]


def test_an_agreement_is_confirmed_and_listed(world, customer):
    (template,) = body_of(Api(world.contoso).get("/v1/agreements"))["items"]
    agreed = {
        "primaryContact": CONTACT,
        "templateId": template["templateId"],
        "dateAgreed": "2026-11-20T10:00:00Z",
        "type": "MicrosoftCustomerAgreement",
        "agreementLink": template["agreementLink"],
    }
    response = Api(world.ava).post(f"{customer}/agreements", SIGNED)
    assert (response.status_code, response.content) == (201, written(agreed))
    own = {"self": {"uri": customer.removeprefix("/v1") + "/agreements", "method": "GET", "headers": []}}
    listed = EMPTY | {"totalCount": 1, "items": [agreed]}
    listed = (
        {name: listed[name] for name in ("totalCount", "items")} | {"links": own} | {"attributes": EMPTY["attributes"]}
    )
    assert Api(world.sam).get(f"{customer}/agreements").content == written(listed)
    assert body_of(Api(world.max).get(f"{customer}/agreements"))["items"] == []
    assert AuditRecord.objects.get(operation="create_agreement").resource_type == "agreement"


def test_what_is_wrong_with_an_agreement(world, customer):
    before = rows()
    assert (
        refusals(
            Api(world.ava),
            f"{customer}/agreements",
            [
                ({}, (400, 2000)),
                (SIGNED | {"dateAgreed": "soon"}, (400, 2000)),
                (SIGNED | {"dateAgreed": "0001-01-01T00:00:00+14:00"}, (400, 2000)),
                (SIGNED | {"dateAgreed": "2026-11-23"}, (400, 3000)),
                (SIGNED | {"type": "Handshake"}, (400, 900126)),
                (SIGNED | {"templateId": "none"}, (400, 3000)),
                (SIGNED | {"templateId": APP}, (400, 3000)),
                (SIGNED | {"primaryContact": CONTACT | {"firstName": None}}, (400, 3000)),
                (SIGNED | {"primaryContact": CONTACT | {"email": "nobody"}}, (400, 3000)),
                (SIGNED | {"primaryContact": CONTACT | {"lastName": "x" * 51}}, (400, 3000)),
            ],
        )
        == []
    )
    assert code_of(Api(world.harry).post(f"{customer}/agreements", SIGNED)) == (403, 900150)
    assert rows() == before


def test_a_qualification_counts_at_once_and_once(world, customer):
    path = f"{customer}/qualifications"
    school = {"Qualification": "Education", "EducationSegment": "K12", "Website": "https://school.example"}
    response = Api(world.ava).post(path, school)
    assert (response.status_code, response.content) == (
        201,
        written(
            {
                "qualification": "Education",
                "vettingStatus": "Approved",
                "vettingCreateDate": "2026-11-22T12:00:00Z",
            }
        ),
    )
    Api(world.ava).post(path, {"qualification": "state_owned_entity"})
    before = rows()
    assert (
        refusals(
            Api(world.ava),
            path,
            [
                (school, (400, 3000)),
                ({}, (400, 900126)),
                ({"qualification": "Royalty"}, (400, 900126)),
                ({"qualification": "Education"}, (400, 3000)),
                ({"qualification": "GovernmentCommunityCloud", "validationCode": "1"}, (400, 3000)),
                (school | {"Website": "x" * 201}, (400, 3000)),
            ],
        )
        == []
    )
    assert rows() == before
    found = body_of(Api(world.contoso).get(path))
    assert [(item["qualification"], item["vettingCreatedDate"]) for item in found] == [
        ("Education", "2026-11-22T12:00:00Z"),
        ("StateOwnedEntity", "2026-11-22T12:00:00Z"),
    ]
    assert code_of(Api(world.contoso).post(path, school)) == (403, 900329)


def test_consent_needs_a_role_that_may_give_it(world, customer):
    path = f"{customer}/applicationconsents"
    assert code_of(Api(world.ava).post(path, CONSENT)) == (403, 900308)
    assert code_of(Api(world.contoso).post(path, CONSENT)) == (403, 900329)
    apps = RelationshipFactory(
        partner=world.contoso, customer=world.fabrikam, display_name="Apps", roles=["Application Administrator"]
    )
    desk = SecurityGroupFactory(partner=world.contoso, display_name="Apps", members=[world.nora])
    AssignmentFactory(relationship=apps, group=desk)
    response = Api(world.nora).post(path, CONSENT)
    assert (response.status_code, response.content) == (201, written(CONSENT))
    before = rows()
    assert (
        refusals(
            Api(world.nora),
            path,
            [
                (CONSENT, (400, 3000)),
                ({}, (400, 2000)),
                ({"applicationId": "desk"}, (400, 3000)),
                (CONSENT | {"applicationGrants": ["all"]}, (400, 3000)),
            ],
        )
        == []
    )
    assert rows() == before
    assert code_of(Api(world.max).delete(f"{path}/{APP}")) == (403, 900308)
    assert Api(world.nora).delete(f"{path}/{APP}").status_code == 204
    assert code_of(Api(world.nora).delete(f"{path}/{APP}")) == (404, 1000)
    assert code_of(Api(world.nora).delete(f"{path}/desk")) == (400, 3000)


def test_a_verified_domain_can_be_used_at_once(world, customer):
    wanted = {
        "VerifiedDomainName": "fabrikam-shop.example",
        "Domain": {"Name": "Fabrikam-Shop.example", "AuthenticationType": "Managed", "Capability": "Email"},
    }
    response = Api(world.contoso).post(f"{customer}/verifieddomain", wanted)
    assert (response.status_code, response.content) == (
        201,
        written(
            {
                "authenticationType": "managed",
                "capability": "email",
                "isDefault": False,
                "isInitial": False,
                "name": "fabrikam-shop.example",
                "status": "verified",
                "verificationMethod": "dns_record",
            }
        ),
    )
    ana = {"displayName": "Ana", "userPrincipalName": "ana@fabrikam-shop.example", "usageLocation": "SK"}
    assert Api(world.uma).post(f"{customer}/users", ana).status_code == 201
    assert CustomerUser.objects.filter(user_principal_name="ana@fabrikam-shop.example").exists()
    Domain.objects.create(customer=world.fabrikam, name="waiting.example", is_verified=False)
    federated = {"domain": {"name": "Waiting.example", "authenticationType": "Federated"}}
    assert body_of(Api(world.ava).post(f"{customer}/verifieddomain", federated))["authenticationType"] == "federated"
    assert Domain.objects.get(name="waiting.example").is_verified
    before = rows()
    assert (
        refusals(
            Api(world.ava),
            f"{customer}/verifieddomain",
            [
                (wanted, (400, 3000)),
                ({"verifiedDomainName": "proseware.example"}, (400, 3000)),
                ({"verifiedDomainName": "no domain"}, (400, 3000)),
                ({"verifiedDomainName": "other.onmicrosoft.com"}, (400, 3000)),
                ({"verifiedDomainName": f"{'x' * 250}.example"}, (400, 3000)),
                ({}, (400, 2000)),
                ({"verifiedDomainName": "a.example", "domain": {"authenticationType": "magic"}}, (400, 900126)),
            ],
        )
        == []
    )
    assert code_of(Api(world.sam).post(f"{customer}/verifieddomain", wanted)) == (403, 900150)
    assert rows() == before


def test_an_address_is_judged_by_the_rules_of_its_country(world):
    api, path = Api(world.contoso), "/v1/validations/address"
    seattle = {"addressLine1": "1 Way", "city": "Redmond", "state": "WA", "postalCode": "98052", "country": "us"}
    found = {
        name: body_of(api.post(path, seattle | changed))["status"]
        for name, changed in (
            ("right", {}),
            ("code", {"postalCode": "SW1"}),
            ("city", {"city": None}),
            ("slovak", {"country": "SK", "postalCode": "821 09", "state": None}),
            ("unknown", {"country": "TV", "state": None}),
        )
    }
    assert found == {
        "right": "Verified",
        "code": "None",
        "city": "None",
        "slovak": "Verified",
        "unknown": "NotValidated",
    }
    assert api.post(path, {"PostalCode": "1", "City": "Redmond", "State": "WA", "Country": "US"}).content == written(
        {
            "originalAddress": {"city": "Redmond", "state": "WA", "postalCode": "1", "country": "US"},
            "suggestedAddresses": [],
            "status": "None",
            "validationMessage": "1 is no postal code of US; one is 98052.",
        }
    )
    assert code_of(api.post(path, {"country": "XX"})) == (400, 2000)
    assert code_of(api.post(path, {"city": 7, "country": "US"})) == (400, 3000)


def test_what_nobody_has_is_an_empty_list(world, customer):
    own = ("servicerequests", "deviceBatches", "policies", "analytics/licenses/deployment", "analytics/licenses/usage")
    partners = ("servicerequests", "serviceincidents", "invoices", "partnerRequests", "analytics/licenses/usage")
    paths = [*(f"{customer}/{name}" for name in own), *(f"/v1/{name}" for name in partners)]
    assert [path for path in paths if Api(world.ava).get(path).content != written(EMPTY)] == []
    assert Api(world.ava).get("/v1/applicationmfaadoptionstatus").content == written([])
    for name in own:
        assert code_of(Api(world.max).get(f"/v1/customers/{world.tailspin.pk}/{name}")) == (403, 20002)


def test_each_profile_speaks_of_the_own_partner(world):
    kinds = {"legalbusiness": "LegalBusinessProfile", "billing": "BillingProfile", "support": "SupportProfile"}
    found = {name: body_of(Api(world.max).get(f"/v1/profiles/{name}"))["profileType"] for name in kinds}
    assert found == kinds
    assert body_of(Api(world.max).get("/v1/profiles/billing"))["companyName"] == "Litware Partners"


@pytest.mark.parametrize("rows", [1, 3])
def test_papers_cost_the_same_for_one_and_for_three(world, customer, rows, django_assert_num_queries):
    for kind in Qualification.Kind.values[:rows]:
        Qualification.objects.create(customer=world.fabrikam, partner=world.contoso, kind=kind)
        Agreement.objects.create(
            customer=world.fabrikam, partner=world.contoso, first_name="Ana", last_name=kind, email="ana@fabrikam.com",
            agreed_at=world.fabrikam.created_at,
        )  # fmt: skip
    api = Api(world.contoso)
    with django_assert_num_queries(2):  # the customer and the rows
        assert body_of(api.get(f"{customer}/agreements"))["totalCount"] == rows
    with django_assert_num_queries(2):
        assert len(body_of(api.get(f"{customer}/qualifications"))) == rows
