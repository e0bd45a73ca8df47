"""Who can do what: the same answer as the services give, for everybody at once, with the chain behind each."""

import pytest
from django.urls import reverse

from customers.models import Customer
from customers.permissions import CustomerPermission as P
from gdap.access import can
from gdap.access.links import Link, relationships_with_links
from gdap.access.matrix import verdict
from gdap.services.groups import add_member
from gdap.services.relationships import create_relationship, remove_assignment, terminate_relationship
from gdap.views.who_can import ACTIONS
from partnercenter.accounts.models import User
from tests.cast import after, principal
from tests.factories import (
    SYSTEM,
    AssignmentFactory,
    CustomerFactory,
    RelationshipFactory,
    SecurityGroupFactory,
    StaffFactory,
    role_ids,
)
from tests.portal.html import Element
from tests.portal.visitor import Page, Visitor


@pytest.fixture
def ava(world) -> Visitor:
    return Visitor(world.ava)


def there(customer: Customer, query: str = "") -> str:
    return reverse("who-can", args=[customer.pk]) + query


def of(user: User, query: str = "") -> str:
    return reverse("person-access", args=[user.pk]) + query


def told(cell: str) -> str:
    """The link that a cell names, or Yes."""
    return cell.partition(":")[0].removeprefix("No").strip()


def cells(page: Page, name: str) -> list[str]:
    return next([told(cell) for cell in row[1:]] for row in page.rows if row[0] == name)


def pane(page: Page) -> Element:
    return page.document.all("aside")[0]


def test_every_action_stands_on_exactly_one_of_the_three_views():
    shown = [permission for _, permissions in ACTIONS.values() for permission in permissions]
    assert sorted(shown) == sorted(P)


def test_each_cell_agrees_with_what_the_services_allow(world):
    """Everybody of the cast, at every customer, at several moments, after things have happened."""
    people = [world.ava, world.lea, world.dan, world.uma, world.harry, world.sam, world.nora]
    gone = StaffFactory(partner=world.contoso)
    add_member(by=SYSTEM, group=world.leads, user=gone)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    clerk = StaffFactory(partner=world.contoso, roles=[])
    add_member(by=SYSTEM, group=world.leads, user=clerk)
    second = RelationshipFactory(partner=world.contoso, customer=world.fabrikam, duration_days=30)
    AssignmentFactory(relationship=second, group=SecurityGroupFactory(partner=world.contoso, members=[world.nora]))
    customers = [world.fabrikam, world.northwind, world.tailspin]
    for days in (0, 31, 731):
        with after(days=days):
            links = relationships_with_links(world.contoso.pk, customers)
            staff = User.objects.prefetch_related("groups", "partner_role_assignments")
            for person in staff.filter(pk__in=[user.pk for user in (*people, gone, clerk)]):
                who = principal(person)
                for customer in customers:
                    found = {p for p in P if verdict(person, links[customer.pk], p).allowed}
                    assert found == {p for p in P if person.is_active and can(who, customer, p)}, (person, customer)


def test_the_page_of_a_customer_shows_people_and_actions(world, ava):
    page = ava.get(there(world.fabrikam, "?actions=licenses"))
    assert page.columns == [
        "Person",
        "Assign and remove licenses",
        "See the licenses of users",
        "See the products and seats of the customer",
    ]
    assert cells(page, "Lea Licenses") == ["Yes", "Yes", "Yes"]
    assert cells(page, "Harry Helpdesk") == ["not a member", "Yes", "Yes"]
    assert cells(page, "Nora Nogroup") == ["not a member"] * 3
    assert "Max" not in page.html
    with after(days=730):
        assert cells(ava.get(page.address), "Lea Licenses") == ["relationship not active"] * 3


def test_the_page_of_a_person_shows_customers_and_actions(world, ava):
    page = ava.get(of(world.lea, "?actions=licenses"))
    assert page.headline == "Lea Licenses | Who can do what"
    assert [row[0] for row in page.rows] == ["Fabrikam, Inc.", "Northwind Traders", "Tailspin Toys"]
    assert cells(page, "Fabrikam, Inc.") == ["Yes", "Yes", "Yes"]
    assert cells(page, "Northwind Traders") == ["not a member"] * 3
    assert cells(page, "Tailspin Toys") == ["no relationship"] * 3
    assert ava.get(of(world.lea, "?q=northwind")).names == ["Northwind Traders"]


