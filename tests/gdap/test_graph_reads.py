"""GDAP in Graph, read: bodies as in the contract, pages, filters, and nothing of another partner."""

import json
import uuid
from datetime import timedelta
from urllib.parse import quote

import pytest

from gdap.graph.ids import wire_id
from gdap.models import AdminRelationship
from gdap.services.relationships import (
    create_relationship,
    decline_relationship,
    remove_assignment,
    set_auto_extend,
    terminate_relationship,
)
from tests.cast import NOW, after
from tests.factories import SYSTEM, AssignmentFactory, RelationshipFactory, SecurityGroupFactory, role_ids
from tests.graph import CONTENT_TYPE, GDAP, Graph, explanation, refusal

METADATA = "http://testserver/v1.0/tenantRelationships/$metadata#"
START = "2026-11-22T12:00:00.0000000Z"
END = "2028-11-21T12:00:00.0000000Z"
CUSTOMERS = "/v1.0/tenantRelationships/delegatedAdminCustomers"


def path_of(relationship, *parts):
    return "/".join([GDAP, wire_id(relationship), *map(str, parts)])


def roles(*names):
    return {"unifiedRoles": [{"roleDefinitionId": str(role)} for role in sorted(role_ids(*names))]}


def names(response):
    assert response.status_code == 200, response.content
    return [item["displayName"] for item in response.json()["value"]]


def filtered(api, text, extra=""):
    return api.get(f"{GDAP}?$filter={quote(text)}{extra}")


def test_a_relationship_reads_as_in_the_contract(world):
    response = Graph(world.ava).get(path_of(world.at_northwind))
    row = AdminRelationship.objects.get(pk=world.at_northwind.pk)
    assert list(response.json().items()) == [
        ("@odata.context", f"{METADATA}delegatedAdminRelationships/$entity"),
        ("@odata.type", "#microsoft.graph.delegatedAdminRelationship"),
        ("@odata.etag", response.json()["@odata.etag"]),
        ("id", f"{row.pk}-{world.contoso.pk}"),
        ("displayName", "Northwind leads"),
        ("duration", "P730D"),
        ("customer", {"tenantId": str(world.northwind.pk), "displayName": "Northwind Traders"}),
        (
            "accessDetails",
            roles(
                "License Administrator",
                "User Administrator",
                "Privileged Role Administrator",
                "Privileged Authentication Administrator",
                "Directory Writers",
            ),
        ),
        ("status", "active"),
        ("autoExtendDuration", "PT0S"),
        ("createdDateTime", START),
        ("lastModifiedDateTime", START),
        ("activatedDateTime", START),
        ("endDateTime", END),
    ]


def test_the_headers_are_those_of_graph(world):
    response = Graph(world.ava).get(GDAP, client_request_id="0f7d3a52-0f8e-4c1e-b7f0-6c5d2f1a9e37")
    assert response["Content-Type"] == CONTENT_TYPE
    assert response["OData-Version"] == "4.0"
    assert response["client-request-id"] == "0f7d3a52-0f8e-4c1e-b7f0-6c5d2f1a9e37"
    assert uuid.UUID(response["request-id"])
    assert response["Date"] == "Sun, 22 Nov 2026 12:00:00 GMT"


def test_beta_is_the_same_with_its_own_links(world):
    response = Graph(world.ava).get(GDAP.replace("v1.0", "beta") + "?$top=1")
    body = response.json()
    assert body["@odata.context"] == METADATA.replace("v1.0", "beta") + "delegatedAdminRelationships"
    assert body["@odata.nextLink"].startswith(f"http://testserver{GDAP.replace('v1.0', 'beta')}?$top=1&$skiptoken=")


def test_the_list_holds_the_own_partners_relationships_only(world):
    assert sorted(names(Graph(world.ava).get(GDAP))) == ["Northwind leads", "Service desk"]
    assert sorted(names(Graph(world.max).get(GDAP))) == ["All at namesake", "All at proseware", "Service desk"]


def test_what_another_partner_has_is_not_there(world):
    api, other = Graph(world.max), world.at_northwind
    paths = [
        path_of(other),
        f"{GDAP}/{other.pk}-{world.litware.pk}",
        f"{GDAP}/{other.pk}",
        path_of(other, "requests"),
        path_of(other, "accessAssignments"),
        path_of(other, "accessAssignments", other.access_assignments.get().pk),
        path_of(other, "operations"),
        path_of(world.litware_at_fabrikam, "accessAssignments", other.access_assignments.get().pk),
        f"{CUSTOMERS}/{world.northwind.pk}",
        f"{CUSTOMERS}/{world.northwind.pk}/serviceManagementDetails",
    ]
    assert [refusal(api.get(path)) for path in paths] == [(404, "notFound")] * len(paths)


