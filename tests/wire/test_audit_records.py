"""GET /v1/auditrecords (partner_center_contract section 8.1)."""

import json
from urllib.parse import quote

import pytest

from partnercenter.audit.models import AuditRecord
from tests.cast import after
from tests.factories import sku, stock
from tests.partner_center import Api, body_of, code_of, written

RECORDS = "/v1/auditrecords"


@pytest.fixture
def done(world):
    """Lea gives Dana a license, Uma renames her, and Litware does something of its own."""
    stock(world.fabrikam, "ENTERPRISEPACK", seats=1)
    dana = f"/v1/customers/{world.fabrikam.pk}/users/{world.dana.pk}"
    body = {"licensesToAssign": [{"skuId": str(sku("ENTERPRISEPACK"))}]}
    ids = {"MS-CorrelationId": "690b34ca-07c8-4f8a-ab13-f22a50594a43"}
    with after(minutes=1):
        assert Api(world.lea).post(f"{dana}/licenseupdates", body, **ids).status_code == 201
    with after(minutes=2):
        Api(world.uma).patch(dana, {"displayName": "Dana H."}, **ids)
    with after(minutes=3):
        theirs = f"/v1/customers/{world.namesake.pk}/users/{world.dana_of_namesake.pk}"
        assert Api(world.max).patch(theirs, {"displayName": "Other"}).status_code == 200


def operations(response):
    return [item["operationType"] for item in body_of(response)["items"]]


def filtered(field, value, operator):
    return quote(json.dumps({"Field": field, "Value": str(value), "Operator": operator}, separators=(",", ":")))


def test_a_record_is_written_in_the_order_of_the_real_log(world, done):
    response = Api(world.contoso).get(f"{RECORDS}?startDate=2026-11-22")
    body = body_of(response)
    assert operations(response) == ["update_customer_user", "update_customer_user_licenses"]
    record = body["items"][1]
    new_value = record.pop("resourceNewValue")
    assert list(json.loads(new_value)["Licenses"][0]) == ["SkuId", "Product", "DisabledPlans"]
    assert json.loads(record.pop("resourceOldValue")) == {"Licenses": []}
    assert written(record) == written(
        {
            "id": f"{world.contoso.pk}_{world.fabrikam.pk}_updatecustomeruserlicenses_639309456600000000",
            "partnerId": str(world.contoso.pk),
            "customerId": str(world.fabrikam.pk),
            "customerName": "Fabrikam, Inc.",
            "userPrincipalName": world.lea.username,
            "applicationId": "app",
            "resourceType": "license",
            "operationType": "update_customer_user_licenses",
            "originalCorrelationId": "690b34ca-07c8-4f8a-ab13-f22a50594a43",
            "operationDate": "2026-11-22T12:01:00Z",
            "operationStatus": "succeeded",
            "customizedData": [
                {"key": "CustomerUserId", "value": str(world.dana.pk)},
                {"key": "AddedLicenseSkuId", "value": str(sku("ENTERPRISEPACK"))},
            ],
            "attributes": {"objectType": "AuditRecord"},
        }
    )
    assert body["links"] == {"self": {"uri": "/auditrecords?startDate=2026-11-22", "method": "GET", "headers": []}}


def test_each_partner_reads_its_own_records_only(world, done):
    assert operations(Api(world.max).get(RECORDS)) == ["update_customer_user"]


@pytest.mark.parametrize(
    "start", ["2026-11-22", "11/22/2026%2000:00:00", "11/22/2026%2012:00:00%20AM", "2026-11-326", "2026-11-22T00:00:00"]
)
def test_a_day_is_understood_in_every_clients_spelling(world, done, start):
    assert len(operations(Api(world.ava).get(f"{RECORDS}?startDate={start}&endDate={start}"))) == 2
    with after(days=1):
        assert operations(Api(world.ava).get(f"{RECORDS}?STARTDATE=2026-11-23")) == []


@pytest.mark.parametrize("start", ["yesterday", "2026-13-01", "2026-11-400", "1999-01-01", "2026-08-22"])
def test_a_day_that_is_none_or_too_old_is_refused(world, start):
    assert code_of(Api(world.ava).get(f"{RECORDS}?startDate={start}")) == (400, 2000)


def test_records_are_filtered_by_company_customer_and_resource(world, done):
    api = Api(world.ava)
    assert len(operations(api.get(f"{RECORDS}?filter={filtered('CompanyName', 'BRIK', 'substring')}"))) == 2
    assert operations(api.get(f"{RECORDS}?filter={filtered('CustomerId', world.northwind.pk, 'equals')}")) == []
    for spelling in ("license", "License"):
        found = api.get(f"{RECORDS}?filter={filtered('ResourceType', spelling, 'equals')}")
        assert operations(found) == ["update_customer_user_licenses"]
    found = api.get(f"{RECORDS}?filter={filtered('ResourceType', 'CustomerUser', 'equals')}")
    assert operations(found) == ["update_customer_user"]
    assert code_of(api.get(f"{RECORDS}?filter={filtered('CustomerId', 'x', 'equals')}")) == (400, 2000)


def test_the_token_remembers_the_days(world, done):
    api = Api(world.ava)
    first = api.get(f"{RECORDS}?startDate=2026-11-22&size=1")
    token = {"MS-ContinuationToken": body_of(first)["continuationToken"]}
    second = api.get(f"{RECORDS}?seekOperation=Next", **token)
    assert operations(first) + operations(second) == ["update_customer_user", "update_customer_user_licenses"]
    assert "next" not in body_of(second)["links"]


def test_every_word_is_one_that_the_real_log_has(world):
    roles = f"/v1/customers/{world.fabrikam.pk}/users/{world.dana.pk}"
    Api(world.ava).get(roles)
    AuditRecord.objects.create(
        partner_id=world.contoso.pk, operation="update_user_members", resource_type="customer_directory_role"
    )
    AuditRecord.objects.create(partner_id=world.contoso.pk, operation="add_application", resource_type="application")
    assert operations(Api(world.ava).get(RECORDS)) == ["add_user_member"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_log_takes_one_query_however_many_records(world, rows, django_assert_num_queries):
    for number in range(rows):
        AuditRecord.objects.create(partner_id=world.contoso.pk, operation="update_customer_user", resource_id=number)
    api = Api(world.ava)
    with django_assert_num_queries(3):  # two of them make the principal
        assert len(operations(api.get(RECORDS))) == rows
