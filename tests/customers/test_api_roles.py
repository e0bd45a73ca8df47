"""Directory roles in the v1 API (partner_center_contract part 4)."""

import pytest

from customers.services import delete_user
from partnercenter.audit.models import AuditRecord
from tests.cast import principal
from tests.factories import CustomerUserFactory, role_ids
from tests.partner_center import Api, body_of, code_of, written

SERVICE_SUPPORT = "f023fd81-a637-4b56-95fd-791ac0226033"
STRANGE_ID = "00000000-0000-4000-8000-00000000dead"


@pytest.fixture
def roles(world):
    return f"/v1/customers/{world.fabrikam.pk}/directoryroles"


def role(name, role_id):
    return {"name": name, "id": role_id, "attributes": {"objectType": "DirectoryRole"}}


def test_the_supported_roles_have_the_ids_of_templates_and_their_old_names(world, roles):
    assert Api(world.ava).get(roles).content == written(
        {
            "totalCount": 5,
            "items": [
                role("Company Administrator", "62e90394-69f5-4237-9190-012177145e10"),
                role("Helpdesk Administrator", "729827e3-9c14-49f7-bb1b-9608f156bbb8"),
                role("User Account Administrator", "fe930be7-5e62-47db-91af-98c3a49a38b1"),
                role("Service Support Administrator", SERVICE_SUPPORT),
                role("Billing Administrator", "b0f54661-2d74-4c50-afa3-1ec803f12efe"),
            ],
            "attributes": {"objectType": "Collection"},
        }
    )


def test_the_list_can_be_opened_to_every_role_that_can_be_assigned(world, roles, settings):
    settings.PARTNER_CENTER_ALL_ROLES = True
    assert body_of(Api(world.ava).get(roles))["totalCount"] > 100


def test_the_roles_of_a_user_are_roles(world):
    path = f"/v1/customers/{world.fabrikam.pk}/users/{world.global_admin.pk}/directoryroles"
    assert Api(world.ava).get(path).content == written(
        {
            "totalCount": 1,
            "items": [role("Company Administrator", "62e90394-69f5-4237-9190-012177145e10")],
            "attributes": {"objectType": "Collection"},
        }
    )
    nobody = f"/v1/customers/{world.fabrikam.pk}/users/{world.dana.pk}/directoryroles"
    assert Api(world.ava).get(nobody).content == written(
        {"totalCount": 0, "items": [], "attributes": {"objectType": "Collection"}}
    )


def member(user):
    return {
        "displayName": user.display_name,
        "userPrincipalName": user.user_principal_name,
        "roleId": SERVICE_SUPPORT,
        "id": str(user.pk),
        "attributes": {"objectType": "UserMember"},
    }


def test_a_member_is_added_twice_without_harm_and_written_as_captured(world, roles):
    members = f"{roles}/{SERVICE_SUPPORT}%20/usermembers"
    body = {
        "Id": str(world.dana.pk),
        "DisplayName": "Dana",
        "UserPrincipalName": "dana@x",
        "Attributes": {"ObjectType": "UserMember"},
    }
    for _ in range(2):
        response = Api(world.ava).post(members, body)
        assert (response.status_code, response.content) == (201, written(member(world.dana)))
    assert AuditRecord.objects.filter(operation="add_user_member").count() == 1
    listed = body_of(Api(world.ava).get(f"{roles}/{SERVICE_SUPPORT}/usermembers"))
    assert listed["items"] == [member(world.dana)]
    assert (
        listed["links"]["self"]["uri"] == f"/customers/{world.fabrikam.pk}/directoryroles/{SERVICE_SUPPORT}/usermembers"
    )


def test_a_member_is_removed_once(world, roles):
    path = f"{roles}/{SERVICE_SUPPORT}/usermembers"
    Api(world.ava).post(path, {"id": str(world.dana.pk)})
    assert Api(world.ava).delete(f"{path}/{world.dana.pk}").status_code == 204
    assert code_of(Api(world.ava).delete(f"{path}/{world.dana.pk}")) == (404, 1000)


def test_other_roles_of_the_user_stay(world, roles):
    user = CustomerUserFactory(customer=world.fabrikam, roles=["Helpdesk Administrator"])
    Api(world.ava).post(f"{roles}/{SERVICE_SUPPORT}/usermembers", {"id": str(user.pk)})
    held = set(user.directory_role_members.values_list("role", flat=True))
    assert held == set(role_ids("Helpdesk Administrator", "Service Support Administrator"))


def test_deleted_members_and_those_of_other_tenants_are_not_listed(world, roles):
    here = CustomerUserFactory(customer=world.fabrikam, roles=["Service Support Administrator"])
    CustomerUserFactory(customer=world.northwind, roles=["Service Support Administrator"])
    path = f"{roles}/{SERVICE_SUPPORT}/usermembers"
    assert [item["id"] for item in body_of(Api(world.ava).get(path))["items"]] == [str(here.pk)]
    delete_user(by=principal(world.ava), user=here)
    assert body_of(Api(world.ava).get(path))["items"] == []


@pytest.mark.parametrize(
    ("who", "body", "refusal"),
    [
        ("uma", {"id": "{dana}"}, (403, 900308)),
        ("contoso", {"id": "{dana}"}, (403, 900329)),
        ("ava", {"id": "{dana_of_northwind}"}, (404, 60002)),
        ("ava", {"id": STRANGE_ID}, (404, 60002)),
        ("ava", {"id": "dana"}, (400, 3000)),
        ("ava", {}, (400, 2000)),
        ("ava", {"id": 7}, (400, 3000)),
    ],
)
def test_who_may_not_or_whom_is_told(world, roles, who, body, refusal):
    ids = {name: str(getattr(world, name).pk) for name in ("dana", "dana_of_northwind")}
    sent = {name: value.format(**ids) if isinstance(value, str) else value for name, value in body.items()}
    assert code_of(Api(getattr(world, who)).post(f"{roles}/{SERVICE_SUPPORT}/usermembers", sent)) == refusal


@pytest.mark.parametrize("role_id", [STRANGE_ID, "helpdesk"])
def test_an_unknown_role_is_not_found(world, roles, role_id):
    assert code_of(Api(world.ava).get(f"{roles}/{role_id}/usermembers")) == (404, 1000)


def test_the_last_global_administrator_stays(world, roles):
    path = f"{roles}/62e90394-69f5-4237-9190-012177145e10/usermembers/{world.global_admin.pk}"
    assert code_of(Api(world.ava).delete(path)) == (400, 3000)


@pytest.mark.parametrize("rows", [1, 3])
def test_members_take_the_same_queries_however_many(world, roles, rows, django_assert_num_queries):
    for _ in range(rows):
        CustomerUserFactory(customer=world.fabrikam, roles=["Service Support Administrator"])
    api = Api(world.ava)
    with django_assert_num_queries(6):  # two make the principal; the customer, the rights, the role, the members
        assert body_of(api.get(f"{roles}/{SERVICE_SUPPORT}/usermembers"))["totalCount"] == rows