def test_an_id_that_is_none_is_said_to_be_invalid(world):
    for text in ("x", "%20", "x" * 73, f"{uuid.uuid4()}_{uuid.uuid4()}", "'; drop table--"):
        response = Graph(world.ava).get(f"{GDAP}/{quote(text)}")
        assert refusal(response) == (400, "badRequest")
        assert response.json()["error"]["message"] == "The passed in delegatedAdminRelationshipId is invalid."


def test_paths_are_understood_in_every_spelling(world):
    own_id, api = wire_id(world.at_northwind), Graph(world.ava)
    expected = api.get(f"{GDAP}/{own_id}").json()
    for path in (
        f"{GDAP}('{own_id}')",
        f"{GDAP.lower()}/{own_id}/",
        f"/v1.0//tenantRelationships/DelegatedAdminRelationships('{own_id.upper()}')",
    ):
        assert api.get(path).json() == expected


def test_pages_are_linked_until_the_last_and_hold_everything_once(world):
    for number in range(5):
        RelationshipFactory(partner=world.contoso, customer=world.fabrikam, display_name=f"Page {number}")
    for order in ("displayName", "displayName desc", "createdDateTime", "status", "lastModifiedDateTime desc"):
        api, found, path = Graph(world.ava), [], f"{GDAP}?$top=3&$select=displayName&$orderby={quote(order)}"
        while path:
            body = api.get(path.removeprefix("http://testserver")).json()
            found.extend(item["displayName"] for item in body["value"])
            assert len(body["value"]) <= 3
            path = body.get("@odata.nextLink")
        assert len(found) == 7
        assert sorted(found) == ["Northwind leads", *(f"Page {number}" for number in range(5)), "Service desk"]


def test_the_link_to_the_next_page_carries_the_whole_query(world):
    link = filtered(Graph(world.ava), "status eq 'active'", "&$top=1&$count=true").json()["@odata.nextLink"]
    head, _, token = link.partition("&$skiptoken=")
    assert head == f"http://testserver{GDAP}?$filter=status%20eq%20%27active%27&$top=1&$count=true"
    body = Graph(world.ava).get(link.removeprefix("http://testserver")).json()
    assert (body["@odata.count"], len(body["value"]), "@odata.nextLink" in body) == (2, 1, False)
    for spoiled in (token[:-1], "x", token.replace(token[0], "A", 1)):
        assert refusal(Graph(world.ava).get(f"{GDAP}?$top=1&$skiptoken={spoiled}")) == (400, "badRequest")
    elsewhere = f"{GDAP}?$orderby=displayName&$skiptoken={token}"
    assert refusal(Graph(world.ava).get(elsewhere)) == (400, "badRequest")


def test_the_filters_that_clients_send_find_what_they_mean(world):
    api, northwind = Graph(world.ava), world.northwind.pk
    RelationshipFactory(partner=world.contoso, customer=world.tailspin, display_name="Tailspin's", active=False)
    license_admin = role_ids("License Administrator")[0]
    expected = {
        "status eq 'active'": ["Northwind leads", "Service desk"],
        "STATUS eq 'approvalPending'": ["Tailspin's"],
        f"customer/tenantId eq '{northwind}'": ["Northwind leads"],
        f"customer/tenantId eq {northwind}": ["Northwind leads"],
        f"status eq 'active' and customer/tenantId eq '{northwind}'": ["Northwind leads"],
        f"(status eq 'active') AND (customer/tenantId eq '{northwind}')": ["Northwind leads"],
        "displayName eq 'Tailspin''s'": ["Tailspin's"],
        "startswith(displayName,'North') or startswith(displayName, 'tail')": ["Northwind leads", "Tailspin's"],
        "status ne 'active'": ["Tailspin's"],
        "not (status eq 'active')": ["Tailspin's"],
        "not not status in ('active', 'expired')": ["Northwind leads", "Service desk"],
        "autoExtendDuration eq 'P180D'": [],
        "status eq 'no such status'": [],
        "activatedDateTime eq null": ["Tailspin's"],
        "createdDateTime ge 2026-11-22T12:00:00Z": ["Northwind leads", "Service desk", "Tailspin's"],
        "createdDateTime gt 2026-11-22T12:00:00.0000001+00:00": [],
        "createdDateTime lt 2026-11-22": [],
        f"accessDetails/unifiedRoles/any(r:r/roleDefinitionId eq '{license_admin}')": [
            "Northwind leads",
            "Service desk",
            "Tailspin's",
        ],
        f"accessDetails/unifiedRoles/any(r:r/roleDefinitionId eq '{uuid.uuid4()}')": [],
    }
    found = {text: sorted(names(filtered(api, text))) for text in expected}
    assert found == expected