def test_each_link_that_can_be_missing_is_named(world, ava):
    """One customer per link; lea, except where the link is about the person."""
    made = {}

    def customer(name: str) -> Customer:
        made[name] = CustomerFactory(company_name=name, sold_by=[world.contoso])
        return made[name]

    desk = world.license_desk
    customer("no relationship")
    RelationshipFactory(partner=world.contoso, customer=customer("relationship not active"), active=False)
    RelationshipFactory(partner=world.contoso, customer=customer("role not covered"), roles=["Message Center Reader"])
    RelationshipFactory(partner=world.contoso, customer=customer("no group assigned"))
    ended = RelationshipFactory(partner=world.contoso, customer=customer("assignment not active"))
    remove_assignment(by=SYSTEM, assignment=AssignmentFactory(relationship=ended, group=desk))
    both = ["License Administrator", "Message Center Reader"]
    weak = RelationshipFactory(partner=world.contoso, customer=customer("no group with the role"), roles=both)
    AssignmentFactory(relationship=weak, group=desk, roles=["Message Center Reader"])
    other = RelationshipFactory(partner=world.contoso, customer=customer("not a member"))
    AssignmentFactory(relationship=other, group=world.leads)
    page = ava.get(of(world.lea, "?actions=licenses"))
    assert {name: cells(page, name)[0] for name in made} == {name: name for name in made}
    gone, clerk = StaffFactory(partner=world.contoso), StaffFactory(partner=world.contoso, roles=[])
    User.objects.filter(pk=gone.pk).update(is_active=False)
    page = ava.get(there(world.fabrikam))
    assert set(cells(page, gone.name)) == {"left"}
    assert set(cells(page, clerk.name)) == {"partner role"}


def test_a_cell_opens_the_chain_behind_it(world, ava):
    page = ava.get(there(world.fabrikam, f"?actions=licenses&row={world.lea.pk}&action=assign_licenses"))
    shown = pane(page)
    assert shown.all("h2")[0].text == "Lea Licenses: assign and remove licenses"
    assert [line.text for line in shown.all("li")] == [
        "Service desk GDAP License desk Grants it by License Administrator."
    ]
    assert "microsoft.directory/users/assignLicense" in shown.text
    assert shown.all("a", href=reverse("security-group", args=[world.license_desk.pk]))
    assert shown.all("a", href=reverse("admin-relationship", args=[world.fabrikam.pk, world.at_fabrikam.pk]))

    page = ava.get(of(world.lea, f"?row={world.northwind.pk}&action=delete_users"))
    shown = pane(page)
    assert "Not allowed: not a member" in shown.text
    strong = "Privileged Authentication Administrator, User Administrator"
    assert [line.text for line in shown.all("li")] == [
        f"Northwind leads GDAP Leads The person is no member; the group has {strong}."
    ]
    assert "The roles of the user it is done to count as well" in shown.text


def test_the_chain_that_gets_furthest_comes_first(world):
    draft = create_relationship(
        by=SYSTEM,
        partner=world.contoso,
        customer=world.fabrikam,
        display_name="A draft",
        roles=role_ids("License Administrator"),
        duration_days=3,
    )
    links = relationships_with_links(world.contoso.pk, [world.fabrikam])[world.fabrikam.pk]
    nora = User.objects.prefetch_related("groups", "partner_role_assignments").get(pk=world.nora.pk)
    found = verdict(nora, links, P.ASSIGN_LICENSES)
    assert found.link is Link.MEMBERSHIP
    assert found.chains[-1].relationship == draft
    terminate_relationship(by=SYSTEM, relationship=world.at_fabrikam)
    links = relationships_with_links(world.contoso.pk, [world.fabrikam])[world.fabrikam.pk]
    assert verdict(nora, links, P.ASSIGN_LICENSES).link is Link.RELATIONSHIP_STATUS


def test_an_address_that_names_no_cell_opens_nothing(world, ava):
    for query in ("?row=x&action=y", f"?row={world.lea.pk}&action=y", f"?row={world.max.pk}&action=delete_users"):
        page = ava.get(there(world.fabrikam, query))
        assert (page.status, pane(page).text) == (200, "")
    page = ava.get(there(world.fabrikam, "?actions=nonsense&sort=x&after=%FF&q=lea"))
    assert page.names == ["Lea Licenses"]


def test_staff_of_another_partner_and_other_partners_customers_are_not_there(world, ava):
    assert ava.get(of(world.max)).status == 404
    assert ava.get(there(world.proseware)).status == 404
    assert {world.max.username, "Proseware"} & set(ava.get(reverse("people")).names) == set()
    page = Visitor(world.max).get(there(world.fabrikam, f"?row={world.max.pk}&action=reset_passwords"))
    assert page.names == ["Max Admin"]
    assert "GDAP Leads" not in page.html


def test_the_list_of_people_leads_to_each(world, ava):
    page = ava.get(f"{reverse('people')}?q=lea")
    assert page.rows == [[world.lea.username, "Lea Licenses", "Admin agent", "1"]]
    assert page.follow(world.lea.username).address == of(world.lea)


def test_each_page_asks_the_same_number_of_queries_for_one_row_and_for_three(world, ava, django_assert_num_queries):
    def grow(count: int) -> None:
        for _ in range(count):
            group = SecurityGroupFactory(partner=world.contoso, members=[StaffFactory(partner=world.contoso)])
            for customer in (world.fabrikam, CustomerFactory(sold_by=[world.contoso])):
                relationship = RelationshipFactory(partner=world.contoso, customer=customer)
                AssignmentFactory(relationship=relationship, group=group)

    asks = {there(world.fabrikam): 14, of(world.ava): 14, reverse("people"): 8}
    for count in (1, 2):
        grow(count)
        for here, queries in asks.items():
            with django_assert_num_queries(queries):
                assert ava.get(here).status == 200
