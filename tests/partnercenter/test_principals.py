"""Who acts."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from customers.models import Customer
from customers.permissions import CustomerPermission as P
from gdap.access import can, customers_visible_to
from partnercenter.accounts.models import Partner, PartnerRole, PartnerRoleAssignment, User
from partnercenter.accounts.principals import Door, Principal, PrincipalKind, principal_for, system
from tests.cast import principal
from tests.factories import PartnerFactory, StaffFactory


def test_a_staff_member_acts_for_the_partner_with_its_roles(world):
    ava = principal_for(world.ava, door=Door.GRAPH, request_id="r", correlation_id="c")
    assert (ava.kind, ava.door, ava.id, ava.name) == (
        PrincipalKind.STAFF,
        Door.GRAPH,
        str(world.ava.pk),
        world.ava.username,
    )
    assert (ava.partner_id, ava.partner_name) == (world.contoso.pk, "Contoso Cloud Partners")
    assert ava.partner_roles == {PartnerRole.ADMIN_AGENT, PartnerRole.GLOBAL_ADMIN}
    assert (ava.request_id, ava.correlation_id, ava.is_trusted) == ("r", "c", False)


def test_ops_are_trusted_and_act_for_no_partner(db):
    ops = principal_for(StaffFactory(partner=None, username="ops", is_superuser=True, roles=[]), door=Door.ADMIN)
    assert (ops.kind, ops.partner_id, ops.partner_name, ops.is_trusted) == (PrincipalKind.OPS, None, "", True)


def test_a_command_is_trusted_and_named():
    nightly = system("nightly")
    assert (nightly.kind, nightly.id, nightly.name, nightly.door) == (
        PrincipalKind.SYSTEM,
        "nightly",
        "nightly",
        Door.COMMAND,
    )
    assert (nightly.user, nightly.is_trusted) == (None, True)


def test_staff_and_apps_and_customers_are_not_trusted():
    trusted = {kind for kind in PrincipalKind if Principal(kind=kind, id="x", name="x", door=Door.GRAPH).is_trusted}
    assert trusted == {PrincipalKind.OPS, PrincipalKind.SYSTEM}


def test_an_app_on_its_own_sees_what_its_partner_sells_to_and_has_no_right_there(world):
    app = Principal(
        kind=PrincipalKind.APP, id=str(uuid.uuid4()), name="An app", door=Door.GRAPH, partner_id=world.litware.pk
    )
    assert set(customers_visible_to(app)) == {world.proseware, world.namesake}
    assert [set(customers_visible_to(app, permission)) for permission in P] == [set()] * len(P)
    assert [(c, p) for c in Customer.objects.all() for p in P if can(app, c, p)] == []


def test_what_one_request_remembers_another_does_not_know(world):
    first, second = principal(world.ava), principal(world.ava)
    assert first == second
    can(first, world.fabrikam, P.READ_USERS)
    assert first.memo
    assert second.memo == {}


def test_reading_a_principal_takes_one_query_when_the_partner_is_at_hand(world, django_assert_num_queries):
    user = User.objects.select_related("partner").get(pk=world.ava.pk)
    with django_assert_num_queries(1):
        principal_for(user, door=Door.PORTAL)


# --- The rows behind ---


def test_user_names_are_kept_in_lower_case_and_are_unique_that_way(db):
    assert StaffFactory(username="Ava.Admin@Contoso.Example").username == "ava.admin@contoso.example"
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffFactory(username="AVA.admin@contoso.example")


def test_nobody_is_both_ops_and_partner_staff(db):
    with pytest.raises(IntegrityError, match="ops_are_never_partner_staff"), transaction.atomic():
        StaffFactory(is_superuser=True)
    staff = StaffFactory()
    with pytest.raises(IntegrityError, match="ops_are_never_partner_staff"), transaction.atomic():
        User.objects.filter(pk=staff.pk).update(is_superuser=True)


def test_a_role_is_held_once(db):
    staff = StaffFactory(roles=[PartnerRole.ADMIN_AGENT])
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerRoleAssignment.objects.create(user=staff, role=PartnerRole.ADMIN_AGENT)


def test_domains_of_partners_are_unique_in_any_case(db):
    PartnerFactory(domain="contoso.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        Partner.objects.create(name="Another", domain="CONTOSO.example")


def test_a_person_is_called_by_the_best_name_there_is(db):
    assert StaffFactory(display_name="Ava Admin").name == "Ava Admin"
    assert StaffFactory(display_name="", first_name="Ava", last_name="A.").name == "Ava A."
    assert StaffFactory(display_name="", username="ava@contoso.example").name == "ava@contoso.example"
