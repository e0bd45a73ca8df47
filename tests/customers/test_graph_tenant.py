"""Directory roles, organization and domains of a customer in Graph."""

import uuid

import pytest

from customers.models import DirectoryRoleMember, Domain
from customers.roles import GLOBAL_ADMINISTRATOR, unified_roles
from partnercenter.audit.models import AuditRecord
from tests.factories import role_ids
from tests.graph import Graph, refusal

ROLES = "/v1.0/directoryRoles"
METADATA = "http://testserver/v1.0/$metadata#"
READER = role_ids("Reports Reader")[0]


@pytest.fixture
def ava(world):
    return Graph(world.ava, at=world.fabrikam)


def reference(user):
    return {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{user.pk}"}


def test_roles_have_ids_of_their_own_in_each_tenant(world, ava):
    listed = ava.get(ROLES).json()["value"]
    assert list(listed[0]) == ["id", "deletedDateTime", "description", "displayName", "roleTemplateId"]
    here = next(role for role in listed if role["roleTemplateId"] == str(READER))
    there = Graph(world.ava, at=world.northwind).get(f"{ROLES}/roleTemplateId={READER}").json()
    assert here["displayName"] == there["displayName"] == "Reports Reader"
    assert len({here["id"], there["id"], str(READER)}) == 3
    for path in (f"{ROLES}/{here['id']}", f"{ROLES}(roleTemplateId='{READER}')", f"{ROLES}('{here['id']}')"):
        assert ava.get(path).json()["id"] == here["id"], path
    filtered = ava.get(f"{ROLES}?$filter=roleTemplateId eq '{READER}'&$select=id").json()["value"]
    assert filtered == [{"id": here["id"]}]
    for unknown in (there["id"], uuid.uuid4(), "x", f"roleTemplateId={uuid.uuid4()}", "roleTemplateId=x"):
        assert refusal(ava.get(f"{ROLES}/{unknown}")) == (404, "Request_ResourceNotFound"), unknown


def test_members_come_and_go_through_the_service(world, ava):
    path = f"{ROLES}/roleTemplateId={READER}/members"
    assert ava.post(f"{path}/$ref", reference(world.dana)).status_code == 204
    (member,) = ava.get(path).json()["value"]
    assert (member["@odata.type"], member["id"]) == ("#microsoft.graph.user", str(world.dana.pk))
    (of,) = ava.get(f"/v1.0/users/{world.dana.pk}/memberOf").json()["value"]
    assert (of["@odata.type"], of["roleTemplateId"]) == ("#microsoft.graph.directoryRole", str(READER))
    again = ava.post(f"{path}/$ref", reference(world.dana))
    assert refusal(again) == (400, "Request_BadRequest")
    assert again.json()["error"]["message"] == (
        "One or more added object references already exist for the following modified properties: 'members'."
    )
    assert ava.delete(f"{path}/{world.dana.pk}/$ref").status_code == 204
    assert refusal(ava.delete(f"{path}/{world.dana.pk}/$ref")) == (404, "Request_ResourceNotFound")
    assert list(AuditRecord.objects.filter(door="graph").order_by("operation").values_list("operation", "door")) == [
        ("add_user_member", "graph"),
        ("remove_user_member", "graph"),
    ]


def test_members_are_changed_by_those_only_who_may(world, ava):
    path = f"{ROLES}/roleTemplateId={READER}/members"
    before = list(DirectoryRoleMember.objects.values())
    uma = Graph(world.uma, at=world.fabrikam)
    assert refusal(uma.post(f"{path}/$ref", reference(world.dana))) == (403, "Authorization_RequestDenied")
    assert refusal(uma.delete(f"{path}/{world.dana.pk}/$ref")) == (403, "Authorization_RequestDenied")
    assert refusal(ava.post(f"{path}/$ref", reference(world.dana_of_northwind))) == (404, "Request_ResourceNotFound")
    assert refusal(ava.post(f"{path}/$ref", {})) == (400, "Request_BadRequest")
    last = f"{ROLES}/roleTemplateId={GLOBAL_ADMINISTRATOR}/members/{world.global_admin.pk}/$ref"
    assert refusal(ava.delete(last)) == (400, "Request_BadRequest")
    assert list(DirectoryRoleMember.objects.values()) == before


def test_a_role_is_activated_already(world, ava):
    response = ava.post(ROLES, {"roleTemplateId": str(READER)})
    assert refusal(response) == (400, "Request_BadRequest")
    assert response.json()["error"]["message"] == (
        "A conflicting object with one or more of the specified property values is present in the directory."
    )
    assert refusal(ava.post(ROLES, {"roleTemplateId": str(uuid.uuid4())})) == (404, "Request_ResourceNotFound")
    assert refusal(ava.post(ROLES, {})) == (404, "Request_ResourceNotFound")


def test_definitions_tell_what_a_role_may_at_home_and_at_a_customer(world, ava):
    path = "/v1.0/roleManagement/directory/roleDefinitions"
    body = ava.get(f"{path}/{READER}").json()
    known = unified_roles()[READER]
    assert list(body.items()) == [
        ("@odata.context", f"{METADATA}roleManagement/directory/roleDefinitions/$entity"),
        ("id", str(READER)),
        ("description", body["description"]),
        ("displayName", "Reports Reader"),
        ("isBuiltIn", True),
        ("isEnabled", True),
        ("resourceScopes", ["/"]),
        ("templateId", str(READER)),
        ("version", "1"),
        ("rolePermissions", [{"allowedResourceActions": list(known.own_actions), "condition": None}]),
        ("inheritsPermissionsFrom", [{"id": str(parent)} for parent in known.parents]),
    ]
    assert set(body["rolePermissions"][0]["allowedResourceActions"]) < known.actions
    at_home = Graph(world.ava).get(f"{path}?$filter=displayName eq 'Reports Reader'").json()["value"]
    assert [item["id"] for item in at_home] == [str(READER)]
    assert len(Graph(world.ava).get(f"{path}?$select=id").json()["value"]) == len(unified_roles())
    assert refusal(ava.get(f"{path}/x")) == (404, "Request_ResourceNotFound")
    assert refusal(Graph(world.nora, at=world.fabrikam).get(path)) == (403, "Authorization_RequestDenied")
    templates = ava.get("/v1.0/directoryRoleTemplates").json()["value"]
    assert list(templates[0]) == ["id", "deletedDateTime", "description", "displayName"]


def test_the_organization_is_the_customer_alone(world, ava):
    (body,) = ava.get("/v1.0/organization").json()["value"]
    assert (body["id"], body["displayName"], body["countryLetterCode"]) == (
        str(world.fabrikam.pk), "Fabrikam, Inc.", "US",
    )  # fmt: skip
    assert [domain["name"] for domain in body["verifiedDomains"] if domain["isDefault"]] == ["fabrikam.com"]
    assert ava.get(f"/v1.0/organization/{world.fabrikam.pk}").json()["id"] == str(world.fabrikam.pk)
    assert refusal(ava.get(f"/v1.0/organization/{world.northwind.pk}")) == (404, "Request_ResourceNotFound")


def test_domains_say_which_are_verified(world, ava):
    Domain.objects.create(customer=world.fabrikam, name="sso.fabrikam.com", authentication="federated")
    Domain.objects.create(customer=world.fabrikam, name="stores.example", is_verified=False)
    listed = {item["id"]: item for item in ava.get("/v1.0/domains").json()["value"]}
    assert {name: (row["authenticationType"], row["isRoot"], row["isVerified"]) for name, row in listed.items()} == {
        "fabrikam.com": ("Managed", True, True),
        next(name for name in listed if name.endswith(".onmicrosoft.com")): ("Managed", True, True),
        "sso.fabrikam.com": ("Federated", False, True),
        "stores.example": ("Managed", True, False),
    }
    one = ava.get("/v1.0/domains/Fabrikam.com").json()
    assert {name: value for name, value in one.items() if name != "@odata.context"} == listed["fabrikam.com"]
    assert refusal(ava.get("/v1.0/domains/northwind.example")) == (404, "Request_ResourceNotFound")


def test_at_home_there_is_no_customer_directory(world):
    for path in ("/v1.0/domains", "/v1.0/subscribedSkus", ROLES, "/v1.0/directory/deletedItems/microsoft.graph.user"):
        assert refusal(Graph(world.ava).get(path)) == (403, "Authorization_RequestDenied"), path
