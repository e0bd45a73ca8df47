"""GDAP in Graph, written: the life of a relationship as its clients drive it, and what bad input gets."""

import json

import pytest

from customers.models import Customer
from gdap.graph.durations import days
from gdap.graph.ids import wire_id
from gdap.models import (
    AccessAssignment,
    AdminRelationship,
    RelationshipOperation,
    RelationshipRequest,
)
from gdap.services.relationships import approve_relationship, create_relationship
from partnercenter.accounts.principals import Door
from partnercenter.audit.models import AuditRecord
from tests.cast import after
from tests.factories import SYSTEM, RelationshipFactory, SecurityGroupFactory, role_ids
from tests.graph import GDAP, Graph, explanation, refusal

METADATA = "http://testserver/v1.0/tenantRelationships/$metadata#"
START = "2026-11-22T12:00:00.0000000Z"
LICENSES, HELPDESK, GLOBAL = (
    str(role) for role in role_ids("License Administrator", "Helpdesk Administrator", "Global Administrator")
)
ZEROS = "00000000-0000-4000-8000-000000000000"


def details(*roles):
    return {"unifiedRoles": [{"roleDefinitionId": role} for role in roles]}


def draft_body(world, **changes):
    return {
        "displayName": "Tailspin_helpdesk_2026",
        "duration": "P365D",
        "customer": {"tenantId": str(world.tailspin.pk), "displayName": "Tailspin Toys"},
        "accessDetails": details(LICENSES, HELPDESK),
        "autoExtendDuration": "P180D",
    } | changes


def path_of(relationship, *parts):
    return "/".join([GDAP, wire_id(relationship), *map(str, parts)])


def etag_of(api, path):
    return api.get(path).json()["@odata.etag"]


def location_of(response):
    return response["Location"].removeprefix("http://testserver")


def everything():
    """What GDAP keeps, to compare: nothing changes when something is refused."""
    models = (AdminRelationship, AccessAssignment, RelationshipRequest, RelationshipOperation, AuditRecord)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.fixture
def draft(world):
    return create_relationship(
        by=SYSTEM,
        partner=world.contoso,
        customer=world.tailspin,
        display_name="Draft",
        roles=role_ids("License Administrator", "Helpdesk Administrator"),
        duration_days=30,
    )


@pytest.fixture
def global_one(world):
    """In force, with Global Administrator."""
    names = ["Global Administrator", "License Administrator"]
    return RelationshipFactory(partner=world.contoso, customer=world.tailspin, display_name="Global", roles=names)


def test_a_relationship_is_created_as_in_the_contract(world):
    response = Graph(world.ava).post(GDAP, draft_body(world))
    body = response.json()
    made = AdminRelationship.objects.get(display_name="Tailspin_helpdesk_2026")
    assert (response.status_code, response["Location"]) == (201, f"http://testserver{path_of(made)}")
    assert list(body.items()) == [
        ("@odata.context", f"{METADATA}delegatedAdminRelationships"),
        ("@odata.type", "#microsoft.graph.delegatedAdminRelationship"),
        ("@odata.etag", body["@odata.etag"]),
        ("id", wire_id(made)),
        ("displayName", "Tailspin_helpdesk_2026"),
        ("duration", "P365D"),
        ("customer", {"tenantId": str(world.tailspin.pk), "displayName": "Tailspin Toys"}),
        ("accessDetails", details(LICENSES, HELPDESK)),
        ("status", "created"),
        ("autoExtendDuration", "P180D"),
        ("createdDateTime", START),
        ("lastModifiedDateTime", START),
        ("activatedDateTime", None),
        ("endDateTime", None),
    ]
    assert len(body["id"]) == 73
    assert body["@odata.etag"].startswith('W/"Jy')
    record = AuditRecord.objects.get(resource_id=made.pk)
    assert (record.door, record.operation, record.principal_name, record.app_id) == (
        Door.GRAPH, "granular_admin_relationship_created", world.ava.username, "app",
    )  # fmt: skip


