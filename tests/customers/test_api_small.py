"""The small resources around customers (partner_center_contract sections 2.10 and 8.2)."""

import pytest

from tests.partner_center import Api, body_of, code_of, written

EMPTY = {"totalCount": 0, "items": [], "attributes": {"objectType": "Collection"}}


def test_the_rules_of_the_united_states_have_the_length_of_the_recording(world):
    response = Api(world.contoso).get("/v1/Countryvalidationrules/us")
    assert response["Content-Length"] == "780"
    assert body_of(response)["iso2Code"] == "US"


def test_another_country_asks_for_nothing_and_an_unknown_one_is_not_found(world):
    assert body_of(Api(world.ava).get("/v1/countryvalidationrules/SK"))["isStateRequired"] is False
    assert code_of(Api(world.ava).get("/v1/countryvalidationrules/XX")) == (404, 1000)


def test_the_invitation_names_the_partner(world):
    assert Api(world.ava).get("/v1/customers/relationshiprequests").content == written(
        {
            "url": "https://admin.microsoft.com/Adminportal/Home?invType=ResellerRelationship"
            f"&partnerId={world.contoso.pk}&msppId=0&DAP=false#/BillingAccounts/partner-invitation",
            "attributes": {"objectType": "RelationshipRequest"},
        }
    )
    assert code_of(Api(world.contoso).get("/v1/customers/relationshiprequests")) == (403, 900329)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/relationships?relationship_type=IsIndirectResellerOf", EMPTY),
        ("/customers/{fabrikam}/relationships", EMPTY),
        ("/customers/{fabrikam}/managedservices", EMPTY),
        ("/customers/{fabrikam}/qualifications", []),
        ("/customers/all/validations", []),
        ("/customers/{fabrikam}/directSignedMicrosoftCustomerAgreementStatus", {"isSigned": False}),
        ("/customers/{fabrikam}/entitlements", EMPTY),
    ],
)
def test_what_nobody_has_is_empty_in_its_own_form(world, path, body):
    assert Api(world.ava).get(f"/v1{path.format(fabrikam=world.fabrikam.pk)}").content == written(body)


def test_what_has_a_customer_in_its_path_is_not_there_for_another_partner(world):
    for name in ("relationships", "managedservices", "qualifications", "validationStatus", "entitlements"):
        assert code_of(Api(world.max).get(f"/v1/customers/{world.tailspin.pk}/{name}")) == (403, 20002)


def test_nobody_has_a_validation_status(world):
    path = f"/v1/customers/{world.fabrikam.pk}/validationStatus?type=account"
    assert code_of(Api(world.ava).get(path)) == (404, 600074)


def test_an_unknown_kind_of_relationship_is_refused(world):
    assert code_of(Api(world.ava).get("/v1/relationships?relationship_type=cousin")) == (400, 900126)


def test_the_own_profiles_speak_of_the_own_partner(world):
    assert body_of(Api(world.ava).get("/v1/profiles/organization"))["companyName"] == "Contoso Cloud Partners"
    assert body_of(Api(world.max).get("/v1/profiles/organization"))["companyName"] == "Litware Partners"


def test_an_unknown_program_id_answers_as_captured(world):
    assert code_of(Api(world.ava).get("/v1/profiles/mpn?mpnId=1")) == (404, 3000)
    world.contoso.mpn_id = "4847383"
    world.contoso.save()
    assert body_of(Api(world.ava).get("/v1/profiles/mpn?mpnId=4847383"))["partnerName"] == "Contoso Cloud Partners"
