"""Users in the v1 API (partner_center_contract part 3), byte for byte where a capture shows the bytes."""

from urllib.parse import quote

import pytest

from customers.models import CustomerUser
from customers.services import delete_user
from partnercenter.audit.models import AuditRecord
from tests.cast import after, principal
from tests.factories import CustomerUserFactory
from tests.partner_center import Api, body_of, code_of, written

INACTIVE = quote('{"Field":"UserState","Value":"Inactive","Operator":"equals"}')


@pytest.fixture
def users(world):
    return f"/v1/customers/{world.fabrikam.pk}/users"


@pytest.fixture
def dana(world, users):
    return f"{users}/{world.dana.pk}"


def body_of_dana(world, **changed):
    body = {
        "usageLocation": "SK",
        "id": str(world.dana.pk),
        "userPrincipalName": "dana.hudecova@fabrikam.com",
        "firstName": "Dana",
        "lastName": "Hudecova",
        "displayName": "Dana Hudecova",
        "userDomainType": "none",
        "state": "active",
        "links": {
            "self": {
                "uri": f"/customers/{world.fabrikam.pk}/users/{world.dana.pk}",
                "method": "GET",
                "headers": [],
            }
        },
        "attributes": {"objectType": "CustomerUser"},
    }
    return body | changed


def new_user(**changed):
    return {
        "usageLocation": "US",
        "userPrincipalName": "ana@fabrikam.com",
        "firstName": "Ana",
        "lastName": "Born",
        "displayName": "Ana Born",
        "passwordProfile": {"password": "Made-up-1!", "forceChangePassword": True},
        "attributes": {"objectType": "CustomerUser"},
    } | changed


def names(response):
    return [item["displayName"] for item in body_of(response)["items"]]


def test_one_user_is_written_as_captured(world, dana):
    assert Api(world.ava).get(dana).content == written(body_of_dana(world))


def test_a_user_is_found_by_sign_in_name_too(world, users):
    assert Api(world.ava).get(f"{users}/Dana.Hudecova@FABRIKAM.com").content == written(body_of_dana(world))


def test_the_list_is_written_as_captured(world, users):
    world.global_admin.delete()
    assert Api(world.ava).get(users).content == written(
        {
            "totalCount": 1,
            "items": [body_of_dana(world)],
            "links": {"self": {"uri": f"/customers/{world.fabrikam.pk}/users", "method": "GET", "headers": []}},
            "attributes": {"objectType": "Collection"},
        }
    )


def test_deleted_users_are_written_as_captured(world, users):
    delete_user(by=principal(world.uma), user=world.dana)
    deleted = body_of_dana(world)
    deleted = {
        **{name: deleted[name] for name in list(deleted)[:7]},
        "state": "inactive",
        "softDeletionTime": "2026-11-22T12:00:00Z",
        "links": deleted["links"],
        "attributes": deleted["attributes"],
    }
    shown = f"/customers/{world.fabrikam.pk}/users?size=500&filter={INACTIVE}".replace("UserState", "UserStatus")
    for word in ("UserState", "UserStatus"):
        assert Api(world.ava).get(f"{users}?size=500&filter={INACTIVE}".replace("UserState", word)).content == written(
            {
                "totalCount": 1,
                "items": [deleted],
                "links": {"self": {"uri": shown, "method": "GET", "headers": []}},
                "attributes": {"objectType": "Collection"},
            }
        )
    assert names(Api(world.ava).get(users)) == ["Global Admin"]
    assert Api(world.ava).get(f"{users}/{world.dana.pk}").content == written(deleted)
    with after(days=30):
        assert names(Api(world.ava).get(f"{users}?filter={INACTIVE}")) == []
        assert code_of(Api(world.ava).get(f"{users}/{world.dana.pk}")) == (404, 60002)


