"""Users of a customer in Graph, with a token for its tenant."""

import uuid
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from customers.models import CustomerUser
from customers.services import delete_user
from partnercenter.accounts.principals import Door
from partnercenter.audit.models import AuditRecord
from tests.cast import after
from tests.factories import SYSTEM, CustomerUserFactory, sku, stock
from tests.graph import Graph, explanation, refusal
from tests.licensing.giving import give

USERS = "/v1.0/users"
METADATA = "http://testserver/v1.0/$metadata#"
PASSWORD = "Correct-Horse-7"
NAME_TAKEN = "Another object with the same value for property userPrincipalName already exists."
DOMAIN_INVALID = (
    "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in "
    "your organization."
)
PASSWORD_WEAK = (
    "The specified password does not comply with password complexity requirements. Please provide a different password."
)


@pytest.fixture
def ava(world):
    return Graph(world.ava, at=world.fabrikam)


def names(response):
    assert response.status_code == 200, response.content
    return [item["displayName"] for item in response.json()["value"]]


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (CustomerUser, AuditRecord)]


def new_user(**changes):
    return {
        "accountEnabled": True,
        "displayName": "Ines Falk",
        "givenName": "Ines",
        "surname": "Falk",
        "mailNickname": "ines",
        "userPrincipalName": "ines@fabrikam.com",
        "passwordProfile": {"password": PASSWORD, "forceChangePasswordNextSignIn": True},
    } | changes


def test_a_user_is_created_as_in_the_contract(world, ava):
    response = ava.post(USERS, new_user(usageLocation="SK", jobTitle=None))
    made = CustomerUser.objects.get(user_principal_name="ines@fabrikam.com")
    assert (response.status_code, response["Location"]) == (201, f"http://testserver{USERS}/{made.pk}")
    expected = [
        ("@odata.context", f"{METADATA}users/$entity"),
        ("id", str(made.pk)),
        ("businessPhones", []),
        ("displayName", "Ines Falk"),
        ("givenName", "Ines"),
        ("jobTitle", None),
        ("mail", None),
        ("mobilePhone", None),
        ("officeLocation", None),
        ("preferredLanguage", None),
        ("surname", "Falk"),
        ("userPrincipalName", "ines@fabrikam.com"),
    ]
    assert list(response.json().items()) == expected
    assert list(ava.get(f"{USERS}/{made.pk}").json().items()) == expected
    assert (made.usage_location, made.force_change_password, made.sign_in_blocked) == ("SK", True, False)
    record = AuditRecord.objects.get(door=Door.GRAPH)
    assert (record.door, record.operation, record.customer_id) == (
        Door.GRAPH, "create_customer_user", world.fabrikam.pk,
    )  # fmt: skip
    assert PASSWORD not in str(list(AuditRecord.objects.values()))


def test_everything_that_is_kept_of_a_user_is_read_back(world, ava):
    kept = {
        "businessPhones": ["+421 2 555"],
        "jobTitle": "Buyer",
        "mobilePhone": "+421 9 555",
        "officeLocation": "12/3",
        "preferredLanguage": "sk-SK",
        "accountEnabled": False,
        "department": "Purchasing",
        "onPremisesImmutableId": "aW5lcw==",
        "usageLocation": "SK",
    }
    own_id = ava.post(USERS, new_user(**kept)).json()["id"]
    more = "createdDateTime,userType,passwordProfile,deletedDateTime,onPremisesSyncEnabled"
    body = ava.get(f"{USERS}/{own_id}?$select={','.join(kept)},{more}").json()
    assert body["@odata.context"].startswith(f"{METADATA}users(businessPhones,jobTitle,")
    assert {name: body[name] for name in kept} == kept
    assert [body[name] for name in more.split(",")] == ["2026-11-22T12:00:00Z", "Member", None, None, None]


