"""`POST /_emulator/gdap/relationships/{id}/approve` plays the customer."""

import uuid

import pytest
from django.test import Client, override_settings

from customers.permissions import CustomerPermission as P
from gdap.access import can
from gdap.models import AdminRelationship
from gdap.services.relationships import assign_group
from partnercenter import clock
from partnercenter.audit.models import AuditRecord
from tests.cast import after, principal
from tests.factories import RelationshipFactory, role_ids


@pytest.fixture
def waiting(world):
    return RelationshipFactory(partner=world.contoso, customer=world.tailspin, active=False)


def approve(relationship_id, body=None, **more):
    path = f"/_emulator/gdap/relationships/{relationship_id}/approve"
    return Client(enforce_csrf_checks=True).post(path, body or {}, content_type="application/json", **more)


def test_it_puts_the_relationship_into_force(world, waiting):
    answer = approve(waiting.pk)
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "id": str(waiting.pk),
            "status": "active",
            "customerId": str(world.tailspin.pk),
            "approvedBy": "emulator",
            "endDateTime": "2028-11-21T12:00:00Z",
        },
    )
    assign_group(
        by=principal(world.ava), relationship=waiting, group=world.license_desk, roles=role_ids("License Administrator")
    )
    assert can(principal(world.lea), world.tailspin, P.ASSIGN_LICENSES)


def test_an_admin_of_the_customer_is_who_did_it(world):
    second = RelationshipFactory(partner=world.contoso, customer=world.fabrikam, active=False)
    assert approve(second.pk).json()["approvedBy"] == "global.admin@fabrikam.com"
    entry = AuditRecord.objects.get(operation="granular_admin_relationship_approved")
    assert (entry.principal_kind, entry.principal_id) == ("customer", str(world.global_admin.pk))


def test_an_open_invitation_needs_a_customer(world):
    open_to_all = RelationshipFactory(partner=world.contoso, customer=None, active=False)
    assert approve(open_to_all.pk).json()["error"]["code"] == "customer_missing"
    assert approve(open_to_all.pk, {"customerId": str(world.tailspin.pk)}).json()["customerId"] == str(
        world.tailspin.pk
    )


@pytest.mark.parametrize("named", ["00000000-0000-4000-8000-000000000007", "Tailspin", 7])
def test_no_other_customer_accepts(waiting, named):
    answer = approve(waiting.pk, {"customerId": named})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "customer_not_found")
    assert AdminRelationship.objects.get(pk=waiting.pk).status(clock.now()) == "approvalPending"


def test_what_does_not_wait_is_not_approved(world, waiting):
    assert approve(world.at_fabrikam.pk).json() == {
        "error": {"code": "relationship_is_active", "message": "Service desk does not wait for approval."}
    }
    assert approve(uuid.uuid4()).status_code == 404
    with after(days=90):
        assert approve(waiting.pk).status_code == 404


def test_it_answers_this_machine_in_demo_mode_only(waiting):
    assert approve(waiting.pk, REMOTE_ADDR="192.0.2.7").status_code == 404
    with override_settings(DEMO_MODE=False, SECURE_SSL_REDIRECT=False):
        assert approve(waiting.pk).status_code == 404
    assert AdminRelationship.objects.get(pk=waiting.pk).status(clock.now()) == "approvalPending"