def test_a_user_is_created_and_the_password_shown_once(world, users):
    response = Api(world.dan).post(f"{users}/", new_user(immutableId="x1"))
    user = CustomerUser.objects.get(user_principal_name="ana@fabrikam.com")
    assert response.status_code == 201
    assert response.content == written(
        {
            "usageLocation": "US",
            "id": str(user.pk),
            "userPrincipalName": "ana@fabrikam.com",
            "firstName": "Ana",
            "lastName": "Born",
            "displayName": "Ana Born",
            "immutableId": "x1",
            "passwordProfile": {"forceChangePassword": True, "password": "Made-up-1!"},
            "userDomainType": "none",
            "state": "active",
            "links": {
                "self": {"uri": f"/customers/{world.fabrikam.pk}/users/{user.pk}", "method": "GET", "headers": []}
            },
            "attributes": {"objectType": "CustomerUser"},
        }
    )
    assert "passwordProfile" not in body_of(Api(world.dan).get(f"{users}/{user.pk}"))


@pytest.mark.parametrize(
    ("changed", "code", "description"),
    [
        (
            {"userPrincipalName": "dana.hudecova@fabrikam.com"},
            3000,
            "Another object with the same value for property userPrincipalName already exists.",
        ),
        (
            {"userPrincipalName": "ana@elsewhere.example"},
            3000,
            "The domain portion of the userPrincipalName property is invalid. "  # noqa: ISC004  one sentence
            "You must use one of the verified domain names in your organization.",
        ),
        (
            {"passwordProfile": {"password": "weak"}},
            3000,
            "The specified password does not comply with password complexity requirements.",
        ),
        ({"displayName": None}, 3000, "Invalid property."),
        ({"displayName": 7}, 3000, "Invalid property."),
        ({"passwordProfile": []}, 3000, "Invalid property."),
        ({"usageLocation": "Atlantis"}, 3000, "Invalid property."),
        ({"displayName": "x" * 51}, 3000, "Invalid property."),
        ({"displayName": "a\r\nMS-RequestId: b"}, 3000, "Invalid property."),
        ({"displayName": "a\0b"}, 800002, "Invalid request input."),
        ({"userPrincipalName": "'; DROP TABLE customers_customeruser; --@fabrikam.com"}, 3000, "Invalid property."),
    ],
)
def test_a_bad_new_user_is_refused_and_nothing_is_written(world, users, changed, code, description):
    before = (CustomerUser.objects.count(), AuditRecord.objects.count())
    response = Api(world.uma).post(users, new_user(**changed))
    assert code_of(response) == (400, code)
    assert body_of(response)["description"] == description
    assert (CustomerUser.objects.count(), AuditRecord.objects.count()) == before


def test_a_patch_changes_what_it_names_and_leaves_the_rest(world, dana):
    response = Api(world.uma).patch(dana, {"displayName": "Dana H.", "usageLocation": "us"})
    assert response.content == written(body_of_dana(world, usageLocation="US", displayName="Dana H."))
    assert AuditRecord.objects.get(operation="update_customer_user").before == {
        "display_name": "Dana Hudecova",
        "usage_location": "SK",
    }


def test_a_user_is_renamed(world, dana):
    response = Api(world.uma).patch(dana, {"userPrincipalName": "dana@fabrikam.com"})
    assert body_of(response)["userPrincipalName"] == "dana@fabrikam.com"
    assert AuditRecord.objects.filter(operation="update_customer_user_principal_name").count() == 1


def test_the_password_is_reset_both_ways(world, dana):
    body = {"passwordProfile": {"password": "Made-up-1!", "forceChangePassword": False}}
    expected = body_of_dana(world)
    first = {name: expected.pop(name) for name in list(expected)[:6]}
    answer = written(first | {"passwordProfile": {"forceChangePassword": False, "password": "Made-up-1!"}} | expected)
    assert Api(world.uma).patch(dana, body).content == answer
    assert Api(world.uma).patch(f"{dana}/resetpassword", body).content == answer
    assert AuditRecord.objects.filter(operation="reset_customer_user_password").count() == 2


def test_a_deleted_user_is_restored_by_its_state(world, dana):
    assert Api(world.uma).delete(dana).status_code == 204
    assert code_of(Api(world.uma).patch(dana, {"displayName": "X"})) == (404, 60002)
    response = Api(world.uma).patch(dana, {"State": "active", "Attributes": {"ObjectType": "CustomerUser"}})
    assert response.content == written(body_of_dana(world))
    assert AuditRecord.objects.filter(operation="restore_customer_user").count() == 1