def test_a_user_is_found_by_id_and_by_name_in_every_spelling(world, ava):
    for path in (
        f"{USERS}/{world.dana.pk}",
        f"{USERS}/dana.hudecova@fabrikam.com",
        f"{USERS}/Dana.Hudecova@FABRIKAM.com",
        f"{USERS}('dana.hudecova@fabrikam.com')",
        f"/beta/Users/{str(world.dana.pk).upper()}/",
    ):
        assert ava.get(path).json()["id"] == str(world.dana.pk), path


def test_who_is_not_there_is_said_so(world, ava):
    deleted = CustomerUserFactory(customer=world.fabrikam)
    delete_user(by=SYSTEM, user=deleted)
    others = (deleted.pk, world.dana_of_northwind.pk, uuid.uuid4(), "nobody@fabrikam.com", "x'y", "%F0%9F%A6%84")
    for key in others:
        for method, more, body in (
            ("GET", "", None),
            ("PATCH", "", {}),
            ("DELETE", "", None),
            ("GET", "/manager", None),
        ):
            assert refusal(ava.request(method, f"{USERS}/{key}{more}", body)) == (404, "Request_ResourceNotFound"), key
    message = ava.get(f"{USERS}/nobody@fabrikam.com").json()["error"]["message"]
    assert message == (
        "Resource 'nobody@fabrikam.com' does not exist or one of its queried reference-property objects are not "
        "present."
    )


def test_the_list_is_of_the_tokens_tenant_and_comes_in_pages(world, ava):
    for number in range(3):
        CustomerUserFactory(customer=world.fabrikam, display_name=f"User {number}")
    found, path = [], f"{USERS}?$top=2&$select=displayName"
    while path:
        body = ava.get(path.removeprefix("http://testserver")).json()
        assert body["@odata.context"] == f"{METADATA}users(displayName)"
        found += [item["displayName"] for item in body["value"]]
        path = body.get("@odata.nextLink")
    assert found == ["Dana Hudecova", "Global Admin", "User 0", "User 1", "User 2"]


def test_the_filters_of_clients_find_whom_they_mean(world, ava):
    ines = ava.post(USERS, new_user(department="Purchasing", accountEnabled=False)).json()["id"]
    stock(world.fabrikam, "STANDARDPACK", seats=3)
    give(world.dana, "STANDARDPACK")
    expected = {
        "startsWith(displayName,'dana')": ["Dana Hudecova"],
        "userPrincipalName eq 'INES@fabrikam.com'": ["Ines Falk"],
        f"id in ('{ines}', '{world.dana.pk}')": ["Dana Hudecova", "Ines Falk"],
        "givenName eq 'ines' and surname eq 'FALK'": ["Ines Falk"],
        "accountEnabled eq false": ["Ines Falk"],
        "department eq null": ["Dana Hudecova", "Global Admin"],
        "userType eq 'Member' and usageLocation eq 'SK'": ["Dana Hudecova", "Global Admin"],
        "userType eq 'Guest'": [],
        f"assignedLicenses/any(x:x/skuId eq {sku('STANDARDPACK')})": ["Dana Hudecova"],
        f"assignedLicenses/any(x:x/skuId eq {uuid.uuid4()})": [],
        "onPremisesSyncEnabled eq true": [],
    }
    found = {text: names(ava.get(f"{USERS}?$filter={quote(text)}")) for text in expected}
    assert found == expected
    advanced = {
        "displayName ne 'Ines Falk'": ["Dana Hudecova", "Global Admin"],
        "not startswith(displayName,'d')": ["Global Admin", "Ines Falk"],
        "endswith(userPrincipalName,'@fabrikam.com') and department ne null": ["Ines Falk"],
        "assignedLicenses/$count ne 0": ["Dana Hudecova"],
        "assignedLicenses/$count eq 0": ["Global Admin", "Ines Falk"],
    }
    for text, people in advanced.items():
        path = f"{USERS}?$filter={quote(text)}"
        assert refusal(ava.get(path)) == (400, "Request_UnsupportedQuery"), text
        assert names(ava.get(f"{path}&$count=true", ConsistencyLevel="eventual")) == people, text