def test_a_filter_that_makes_no_sense_is_refused(world):
    api = Graph(world.ava)
    for text in (
        "status", "status eq", "status eq active", "status is 'active'", "(status eq 'active'", "status eq 'active')",
        "status eq 'active", "nothing eq 'x'", "customer/tenantId eq 'x'", "customer/tenantId eq 7",
        "status gt 'active'", "createdDateTime gt 'yesterday'", "createdDateTime gt 2026-99-99", "displayName eq 7",
        "accessDetails/unifiedRoles eq 'x'", "status/any(s:s eq 'active')", "startswith(status, 7)", "and", "not",
        "accessDetails/unifiedRoles/any(r:x/roleDefinitionId eq 'y')", "a" * 5000, "(" * 2000, "not " * 1200,
        " or ".join(["status eq 'active'"] * 150), "createdDateTime gt 0001-01-01T00:00:00+23:59",
        "endDateTime eq null",
        "status eq 'a' xor status eq 'b'", "startswith(displayName)", "status in ()", "🦄", "\0",
    ):  # fmt: skip
        assert refusal(filtered(api, text)) == (400, "badRequest"), text


def test_options_that_make_no_sense_are_refused(world):
    api = Graph(world.ava)
    for option in (
        "$top=10000", "$top=301", "$top=0", "$top=-1", "$top=x", "$select=nothing", "$orderby=nothing",
        "$orderby=displayName%20sideways", "$count=perhaps", "$expand=customer", "$search=x", "$skip=1", "$nothing=1",
        "$skiptoken=x", "$orderby=endDateTime",
    ):  # fmt: skip
        assert refusal(api.get(f"{GDAP}?{option}")) == (400, "badRequest"), option
    assert api.get(f"{GDAP}?$top=300&other=1&$format=json").status_code == 200


def test_select_leaves_only_what_was_asked_for(world):
    body = Graph(world.ava).get(f"{GDAP}?$select=endDateTime,customer,autoextendduration&$top=1").json()
    assert list(body["value"][0]) == ["@odata.type", "@odata.etag", "customer", "autoExtendDuration", "endDateTime"]


@pytest.mark.parametrize("more", [0, 2])
def test_lists_ask_the_same_queries_for_one_row_and_for_three(world, django_assert_num_queries, more):
    for _ in range(more):
        group = SecurityGroupFactory(partner=world.contoso)
        AssignmentFactory(relationship=world.at_northwind, group=group)
        RelationshipFactory(partner=world.contoso, customer=world.tailspin)
    api = Graph(world.ava)
    for path, queries in (
        (GDAP, 2),
        (f"{GDAP}?$count=true", 3),
        (path_of(world.at_northwind), 2),
        (path_of(world.at_northwind, "accessAssignments"), 3),
        (path_of(world.at_northwind, "requests"), 2),
        (path_of(world.at_northwind, "operations"), 3),
        (CUSTOMERS, 1),
    ):
        with django_assert_num_queries(2 + queries):  # two for the person
            assert api.get(path).status_code == 200, path


def test_the_status_follows_the_clock(world):
    api = Graph(world.ava)
    set_auto_extend(by=SYSTEM, relationship=world.at_fabrikam, enabled=True)
    with after(days=730):
        expired, extended = api.get(path_of(world.at_northwind)).json(), api.get(path_of(world.at_fabrikam)).json()
        assert (expired["status"], expired["endDateTime"]) == ("expired", END)
        assert (extended["status"], extended["autoExtendDuration"]) == ("active", "P180D")
        assert extended["endDateTime"] == "2029-05-20T12:00:00.0000000Z"
        assert names(filtered(api, "status eq 'expired'")) == ["Northwind leads"]
        assert [item["displayName"] for item in api.get(CUSTOMERS).json()["value"]] == ["Fabrikam, Inc."]
    with after(days=730 + 366):
        assert refusal(api.get(path_of(world.at_northwind))) == (404, "notFound")


