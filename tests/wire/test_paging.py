"""Seek paging as the clients do it (partner_center_contract section 1.7)."""

import pytest

from tests.factories import CustomerFactory
from tests.partner_center import Api, body_of, code_of


@pytest.fixture
def api(world):
    for number in range(3):
        CustomerFactory(company_name=f"Zebra {number}", sold_by=[world.contoso])
    return Api(world.ava)


ALL = ["Fabrikam, Inc.", "Northwind Traders", "Tailspin Toys", "Zebra 0", "Zebra 1", "Zebra 2"]


def names(body):
    return [item["companyProfile"]["companyName"] for item in body["items"]]


def followed(api, body, direction="next"):
    """As both SDKs do: the link and its headers, nothing else."""
    link = body["links"][direction]
    return body_of(api.get(f"/v1/{link['uri']}", **{pair["key"]: pair["value"] for pair in link["headers"]}))


def test_an_enumerator_meets_every_row_once_and_stops(api):
    body = body_of(api.get("/v1/customers?size=2"))
    found = names(body)
    while "next" in body["links"]:
        body = followed(api, body)
        found += names(body)
    assert found == ALL


def test_a_page_counts_its_own_rows_and_begins_with_the_token(api):
    body = body_of(api.get("/v1/customers?size=4"))
    assert list(body) == ["continuationToken", "totalCount", "items", "links", "attributes"]
    assert body["totalCount"] == 4
    assert body["links"] == {
        "self": {"uri": "/customers?size=4", "method": "GET", "headers": []},
        "next": {
            "uri": "/customers?size=4&seekOperation=Next",
            "method": "GET",
            "headers": [{"key": "MS-ContinuationToken", "value": body["continuationToken"]}],
        },
    }
    last = followed(api, body)
    assert list(last) == ["totalCount", "items", "links", "attributes"]
    assert list(last["links"]) == ["self", "previous"]


def test_the_way_back_shows_the_page_before(api):
    first = body_of(api.get("/v1/customers?size=2"))
    second = followed(api, first)
    assert names(followed(api, second, "previous")) == names(first)


def test_the_explicit_seek_needs_nothing_but_the_token(api):
    wanted = "%7B%22Field%22%3A%22CompanyName%22%2C%22Value%22%3A%22zeb%22%2C%22Operator%22%3A%22starts_with%22%7D"
    token = body_of(api.get(f"/v1/customers?size=2&filter={wanted}"))["continuationToken"]
    body = body_of(api.get("/v1/customers?seekOperation=next", **{"MS-ContinuationToken": token}))
    assert names(body) == ["Zebra 2"]


def test_a_seek_without_the_token_gets_the_first_page(api):
    assert names(body_of(api.get("/v1/customers?seekOperation=Next"))) == ALL


def test_the_last_page_is_reached_at_once(api):
    assert names(body_of(api.get("/v1/customers?size=2&seekOperation=LAST"))) == ["Zebra 1", "Zebra 2"]


@pytest.mark.parametrize("size", ["", "?size=0", "?SIZE=0", "?size=6", "?size=7"])
def test_everything_fits_on_one_page_without_a_next_link(api, size):
    body = body_of(api.get(f"/v1/customers{size}"))
    assert names(body) == ALL
    assert list(body["links"]) == ["self"]


def test_a_token_that_was_touched_or_is_of_another_list_is_refused(api, world):
    token = body_of(api.get("/v1/customers?size=2"))["continuationToken"]
    for broken in (token[:-1], token[1:], "x", token.swapcase()):
        refused = api.get("/v1/customers?seekOperation=Next", **{"MS-ContinuationToken": broken})
        assert code_of(refused) == (400, 800002)


def test_a_row_that_came_meanwhile_is_not_shown_twice(api, world):
    first = body_of(api.get("/v1/customers?size=2"))
    CustomerFactory(company_name="Aardvark", sold_by=[world.contoso])
    assert names(followed(api, first)) == ALL[2:4]


def test_a_token_of_another_partner_shows_nothing_of_theirs(api, world):
    token = body_of(api.get("/v1/customers?size=2"))["continuationToken"]
    found = body_of(Api(world.max).get("/v1/customers?seekOperation=Next", **{"MS-ContinuationToken": token}))
    assert names(found) == ["Proseware"]