def test_deleting_answers_without_a_body_and_once(world, dana):
    response = Api(world.uma).delete(dana)
    assert (response.status_code, response.content, response.has_header("Content-Type")) == (204, b"", False)
    assert code_of(Api(world.uma).delete(dana)) == (404, 60002)


@pytest.mark.parametrize(("state", "code"), [("inactive", 900141), ("enabled", 900126)])
def test_a_state_that_no_patch_can_set_is_refused(world, dana, state, code):
    assert code_of(Api(world.uma).patch(dana, {"State": state})) == (400, code)


@pytest.mark.parametrize(
    ("who", "request_line", "refusal"),
    [
        ("contoso", "GET ", (403, 900329)),
        ("contoso", "DELETE /{dana}", (403, 900329)),
        ("nora", "GET ", (403, 900308)),
        ("nora", "GET /{dana}", (403, 900308)),
        ("dan", "DELETE /{dana}", (403, 900308)),
        ("dan", "PATCH /{dana}/resetpassword", (403, 900308)),
        ("lea", "POST ", (403, 900308)),
        ("uma", "DELETE /{global_admin}", (403, 900308)),
        ("uma", "GET /00000000-0000-4000-8000-00000000dead", (404, 60002)),
        ("uma", "GET /nobody", (404, 60002)),
        ("uma", "GET /{dana_of_northwind}", (404, 60002)),
    ],
)
def test_who_may_not_is_told_the_documented_code(world, users, who, request_line, refusal):
    ids = {name: getattr(world, name).pk for name in ("dana", "global_admin", "dana_of_northwind")}
    method, _, path = request_line.partition(" ")
    assert code_of(Api(getattr(world, who)).request(method, users + path.format(**ids), {})) == refusal
    assert AuditRecord.objects.filter(operation__contains="customer_user").count() == 0


def test_a_tenant_of_another_partner_and_one_of_nobody_are_both_not_found(world):
    theirs = Api(world.ava).get(f"/v1/customers/{world.proseware.pk}/users")
    nobodys = Api(world.ava).get("/v1/customers/00000000-0000-4000-8000-00000000dead/users")
    assert code_of(theirs) == (404, 60003)
    assert theirs.content == nobodys.content


def test_users_are_sorted_and_filtered_in_every_spelling(world, users):
    CustomerUserFactory(customer=world.fabrikam, first_name="Zoe", last_name="Adler", local_part="aaa")
    api = Api(world.ava)
    assert names(api.get(f"{users}?sortField=DisplayName&sortDirection=Descending")) == [
        "Zoe Adler",
        "Global Admin",
        "Dana Hudecova",
    ]
    assert names(api.get(f"{users}?sortOption.SortField=userPrincipalName&SORTDIRECTION=ascending")) == [
        "Zoe Adler",
        "Dana Hudecova",
        "Global Admin",
    ]
    wanted = quote('{"field":"DisplayName","value":"zoe","operator":"StartsWith"}')
    assert names(api.get(f"{users}?filter={wanted}")) == ["Zoe Adler"]
    assert code_of(api.get(f"{users}?sortField=Password")) == (400, 900126)


@pytest.mark.parametrize("rows", [1, 100])
def test_a_page_of_users_takes_the_same_queries_however_many_there_are(world, users, rows, django_assert_num_queries):
    for _ in range(rows):
        CustomerUserFactory(customer=world.fabrikam)
    api = Api(world.ava)
    with django_assert_num_queries(5):  # two make the principal; the customer, the rights, the users
        response = api.get(users)
    assert body_of(response)["totalCount"] == min(rows + 2, 100)
    assert ("next" in body_of(response)["links"]) == (rows == 100)


def test_size_zero_is_everybody(world, users):
    for _ in range(100):
        CustomerUserFactory(customer=world.fabrikam)
    body = body_of(Api(world.ava).get(f"{users}?size=0"))
    assert (body["totalCount"], list(body["links"])) == (102, ["self"])