def test_a_draft_and_a_terminated_one_have_their_own_ends(world):
    draft = create_relationship(
        by=SYSTEM, partner=world.contoso, customer=None, display_name="Open", roles=role_ids("Reports Reader"),
        duration_days=1,
    )  # fmt: skip
    body = Graph(world.ava).get(path_of(draft)).json()
    assert (body["status"], body["customer"], body["duration"]) == ("created", None, "P1D")
    assert (body["activatedDateTime"], body["endDateTime"]) == (None, None)
    with after(days=3):
        terminate_relationship(by=SYSTEM, relationship=world.at_northwind)
        ended = Graph(world.ava).get(path_of(world.at_northwind)).json()
    assert (ended["status"], ended["endDateTime"]) == ("terminated", "2026-11-25T12:00:00.0000000Z")


def test_access_assignments_read_as_in_the_contract_and_stay_after_their_end(world):
    row = world.at_northwind.access_assignments.get()
    body = Graph(world.ava).get(path_of(world.at_northwind, "accessAssignments", row.pk)).json()
    assert list(body.items()) == [
        ("@odata.context", f"{METADATA}accessAssignments/$entity"),
        ("@odata.type", "#microsoft.graph.delegatedAdminAccessAssignment"),
        ("@odata.etag", body["@odata.etag"]),
        ("id", str(row.pk)),
        ("status", "active"),
        ("createdDateTime", START),
        ("lastModifiedDateTime", START),
        ("accessContainer", {"accessContainerId": str(world.leads.pk), "accessContainerType": "securityGroup"}),
        ("accessDetails", body["accessDetails"]),
    ]
    assert len(body["accessDetails"]["unifiedRoles"]) == 5
    remove_assignment(by=SYSTEM, assignment=row)
    (listed,) = Graph(world.ava).get(path_of(world.at_northwind, "accessAssignments")).json()["value"]
    assert (listed["id"], listed["status"]) == (str(row.pk), "deleted")


def test_requests_say_how_far_they_are(world, settings):
    settings.GDAP_STEP_SECONDS = {"termination_requested": 60}
    api = Graph(world.ava)
    terminate_relationship(by=SYSTEM, relationship=world.at_northwind)
    lock, end = api.get(path_of(world.at_northwind, "requests")).json()["value"]
    if lock["action"] == "terminate":
        lock, end = end, lock
    assert list(end.items()) == [
        ("@odata.type", "#microsoft.graph.delegatedAdminRelationshipRequest"),
        ("id", end["id"]),
        ("action", "terminate"),
        ("status", "pending"),
        ("createdDateTime", START),
        ("lastModifiedDateTime", START),
    ]
    assert (lock["action"], lock["status"]) == ("lockForApproval", "succeeded")
    with after(seconds=60):
        body = api.get(path_of(world.at_northwind, "requests", end["id"])).json()
        assert body["@odata.context"] == f"{METADATA}requests/$entity"
        assert (body["status"], body["lastModifiedDateTime"]) == ("succeeded", "2026-11-22T12:01:00.0000000Z")
    for unknown in (uuid.uuid4(), "x"):
        assert refusal(api.get(path_of(world.at_northwind, "requests", unknown))) == (404, "notFound")


def test_newer_words_are_told_only_to_those_who_ask(world):
    waiting = RelationshipFactory(partner=world.contoso, customer=world.tailspin, active=False)
    decline_relationship(by=SYSTEM, relationship=waiting)
    path = path_of(waiting, "requests")

    def actions(**headers):
        return sorted(item["action"] for item in Graph(world.ava).get(path, **headers).json()["value"])

    assert actions() == ["lockForApproval", "unknownFutureValue"]
    assert actions(Prefer="include-unknown-enum-members") == ["lockForApproval", "reject"]


def test_delegated_admin_customers_are_those_with_a_relationship_in_force(world):
    RelationshipFactory(partner=world.contoso, customer=world.tailspin, active=False)
    api = Graph(world.ava)
    body = api.get(f"{CUSTOMERS}?$count=true").json()
    assert (body["@odata.context"], body["@odata.count"]) == (f"{METADATA}delegatedAdminCustomers", 2)
    assert [item["displayName"] for item in body["value"]] == ["Fabrikam, Inc.", "Northwind Traders"]
    one = api.get(f"{CUSTOMERS}/{world.northwind.pk}").json()
    assert list(one.items()) == [
        ("@odata.context", f"{METADATA}delegatedAdminCustomers/$entity"),
        ("@odata.type", "#microsoft.graph.delegatedAdminCustomer"),
        ("@odata.etag", one["@odata.etag"]),
        ("id", str(world.northwind.pk)),
        ("tenantId", str(world.northwind.pk)),
        ("displayName", "Northwind Traders"),
    ]
    found = api.get(f"{CUSTOMERS}?$filter=startswith(displayName,'north')&$select=tenantId").json()["value"]
    assert [item["tenantId"] for item in found] == [str(world.northwind.pk)]
    assert refusal(api.get(f"{CUSTOMERS}/{world.tailspin.pk}")) == (404, "notFound")


