"""1,000 customers with GDAP: two years later every right is gone at once, and one query says so."""

from datetime import timedelta

import pytest
from django.db.models import prefetch_related_objects
from django.urls import reverse

from customers.models import Customer, Domain
from customers.permissions import CustomerPermission as P
from gdap.access import customers_visible_to
from gdap.graph.ids import wire_id
from gdap.models import AccessAssignment, AccessAssignmentRole, AdminRelationship, AdminRelationshipRole
from gdap.services.grants import rewrite_grants
from gdap.services.notifications import write_due
from partnercenter.accounts.models import AppRegistration
from partnercenter.fields import sort_key
from tests.cast import NOW, after, principal
from tests.factories import CustomerUserFactory, role_ids
from tests.gdap.test_grants_follow_the_truth import is_known_at
from tests.graph import GDAP, Graph
from tests.partner_center import Api, body_of
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
    prefetch_related_objects(assignments, "role_links")
    rewrite_grants(*assignments)
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
            "customers": (reverse("customers"), 9),
            "their relationships": (reverse("admin-relationships", args=[many[0].pk]), 9),
            "who can do what there": (reverse("who-can", args=[many[0].pk]), 14),
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
    assert "Showing 50 of 1,003" in texts["customers"]
    assert "Active" in texts["their relationships"]
    assert "Yes: Lea Licenses" in texts["who can do what there"]
    with after(days=730):
        texts = seen()
    assert "Showing 3 of 3" in texts["customers"]
    assert "Expired" in texts["their relationships"]
    assert "Yes" not in texts["who can do what there"]
    assert "0 With an end in sight" in texts["expiring"]
    assert "1002 Expired in the last year" in texts["expiring"]
    assert "0 Customers with GDAP" in texts["gdap-analytics"]
    assert "No customer matches" in texts["administer"]
    assert "0 customers at which" in texts["security-groups"]
    assert "Expired" in texts["what it opens where"]
    assert "Yes" not in texts["one person"]


EVERY = {"active": MANY + 2, "expired": 0, "delegated customers": MANY + 2, "visible": MANY + 3}
NONE = {"active": 0, "expired": MANY + 2, "delegated customers": 0, "visible": 3}


@pytest.mark.slow
def test_every_api_is_right_at_once(world, many, django_assert_num_queries, django_assert_max_num_queries):
    """While they last, when they end, and when what is over has been kept for a year."""
    last = many[-1]
    Domain.objects.create(customer=last, name=last.primary_domain)
    person = CustomerUserFactory(customer=last)
    relationship = AdminRelationship.objects.get(customer=last)
    app = AppRegistration.objects.create(tenant=world.contoso, is_multi_tenant=True)
    one = f"{GDAP}/{wire_id(relationship)}"

    def counts():
        customers = "/v1.0/tenantRelationships/delegatedAdminCustomers?$count=true&$top=1"
        return {
            "active": total(f"{GDAP}?$filter=status eq 'active'&$count=true&$top=1"),
            "expired": total(f"{GDAP}?$filter=status eq 'expired'&$count=true&$top=1"),
            "delegated customers": total(customers),
            "visible": body_of(Api(world.lea).get("/v1/customers"))["totalCount"],
        }

    def total(path):
        with django_assert_max_num_queries(6):
            answer = Graph(world.ava).get(path)
        assert answer.status_code == 200, answer.content
        return answer.json()["@odata.count"]

    def one_customer():
        """By v1, by its relationship in Graph, by its directory in Graph, and by what tokens are given."""
        who = principal(world.lea)
        v1 = Api(world.lea)
        return (
            v1.get(f"/v1/customers/{last.pk}/users/{person.pk}").status_code,
            v1.get(f"/v1/customers/{last.pk}/users/{person.pk}/licenses").status_code,
            Graph(world.ava).get(one).json().get("status"),
            Graph(world.ava).get(f"{one}/accessAssignments").status_code,
            Graph(world.lea, at=last).get("/v1.0/users").status_code,
            sum(is_known_at(customer, who, app) for customer in many[::20]),
        )

    def listed():
        """Every customer and relationship, page by page."""
        return [
            len(ids_from("/v1.0/tenantRelationships/delegatedAdminCustomers?$top=300")),
            len(ids_from(f"{GDAP}?$top=300")),
        ]

    def ids_from(path):
        if not path:
            return set()
        with django_assert_max_num_queries(6):
            page = Graph(world.ava).get(path).json()
        following = page.get("@odata.nextLink", "").removeprefix("http://testserver")
        return {row["id"] for row in page["value"]} | ids_from(following)

    open_, shut = (200, 200, "active", 200, 200, 50), (404, 404, "expired", 200, 404, 0)
    for days, expected, inside in ((0, EVERY, open_), (364, EVERY, open_), (730, NONE, shut), (731, NONE, shut)):
        with after(days=days):
            assert (days, counts(), one_customer()) == (days, expected, inside)
            who = principal(world.lea)
            with django_assert_num_queries(1):
                assert len(customers_visible_to(who)) == expected["visible"]
            if days in (0, 730):
                assert listed() == [expected["delegated customers"], MANY + 2]
    with after(days=730 + 365):
        assert counts() == NONE | {"expired": 0}
        assert one_customer() == (404, 404, None, 404, 404, 0)
        assert listed() == [0, 0]
