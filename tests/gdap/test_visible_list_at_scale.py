"""1,000 customers with GDAP: two years later every right is gone at once, and one query says so."""

from datetime import timedelta

import pytest
from django.urls import reverse

from customers.models import Customer, Domain
from customers.permissions import CustomerPermission as P
from gdap.access import customers_visible_to
from gdap.models import AccessAssignment, AccessAssignmentRole, AdminRelationship, AdminRelationshipRole
from gdap.services.grants import rewrite_grants
from gdap.services.notifications import write_due
from partnercenter.fields import sort_key
from tests.cast import NOW, after, principal
from tests.factories import CustomerUserFactory, role_ids
from tests.partner_center import Api
from tests.portal.visitor import Visitor
from tests.tenant.visitor import TenantVisitor, admin_of

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
    return customers


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

    Domain.objects.create(customer=many[-1], name=many[-1].primary_domain)
    person = CustomerUserFactory(customer=many[-1])
    customer, lea = TenantVisitor(admin_of(many[-1])), Visitor(world.lea)

    def seen():
        """By the API, by the customer, and by the partner's staff: one customer, and how many there are."""
        api = Api(world.lea).get(f"/v1/customers/{many[-1].pk}/users/{person.pk}")
        (row,) = customer.get("/tenant/partner-relationships/").rows
        users = lea.get(f"/customers/{many[0].pk}/users/")
        total = lea.get("/customers/").main.all(classes="pager")[0].text.split(" Previous")[0]
        return api.status_code, row[5], users.status, total

    assert (visible(), in_force(NOW)) == (MANY + 1, MANY + 2)
    assert seen() == (200, "Active", 200, f"Showing 50 of {MANY + 3:,}")
    with after(days=730) as moment:
        assert (visible(), in_force(moment)) == (0, 0)
        assert seen() == (404, "Expired", 404, "Showing 3 of 3")
        assert write_due() >= MANY * 4 * 5  # three reminders and the end, for five who look after relationships
        assert write_due() == 0


@pytest.mark.slow
def test_every_page_about_them_is_right_at_once_and_asks_no_more_queries(world, many, django_assert_max_num_queries):
    """The same numbers of queries as with one row and with three, in test_views_*.py."""
    lea = Visitor(world.lea)
    group = [world.license_desk.pk]

    def seen() -> dict[str, str]:
        pages = {
            "expiring": (reverse("expiring-relationships"), 7),
            "gdap-analytics": (reverse("gdap-analytics"), 13),
            "administer": (f"{reverse('administer')}?q=many", 7),
            "security-groups": (f"{reverse('security-groups')}?q=license", 6),
            "what it opens where": (reverse("security-group-access", args=group), 9),
            "one person": (reverse("person-access", args=[world.lea.pk]) + "?q=fabrikam", 14),
        }
        found = {}
        for name, (address, queries) in pages.items():
            with django_assert_max_num_queries(queries):
                page = lea.get(address)
            assert page.status == 200
            found[name] = page.text
        return found

    texts = seen()
    assert "1002 With an end in sight" in texts["expiring"]
    assert "1002 Customers with GDAP" in texts["gdap-analytics"]
    assert "Showing 50 of 1,000" in texts["administer"]
    assert "1001 customers at which" in texts["security-groups"]
    assert "Showing 50 of 1,001" in texts["what it opens where"]
    assert "Yes: Fabrikam, Inc., See users" in texts["one person"]
    with after(days=730):
        texts = seen()
    assert "0 With an end in sight" in texts["expiring"]
    assert "1002 Expired in the last year" in texts["expiring"]
    assert "0 Customers with GDAP" in texts["gdap-analytics"]
    assert "No customer matches" in texts["administer"]
    assert "0 customers at which" in texts["security-groups"]
    assert "Expired" in texts["what it opens where"]
    assert "Yes" not in texts["one person"]