def test_a_client_takes_a_customer_through_the_whole_life(world, client):
    """As CIPP does it: create open to any, lock, wait, one group per role, change, remove, terminate."""
    api = Graph(world.ava)
    created = api.post(GDAP, draft_body(world, customer=None, duration="P2Y", autoExtendDuration="PT0S"))
    assert (created.json()["duration"], created.json()["customer"]) == ("P730D", None)
    path = location_of(created)
    locked = api.post(f"{path}/requests", {"action": "lockForApproval"})
    assert locked.status_code == 201
    assert locked["Location"] == f"http://testserver{path}/requests/{locked.json()['id']}"
    assert list(locked.json().items()) == [
        ("@odata.context", f"{METADATA}requests"),
        ("@odata.type", "#microsoft.graph.delegatedAdminRelationshipRequest"),
        ("id", locked.json()["id"]),
        ("action", "lockForApproval"),
        ("status", "created"),
        ("createdDateTime", START),
        ("lastModifiedDateTime", START),
    ]
    assert api.get(path).json()["status"] == "approvalPending"

    control = f"/_emulator/gdap/relationships/{created.json()['id']}/approve"
    approved = client.post(control, {"customerId": str(world.tailspin.pk)}, content_type="application/json")
    assert approved.json()["status"] == "active"
    assert api.get(path).json()["customer"] == {
        "tenantId": str(world.tailspin.pk),
        "displayName": "Tailspin Toys",
    }

    container = {"accessContainerId": str(world.license_desk.pk), "accessContainerType": "securityGroup"}
    wish = {"accessContainer": container, "accessDetails": details(LICENSES, HELPDESK)}
    assigned = api.post(f"{path}/accessAssignments", wish)
    assert (assigned.status_code, assigned.json()["status"]) == (201, "active")
    assignment = location_of(assigned)
    changed = api.patch(assignment, {"accessDetails": details(HELPDESK)}, If_Match=assigned.json()["@odata.etag"])
    assert (changed.status_code, changed.json(), changed["Retry-After"]) == (202, {}, "10")
    operation = api.get(location_of(changed)).json()
    assert (operation["operationType"], operation["status"]) == ("delegatedAdminAccessAssignmentUpdate", "succeeded")
    assert json.loads(operation["data"]) == {
        "id": assigned.json()["id"],
        "accessContainer": container,
        "accessDetails": details(HELPDESK),
        "status": "active",
    }
    same = api.patch(assignment, {"accessDetails": details(HELPDESK)}, If_Match=etag_of(api, assignment))
    assert (same.status_code, same.json()["accessDetails"]) == (200, details(HELPDESK))
    removed = api.delete(assignment, If_Match=etag_of(api, assignment))
    assert (removed.status_code, removed.content) == (204, b"")
    assert api.get(assignment).json()["status"] == "deleted"
    assert api.post(f"{path}/accessAssignments", wish).status_code == 201

    ended = api.post(f"{path}/requests", {"action": "terminate"})
    assert (ended.status_code, ended.json()["action"]) == (201, "terminate")
    assert api.get(path).json()["status"] == "terminated"


def test_an_assignment_is_created_as_in_the_contract(world, settings):
    settings.GDAP_STEP_SECONDS = {"assignment_pending": 30}
    group = SecurityGroupFactory(partner=world.contoso)
    container = {"accessContainerId": str(group.pk), "accessContainerType": "securityGroup"}
    response = Graph(world.ava).post(
        path_of(world.at_northwind, "accessAssignments"),
        {"accessContainer": container, "accessDetails": details(LICENSES)},
    )
    body = response.json()
    assert response["Location"] == f"http://testserver{path_of(world.at_northwind, 'accessAssignments', body['id'])}"
    assert list(body.items()) == [
        ("@odata.context", f"{METADATA}accessAssignments"),
        ("@odata.type", "#microsoft.graph.delegatedAdminAccessAssignment"),
        ("@odata.etag", body["@odata.etag"]),
        ("id", body["id"]),
        ("status", "pending"),
        ("createdDateTime", START),
        ("lastModifiedDateTime", START),
        ("accessContainer", container),
        ("accessDetails", details(LICENSES)),
    ]
    with after(seconds=30):
        assert Graph(world.ava).get(location_of(response)).json()["status"] == "active"


def test_an_operation_reads_as_in_the_contract_and_takes_its_time(world, settings, global_one):
    settings.GDAP_STEP_SECONDS = {"operation": 7}
    api, path = Graph(world.ava), path_of(global_one)
    answer = api.patch(path, {"accessDetails": details(LICENSES)}, If_Match=etag_of(api, path))
    assert (answer.status_code, answer.json(), answer["Retry-After"]) == (202, {}, "10")
    body = api.get(location_of(answer), Prefer="include-unknown-enum-members").json()
    assert list(body.items()) == [
        ("@odata.context", f"{METADATA}operations/$entity"),
        ("@odata.type", "#microsoft.graph.delegatedAdminRelationshipOperation"),
        ("@odata.etag", body["@odata.etag"]),
        ("id", body["id"]),
        ("operationType", "delegatedAdminRelationshipUpdate"),
        ("data", json.dumps({"id": wire_id(global_one), "accessDetails": details(LICENSES)}, separators=(",", ":"))),
        ("status", "running"),
        ("createdDateTime", "2026-11-22T12:00:00Z"),
        ("lastModifiedDateTime", "2026-11-22T12:00:00Z"),
    ]
    (listed,) = api.get(f"{path}/operations").json()["value"]
    assert listed["operationType"] == "unknownFutureValue"
    with after(seconds=7):
        done = api.get(location_of(answer)).json()
        assert (done["status"], done["lastModifiedDateTime"]) == ("succeeded", "2026-11-22T12:00:07Z")
    assert api.get(path).json()["accessDetails"] == details(LICENSES)
    again = api.patch(path, {"accessDetails": details(GLOBAL)}, If_Match=etag_of(api, path))
    assert (again.status_code, again.json()["accessDetails"]) == (200, details(LICENSES))


