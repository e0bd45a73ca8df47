"""The one way to scope a list of customers."""

import pytest

from customers.models import Customer, ResellerRelationship
from customers.permissions import CustomerPermission as P
from gdap.access import can, customers_visible_to, related_customer
from gdap.services.groups import remove_member
from gdap.services.relationships import approve_relationship, terminate_relationship
from partnercenter.accounts.principals import Door, system
from partnercenter.errors import NotFound
from tests.cast import NOW, after, principal
from tests.factories import SYSTEM, AssignmentFactory, CustomerFactory, RelationshipFactory, StaffFactory


def seen(user, permission=None):
    return set(customers_visible_to(principal(user), permission))


@pytest.mark.parametrize("name", ["ava", "lea", "dan", "uma", "harry", "sam", "nora"])
def test_everybody_of_contoso_sees_what_contoso_sells_to_and_nothing_else(world, name):
    assert seen(getattr(world, name)) == {world.fabrikam, world.northwind, world.tailspin}


def test_max_sees_what_litware_sells_to_and_where_it_has_an_admin_relationship(world):
    assert seen(world.max) == {world.proseware, world.namesake, world.fabrikam}


def test_an_admin_relationship_alone_shows_the_customer_to_everybody_of_the_partner_and_opens_nothing(world):
    remove_member(by=SYSTEM, group=world.litware_desk, user=world.max)
    assert seen(world.max) == {world.proseware, world.namesake, world.fabrikam}
    assert [permission for permission in P if seen(world.max, permission)] == []


def test_a_customer_that_accepts_an_open_invitation_comes_into_sight_and_goes_with_the_relationship(world):
    """From the customer's yes until the relationship is over; its own pages stay for as long as both sides keep it."""
    stranger = CustomerFactory(company_name="Adatum", sold_by=[])
    invitation = RelationshipFactory(partner=world.contoso, customer=None, active=False, duration_days=30)
    reach = reachable_by(world.nora, stranger)
    assert reach() == (False, False)
    approve_relationship(by=SYSTEM, relationship=invitation, customer=stranger)
    assert reach() == (True, True)
    assert [permission for permission in P if stranger in seen(world.nora, permission)] == []
    assert stranger not in seen(world.max)
    with after(days=29):
        assert reach() == (True, True)
    for days in (30, 394):
        with after(days=days):
            assert reach() == (False, True)
    with after(days=395):
        assert reach() == (False, False)
    terminate_relationship(by=SYSTEM, relationship=invitation)
    assert reach() == (False, True)
    assert reachable_by(world.max, stranger)() == (False, False)
    assert reachable_by(StaffFactory(partner=world.contoso, roles=[]), stranger)() == (False, False)


def test_states_that_only_pass_keep_the_customer_in_sight(world, settings):
    settings.GDAP_STEP_SECONDS = dict.fromkeys(("approved", "activating", "expiring", "terminating"), 3600)
    stranger = CustomerFactory(company_name="Adatum", sold_by=[])
    invitation = RelationshipFactory(partner=world.contoso, customer=None, active=False, duration_days=1)
    approve_relationship(by=SYSTEM, relationship=invitation, customer=stranger)
    found = []
    for hours in (0, 1, 2, 26, 27):
        with after(hours=hours) as moment:
            found.append((str(invitation.status(moment)), stranger in seen(world.nora)))
    assert found == [
        ("approved", True),
        ("activating", True),
        ("active", True),
        ("expiring", True),
        ("expired", False),
    ]


def reachable_by(user, customer):
    """Whether the customer is in the list, and whether the pages of its admin relationships open."""

    def reach():
        who = principal(user)
        try:
            found = related_customer(who, customer.pk)
        except NotFound:
            return customer in seen(user), False
        assert vars(found)["is_visible"] == (customer in seen(user))
        return customer in seen(user), True

    return reach