def test_counting_and_searching_need_the_consistency_level(world, ava):
    body = ava.get(f"{USERS}?$count=true").json()
    assert ("@odata.count" in body, len(body["value"])) == (False, 2)
    body = ava.get(f"{USERS}?$count=true&$top=1", ConsistencyLevel="eventual").json()
    assert body["@odata.count"] == 2
    response = ava.get(f"{USERS}/$count", ConsistencyLevel="eventual")
    assert (response.content, response["Content-Type"]) == (b"2", "text/plain")
    response = ava.get(f"{USERS}/$count?$filter=startswith(displayName,'d')", ConsistencyLevel="eventual")
    assert response.content == b"1"
    refused = ava.get(f"{USERS}/$count")
    assert refusal(refused) == (400, "Request_BadRequest")
    assert refused.json()["error"]["message"] == "$count is not currently supported."
    search = f'{USERS}?$search="displayName:hude"'
    assert refusal(ava.get(search)) == (400, "Request_UnsupportedQuery")
    assert names(ava.get(search, ConsistencyLevel="eventual")) == ["Dana Hudecova"]
    assert refusal(ava.get(f"{USERS}?$search=hude", ConsistencyLevel="eventual")) == (400, "Request_BadRequest")


def test_options_that_make_no_sense_are_refused(world, ava):
    for option in ("$top=10000", "$top=0", "$skip=1", "$expand=memberOf", "$filter=mail%20eq%20'x'", "$nothing=1"):
        assert refusal(ava.get(f"{USERS}?{option}")) == (400, "Request_UnsupportedQuery"), option
    for option in ("$select=nothing", "$filter=(", "$orderby=mail", "$skiptoken=x", "$filter=" + "a" * 5000):
        assert refusal(ava.get(f"{USERS}?{option}")) == (400, "Request_BadRequest"), option
    message = ava.get(f"{USERS}?$select=nothing").json()["error"]["message"]
    assert message == "Could not find a property named 'nothing' on type 'microsoft.graph.user'."


@pytest.mark.parametrize("more", [0, 2])
def test_the_list_asks_the_same_queries_for_one_row_and_for_three(world, ava, more, django_assert_num_queries):
    stock(world.fabrikam, "STANDARDPACK", seats=9)
    for person in [world.dana, *(CustomerUserFactory(customer=world.fabrikam) for _ in range(more))]:
        give(person, "STANDARDPACK")
        CustomerUser.objects.filter(pk=person.pk).update(manager=world.global_admin)
    wanted = f"{USERS}?$select=displayName,assignedLicenses,licenseAssignmentStates&$expand=manager"
    with django_assert_num_queries(2 + 4):  # the person; the customer, the rights, users with managers, licenses
        body = ava.get(wanted).json()
    assert len(body["value"]) == 2 + more


def test_every_property_changes_in_one_call_with_a_record_each(world, ava):
    changes = {
        "displayName": "Dana H.", "givenName": None, "surname": "H", "usageLocation": "CZ",
        "userPrincipalName": "dana.h@fabrikam.com", "jobTitle": "Lead", "department": "Ops", "mobilePhone": "1",
        "businessPhones": ["2"], "officeLocation": "3", "preferredLanguage": "en", "accountEnabled": False,
        "passwordProfile": {"password": PASSWORD, "forceChangePasswordNextSignIn": False},
    }  # fmt: skip
    response = ava.patch(f"{USERS}/{world.dana.pk}", changes)
    assert (response.status_code, response.content) == (204, b"")
    body = ava.get(f"{USERS}/{world.dana.pk}?$select={','.join(changes)}").json()
    assert {name: body[name] for name in changes} == changes | {"passwordProfile": None}
    user = CustomerUser.objects.get(pk=world.dana.pk)
    assert (user.force_change_password, user.manager_id) == (False, None)
    assert user.password
    records = AuditRecord.objects.filter(door=Door.GRAPH).values_list("operation", flat=True)
    assert sorted(records) == [
        "reset_customer_user_password", "update_customer_user", "update_customer_user",
        "update_customer_user_principal_name",
    ]  # fmt: skip


