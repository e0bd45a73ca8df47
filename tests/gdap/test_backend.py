"""`user.has_perm(permission, customer)` and what guardian itself would answer."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.db import IntegrityError, transaction
from guardian.models import GroupObjectPermission, UserObjectPermission
from guardian.shortcuts import assign_perm, get_objects_for_user  # noqa: TID251  held against our own answers

from customers.models import Customer
from customers.permissions import CustomerPermission as P
from gdap.access import customers_visible_to
from gdap.models import CustomerGrant, CustomerUserGrant
from gdap.services.relationships import terminate_relationship
from partnercenter import clock
from partnercenter.accounts.models import User
from tests.cast import after, principal
from tests.factories import (
    SYSTEM,
    AssignmentFactory,
    CustomerFactory,
    CustomerUserFactory,
    RelationshipFactory,
    StaffFactory,
)


def again(user):
    """The user as the next request reads it."""
    return User.objects.get(pk=user.pk)


def permissions(user, customer):
    asked = again(user)
    return {permission for permission in P if asked.has_perm(permission.value, customer)}


def by_guardian(user, permission):
    return set(
        get_objects_for_user(again(user), permission.value, Customer, accept_global_perms=False, with_superuser=False)
    )


def model_permission(permission):
    return Permission.objects.get(content_type__app_label="customers", codename=permission.value)


@pytest.mark.parametrize("name", ["ava", "lea", "dan", "uma", "harry", "sam", "nora", "max"])
def test_has_perm_guardian_and_the_list_agree_on_every_permission(world, name):
    user = getattr(world, name)
    held = {customer: permissions(user, customer) for customer in Customer.objects.all()}
    asked = {permission: {customer for customer, some in held.items() if permission in some} for permission in P}
    assert asked == {permission: set(customers_visible_to(principal(user), permission)) for permission in P}
    assert asked == {permission: by_guardian(user, permission) for permission in P}


def test_the_codename_may_come_with_its_app_label(world):
    lea = again(world.lea)
    assert lea.has_perm("customers.assign_licenses", world.fabrikam)
    assert lea.has_perm("assign_licenses", world.fabrikam)


def test_the_label_of_another_app_is_another_permission(world):
    assert not again(world.lea).has_perm("licensing.assign_licenses", world.fabrikam)


def test_an_unknown_permission_is_no(world):
    assert not again(world.ava).has_perm("customers.fly", world.fabrikam)


def test_grants_count_from_the_moment_they_begin_until_they_end(world):
    grant = CustomerGrant.all_objects.filter(group=world.license_desk.group).first()
    answers = {}
    for moment in (
        grant.valid_from - timedelta(microseconds=1),
        grant.valid_from,
        grant.valid_until - timedelta(microseconds=1),
        grant.valid_until,
    ):
        with clock.frozen(moment):
            answers[moment] = (
                P.ASSIGN_LICENSES in permissions(world.lea, world.fabrikam),
                by_guardian(world.lea, P.ASSIGN_LICENSES) == {world.fabrikam},
            )
    assert list(answers.values()) == [(False, False), (True, True), (True, True), (False, False)]


def test_an_expired_grant_is_still_a_row_and_still_counts_for_nothing(world):
    with after(days=1000):
        assert CustomerGrant.all_objects.filter(group=world.license_desk.group).exists()
        assert not CustomerGrant.objects.exists()
        assert permissions(world.lea, world.fabrikam) == set()


def test_termination_ends_it_everywhere_at_once(world):
    terminate_relationship(by=SYSTEM, relationship=world.at_fabrikam)
    assert permissions(world.lea, world.fabrikam) == set()
    assert by_guardian(world.lea, P.ASSIGN_LICENSES) == set()


def test_an_inactive_user_has_no_permission(world):
    world.lea.is_active = False
    world.lea.save()
    assert permissions(world.lea, world.fabrikam) == set()


def test_a_superuser_passes_has_perm_by_django_itself_and_is_never_partner_staff(world):
    ops = StaffFactory(partner=None, username="ops", is_superuser=True, roles=[])
    assert permissions(ops, world.fabrikam) == permissions(ops, world.namesake) == set(P)
    assert ops.partner is None


def test_the_first_gate_is_not_asked_by_has_perm(world):
    """It speaks of grants alone: `gdap.access.can` is the whole question."""
    world.lea.partner_role_assignments.all().delete()
    assert P.ASSIGN_LICENSES in permissions(world.lea, world.fabrikam)
    assert set(customers_visible_to(principal(world.lea), P.ASSIGN_LICENSES)) == set()


def test_a_model_level_permission_opens_no_customer(world):
    world.nora.user_permissions.add(model_permission(P.ASSIGN_LICENSES))
    nora = again(world.nora)
    assert nora.has_perm("customers.assign_licenses")
    assert permissions(world.nora, world.fabrikam) == set()
    assert by_guardian(world.nora, P.ASSIGN_LICENSES) == set()
    assert set(customers_visible_to(principal(world.nora), P.ASSIGN_LICENSES)) == set()


def test_a_model_level_permission_of_a_group_opens_no_customer_to_its_members(world):
    world.license_desk.group.permissions.add(model_permission(P.MANAGE_ROLES))
    assert P.MANAGE_ROLES not in permissions(world.lea, world.fabrikam)
    assert by_guardian(world.lea, P.MANAGE_ROLES) == set()


def test_a_grant_on_a_customer_is_no_model_level_permission(world):
    assert not again(world.ava).has_perm("customers.assign_licenses")


@pytest.mark.parametrize("user", [AnonymousUser(), None])
def test_nobody_signed_in_has_no_permission(world, user):
    asked = user or User(username="never.saved@example.com")
    assert not asked.has_perm("customers.read_users", world.fabrikam)


def test_other_objects_than_customers_have_no_permissions(world):
    dana = CustomerUserFactory(customer=world.fabrikam)
    assert not again(world.ava).has_perm("customers.read_users", dana)
    assert again(world.ava).get_all_permissions(dana) == set()


def test_all_permissions_of_a_user_at_a_customer_in_one_answer(world):
    assert again(world.lea).get_all_permissions(world.fabrikam) == permissions(world.lea, world.fabrikam)


def test_a_personal_grant_is_refused_by_every_way(world):
    permission = model_permission(P.ASSIGN_LICENSES)
    grant = CustomerUserGrant(user=world.nora, permission=permission, content_object=world.fabrikam)
    with pytest.raises(TypeError, match="never to one person"):
        grant.save()
    with pytest.raises(TypeError, match="never to one person"):
        assign_perm("assign_licenses", world.nora, world.fabrikam)
    with pytest.raises(IntegrityError, match="nobody_has_a_personal_grant"), transaction.atomic():
        CustomerUserGrant.objects.bulk_create([grant])
    with pytest.raises(IntegrityError, match="nobody_has_a_personal_grant"), transaction.atomic():
        assign_perm("assign_licenses", world.nora, Customer.objects.filter(pk=world.fabrikam.pk))
    assert not CustomerUserGrant.objects.exists()
    assert permissions(world.nora, world.fabrikam) == set()


def test_guardian_itself_cannot_grant_to_a_group_either(world):
    """A grant without a source would outlive every relationship."""
    with pytest.raises(IntegrityError), transaction.atomic():
        assign_perm("manage_roles", world.license_desk.group, world.fabrikam)
    assert P.MANAGE_ROLES not in permissions(world.lea, world.fabrikam)


def test_guardians_own_tables_are_never_looked_into(world):
    permission = model_permission(P.MANAGE_ROLES)
    common = {"permission": permission, "content_type": permission.content_type, "object_pk": str(world.fabrikam.pk)}
    UserObjectPermission.objects.create(user=world.lea, **common)
    GroupObjectPermission.objects.create(group=world.license_desk.group, **common)
    assert P.MANAGE_ROLES not in permissions(world.lea, world.fabrikam)
    assert by_guardian(world.lea, P.MANAGE_ROLES) == set()


def test_there_is_no_row_for_an_anonymous_user(world):
    assert not User.objects.filter(username__icontains="anonymous").exists()


def test_a_group_that_is_deleted_takes_its_grants_along(world):
    world.license_desk.access_assignments.all().delete()
    world.license_desk.group.delete()
    assert permissions(world.lea, world.fabrikam) == set()


# --- What it costs ---


@pytest.mark.parametrize("customers", [1, 3, 50])
def test_one_query_per_check_and_per_list_however_many_customers(world, django_assert_num_queries, customers):
    for _ in range(customers):
        customer = CustomerFactory(sold_by=[world.contoso])
        relationship = RelationshipFactory(partner=world.contoso, customer=customer)
        AssignmentFactory(relationship=relationship, group=world.license_desk)
    lea, who = again(world.lea), principal(world.lea)
    with django_assert_num_queries(1):
        lea.has_perm("assign_licenses", world.fabrikam)
    with django_assert_num_queries(1):
        assert len(customers_visible_to(who, P.ASSIGN_LICENSES)) == customers + 1
    with django_assert_num_queries(1):
        assert len(customers_visible_to(who)) == customers + 3
