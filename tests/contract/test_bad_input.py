"""What bad input gets: the documented status, code and body, no stack trace, and nothing written."""

import json
from urllib.parse import quote

import pytest

from customers.models import CustomerUser
from partnercenter.audit.models import AuditRecord
from partnercenter.wire.models import GivenAnswer
from tests.partner_center import Api, code_of

BODIES = {
    "nothing": b"",
    "half an object": b'{"displayName":',
    "unquoted keys": b'{displayName: "Ana"}',
    "a trailing comma": b'{"displayName": "Ana",}',
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "not a number": b'{"displayName": NaN}',
    "latin-1": '{"displayName": "\xe9"}'.encode("latin-1"),
    "half a character": b'{"displayName": "\\ud800"}',
    "a zero byte": b'{"displayName": "a\\u0000b"}',
    "100,000 levels of lists": b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "100,000 levels of objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "33 levels": b'{"x":' + b"[" * 33 + b"]" * 33 + b"}",
    "ten megabytes": b'{"displayName": "' + b"x" * 10_000_000 + b'"}',
    "a number of 5,000 digits": b'{"quantity": ' + b"9" * 5_000 + b"}",
}
INJECTIONS = [
    "' OR 1=1 --",
    "x'; DROP TABLE customers_customer; --",
    "a\r\nSet-Cookie: b=c",
    "%00",
    "../../etc",
    "${7*7}",
]


@pytest.fixture
def counts(world):
    def count():
        return [model.objects.count() for model in (CustomerUser, AuditRecord, GivenAnswer)]

    return count


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("target", ["POST users", "PATCH users/{dana}", "POST users/{dana}/licenseupdates"])
def test_a_body_that_is_none_is_refused(world, counts, name, target):
    before = counts()
    method, _, path = target.partition(" ")
    path = f"/v1/customers/{world.fabrikam.pk}/{path.format(dana=world.dana.pk)}"
    headers = {"MS-RequestId": "1187f9ad-02b4-4d96-b668-7cf3d289467b"}
    assert code_of(Api(world.ava).request(method, path, BODIES[name], **headers)) == (400, 800002)
    assert counts() == before


@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize(
    ("path", "refusals"),
    [
        ("/v1/customers/{text}", {(400, 900118), (404, 1000)}),
        ("/v1/customers/{text}/users", {(400, 900118), (404, 1000)}),
        ("/v1/customers/{fabrikam}/users/{text}", {(404, 60002), (404, 1000)}),
        ("/v1/customers/{fabrikam}/directoryroles/{text}/usermembers", {(404, 1000)}),
        ("/v1/customers/{fabrikam}/subscriptions/{text}", {(404, 20003), (404, 1000)}),
        ("/v1/customers?size={text}", {(400, 2000), (400, 800002)}),
        ("/v1/customers?seekOperation={text}", {(400, 900126), (400, 800002)}),
        ("/v1/customers/{fabrikam}/users?sortField={text}", {(400, 900126), (400, 800002)}),
        ("/v1/customers/{fabrikam}/subscribedskus?licenseGroupIds={text}", {(400, 900126), (400, 800002)}),
        ("/v1/auditrecords?startDate={text}", {(400, 2000), (400, 800002)}),
    ],
)
def test_an_injected_text_is_an_unknown_id_or_a_bad_value(world, counts, text, path, refusals):
    spelled = text if text.startswith("%") else quote(text, safe="")
    before = counts()
    assert code_of(Api(world.ava).get(path.format(text=spelled, fabrikam=world.fabrikam.pk))) in refusals
    assert counts() == before


@pytest.mark.parametrize("text", INJECTIONS)
def test_an_injected_filter_finds_nobody(world, text):
    wanted = quote(json.dumps({"Field": "CompanyName", "Value": text, "Operator": "starts_with"}))
    response = Api(world.ava).get(f"/v1/customers?filter={wanted}")
    assert (response.status_code, b'"items":[]' in response.content) == (200, True)


def test_an_injected_header_is_not_echoed(world):
    response = Api(world.ava).get("/v1/customers", **{"MS-CorrelationId": "a\tb", "X-Locale": "xx-YY"})
    assert response.status_code == 200
    assert "\t" not in response["MS-CorrelationId"]