def test_the_same_again_changes_nothing(world, ava):
    before = everything()
    same = {"displayName": "Dana Hudecova", "accountEnabled": True, "businessPhones": []}
    assert ava.patch(f"{USERS}/{world.dana.pk}", same).status_code == 204
    assert everything() == before


def test_bad_users_are_refused_in_the_directorys_words(world, ava):
    before = everything()
    cases = {
        "taken": ({"userPrincipalName": "dana.hudecova@fabrikam.com"}, NAME_TAKEN),
        "domain": ({"userPrincipalName": "ines@northwind.example"}, DOMAIN_INVALID),
        "password": ({"passwordProfile": {"password": "weak"}}, PASSWORD_WEAK),
        "no password": ({"passwordProfile": {}}, None),
        "a location that is none": ({"usageLocation": "XX"}, None),
        "a location in small letters": ({"usageLocation": "sk"}, None),
        "no name": ({"displayName": ""}, None),
        "a long name": ({"displayName": "x" * 51}, None),
        "a long job": ({"jobTitle": "x" * 129}, None),
        "a department that can't be shown": ({"department": "a\u0007"}, None),
        "two telephones": ({"businessPhones": ["1", "2"]}, None),
        "telephones that are no list": ({"businessPhones": "1"}, None),
        "a name that is a number": ({"displayName": 7}, None),
        "enabled by a text": ({"accountEnabled": "yes"}, None),
        "a guest": ({"userType": "Guest"}, None),
        "a property that is none": ({"colour": "red"}, None),
        "a property of the service": ({"id": str(uuid.uuid4())}, None),
    }  # fmt: skip
    for name, (change, message) in cases.items():
        calls = [ava.post(USERS, new_user(**change))]
        if name != "no password":
            calls.append(ava.patch(f"{USERS}/{world.global_admin.pk}", change))
        for response in calls:
            assert refusal(response) == (400, "Request_BadRequest"), name
            assert message in (None, response.json()["error"]["message"]), name
    for missing in ("accountEnabled", "displayName", "mailNickname", "userPrincipalName", "passwordProfile"):
        body = {name: value for name, value in new_user().items() if name != missing}
        assert refusal(ava.post(USERS, body)) == (400, "Request_BadRequest"), missing
    assert everything() == before


def test_a_taken_name_is_detailed_as_in_the_contract(world, ava):
    error = ava.post(USERS, new_user(userPrincipalName="dana.hudecova@fabrikam.com")).json()["error"]
    assert error["details"] == [
        {"code": "ObjectConflict", "message": error["message"], "target": "userPrincipalName"},
    ]


def test_a_change_is_whole_or_not_at_all(world, ava):
    before = everything()
    bad = {"displayName": "Other", "accountEnabled": False, "passwordProfile": {"password": "weak"}}
    assert refusal(ava.patch(f"{USERS}/{world.dana.pk}", bad)) == (400, "Request_BadRequest")
    assert everything() == before