def test_a_draft_changes_in_every_term_and_is_thrown_away(world, draft):
    api, path = Graph(world.ava), path_of(draft)
    etag = etag_of(api, path)
    changes = {
        "displayName": "Renamed",
        "duration": "P1W",
        "customer": {"tenantId": str(world.northwind.pk)},
        "accessDetails": details(HELPDESK),
        "autoExtendDuration": "P180D",
    }
    response = api.patch(path, changes, If_Match=etag)
    body = response.json()
    assert response.status_code == 200
    assert [body[name] for name in changes] == [
        "Renamed", "P7D", {"tenantId": str(world.northwind.pk), "displayName": "Northwind Traders"},
        details(HELPDESK), "P180D",
    ]  # fmt: skip
    assert body["@odata.etag"] != etag
    assert api.patch(path, {"autoExtendDuration": "P0D"}, If_Match="*").json()["autoExtendDuration"] == "PT0S"
    assert api.delete(path, If_Match=etag_of(api, path)).status_code == 204
    assert refusal(api.get(path)) == (404, "notFound")


def test_an_active_one_changes_its_auto_extend_only(world):
    api, path = Graph(world.ava), path_of(world.at_northwind)
    body = api.patch(path, {"autoExtendDuration": "P180D"}, If_Match=etag_of(api, path)).json()
    assert body["autoExtendDuration"] == "P180D"
    before = everything()
    for change in (
        {"displayName": "Other"},
        {"duration": "P1D"},
        {"customer": {"tenantId": str(world.tailspin.pk)}},
    ):
        assert refusal(api.patch(path, change, If_Match=etag_of(api, path))) == (400, "badRequest"), change
    assert everything() == before
    unchanged = api.patch(path, {"accessDetails": details(LICENSES)}, If_Match=etag_of(api, path))
    assert (unchanged.status_code, len(unchanged.json()["accessDetails"]["unifiedRoles"])) == (200, 5)


BAD_DRAFTS = {
    "no days": {"duration": "P0D"},
    "731 days": {"duration": "P731D"},
    "a duration of hours": {"duration": "PT24H"},
    "no duration at all": {"duration": "soon"},
    "a duration that is missing": {"duration": None},
    "a duration without number": {"duration": "P"},
    "51 characters": {"displayName": "x" * 51},
    "no name": {"displayName": " "},
    "a name that is a number": {"displayName": 7},
    "a name that can't be shown": {"displayName": "a\u202eb"},
    "no role": {"accessDetails": {"unifiedRoles": []}},
    "no roles at all": {"accessDetails": None},
    "roles that are no list": {"accessDetails": {"unifiedRoles": "x"}},
    "a role without id": {"accessDetails": {"unifiedRoles": [{}]}},
    "a role that is none": {"accessDetails": details(ZEROS)},
    "a role that is no id": {"accessDetails": details("License Administrator")},
    "a role that GDAP does not offer": {"accessDetails": details(str(role_ids("Partner Tier2 Support")[0]))},
    "auto extend with Global Administrator": {"accessDetails": details(GLOBAL)},
    "auto extend by a day": {"autoExtendDuration": "P1D"},
    "a tenant that is nowhere": {"customer": {"tenantId": ZEROS}},
    "a tenant that is no id": {"customer": {"tenantId": "tailspin"}},
    "a property that is none": {"colour": "red"},
}


