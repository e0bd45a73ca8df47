"""A write sent twice under one request id is done once (partner_center_contract section 1.3)."""

import pytest

from customers.models import CustomerUser
from partnercenter.audit.models import AuditRecord
from partnercenter.wire.models import GivenAnswer
from tests.cast import after
from tests.partner_center import Api, body_of, code_of

ID = {"MS-RequestId": "1187f9ad-02b4-4d96-b668-7cf3d289467b"}
BODY = {
    "displayName": "Ana Born",
    "userPrincipalName": "ana@fabrikam.com",
    "passwordProfile": {"password": "Made-up-1!"},
}


@pytest.fixture
def users(world):
    return f"/v1/customers/{world.fabrikam.pk}/users"


def test_five_tries_of_java_make_one_user_and_one_record(world, users):
    api = Api(world.uma, **ID)
    answers = [api.post(path, BODY) for path in (f"{users}/", users, f"{users}/", users.replace("v1", "v1/"), users)]
    assert {answer.status_code for answer in answers} == {201}
    assert len({body_of(answer)["id"] for answer in answers}) == 1
    assert CustomerUser.objects.filter(user_principal_name="ana@fabrikam.com").count() == 1
    assert AuditRecord.objects.filter(operation="create_customer_user").count() == 1


def test_the_password_is_shown_the_first_time_only_and_never_kept(world, users):
    api = Api(world.uma, **ID)
    first, second = body_of(api.post(users, BODY)), body_of(api.post(users, BODY))
    assert first.pop("passwordProfile") == {"forceChangePassword": True, "password": "Made-up-1!"}
    assert second.pop("passwordProfile") == {"forceChangePassword": True}
    assert first == second
    assert b"Made-up" not in bytes(GivenAnswer.objects.get().body)


def test_the_same_id_on_another_path_or_body_is_refused(world, users):
    api = Api(world.uma, **ID)
    api.post(users, BODY)
    assert code_of(api.post(users, BODY | {"displayName": "Ana B."})) == (400, 2000)
    assert code_of(api.patch(f"{users}/{world.dana.pk}", BODY)) == (400, 2000)


def test_after_a_day_the_id_is_new_again(world, users):
    dana = f"{users}/{world.dana.pk}"
    api = Api(world.uma, **ID)
    api.patch(dana, {"displayName": "One"})
    with after(hours=24):
        assert body_of(api.patch(dana, {"displayName": "Two"}))["displayName"] == "Two"


def test_a_colleague_with_the_same_id_gets_an_answer_of_their_own(world, users):
    Api(world.uma, **ID).post(users, BODY)
    assert code_of(Api(world.lea, **ID).post(users, BODY)) == (403, 900308)


def test_a_refusal_is_not_kept(world, users):
    api = Api(world.uma, **ID)
    assert code_of(api.post(users, BODY | {"displayName": ""})) == (400, 3000)
    assert GivenAnswer.objects.count() == 0
    assert api.post(users, BODY).status_code == 201


def test_a_deletion_is_repeated_with_its_empty_answer(world, users):
    api = Api(world.uma, **ID)
    answers = [api.delete(f"{users}/{world.dana.pk}") for _ in range(2)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b""), (204, b"")]


@pytest.mark.race
def test_two_at_once_make_one_user(lasting_world, race):
    path = f"/v1/customers/{lasting_world.fabrikam.pk}/users"
    answers = race([lambda: Api(lasting_world.uma, **ID).post(path, BODY)] * 2)
    assert {answer.status_code for answer in answers} == {201}
    assert CustomerUser.objects.filter(user_principal_name="ana@fabrikam.com").count() == 1
