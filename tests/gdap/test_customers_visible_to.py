"""The one way to scope a list of customers."""

import pytest

from customers.models import Customer, ResellerRelationship
from customers.permissions import CustomerPermission as P
from gdap.access import can, customers_visible_to
from gdap.services.groups import remove_member
from gdap.services.relationships import terminate_relationship
from partnercenter.accounts.principals import Door, system
from tests.cast import NOW, after, principal
from tests.factories import SYSTEM, AssignmentFactory, CustomerFactory, RelationshipFactory, StaffFactory


def seen(user, permission=None):
    return set(customers_visible_to(principal(user), permission))


@pytest.mark.parametrize("name", ["ava", "lea", "dan", "uma", "harry", "sam", "nora"])
def test_everybody_of_contoso_sees_what_contoso_sells_to_and_nothing_else(world, name):
    assert seen(getattr(world, name)) == {world.fabrikam, world.northwind, world.tailspin}


def test_max_sees_what_litware_sells_to_and_where_his_group_has_a_role(world):
    assert seen(world.max) == {world.proseware, world.namesake, world.fabrikam}


def test_a_gdap_role_alone_makes_a_customer_visible_to_members_of_the_group_only(world):
    remove_member(by=SYSTEM, group=world.litware_desk, user=world.max)
    assert seen(world.max) == {world.proseware, world.namesake}


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


def test_an_ended_reseller_relationship_hides_the_customer(world):
    ResellerRelationship.objects.filter(customer=world.tailspin).update(ended_at=NOW)
    assert seen(world.nora) == {world.fabrikam, world.northwind}


def test_a_second_reseller_sees_the_shared_customer_and_no_other(world):
    ResellerRelationship.objects.create(customer=world.tailspin, partner=world.litware)
    colleague = StaffFactory(partner=world.litware)
    assert seen(colleague) == {world.proseware, world.namesake, world.tailspin}


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