def test_a_bad_wish_is_refused_when_created_and_when_changed(world, draft):
    api, path = Graph(world.ava), path_of(draft)
    customers = Customer.objects.count()
    bad = BAD_DRAFTS | {"another partner's customer": {"customer": {"tenantId": str(world.proseware.pk)}}}
    etag, before = etag_of(api, path), everything()
    for name, change in bad.items():
        assert refusal(api.post(GDAP, draft_body(world, **change))) == (400, "badRequest"), name
        if None in change.values():
            continue  # what is null in a change stays as it is
        whole = {"autoExtendDuration": "P180D"} | change
        assert refusal(api.patch(path, whole, If_Match=etag)) == (400, "badRequest"), name
    for body in (
        b"",
        b"[]",
        b"null",
        b"{",
        b"[" * 5000,
        b'{"displayName": "\\ud800"}',
        b'{"displayName": "a\\u0000b"}',
    ):
        assert refusal(api.request("POST", GDAP, body)) == (400, "badRequest"), body[:20]
    assert everything() == before
    assert Customer.objects.count() == customers


def test_a_used_name_is_a_conflict(world, draft):
    api, before = Graph(world.ava), everything()
    response = api.post(GDAP, draft_body(world, displayName="Northwind leads"))
    assert refusal(response) == (409, "conflict")
    renamed = api.patch(path_of(draft), {"displayName": "Northwind leads"}, If_Match="*")
    assert refusal(renamed) == (409, "conflict")
    assert everything() == before


def test_another_partner_may_use_the_name(world):
    body = draft_body(world, displayName="Northwind leads", customer=None)
    assert Graph(world.max).post(GDAP, body).status_code == 201


def test_every_wish_tells_all_that_is_wrong_with_it(world):
    body = draft_body(world, displayName="", duration="P0D", accessDetails=details(ZEROS))
    error = Graph(world.ava).post(GDAP, body).json()["error"]
    assert [detail["target"] for detail in error["details"]] == ["display_name", "duration_days", "roles"]


def test_a_stale_or_missing_etag_changes_nothing(world, draft, settings):
    api = Graph(world.ava)
    assignment = path_of(world.at_northwind, "accessAssignments", world.at_northwind.access_assignments.get().pk)
    stale = etag_of(api, assignment)
    before = everything()
    calls = {
        (method, path): (method, path, body)
        for method, path, body in (
            ("PATCH", path_of(draft), {"displayName": "Other"}),
            ("DELETE", path_of(draft), None),
            ("PATCH", path_of(world.at_northwind), {"autoExtendDuration": "P180D"}),
            ("PATCH", assignment, {"accessDetails": details(LICENSES)}),
            ("DELETE", assignment, None),
        )
    }
    for name, call in calls.items():
        tag = stale if "accessAssignments" not in call[1] else 'W/"other"'
        assert refusal(api.request(*call, If_Match=tag)) == (412, "preconditionFailed"), name
        assert refusal(api.request(*call)) == (428, "preconditionRequired"), name
    assert refusal(api.post(path_of(draft, "requests"), {"action": "lockForApproval"}, If_Match=stale)) == (
        412, "preconditionFailed",
    )  # fmt: skip
    assert everything() == before
    settings.GRAPH_STRICT_IF_MATCH = False
    assert refusal(api.delete(path_of(draft), If_Match=stale)) == (412, "preconditionFailed")
    assert api.request(*calls["PATCH", path_of(draft)]).json()["displayName"] == "Other"
    assert api.delete(path_of(draft)).status_code == 204


def test_an_etag_is_accepted_however_clients_spell_it(world, draft):
    api, path = Graph(world.ava), path_of(draft)
    for spell in (
        lambda tag: tag,
        lambda tag: tag.removeprefix("W/"),
        lambda tag: tag[3:-1],
        lambda tag: f'"x", {tag}',
    ):
        assert api.patch(path, {"displayName": "Draft"}, If_Match=spell(etag_of(api, path))).status_code == 200


def test_steps_out_of_their_time_are_refused(world, draft):
    api, active = Graph(world.ava), world.at_northwind
    waiting = RelationshipFactory(partner=world.contoso, customer=world.tailspin, active=False)
    group = SecurityGroupFactory(partner=world.contoso)
    container = {"accessContainerId": str(group.pk), "accessContainerType": "securityGroup"}
    assign = {"accessContainer": container, "accessDetails": details(LICENSES)}
    before = everything()
    calls = [
        ("POST", path_of(draft, "requests"), {"action": "terminate"}),
        ("POST", path_of(waiting, "requests"), {"action": "terminate"}),
        ("POST", path_of(waiting, "requests"), {"action": "lockForApproval"}),
        ("POST", path_of(active, "requests"), {"action": "lockForApproval"}),
        ("POST", path_of(active, "requests"), {"action": "explode"}),
        ("POST", path_of(active, "requests"), {}),
        ("POST", path_of(draft, "accessAssignments"), assign),
        ("POST", path_of(waiting, "accessAssignments"), assign),
        ("PATCH", path_of(waiting), {"displayName": "Other"}),
        ("DELETE", path_of(waiting), None),
        ("DELETE", path_of(active), None),
    ]
    for call in calls:
        assert refusal(api.request(*call, If_Match="*")) == (400, "badRequest"), call
    assert everything() == before