@pytest.mark.parametrize(
    ("name", "permission", "customers"),
    [
        ("ava", P.ASSIGN_LICENSES, {"fabrikam", "northwind"}),
        ("lea", P.ASSIGN_LICENSES, {"fabrikam"}),
        ("harry", P.ASSIGN_LICENSES, set()),
        ("harry", P.RESET_PASSWORDS, {"fabrikam"}),
        ("sam", P.READ_USERS, set()),
        ("nora", P.READ_USERS, set()),
        ("max", P.RESET_PASSWORDS, {"fabrikam", "proseware", "namesake"}),
        ("max", P.ASSIGN_LICENSES, {"proseware", "namesake"}),
    ],
)
def test_with_a_permission_it_is_where_that_may_be_done(world, name, permission, customers):
    assert seen(getattr(world, name), permission) == {getattr(world, customer) for customer in customers}


@pytest.mark.parametrize("name", ["ava", "lea", "dan", "uma", "harry", "sam", "nora", "max"])
def test_the_list_and_the_single_question_agree_on_every_permission(world, name):
    who, customers = principal(getattr(world, name)), Customer.objects.all()
    single = {permission: {customer for customer in customers if can(who, customer, permission)} for permission in P}
    assert single == {permission: set(customers_visible_to(who, permission)) for permission in P}


def test_each_customer_stands_in_the_list_once_however_many_ways_lead_there(world):
    second = RelationshipFactory(partner=world.contoso, customer=world.fabrikam, roles=["License Administrator"])
    AssignmentFactory(relationship=second, group=world.license_desk)
    found = list(customers_visible_to(principal(world.lea), P.ASSIGN_LICENSES))
    assert found == [world.fabrikam]


def test_an_ended_reseller_relationship_hides_the_customer_unless_an_admin_relationship_goes_on(world):
    ResellerRelationship.objects.filter(customer__in=[world.tailspin, world.northwind]).update(ended_at=NOW)
    assert seen(world.nora) == {world.fabrikam, world.northwind}  # an admin relationship with Northwind goes on


def test_a_second_reseller_sees_the_shared_customer_and_no_other(world):
    ResellerRelationship.objects.create(customer=world.tailspin, partner=world.litware)
    colleague = StaffFactory(partner=world.litware)
    assert seen(colleague) == {world.proseware, world.namesake, world.tailspin, world.fabrikam}


def test_the_list_shrinks_when_relationships_end(world):
    terminate_relationship(by=SYSTEM, relationship=world.at_northwind)
    assert seen(world.ava, P.READ_USERS) == {world.fabrikam}
    with after(days=730):
        assert seen(world.ava, P.READ_USERS) == set()
        assert seen(world.ava) == {world.fabrikam, world.northwind, world.tailspin}


def test_without_a_partner_role_for_customers_there_is_nothing_to_see(world):
    world.ava.partner_role_assignments.all().delete()
    assert seen(world.ava) == seen(world.ava, P.READ_USERS) == set()


def test_an_inactive_colleague_sees_nothing(world):
    world.ava.is_active = False
    world.ava.save()
    assert seen(world.ava) == seen(world.ava, P.READ_USERS) == set()


def test_somebody_without_a_partner_sees_nothing(world):
    stray = StaffFactory(partner=None, username="stray@nowhere.example")
    CustomerFactory()
    assert seen(stray) == seen(stray, P.READ_USERS) == set()


def test_ops_and_commands_see_every_customer(world):
    ops = StaffFactory(partner=None, username="ops", is_superuser=True, roles=[])
    everyone = set(Customer.objects.all())
    for trusted in (principal(ops, door=Door.ADMIN), system("tests")):
        assert set(customers_visible_to(trusted)) == everyone
        assert set(customers_visible_to(trusted, P.ASSIGN_LICENSES)) == everyone


def test_the_list_can_be_narrowed_and_ordered_further(world):
    shown = customers_visible_to(principal(world.nora)).filter(company_name__startswith="T").order_by("-sort_name")
    assert list(shown) == [world.tailspin]
