"""GET /v1/customers and what hangs on one customer (partner_center_contract part 2)."""

import json
from urllib.parse import quote

import pytest

from customers.models import ResellerRelationship
from partnercenter import clock
from tests.factories import CustomerFactory
from tests.partner_center import Api, body_of, code_of, written

STRANGE_ID = "00000000-0000-4000-8000-00000000dead"


def filtered(field, value, operator="starts_with"):
    return quote(json.dumps({"Field": field, "Value": value, "Operator": operator}, separators=(",", ":")))


def names(response):
    return [item["companyProfile"]["companyName"] for item in body_of(response)["items"]]


def test_the_list_is_written_as_the_capture_shows_it(world):
    given = filtered("CompanyName", "fab")
    customer = f"/customers/{world.fabrikam.pk}"
    assert Api(world.ava).get(f"/v1/customers?size=0&filter={given}").content == written(
        {
            "totalCount": 1,
            "items": [
                {
                    "id": str(world.fabrikam.pk),
                    "companyProfile": {
                        "tenantId": str(world.fabrikam.pk),
                        "domain": "fabrikam.com",
                        "companyName": "Fabrikam, Inc.",
                        "links": {"self": {"uri": f"{customer}/profiles/company", "method": "GET", "headers": []}},
                        "attributes": {"objectType": "CustomerCompanyProfile"},
                    },
                    "relationshipToPartner": "reseller",
                    "links": {"self": {"uri": customer, "method": "GET", "headers": []}},
                    "attributes": {"objectType": "Customer"},
                }
            ],
            "links": {"self": {"uri": f"/customers?size=0&filter={given}", "method": "GET", "headers": []}},
            "attributes": {"objectType": "Collection"},
        }
    )


def test_each_partner_lists_its_own_customers(world):
    assert names(Api(world.ava).get("/v1/customers")) == ["Fabrikam, Inc.", "Northwind Traders", "Tailspin Toys"]
    found = [item["id"] for item in body_of(Api(world.max).get("/v1/customers"))["items"]]
    assert found == [*sorted([str(world.fabrikam.pk), str(world.namesake.pk)]), str(world.proseware.pk)]


def test_a_customer_with_an_admin_relationship_only_is_an_advisors(world):
    found = {
        item["id"]: item["relationshipToPartner"] for item in body_of(Api(world.max).get("/v1/customers"))["items"]
    }
    assert found[str(world.fabrikam.pk)] == "advisor"
    assert found[str(world.proseware.pk)] == "reseller"


def test_an_app_alone_lists_what_its_partner_resells(world):
    assert names(Api(world.contoso).get("/v1/customers")) == ["Fabrikam, Inc.", "Northwind Traders", "Tailspin Toys"]
    assert names(Api(world.litware).get("/v1/customers")) == ["Fabrikam, Inc.", "Proseware"]


@pytest.mark.parametrize(
    "text",
    [
        '{"Field":"CompanyName","Value":"NORTH","Operator":"starts_with"}',
        '{"value":"north","field":"CompanyName","fieldType":"String","operator":"StartsWith"}',
        '{"Field":"Domain","Value":"northwind.","Operator":"starts_with"}',
        '{"LeftFilter":{"Field":"CompanyName","Value":"n","Operator":"starts_with"},'  # noqa: ISC004  one text
        '"Operator":"and","RightFilter":{"Field":"Domain","Value":"northwind","Operator":"starts_with"}}',
    ],
)
def test_every_dialect_of_a_filter_is_understood(world, text):
    assert names(Api(world.ava).get(f"/v1/customers?filter={quote(text)}")) == ["Northwind Traders"]


def test_either_side_of_an_or_is_enough(world):
    text = json.dumps(
        {
            "LeftFilter": {"Field": "CompanyName", "Value": "n", "Operator": "starts_with"},
            "Operator": "or",
            "RightFilter": {"Field": "CompanyName", "Value": "t", "Operator": "starts_with"},
        }
    )
    assert names(Api(world.ava).get(f"/v1/customers?filter={quote(text)}")) == ["Northwind Traders", "Tailspin Toys"]


def test_a_plus_is_a_blank_and_a_second_question_mark_is_forgiven(world):
    text = '{"Field":"CompanyName","Value":"fabrikam,+inc","Operator":"starts_with"}'.replace('"', "%22")
    assert names(Api(world.ava).get(f"/v1/customers?size=5?filter={text}")) == ["Fabrikam, Inc."]


