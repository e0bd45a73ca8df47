"""`manage.py explain`: the chain that grants, or the link that is missing."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from gdap.services.groups import remove_member
from tests.cast import after
from tests.factories import SYSTEM


def explained(person, customer, permission):
    out = StringIO()
    call_command("explain", person.username, customer.primary_domain, permission, stdout=out)
    return out.getvalue().splitlines()


def test_it_names_the_whole_chain(world):
    assert explained(world.lea, world.fabrikam, "assign_licenses") == [
        "lea.licenses@contoso-partners.example may assign and remove licenses at Fabrikam, Inc.",
        "  Service desk -> GDAP License desk -> License Administrator -> microsoft.directory/users/assignLicense",
    ]


def test_it_says_at_which_link_it_breaks(world):
    remove_member(by=SYSTEM, group=world.leads, user=world.ava)
    told = explained(world.ava, world.northwind, "assign_licenses")
    assert told[0] == "ava.admin@contoso-partners.example may not assign and remove licenses at Northwind Traders"
    (link,) = told[2:]
    assert link == (
        "  Northwind leads -> GDAP Leads: the person is no member; the group has Directory Writers, "
        "License Administrator, User Administrator."
    )
    with after(days=730):
        told = explained(world.ava, world.northwind, "assign_licenses")
        assert told[2:] == ["  Northwind leads: the relationship is expired, not active."]


def test_without_gdap_it_says_so_and_tells_nothing_of_other_partners(world):
    assert explained(world.ava, world.tailspin, "read_users")[2:] == [
        "  There is no admin relationship with this customer."
    ]
    assert explained(world.max, world.fabrikam, "manage_roles")[2:] == [
        "  Service desk: the relationship covers no role that may change directory roles."
    ]


def test_it_asks_for_people_and_customers_that_exist(world):
    with pytest.raises(CommandError, match="No partner has a staff member nobody"):
        call_command("explain", "nobody", "fabrikam.com", "read_users")
    with pytest.raises(CommandError, match=r"There is no customer nowhere\.example"):
        call_command("explain", world.ava.username, "nowhere.example", "read_users")