def test_service_management_names_the_places_of_the_customer(world):
    path = f"{CUSTOMERS}/{world.northwind.pk}/serviceManagementDetails"
    items = Graph(world.ava).get(path).json()["value"]
    assert [list(item) for item in items] == [["@odata.type", "id", "serviceName", "serviceManagementUrl"]] * 6
    assert items[0]["serviceManagementUrl"] == f"https://entra.microsoft.com/{world.northwind.pk}"
    assert refusal(Graph(world.ava).get(f"{path}?$top=1")) == (400, "badRequest")


def test_who_may_not_is_told_why_where_clients_do_not_look(world):
    sentences = {
        "read": "The token has none of these permissions: DelegatedAdminRelationship.Read.All, "
        "DelegatedAdminRelationship.ReadWrite.All.",
        "mfa": "The token comes from a sign-in without a second factor.",
        "tenant": "GDAP is looked after in the partner's own tenant; ask for a token there.",
    }
    callers = {
        "read": Graph(world.ava, scopes=frozenset({"User.Read"})),
        "mfa": Graph(world.ava, has_mfa=False),
        "tenant": Graph(world.ava, at=world.fabrikam),
    }
    for name, api in callers.items():
        response = api.get(GDAP)
        assert refusal(response) == (403, "forbidden")
        assert explanation(response) == {"sentence": sentences[name]}
        assert response.json()["error"]["message"] == (
            "The user (principal) does not have the required permissions to perform the specified action on the "
            "resource."
        )
    read_only = Graph(world.ava, scopes=frozenset({"DelegatedAdminRelationship.Read.All"}))
    assert read_only.get(GDAP).status_code == 200
    assert refusal(read_only.post(GDAP, {})) == (403, "forbidden")


def test_an_app_on_its_own_needs_the_service_principal_of_gdap(world, settings):
    app = Graph(world.contoso, scopes=frozenset({"DelegatedAdminRelationship.Read.All"}))
    assert sorted(names(app.get(GDAP))) == ["Northwind leads", "Service desk"]
    assert refusal(Graph(world.contoso, scopes=frozenset()).get(GDAP)) == (403, "forbidden")
    settings.GRAPH_GDAP_SERVICE_PRINCIPAL = False
    response = app.get(GDAP)
    assert refusal(response) == (500, "unexpectedError")
    assert response.json()["error"]["message"] == "An unexpected error occurred in the server."


def test_without_a_token_nothing_is_told(db, client):
    response = client.get(GDAP)
    assert refusal(response) == (401, "unauthorized")
    assert response["WWW-Authenticate"].startswith('Bearer realm="", authorization_uri="http://testserver/common/')


def test_what_is_no_path_of_graph_is_said_in_its_own_body(db, client):
    for path in ("/v1.0", "/beta/", "/v1.0/nothing", "/V1.0/tenantRelationships", "/beta/users/a/b/c"):
        assert refusal(client.get(path)) == (400, "BadRequest"), path
        assert refusal(client.post(path, b"{}", content_type="application/json")) == (400, "BadRequest"), path


def test_a_method_that_is_not_there_is_not_allowed(world):
    response = Graph(world.ava).put(GDAP, {})
    assert refusal(response) == (405, "badRequest")
    assert response["Allow"] == "GET, POST"


def test_a_thousand_customers_cost_no_more_queries(world, django_assert_num_queries):
    rows = [
        AdminRelationship(
            partner=world.contoso, customer=world.fabrikam, display_name=f"Bulk {number}", duration_days=730,
            approval_requested_at=NOW, approved_at=NOW, activated_at=NOW, ends_at=NOW + timedelta(days=730),
        )
        for number in range(1000)
    ]  # fmt: skip
    AdminRelationship.objects.bulk_create(rows)
    api = Graph(world.ava)
    with django_assert_num_queries(5):
        body = api.get(f"{GDAP}?$count=true").json()
    assert (body["@odata.count"], len(body["value"])) == (1002, 300)
    assert json.dumps(body).count("@odata.etag") == 300
