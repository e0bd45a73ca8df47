"""`$batch`: what comes together is done one by one, in the order that the items ask for."""

from customers.models import CustomerUser
from gdap.graph.ids import wire_id
from gdap.models import AccessAssignment
from partnercenter.audit.models import AuditRecord
from tests.cast import after
from tests.factories import sku, stock
from tests.graph import CONTENT_TYPE, GDAP, Graph, refusal

JSON = {"Content-Type": "application/json"}


def batch(api, *requests, path="/v1.0/$batch"):
    return api.post(path, {"requests": list(requests)})


def item(own_id, url="/users", method="GET", **more):
    return {"id": own_id, "method": method, "url": url} | more


def answers(response):
    assert response.status_code == 200, response.content
    return {one["id"]: one for one in response.json()["responses"]}


def statuses(response):
    return {own_id: one["status"] for own_id, one in answers(response).items()}


def rename(world, own_id, name, **more):
    return item(own_id, f"/users/{world.dana.pk}", "patch", headers=JSON, body={"displayName": name}) | more


def test_each_item_answers_as_if_it_had_come_alone(world):
    api = Graph(world.ava, at=world.fabrikam)
    response = batch(
        api,
        item("list", "/users?$select=displayName&$top=1"),
        item("one", f"users('{world.dana.user_principal_name}')"),
        item("count", "/users/$count", headers={"ConsistencyLevel": "eventual"}),
        item("gone", "users/nobody@fabrikam.com"),
        item("new", "/users/dana%2Ehudecova@fabrikam.com?%24select=id"),
        rename(world, "change", "Dana H."),
    )
    found = answers(response)
    assert statuses(response) == {"list": 200, "one": 200, "count": 200, "gone": 404, "new": 200, "change": 204}
    assert found["list"]["body"]["value"] == [{"displayName": "Dana Hudecova"}]
    assert found["list"]["body"]["@odata.nextLink"].startswith(
        "http://testserver/v1.0/users?$select=displayName&$top=1&"
    )
    assert found["list"]["headers"] == {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-cache"}
    assert found["count"]["body"] == "2"
    assert found["new"]["body"]["id"] == str(world.dana.pk)
    assert found["gone"]["body"]["error"]["code"] == "Request_ResourceNotFound"
    assert "body" not in found["change"]
    assert CustomerUser.objects.get(pk=world.dana.pk).display_name == "Dana H."


def test_an_address_of_this_server_counts_as_relative(world):
    api = Graph(world.ava)
    path = "tenantRelationships/delegatedAdminCustomers"
    assert statuses(batch(api, item("1", f"http://testserver/v1.0/{path}"))) == {"1": 200}
    for elsewhere in (
        f"http://testserver/beta/{path}",
        f"https://other.example/v1.0/{path}",
        "http://testserver/v1.0/$batch",
    ):
        response = batch(api, item("1", elsewhere))
        assert refusal(response) == (400, "Request_BadRequest"), elsewhere


def test_beta_items_are_of_beta(world):
    response = batch(Graph(world.ava), item("1", "/tenantRelationships/delegatedAdminCustomers"), path="/beta/$batch")
    assert answers(response)["1"]["body"]["@odata.context"].startswith("http://testserver/beta/")


def test_every_item_is_a_request_of_its_own_in_the_audit(world):
    api = Graph(world.ava, at=world.fabrikam)
    batch(api, rename(world, "1", "One"), rename(world, "2", "Two"))
    records = AuditRecord.objects.filter(door="graph")
    assert len(set(records.values_list("request_id", flat=True))) == 2
    assert len(set(records.values_list("correlation_id", flat=True))) == 1


def test_what_depends_on_another_waits_for_it_and_falls_with_it(world):
    api = Graph(world.ava, at=world.fabrikam)
    response = batch(
        api,
        rename(world, "last", "Last", dependsOn=["middle"]),
        rename(world, "middle", "Middle", dependsOn=["first"]),
        rename(world, "first", "First"),
        rename(world, "bad", "x" * 51),
        rename(world, "after bad", "Never", dependsOn=["bad"]),
        rename(world, "after that", "Never", dependsOn=["after bad", "first"]),
    )
    assert statuses(response) == {
        "first": 204, "middle": 204, "last": 204, "bad": 400, "after bad": 424, "after that": 424,
    }  # fmt: skip
    assert answers(response)["after bad"]["body"]["error"]["code"] == "FailedDependency"
    assert CustomerUser.objects.get(pk=world.dana.pk).display_name == "Last"


def test_a_failed_item_takes_nothing_else_back(world):
    stock(world.fabrikam, "STANDARDPACK", seats=1)
    url, body = "/users/{}/assignLicense", {"addLicenses": [{"skuId": str(sku("STANDARDPACK"))}], "removeLicenses": []}
    users = (world.dana, world.global_admin)
    calls = [item(str(n), url.format(user.pk), "POST", headers=JSON, body=body) for n, user in enumerate(users)]
    assert statuses(batch(Graph(world.lea, at=world.fabrikam), *calls)) == {"0": 200, "1": 400}


def test_the_mappings_of_a_relationship_are_reset_in_one_batch(world):
    """As CIPP does it: the etag travels in the headers of its item."""
    path = f"{GDAP.removeprefix('/v1.0')}/{wire_id(world.at_northwind)}/accessAssignments"
    row = AccessAssignment.objects.get(relationship=world.at_northwind)
    api = Graph(world.ava)
    etag = api.get(f"/v1.0{path}/{row.pk}").json()["@odata.etag"]
    container = {"accessContainerId": str(world.license_desk.pk), "accessContainerType": "securityGroup"}
    details = api.get(f"/v1.0{path}/{row.pk}").json()["accessDetails"]
    response = batch(
        api,
        item("stale", f"{path}/{row.pk}", "DELETE", headers={"If-Match": 'W/"x"'}),
        item("none", f"{path}/{row.pk}", "DELETE"),
        item("delete", f"{path}/{row.pk}", "DELETE", headers={"If-Match": etag}),
        item("post", path, "POST", headers=JSON, body={"accessContainer": container, "accessDetails": details}),
    )
    assert statuses(response) == {"stale": 412, "none": 428, "delete": 204, "post": 201}
    assert answers(response)["post"]["headers"]["Location"].startswith(f"http://testserver/v1.0{path}/")


def test_a_batch_that_can_not_be_done_is_refused_whole(world):
    api = Graph(world.ava, at=world.fabrikam)
    good = rename(world, "good", "Changed")
    for name, requests in {
        "21": [good, *(item(str(number)) for number in range(20))],
        "none": [],
        "one id twice": [good, item("good")],
        "a circle": [good, item("a", dependsOn=["b"]), item("b", dependsOn=["a"])],
        "itself": [good, item("a", dependsOn=["a"])],
        "a dependence on nothing": [good, item("a", dependsOn=["x"])],
        "a batch": [good, item("a", "/$batch", "POST", headers=JSON, body={"requests": []})],
        "a batch in capitals": [good, item("a", "$BATCH", "POST")],
        "no id": [good, {"method": "GET", "url": "/users"}],
        "a number for an id": [good, item(7)],
        "no url": [good, {"id": "1", "method": "GET"}],
        "a method that is none": [good, item("a", method="BREW")],
        "another host": [good, item("a", "https://graph.microsoft.com/v1.0/users")],
        "headers that are none": [good, item("a", headers={"If-Match": 7})],
        "a header within a header": [good, item("a", headers={"If-Match": "a\r\nb: c"})],
        "requests that are none": ["x"],
    }.items():
        assert refusal(api.post("/v1.0/$batch", {"requests": requests})) == (400, "Request_BadRequest"), name
    for body in ({}, {"requests": "x"}, []):
        assert refusal(api.post("/v1.0/$batch", body)) == (400, "Request_BadRequest"), body
    assert CustomerUser.objects.get(pk=world.dana.pk).display_name == "Dana Hudecova"


def test_odd_items_are_refused_alone(world):
    api = Graph(world.ava, at=world.fabrikam)
    response = batch(
        api,
        item("no type", f"/users/{world.dana.pk}", "PATCH", body={"displayName": "X"}),
        item("a text", f"/users/{world.dana.pk}", "PATCH", headers=JSON, body="X"),
        item("nowhere", "/nothing/at/all"),
        item("outside", "/../../healthz"),
        item("nested", "/x/../$batch", "POST"),
        item("unicode", "/users/\N{UNICORN FACE}"),
        item("forged", headers={"Authorization": "Bearer forged", "partnercenter-graph-principal": "x"}),
    )
    assert statuses(response) == {
        "no type": 400, "a text": 400, "nowhere": 400, "outside": 400, "nested": 400, "unicode": 404, "forged": 200,
    }  # fmt: skip
    assert CustomerUser.objects.get(pk=world.dana.pk).display_name == "Dana Hudecova"


def test_without_a_token_there_is_no_batch(db, client):
    response = client.post("/v1.0/$batch", b'{"requests": []}', content_type="application/json")
    assert refusal(response) == (401, "InvalidAuthenticationToken")


def test_too_many_requests_get_429_with_retry_after_until_the_minute_is_over(world, settings):
    """Of the same app for the same tenant; the items of a batch count one by one."""
    settings.GRAPH_REQUESTS_PER_MINUTE = 3
    api, elsewhere = Graph(world.ava, at=world.fabrikam), Graph(world.ava)
    path = "/v1.0/organization"
    with after(seconds=3):
        assert api.get(path).status_code == 200
        found = answers(batch(api, *(item(str(number), "/organization") for number in range(3))))
        assert [one["status"] for one in found.values()] == [200, 200, 429]
        assert found["2"]["headers"]["Retry-After"] == "57"
        refused = api.get(path)
        assert refusal(refused) == (429, "TooManyRequests")
        assert refused["Retry-After"] == "57"
        assert api.post("/v1.0/users", {}).status_code == 429
        assert Graph(world.ava, at=world.northwind).get(path).status_code == 200
        assert [elsewhere.get(GDAP).status_code for _ in range(4)] == [200, 200, 200, 429]
        assert refusal(elsewhere.get(GDAP)) == (429, "TooManyRequests")
    with after(seconds=60):
        assert api.get(path).status_code == 200


def test_a_whole_batch_is_not_more_than_its_items(world, settings):
    settings.GRAPH_REQUESTS_PER_MINUTE = 1
    api = Graph(world.ava, at=world.fabrikam)
    assert statuses(batch(api, item("1", "/organization"))) == {"1": 200}
