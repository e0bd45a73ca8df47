"""Who may do what in the demo world, asked of the access module itself."""

import uuid

import pytest

from customers.models import Customer, CustomerUser
from customers.permissions import CustomerPermission as P
from customers.services import UserInfo, edit_user
from gdap.access import can, customers_visible_to
from licensing.models import SubscribedSku
from licensing.rules import LicenseErrorCode, LicenseToAssign, LicenseUpdate
from licensing.services.errors import LicensingError
from partnercenter import clock
from partnercenter.accounts.models import User
from partnercenter.accounts.principals import Door, principal_for
from partnercenter.demo import ids
from partnercenter.demo import products as sku

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_demo_world")]

OF_CONTOSO = {ids.FABRIKAM, ids.NORTHWIND, ids.TAILSPIN, ids.WINGTIP, ids.ADVENTURE_WORKS}
WHAT_MATTERS = (
    P.READ_USERS,
    P.UPDATE_USERS,
    P.UPDATE_USAGE_LOCATION,
    P.ASSIGN_LICENSES,
    P.MANAGE_ROLES,
    P.RESET_PASSWORDS,
)


def acting(username):
    return principal_for(User.objects.get(username=username), door=Door.PORTAL)


def visible_to(username, permission=None):
    return set(customers_visible_to(acting(username), permission).values_list("pk", flat=True))


def test_ava_may_do_everything_at_her_three_customers():
    for customer in Customer.objects.filter(pk__in=[ids.FABRIKAM, ids.NORTHWIND, ids.ADVENTURE_WORKS]):
        assert {permission for permission in P if can(acting(ids.AVA), customer, permission)} == set(P)


@pytest.mark.parametrize(
    ("username", "may"),
    [
        (ids.LEA, {P.READ_USERS, P.UPDATE_USAGE_LOCATION, P.ASSIGN_LICENSES}),
        (ids.DAN, {P.READ_USERS, P.UPDATE_USERS, P.ASSIGN_LICENSES}),
        (ids.UMA, {P.READ_USERS, P.UPDATE_USERS, P.UPDATE_USAGE_LOCATION, P.ASSIGN_LICENSES, P.RESET_PASSWORDS}),
        (ids.HARRY, {P.READ_USERS, P.RESET_PASSWORDS}),
        (ids.MAX, {P.READ_USERS, P.RESET_PASSWORDS}),
        (ids.SAM, set()),
        (ids.NORA, set()),
    ],
)
def test_at_fabrikam_each_may_do_what_the_role_says(username, may):
    fabrikam = Customer.objects.get(pk=ids.FABRIKAM)
    who = acting(username)

    assert {permission for permission in WHAT_MATTERS if can(who, fabrikam, permission)} == may


@pytest.mark.parametrize("username", [ids.LEA, ids.DAN, ids.UMA, ids.HARRY, ids.SAM, ids.NORA])
def test_beyond_fabrikam_only_ava_reads_users(username):
    assert visible_to(username, P.READ_USERS) <= {ids.FABRIKAM}
    assert visible_to(ids.AVA, P.READ_USERS) == {ids.FABRIKAM, ids.NORTHWIND, ids.ADVENTURE_WORKS}


@pytest.mark.parametrize("username", [ids.AVA, ids.LEA, ids.DAN, ids.UMA, ids.HARRY, ids.SAM, ids.NORA])
def test_everybody_at_contoso_sees_the_five_customers_and_not_proseware(username):
    assert visible_to(username) == OF_CONTOSO


def test_litware_sees_exactly_proseware_and_fabrikam():
    assert visible_to(ids.MAX) == {ids.PROSEWARE, ids.FABRIKAM}
    assert visible_to(ids.MAX, P.READ_USERS) == {ids.FABRIKAM}


def test_nobody_acts_at_wingtip_before_the_customer_approves():
    wingtip = Customer.objects.get(pk=ids.WINGTIP)

    assert not any(can(acting(ids.AVA), wingtip, permission) for permission in P)


def licenses_of_dana(*products: uuid.UUID):
    """As Complete of the wizard does it, by Lea."""
    dana = CustomerUser.objects.select_related("customer").get(pk=ids.DANA)
    return edit_user(
        by=acting(ids.LEA),
        customer=dana.customer,
        user_id=dana.pk,
        expected_version=dana.version,
        info=UserInfo.of(dana),
        roles=(),
        licenses=LicenseUpdate(assign=tuple(LicenseToAssign(product) for product in products)),
    )


def test_lea_gives_dana_office_365_e3_and_twelve_are_left():
    licenses_of_dana(sku.OFFICE_365_E3)

    e3 = SubscribedSku.objects.with_units(clock.now()).get(customer=ids.FABRIKAM, product=sku.OFFICE_365_E3)
    assert e3.available_units == 12


def test_lea_finds_no_seat_of_office_365_e1_for_dana():
    with pytest.raises(LicensingError) as refusal:
        licenses_of_dana(sku.OFFICE_365_E1)

    assert refusal.value.code == LicenseErrorCode.NO_SEAT_LEFT