def test_each_kind_of_change_asks_for_its_right_and_says_what_is_missing(world):
    before = everything()
    lea, path = Graph(world.lea, at=world.fabrikam), f"{USERS}/{world.dana.pk}"
    for body in (
        {"displayName": "X"},
        {"jobTitle": "X"},
        {"accountEnabled": False},
        {"userPrincipalName": "x@fabrikam.com"},
    ):
        assert refusal(lea.patch(path, body)) == (403, "Authorization_RequestDenied"), body
    for method, address, body in (("DELETE", path, None), ("POST", USERS, new_user())):
        assert refusal(lea.request(method, address, body)) == (403, "Authorization_RequestDenied"), method
    response = lea.post(USERS, new_user())
    assert response.json()["error"]["message"] == "Insufficient privileges to complete the operation."
    told = explanation(response)
    assert (told["permission"], told["missing"]) == ("create_users", "gdap_role")
    assert told["sentence"].startswith("To create users at Fabrikam, Inc. you need ")
    assert told["hint"].startswith("It comes with membership of GDAP ")
    assert (
        "Service desk -> GDAP License desk: the group has License Administrator, which may not create users."
        in (told["links"])
    )
    assert everything() == before
    assert lea.patch(path, {"usageLocation": "CZ"}).status_code == 204


def test_the_target_counts_for_telephones_and_blocking(world):
    uma, admin = Graph(world.uma, at=world.fabrikam), f"{USERS}/{world.global_admin.pk}"
    before = everything()
    for body in ({"mobilePhone": "1"}, {"businessPhones": ["1"]}, {"accountEnabled": False}):
        response = uma.patch(admin, body)
        assert refusal(response) == (403, "Authorization_RequestDenied"), body
        assert explanation(response)["missing"] == "target"
    assert everything() == before
    assert uma.patch(f"{USERS}/{world.dana.pk}", {"mobilePhone": "1"}).status_code == 204
    assert uma.patch(admin, {"jobTitle": "Boss"}).status_code == 204


def test_a_token_opens_its_own_tenant_only_and_only_while_gdap_holds(world):
    northwind = Graph(world.ava, at=world.northwind)
    assert names(northwind.get(USERS)) == ["Dana Hudecova"]
    assert refusal(northwind.get(f"{USERS}/{world.dana.pk}")) == (404, "Request_ResourceNotFound")
    assert refusal(Graph(world.max, at=world.northwind).get(USERS)) == (404, "Request_ResourceNotFound")
    assert refusal(Graph(world.ava, at=world.proseware).get(USERS)) == (404, "Request_ResourceNotFound")
    assert refusal(Graph(world.nora, at=world.fabrikam).get(USERS)) == (403, "Authorization_RequestDenied")
    assert refusal(Graph(world.contoso, at=world.fabrikam).get(USERS)) == (403, "Authorization_RequestDenied")
    without = Graph(world.ava, at=world.fabrikam, scopes=frozenset({"User.Read"}))
    assert refusal(without.get(USERS)) == (403, "Authorization_RequestDenied")
    with after(days=730):
        assert refusal(northwind.get(USERS)) == (403, "Authorization_RequestDenied")


def test_a_manager_is_named_read_and_taken_away(world, ava):
    path = f"{USERS}/{world.dana.pk}/manager"
    assert refusal(ava.get(path)) == (404, "Request_ResourceNotFound")
    for address in (
        f"https://graph.microsoft.com/v1.0/users/{world.global_admin.pk}",
        f"http://testserver/beta/directoryObjects/{world.global_admin.pk}",
        "https://graph.microsoft.com/v1.0/users('global.admin@fabrikam.com')",
    ):
        assert ava.put(f"{path}/$ref", {"@odata.id": address}).status_code == 204
        body = ava.get(path).json()
        assert (body["@odata.type"], body["id"]) == ("#microsoft.graph.user", str(world.global_admin.pk))
    expanded = ava.get(f"{USERS}/{world.dana.pk}?$expand=manager($select=id,displayName)").json()["manager"]
    assert expanded == {
        "@odata.type": "#microsoft.graph.user", "id": str(world.global_admin.pk), "displayName": "Global Admin",
    }  # fmt: skip
    assert ava.get(f"{path}/$ref").json()["@odata.id"].endswith(f"/directoryObjects/{world.global_admin.pk}")
    assert AuditRecord.objects.get(door=Door.GRAPH).after == {"manager": "global.admin@fabrikam.com"}
    assert ava.delete(f"{path}/$ref").status_code == 204
    assert refusal(ava.delete(f"{path}/$ref")) == (404, "Request_ResourceNotFound")


