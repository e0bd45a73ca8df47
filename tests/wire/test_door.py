"""What holds for every path below /v1: who gets in, the headers, and what is not there."""

import uuid

import pytest
from django.test import Client

from partnercenter.accounts.models import PartnerRoleAssignment
from tests.cast import after
from tests.factories import StaffFactory
from tests.partner_center import BOM, Api, body_of, code_of


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/nothing", "/V1/customers/x/y/z", "/v1/graph/", "/v1//nothing//"])
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_an_unknown_path_is_not_found_in_the_body_of_the_api(db, client, path, method):
    assert code_of(getattr(client, method)(path)) == (404, 1000)


@pytest.mark.parametrize(
    "path", ["/v1/customers/", "/v1//customers", "/V1/Customers", "/v1///customers//", "/v1/customers%20"]
)
def test_a_path_is_found_in_every_spelling_without_a_redirect(world, path):
    assert Api(world.ava).get(path).content == Api(world.ava).get("/v1/customers").content


def test_an_id_of_blanks_is_an_unknown_one_and_not_the_list(world):
    for blank in ("%20", "%C2%85", "%09"):
        path = f"/v1/customers/{world.fabrikam.pk}/users/{blank}"
        assert code_of(Api(world.ava).get(path)) == (404, 60002)
    assert code_of(Api(world.ava).get("/v1/customers/%20")) == (400, 900118)


def test_without_a_token_the_answer_says_so(db):
    response = Client().get("/v1/customers")
    assert code_of(response) == (401, 800001)
    assert response["WWW-Authenticate"] == f"OAuth realm=urn:cpsvc:cpid:{response['MS-CorrelationId']}"


def test_a_token_that_is_none_of_ours_is_refused(db):
    assert code_of(Client().get("/v1/customers", headers={"Authorization": "Bearer forged"})) == (401, 400)


def test_the_ids_of_the_client_come_back(world):
    request_id, correlation_id = str(uuid.uuid4()), str(uuid.uuid4())
    response = Api(world.ava).get("/v1/customers", **{"MS-RequestId": request_id, "MS-CorrelationId": correlation_id})
    assert (response["MS-RequestId"], response["MS-CorrelationId"]) == (request_id, correlation_id)


def test_an_answer_carries_the_headers_of_the_recordings(world):
    response = Api(world.ava).get("/v1/customers")
    assert uuid.UUID(response["MS-RequestId"]) != uuid.UUID(response["MS-CorrelationId"])
    assert len(response["MS-CV"]) == 18
    assert response["MS-CV"].endswith(".0")
    assert response["MS-ServerId"] == "0000112D"
    assert response["Request-Context"].startswith("appId=cid-v1:")
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response["Content-Length"] == str(len(response.content))
    assert not response.has_header("Set-Cookie")
    assert not response.has_header("ETag")


@pytest.mark.parametrize("value", ["a b", "x" * 65, "<script>", "a,b"])
def test_an_id_that_is_none_is_not_echoed(world, value):
    response = Api(world.ava).get("/v1/customers", **{"MS-CorrelationId": value})
    assert uuid.UUID(response["MS-CorrelationId"])


def test_the_byte_order_mark_can_be_switched_off(world, settings):
    assert Api(world.ava).get("/v1/customers").content.startswith(BOM)
    settings.PARTNER_CENTER_BOM = False
    assert not Api(world.ava).get("/v1/customers").content.startswith(BOM)


def test_head_answers_without_a_body(world):
    response = Api(world.ava).request("HEAD", "/v1/customers")
    assert (response.status_code, response.content) == (200, b"")


def test_options_names_the_methods_and_asks_for_no_token(db):
    response = Client().options("/v1/customers")
    assert (response.status_code, response.content, response["Allow"]) == (200, b"", "GET, POST, HEAD, OPTIONS")


def test_a_method_that_is_not_there_is_not_allowed(world):
    response = Api(world.ava).delete("/v1/customers")
    assert code_of(response) == (405, 900141)
    assert response["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_somebody_without_a_partner_role_is_told_so(world):
    nobody = StaffFactory(partner=world.contoso, roles=[])
    assert code_of(Api(nobody).get("/v1/customers")) == (403, 900150)


def test_a_role_that_was_taken_away_counts_no_more(world):
    PartnerRoleAssignment.objects.filter(user=world.ava).delete()
    assert code_of(Api(world.ava).get(f"/v1/customers/{world.fabrikam.pk}")) == (403, 900150)


def test_too_many_requests_get_the_gateways_answer_until_the_minute_is_over(world, settings):
    settings.PARTNER_CENTER_REQUESTS_PER_MINUTE = 2
    path = f"/v1/customers/{world.fabrikam.pk}"
    api = Api(world.ava)
    with after(seconds=3):
        assert [api.get(path).status_code for _ in range(3)] == [200, 200, 429]
        response = api.get(path)
        assert (
            response.content == b'{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 57 seconds." }'
        )
        assert response["Retry-After"] == "57"
        assert Api(world.max).get(path).status_code == 200
    with after(seconds=60):
        assert api.get(path).status_code == 200


def test_a_request_id_counts_once_however_often_java_repeats_it(world, settings):
    settings.PARTNER_CENTER_REQUESTS_PER_MINUTE = 2
    path = f"/v1/customers/{world.fabrikam.pk}"
    api = Api(world.ava)
    assert [api.get(path, **{"MS-RequestId": "one"}).status_code for _ in range(5)] == [200] * 5
    assert [api.get(path, **{"MS-RequestId": name}).status_code for name in ("two", "three", "two")] == [200, 429, 200]


def test_the_list_of_customers_is_one_object_with_one_mark(world):
    assert body_of(Api(world.ava).get("/v1/customers"))["totalCount"] == 3