def test_the_partner_can_never_approve(world):
    waiting = RelationshipFactory(partner=world.contoso, customer=world.tailspin, active=False)
    before = everything()
    for action in ("approve", "reject"):
        response = Graph(world.ava).post(path_of(waiting, "requests"), {"action": action})
        assert refusal(response) == (403, "forbidden")
        assert explanation(response) == {
            "sentence": "Only the customer can answer the request for an admin relationship."
        }
    assert everything() == before


def test_what_is_approved_already_is_not_approved_again(world, client):
    waiting = RelationshipFactory(partner=world.contoso, customer=world.tailspin, active=False)
    control = f"/_emulator/gdap/relationships/{wire_id(waiting)}/approve"
    forged = f"/_emulator/gdap/relationships/{waiting.pk}-{world.litware.pk}/approve"
    assert client.post(forged, {}, content_type="application/json").status_code == 404
    approve_relationship(by=SYSTEM, relationship=waiting)
    before = everything()
    assert client.post(control, {}, content_type="application/json").status_code == 400
    assert everything() == before


def test_a_group_is_assigned_once_with_roles_of_the_relationship(world):
    api, path = Graph(world.ava), path_of(world.at_northwind, "accessAssignments")
    other = SecurityGroupFactory(partner=world.contoso)
    before = everything()

    def assign(group, *roles, kind="securityGroup"):
        container = {"accessContainerId": str(group), "accessContainerType": kind}
        return api.post(path, {"accessContainer": container, "accessDetails": details(*roles)})

    twice = assign(world.leads.pk, LICENSES)
    assert refusal(twice) == (409, "conflict")
    for name, response in {
        "a role outside": assign(other.pk, GLOBAL),
        "no role": assign(other.pk),
        "a role that is none": assign(other.pk, ZEROS),
        "a group that is nowhere": assign(ZEROS, LICENSES),
        "a group of another partner": assign(world.litware_desk.pk, LICENSES),
        "a group that is no id": assign("leads", LICENSES),
        "a container of another kind": assign(other.pk, LICENSES, kind="user"),
        "no container": api.post(path, {"accessDetails": details(LICENSES)}),
    }.items():
        assert refusal(response) == (400, "badRequest"), name
    gone = assign(ZEROS, LICENSES).json()["error"]["message"]
    assert gone == f"The access container {ZEROS} does not exist."
    assert everything() == before


def test_the_roles_of_an_assignment_stay_within_the_relationship(world):
    api = Graph(world.ava)
    path = path_of(world.at_northwind, "accessAssignments", world.at_northwind.access_assignments.get().pk)
    elsewhere = {"accessContainerId": str(world.license_desk.pk), "accessContainerType": "securityGroup"}
    before = everything()
    for body in (
        {"accessDetails": details(GLOBAL)},
        {"accessDetails": details()},
        {},
        {"accessContainer": elsewhere, "accessDetails": details(LICENSES)},
    ):
        assert refusal(api.patch(path, body, If_Match="*")) == (400, "badRequest"), body
    assert everything() == before


def test_only_an_admin_agent_asks_and_ends(world, draft):
    before = everything()
    calls = [
        ("POST", GDAP, draft_body(world)),
        ("PATCH", path_of(draft), {"displayName": "Other"}),
        ("DELETE", path_of(draft), None),
        ("POST", path_of(draft, "requests"), {"action": "lockForApproval"}),
        ("POST", path_of(world.at_northwind, "requests"), {"action": "terminate"}),
    ]
    for call in calls:
        response = Graph(world.harry).request(*call, If_Match="*")
        assert refusal(response) == (403, "forbidden"), call
        assert explanation(response) == {
            "sentence": "Requesting and ending admin relationships needs the partner role Admin agent."
        }
    for call in calls[1:]:
        assert refusal(Graph(world.max).request(*call, If_Match="*")) == (404, "notFound"), call
    assert everything() == before


def test_durations_of_whole_days_are_understood():
    known = {
        "P1D": 1, "P730D": 730, "P2Y": 730, "P1Y2M3W4D": 365 + 60 + 21 + 4, "p7d": 7, "PT0S": 0, "P0D": 0,
        "P30DT0H0M0S": 30,
    }  # fmt: skip
    assert {text: days(text) for text in known} == known
    assert [days(text) for text in ("", "P", "PT", "PT1H", "P1", "1D", "P-1D", "P1.5D", "P٣D", "P1D ; x")] == [
        None
    ] * 10