def test_a_manager_is_somebody_else_of_the_same_tenant(world, ava):
    path, before = f"{USERS}/{world.dana.pk}/manager/$ref", everything()
    own = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{world.dana.pk}"}
    assert refusal(ava.put(path, own)) == (400, "Request_BadRequest")
    for body in ({}, {"@odata.id": "x"}, {"@odata.id": "https://graph.microsoft.com/v1.0/groups/7"}, {"@odata.id": 7}):
        assert refusal(ava.put(path, body)) == (400, "Request_BadRequest"), body
    elsewhere = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{world.dana_of_northwind.pk}"}
    assert refusal(ava.put(path, elsewhere)) == (404, "Request_ResourceNotFound")
    lea = Graph(world.lea, at=world.fabrikam)
    other = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{world.global_admin.pk}"}
    assert refusal(lea.put(path, other)) == (403, "Authorization_RequestDenied")
    assert everything() == before


def test_a_deleted_user_waits_among_the_deleted_items_and_comes_back(world, ava):
    items, dana = "/v1.0/directory/deletedItems", world.dana
    assert ava.delete(f"{USERS}/{dana.pk}").status_code == 204
    assert refusal(ava.get(f"{USERS}/{dana.pk}")) == (404, "Request_ResourceNotFound")
    (listed,) = ava.get(f"{items}/microsoft.graph.user?$select=id,userPrincipalName,deletedDateTime").json()["value"]
    assert listed == {
        "id": str(dana.pk),
        "userPrincipalName": f"{dana.pk.hex}dana.hudecova@fabrikam.com",
        "deletedDateTime": "2026-11-22T12:00:00Z",
    }
    assert ava.get(f"{items}/{dana.pk}").json()["@odata.type"] == "#microsoft.graph.user"
    assert refusal(ava.get(items)) == (400, "Request_BadRequest")
    assert ava.get(f"{items}/graph.user").json() == ava.get(f"{items}/microsoft.graph.user").json()
    assert names(Graph(world.ava, at=world.northwind).get(f"{items}/microsoft.graph.user")) == []
    response = ava.post(f"{items}/{dana.pk}/restore", {})
    assert (response.status_code, response.json()["userPrincipalName"]) == (200, "dana.hudecova@fabrikam.com")
    assert ava.get(f"{USERS}/{dana.pk}").status_code == 200
    assert refusal(ava.post(f"{items}/{dana.pk}/restore", {})) == (404, "Request_ResourceNotFound")
    records = AuditRecord.objects.filter(door=Door.GRAPH).values_list("operation", flat=True)
    assert sorted(records) == [
        "delete_customer_user", "restore_customer_user",
    ]  # fmt: skip
    ava.delete(f"{USERS}/{dana.pk}")
    with after(days=30):
        assert refusal(ava.post(f"{items}/{dana.pk}/restore", {})) == (404, "Request_ResourceNotFound")


def test_somebody_who_is_synchronized_is_not_changed_here(world, ava):
    CustomerUser.objects.filter(pk=world.dana.pk).update(last_directory_sync_at=datetime(2026, 11, 1, tzinfo=UTC))
    before = everything()
    for body in ({"displayName": "X"}, {"jobTitle": "X"}):
        assert refusal(ava.patch(f"{USERS}/{world.dana.pk}", body)) == (400, "Request_BadRequest"), body
    assert everything() == before
    body = ava.get(f"{USERS}/{world.dana.pk}?$select=onPremisesSyncEnabled,onPremisesLastSyncDateTime").json()
    assert (body["onPremisesSyncEnabled"], body["onPremisesLastSyncDateTime"]) == (True, "2026-11-01T00:00:00Z")
