"""1,000 customers with GDAP: two years later every right is gone at once, and one query says so."""

from datetime import timedelta

import pytest

from customers.models import Customer
from customers.permissions import CustomerPermission as P
from gdap.access import customers_visible_to
from gdap.models import AccessAssignment, AccessAssignmentRole, AdminRelationship, AdminRelationshipRole
from gdap.services.grants import rewrite_grants
from partnercenter.fields import sort_key
from tests.cast import NOW, after, principal
from tests.factories import role_ids

MANY = 1000


@pytest.fixture
def many(world):
    """Bulk rows, in force since now for 730 days, each with lea's group as License Administrator."""
    (role,) = role_ids("License Administrator")
    names = [f"Many {number}" for number in range(MANY)]
    customers = Customer.objects.bulk_create(
        Customer(company_name=name, sort_name=sort_key(name), primary_domain=f"{name}.example") for name in names
    )
    relationships = AdminRelationship.objects.bulk_create(
        AdminRelationship(
            partner=world.contoso,
            customer=customer,
            display_name=customer.company_name,
            duration_days=730,
            approval_requested_at=NOW,
            approved_at=NOW,
            activating_at=NOW,
            activated_at=NOW,
            ends_at=NOW + timedelta(days=730),
        )
        for customer in customers
    )
    AdminRelationshipRole.objects.bulk_create(
        AdminRelationshipRole(relationship=row, role_id=role) for row in relationships
    )
    assignments = AccessAssignment.objects.bulk_create(
        AccessAssignment(relationship=row, security_group=world.license_desk) for row in relationships
    )
    AccessAssignmentRole.objects.bulk_create(AccessAssignmentRole(assignment=row, role_id=role) for row in assignments)
    for assignment in assignments:
        rewrite_grants(assignment)


@pytest.mark.slow
def test_a_thousand_customers_are_right_at_once_after_730_days(world, many, django_assert_num_queries):
    def visible():
        who = principal(world.lea)
        with django_assert_num_queries(1):
            return len(customers_visible_to(who, P.ASSIGN_LICENSES))

    def in_force(moment):
        rows = AdminRelationship.objects.filter(partner=world.contoso).with_status(moment)
        with django_assert_num_queries(1):
            return rows.filter(status_now="active").count()

    assert (visible(), in_force(NOW)) == (MANY + 1, MANY + 2)
    with after(days=730) as moment:
        assert (visible(), in_force(moment)) == (0, 0)
