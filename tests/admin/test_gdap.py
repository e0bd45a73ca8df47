"""Relationships end, members come and go, and every grant is shown with whether it counts."""

import pytest

from gdap.models import AdminRelationship, CustomerGrant, SecurityGroup
from partnercenter import clock
from partnercenter.audit.models import AuditRecord
from tests.admin.pages import address, admin_of, errors_in
from tests.cast import after
from tests.factories import RelationshipFactory


@pytest.fixture
def terminate(as_ops):
    """`terminate(one, another, confirmed="yes")` chooses the action for these rows of the list."""

    def send(*relationships, follow=False, **more):
        chosen = {"action": "terminate", "_selected_action": [row.pk for row in relationships]}
        return as_ops.post(address(AdminRelationship), chosen | more, follow=follow)

    return send


def status_of(relationship):
    return AdminRelationship.objects.get(pk=relationship.pk).status(clock.now())


def terminations():
    records = AuditRecord.objects.filter(operation="granular_admin_relationship_terminated")
    return [(entry.door, entry.principal_name, entry.resource_name) for entry in records]


def test_terminating_asks_first(terminate, world):
    answer = terminate(world.at_fabrikam)
    assert "Service desk: Contoso Cloud Partners at Fabrikam, Inc." in answer.content.decode()
    assert status_of(world.at_fabrikam) == "active"


def test_a_confirmed_termination_ends_every_right_and_is_recorded(terminate, world):
    assert terminate(world.at_fabrikam, confirmed="yes").status_code == 302
    assert status_of(world.at_fabrikam) == "terminated"
    assert not CustomerGrant.objects.filter(source__relationship=world.at_fabrikam).exists()
    assert CustomerGrant.objects.filter(source__relationship=world.at_northwind).exists()
    assert terminations() == [("admin", "ops", "Service desk")]


def test_the_confirmation_tells_what_is_not_active_and_leaves_that_alone(terminate, world):
    waiting = RelationshipFactory(partner=world.contoso, customer=world.tailspin, active=False)
    answer = terminate(waiting, world.at_northwind)
    assert [answer.context["active"], answer.context["left_alone"]] == [[world.at_northwind], [waiting]]


def test_one_that_the_service_refuses_does_not_keep_the_others(terminate, world):
    waiting = RelationshipFactory(partner=world.contoso, customer=world.tailspin, display_name="Asked", active=False)
    answer = terminate(waiting, world.at_northwind, confirmed="yes", follow=True)
    assert [status_of(waiting), status_of(world.at_northwind)] == ["approvalPending", "terminated"]
    assert [str(message) for message in answer.context["messages"]] == [
        "Tailspin Toys: Asked is not in force.",
        "Northwind leads at Northwind Traders is terminated.",
    ]


def test_the_status_of_a_relationship_follows_the_clock(as_ops, world):
    status = admin_of(AdminRelationship).status
    assert status(world.at_fabrikam) == "Active"
    with after(days=731):
        assert status(world.at_fabrikam) == "Expired"


def test_grants_that_have_run_out_are_listed_and_marked(as_ops, world):
    first = CustomerGrant.all_objects.first()
    path = address(CustomerGrant, "change", first.pk)
    with after(days=731):
        assert CustomerGrant.objects.count() == 0
        listed = as_ops.get(address(CustomerGrant)).context["cl"]
        assert listed.result_count == CustomerGrant.all_objects.count()
        assert {admin_of(CustomerGrant).live_now(grant) for grant in listed.result_list} == {False}
        assert as_ops.get(path).status_code == 200


def test_members_come_and_go_through_the_service(as_ops, world):
    path = address(SecurityGroup, "change", world.license_desk.pk)
    answer = as_ops.post(path, {"members": [world.nora.pk, world.sam.pk]})
    assert answer.status_code == 302
    assert set(world.license_desk.group.user_set.all()) == {world.nora, world.sam}


def test_nobody_of_another_partner_becomes_a_member(as_ops, world):
    path = address(SecurityGroup, "change", world.license_desk.pk)
    answer = as_ops.post(path, {"members": [world.lea.pk, world.max.pk]})
    assert list(errors_in(answer)) == ["members"]
    assert list(world.license_desk.group.user_set.all()) == [world.lea]


def test_the_list_counts_the_members(as_ops, world):
    (row,) = as_ops.get(address(SecurityGroup), {"q": str(world.leads.pk)}).context["cl"].result_list
    assert row.member_count == 1
