"""POST /v1/customers/{id}/licenseupdates/batch: a result for each user, and nobody twice."""

import uuid

import pytest

from licensing.models import BulkRun, LicenseAssignment
from partnercenter.audit.models import AuditRecord
from tests.cast import World
from tests.factories import CustomerUserFactory, plan, sku, stock
from tests.partner_center import Api, body_of, code_of

E3 = "ENTERPRISEPACK"
NO_SEAT = "Office 365 E3 has no available license left. Buy more, or remove it from somebody."
NOBODY = "There is no such user, or the user has been deleted."


@pytest.fixture
def crowd(world: World):
    stock(world.fabrikam, E3, seats=2)
    people = CustomerUserFactory.create_batch(3, customer=world.fabrikam)
    return sorted(people, key=lambda user: user.pk)


def address(world):
    return f"/v1/customers/{world.fabrikam.pk}/licenseupdates/batch"


def assign(*users, **more):
    return {"userIds": list(users), "licensesToAssign": [{"skuId": str(sku(E3))}], **more}


def test_each_user_has_a_result_of_their_own(world, crowd):
    names = [crowd[0].user_principal_name.upper(), str(crowd[1].pk), str(crowd[2].pk), "ghost@fabrikam.com"]
    answer = Api(world.lea).post(address(world), assign(*names))
    run = BulkRun.objects.get()
    assert (answer.status_code, body_of(answer)) == (
        200,
        {
            "runId": str(run.pk),
            "totalCount": 4,
            "items": [
                {"user": names[0], "userId": str(crowd[0].pk), "status": "done"},
                {"user": names[1], "userId": str(crowd[1].pk), "status": "done"},
                {
                    "user": names[2],
                    "userId": str(crowd[2].pk),
                    "status": "failed",
                    "code": "no_seat_left",
                    "description": NO_SEAT,
                },
                {"user": names[3], "status": "failed", "code": "user_not_found", "description": NOBODY},
            ],
            "attributes": {"objectType": "LicenseUpdateBatch"},
        },
    )
    assert LicenseAssignment.objects.filter(customer=world.fabrikam).count() == 2


def test_the_same_request_again_changes_nobody_twice(world, crowd):
    request_id = str(uuid.uuid4())
    answers = [
        Api(world.lea).post(address(world), assign(str(crowd[0].pk)), **{"MS-RequestId": request_id}) for _ in range(2)
    ]
    assert body_of(answers[0]) == body_of(answers[1])
    assert AuditRecord.objects.filter(operation="update_customer_user_licenses").count() == 1
    assert BulkRun.objects.count() == 1
    other = Api(world.lea).post(address(world), assign(str(crowd[1].pk)), **{"MS-RequestId": request_id})
    assert other.status_code == 400


def test_the_plans_that_are_off_are_just_those_named_and_removing_what_is_not_there_is_no_failure(world, crowd):
    sway, user = str(plan(E3, "SWAY")), str(crowd[0].pk)
    excluded = [{"skuPartNumber": E3, "excludedPlans": [sway]}]
    Api(world.lea).post(address(world), {"userIds": [user], "licensesToAssign": excluded})
    assert LicenseAssignment.objects.get().disabled_plans == [sway]
    Api(world.lea).post(address(world), assign(user))
    assert LicenseAssignment.objects.get().disabled_plans == []
    removal = {"userIds": [user, str(crowd[1].pk)], "licensesToRemove": [str(sku(E3))]}
    answer = body_of(Api(world.lea).post(address(world), removal))
    assert [item["status"] for item in answer["items"]] == ["done", "unchanged"]
    assert LicenseAssignment.objects.count() == 0


def test_who_may_not_and_what_is_wrong(world, crowd):
    user = str(crowd[0].pk)
    e3 = str(sku(E3))
    refused = {
        (world.nora, "no right"): assign(user),
        (world.max, "another partner's role"): assign(user),
        (world.lea, "nobody named"): assign(),
        (world.lea, "nothing wanted"): {"userIds": [user]},
        (world.lea, "twice"): assign(user, licensesToRemove=[e3]),
        (world.lea, "no list"): {"userIds": user},
        (world.lea, "no guid"): assign(user) | {"licensesToAssign": [{"skuId": e3, "excludedPlans": ["x"]}]},
        (world.lea, "too many"): assign(*(f"u{n}@fabrikam.com" for n in range(1_001))),
    }
    found = {why: Api(who).post(address(world), body) for (who, why), body in refused.items()}
    assert {why: answer.status_code for why, answer in found.items()} == {
        "no right": 403,
        "another partner's role": 403,
        **dict.fromkeys(["nobody named", "nothing wanted", "twice", "no list", "no guid", "too many"], 400),
    }
    assert all(code_of(answer) for answer in found.values())
    assert LicenseAssignment.objects.filter(customer=world.fabrikam).count() == 0
    assert (
        Api(world.max).post(address(world).replace(str(world.fabrikam.pk), str(world.northwind.pk)), {}).status_code
        == 404
    )
    assert BulkRun.objects.count() == 0