def test_nobody_sells_through_an_indirect_reseller(world):
    assert names(Api(world.ava).get(f"/v1/customers?filter={filtered('IndirectReseller', STRANGE_ID)}")) == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("filter=%7Bbroken", 800002),
        ("filter=%5B%5D", 800002),
        (f"filter={'x' * 1001}", 800002),
        (f"filter={'x' * 5000}", 800002),
        (f"filter={filtered('Secret', 'x')}", 3000),
        (f"filter={filtered('CompanyName', 'x', 'sounds_like')}", 900126),
        (f"filter={filtered('CompanyName', 'x', 'equals')}", 900141),
        ("filter=%7B%22Field%22%3A%22CompanyName%22%2C%22Operator%22%3A%22starts_with%22%7D", 800002),
        ("filter=" + "%7B%22LeftFilter%22%3A" * 60, 800002),
        ("filter=%7B%22Field%22%3A%22a%00%22%7D", 800002),
        ("size=many", 2000),
        ("size=-1", 2000),
        ("seekOperation=sideways", 900126),
        ("seekOperation=PageIndex", 900141),
    ],
)
def test_a_bad_query_is_refused_with_its_code(world, query, code):
    assert code_of(Api(world.ava).get(f"/v1/customers?{query}")) == (400, code)


def test_by_id_the_customer_is_rich_but_without_what_needed_dap(world):
    body = body_of(Api(world.ava).get(f"/v1/customers/{world.fabrikam.pk}"))
    assert list(body) == [
        "id",
        "commerceId",
        "companyProfile",
        "billingProfile",
        "relationshipToPartner",
        "allowDelegatedAccess",
        "links",
        "attributes",
    ]
    assert list(body["companyProfile"]) == ["tenantId", "domain", "companyName", "links", "attributes"]
    assert list(body["billingProfile"]) == [
        "id",
        "culture",
        "language",
        "companyName",
        "defaultAddress",
        "links",
        "attributes",
    ]
    assert body["allowDelegatedAccess"] is False


def test_what_another_partner_has_and_what_nobody_has_look_the_same(world):
    theirs = Api(world.ava).get(f"/v1/customers/{world.proseware.pk}")
    nobodys = Api(world.ava).get(f"/v1/customers/{STRANGE_ID}")
    assert code_of(theirs) == code_of(nobodys) == (403, 20002)
    assert theirs.content == nobodys.content


def test_an_id_that_is_no_guid_is_refused(world):
    assert code_of(Api(world.ava).get("/v1/customers/fabrikam")) == (400, 900118)


def test_a_customer_without_the_relationship_is_gone(world):
    ResellerRelationship.objects.filter(customer=world.tailspin).update(ended_at=clock.now())
    assert code_of(Api(world.ava).get(f"/v1/customers/{world.tailspin.pk}")) == (403, 20002)


def test_the_company_profile_is_written_as_the_capture_shows_it(world):
    world.fabrikam.email = "contact@fabrikam.com"
    world.fabrikam.address_line1, world.fabrikam.city, world.fabrikam.state = "1 Sample Way", "Redmond", "WA"
    world.fabrikam.postal_code, world.fabrikam.phone_number = "98052", "4255550100"
    world.fabrikam.save()
    path = f"/customers/{world.fabrikam.pk}/profiles/company"
    expected = {
        "tenantId": str(world.fabrikam.pk),
        "domain": "fabrikam.com",
        "companyName": "Fabrikam, Inc.",
        "address": {
            "country": "US",
            "region": "WA",
            "city": "Redmond",
            "addressLine1": "1 Sample Way",
            "postalCode": "98052",
            "phoneNumber": "4255550100",
        },
        "email": "contact@fabrikam.com",
        "links": {"self": {"uri": path, "method": "GET", "headers": []}},
        "attributes": {"objectType": "CustomerCompanyProfile"},
    }
    assert Api(world.ava).get(f"/v1{path}").content == written(expected)
    del expected["address"], expected["email"]
    assert Api(world.nora).get(f"/v1{path}").content == written(expected)


def test_an_app_alone_may_not_read_the_company_profile(world):
    assert code_of(Api(world.contoso).get(f"/v1/customers/{world.fabrikam.pk}/profiles/company")) == (403, 900329)


def test_the_billing_profile_carries_an_etag_that_looks_like_a_number(world):
    body = body_of(Api(world.contoso).get(f"/v1/customers/{world.fabrikam.pk}/profiles/billing"))
    assert body["companyName"] == "Fabrikam, Inc."
    assert body["defaultAddress"] == {"country": "US"}
    assert int(body["attributes"]["etag"]) < 2**63
    assert body["attributes"]["objectType"] == "CustomerBillingProfile"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_one_query_however_many_there_are(world, rows, django_assert_num_queries):
    for _ in range(rows):
        CustomerFactory(sold_by=[world.contoso])
    api = Api(world.ava)
    api.get("/v1/customers")
    with django_assert_num_queries(3):  # two of them make the principal
        assert len(names(api.get("/v1/customers"))) == 3 + rows
