"""Security groups of the partner's own tenant in Graph, as clients pick containers from them."""

import uuid
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Group

from gdap.graph.ids import wire_id
from gdap.models import RelationshipTemplate, SecurityGroup
from gdap.services.relationships import Wish, remove_assignment, terminate_relationship
from gdap.services.templates import create_template, put_groups
from partnercenter.audit.models import AuditRecord
from tests.factories import SYSTEM, SecurityGroupFactory, StaffFactory, role_ids
from tests.graph import GDAP, Graph, refusal

GROUPS = "/v1.0/groups"
NEW = {
    "displayName": "M365 GDAP License Administrator",
    "mailEnabled": False,
    "mailNickname": "M365GDAPLicenseAdministrator",
    "securityEnabled": True,
}


def names(response):
    assert response.status_code == 200, response.content
    return [item["displayName"] for item in response.json()["value"]]


def reference(user):
    return {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{user.pk}"}


def test_the_own_partners_groups_are_listed_and_no_others(world):
    api = Graph(world.ava)
    ours = ["GDAP Directory writers", "GDAP Helpdesk", "GDAP Leads", "GDAP License desk", "GDAP User admins"]
    assert names(api.get(GROUPS)) == ours
    assert names(api.get(f"{GROUPS}?$filter=securityEnabled eq true&$select=id,displayName&$top=999")) == ours
    assert names(api.get(f"{GROUPS}?$filter=securityEnabled eq false")) == []
    starts = quote("startsWith(displayName,'GDAP L')")
    assert names(api.get(f"{GROUPS}?$filter={starts}")) == ["GDAP Leads", "GDAP License desk"]
    assert api.get(f"{GROUPS}/$count?$filter={starts}", ConsistencyLevel="eventual").content == b"2"
    assert refusal(api.get(f"{GROUPS}/$count")) == (400, "Request_BadRequest")
    for key in (world.litware_desk.pk, uuid.uuid4(), "x"):
        for path in (f"{GROUPS}/{key}", f"{GROUPS}/{key}/members"):
            assert refusal(api.get(path)) == (404, "Request_ResourceNotFound"), path
    one = api.get(f"{GROUPS}/{world.leads.pk}").json()
    assert (one["displayName"], one["securityEnabled"], one["mailEnabled"]) == ("GDAP Leads", True, False)


def test_members_come_and_go_through_the_service(world):
    api, path = Graph(world.ava), f"{GROUPS}/{world.license_desk.pk}/members"
    (lea,) = api.get(path).json()["value"]
    assert (lea["@odata.type"], lea["id"]) == ("#microsoft.graph.user", str(world.lea.pk))
    assert api.get(path.replace("/members", "/transitiveMembers")).json()["value"] == [lea]
    assert api.post(f"{path}/$ref", reference(world.nora)).status_code == 204
    twice = api.post(f"{path}/$ref", reference(world.nora))
    assert refusal(twice) == (400, "Request_BadRequest")
    assert "already exist" in twice.json()["error"]["message"]
    assert Graph(world.nora, at=world.fabrikam).get("/v1.0/subscribedSkus").status_code == 200
    assert api.delete(f"{path}/{world.nora.pk}/$ref").status_code == 204
    assert refusal(api.delete(f"{path}/{world.nora.pk}/$ref")) == (404, "Request_ResourceNotFound")
    assert refusal(Graph(world.nora, at=world.fabrikam).get("/v1.0/subscribedSkus")) == (
        403, "Authorization_RequestDenied",
    )  # fmt: skip
    records = AuditRecord.objects.filter(door="graph").values_list("operation", flat=True)
    assert sorted(records) == ["add_security_group_member", "remove_security_group_member"]


def test_who_may_not_change_members_changes_none(world):
    path = f"{GROUPS}/{world.license_desk.pk}/members"
    assert refusal(Graph(world.lea).post(f"{path}/$ref", reference(world.nora))) == (403, "Authorization_RequestDenied")
    assert refusal(Graph(world.lea).delete(f"{path}/{world.lea.pk}/$ref")) == (403, "Authorization_RequestDenied")
    assert refusal(Graph(world.max).post(f"{path}/$ref", reference(world.max))) == (404, "Request_ResourceNotFound")
    for who in (world.max, world.dana):
        response = Graph(world.ava).post(f"{path}/$ref", reference(who))
        assert refusal(response) == (404, "Request_ResourceNotFound"), who
    assert refusal(Graph(world.ava).post(f"{path}/$ref", {})) == (400, "Request_BadRequest")
    assert list(world.license_desk.group.user_set.all()) == [world.lea]


def test_a_security_group_is_created_through_the_service(world):
    response = Graph(world.ava).post(GROUPS, NEW)
    made = SecurityGroup.objects.get(display_name=NEW["displayName"])
    assert (response.status_code, response["Location"]) == (201, f"http://testserver{GROUPS}/{made.pk}")
    assert {name: response.json()[name] for name in NEW} == NEW
    assert (made.partner, AuditRecord.objects.get(door="graph").resource_id) == (world.contoso, str(made.pk))


def test_a_group_that_can_not_be_is_refused(world):
    before = SecurityGroup.objects.count()
    api = Graph(world.ava)
    for change in (
        {"displayName": ""}, {"displayName": "x" * 257}, {"mailEnabled": True}, {"securityEnabled": False},
        {"groupTypes": ["Unified"]}, {"mailNickname": None}, {"displayName": 7}, {"colour": "red"},
    ):  # fmt: skip
        assert refusal(api.post(GROUPS, NEW | change)) == (400, "Request_BadRequest"), change
    assert refusal(Graph(world.lea).post(GROUPS, NEW)) == (403, "Authorization_RequestDenied")
    assert refusal(Graph(world.ava, at=world.fabrikam).get(GROUPS)) == (403, "Authorization_RequestDenied")
    assert SecurityGroup.objects.count() == before


@pytest.mark.parametrize("more", [0, 2])
def test_lists_ask_the_same_queries_for_one_row_and_for_three(world, django_assert_num_queries, more):
    for _ in range(more):
        SecurityGroupFactory(partner=world.contoso)
        world.license_desk.group.user_set.add(StaffFactory(partner=world.contoso))
    for path, queries in ((GROUPS, 1), (f"{GROUPS}/{world.license_desk.pk}/members", 2)):
        with django_assert_num_queries(2 + queries):
            assert Graph(world.ava).get(path).status_code == 200


def test_me_is_the_person_behind_the_token_at_home(world):
    assert Graph(world.ava).get("/v1.0/me").json()["userPrincipalName"] == world.ava.username
    assert refusal(Graph(world.ava, at=world.fabrikam).get("/v1.0/me")) == (404, "Request_ResourceNotFound")
    assert refusal(Graph(world.contoso).get("/v1.0/me")) == (404, "Request_ResourceNotFound")


def test_a_group_that_nothing_uses_is_deleted_for_good(world):
    api = Graph(world.ava)
    idle = SecurityGroupFactory(partner=world.contoso, display_name="Idle", members=[world.nora])
    behind = idle.group_id
    for group in (world.leads, idle):
        refused = Graph(world.lea).delete(f"{GROUPS}/{group.pk}")
        assert refusal(refused) == (403, "Authorization_RequestDenied")
    assert refusal(api.delete(f"{GROUPS}/{world.litware_desk.pk}")) == (404, "Request_ResourceNotFound")
    used = api.delete(f"{GROUPS}/{world.leads.pk}")
    assert refusal(used) == (400, "Request_BadRequest")
    assert used.json()["error"]["message"] == (
        "GDAP Leads is used by Northwind leads and Service desk. Remove it there first."
    )
    assert api.delete(f"{GROUPS}/{idle.pk}").status_code == 204
    assert refusal(api.get(f"{GROUPS}/{idle.pk}")) == (404, "Request_ResourceNotFound")
    assert refusal(api.delete(f"{GROUPS}/{idle.pk}")) == (404, "Request_ResourceNotFound")
    assert not world.nora.groups.exists()
    assert not Group.objects.filter(pk=behind).exists()
    record = AuditRecord.objects.filter(operation="delete_security_group").get()
    assert record.before == {"display_name": "Idle", "members": [world.nora.username]}


def test_a_group_can_be_deleted_once_its_relationships_are_over_and_its_roles_are_gone(world):
    api, path = Graph(world.ava), f"{GROUPS}/{world.leads.pk}"
    for assignment in world.leads.access_assignments.filter(relationship=world.at_northwind):
        remove_assignment(by=SYSTEM, assignment=assignment)
    assert "is used by Service desk." in api.delete(path).json()["error"]["message"]
    terminate_relationship(by=SYSTEM, relationship=world.at_fabrikam)
    put_groups(by=SYSTEM, template=a_template_of(world), groups=[world.leads.pk], roles=role_ids("Directory Writers"))
    assert "is used by the template Helpers." in api.delete(path).json()["error"]["message"]
    RelationshipTemplate.objects.all().delete()
    assert api.delete(path).status_code == 204
    left = api.get(f"{GDAP}/{wire_id(world.at_fabrikam)}/accessAssignments").json()["value"]
    assert str(world.leads.pk) not in [row["accessContainer"]["accessContainerId"] for row in left]
    assert len(left) == 4


def a_template_of(world):
    wish = Wish(display_name="Helpers", duration_days=30, roles=frozenset(role_ids("Directory Writers")))
    return create_template(by=SYSTEM, partner=world.contoso, wish=wish)
