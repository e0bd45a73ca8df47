"""The services by which users come, go, return, get a password, and are kept out."""

import pytest
from django.contrib.auth.hashers import check_password

from customers.models import CustomerUser
from customers.services import (
    UserInfo,
    create_user,
    delete_user,
    reset_password,
    restore_user,
    set_directory_roles,
    set_sign_in_blocked,
)
from customers.services.errors import UserError
from customers.services.passwords import password_problems, temporary_password
from gdap.access import AccessDenied
from licensing.models import LicenseAssignment, SubscribedSku
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from partnercenter.audit.models import AuditRecord
from partnercenter.errors import NotFound
from tests.cast import after, principal
from tests.factories import CustomerUserFactory, plan, role_ids, sku, stock

ANA = UserInfo(
    first_name="Ana",
    last_name="Born",
    display_name="Ana Born",
    user_principal_name="ana@fabrikam.com",
    usage_location="US",
)


def info(**changed):
    return UserInfo(**{name: changed.get(name, getattr(ANA, name)) for name in UserInfo.__slots__})


def codes(caught):
    return [problem.code for problem in caught.value.problems]


def give(world, user, part_number, **kwargs):
    item = LicenseToAssign(sku(part_number), frozenset(kwargs.get("disabled", ())))
    update_licenses(by=principal(world.ava), user=user, update=LicenseUpdate(assign=(item,)))


def held(user):
    return list(LicenseAssignment.objects.filter(user=user).values_list("subscribed_sku__product", "disabled_plans"))


def test_a_user_comes_with_a_password_that_is_kept_as_a_hash_only(world):
    created = create_user(by=principal(world.dan), customer=world.fabrikam, info=ANA, password="Made-up-1!")
    row = CustomerUser.objects.get(user_principal_name="ana@fabrikam.com")
    assert (row.pk, row.customer_id, row.display_name) == (created.user.pk, world.fabrikam.pk, "Ana Born")
    assert check_password("Made-up-1!", row.password)
    entry = AuditRecord.objects.get(operation="create_customer_user")
    assert entry.after == {
        "first_name": "Ana",
        "last_name": "Born",
        "display_name": "Ana Born",
        "user_principal_name": "ana@fabrikam.com",
        "usage_location": "US",
    }
    assert [link["role"] for link in entry.granted_by] == ["Directory Writers"]


def test_a_password_is_made_up_where_none_is_given_and_follows_the_rules(world):
    created = create_user(by=principal(world.uma), customer=world.fabrikam, info=ANA)
    row = CustomerUser.objects.get(pk=created.user.pk)
    assert check_password(created.password.text, row.password)
    assert len(created.password.text) == 13
    assert created.password.must_change
    assert created.password.text not in repr(created)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"display_name": ""}, "display_name_missing"),
        ({"display_name": "x" * 51}, "name_too_long"),
        ({"first_name": "a\x07"}, "name_not_printable"),
        ({"user_principal_name": "ana"}, "user_principal_name_invalid"),
        ({"user_principal_name": "ana@proseware.example"}, "domain_not_verified"),
        ({"user_principal_name": "Dana.Hudecova@fabrikam.com"}, "user_principal_name_taken"),
        ({"usage_location": "XX"}, "usage_location_unknown"),
    ],
)
def test_bad_data_of_a_new_user_is_refused_and_nothing_is_written(world, changed, code):
    with pytest.raises(UserError) as caught:
        create_user(by=principal(world.uma), customer=world.fabrikam, info=info(**changed))
    assert codes(caught) == [code]
    assert not CustomerUser.objects.filter(first_name="Ana").exists()


@pytest.mark.parametrize("password", ["Short1!", "alllowercase", "x" * 257, "Ana@fabrikam1"])
def test_a_weak_password_is_refused(world, password):
    with pytest.raises(UserError) as caught:
        create_user(by=principal(world.uma), customer=world.fabrikam, info=ANA, password=password)
    assert codes(caught) == ["password_weak"]


@pytest.mark.parametrize("who", ["lea", "harry", "nora"])
def test_who_may_not_create_users_does_not(world, who):
    with pytest.raises(AccessDenied):
        create_user(by=principal(getattr(world, who)), customer=world.fabrikam, info=ANA)


def test_another_partners_customer_is_not_there(world):
    with pytest.raises(NotFound):
        create_user(by=principal(world.ava), customer=world.proseware, info=ANA)


def test_a_deleted_user_frees_every_seat_at_once(world):
    row = stock(world.fabrikam, "ENTERPRISEPACK", seats=1)
    give(world, world.dana, "ENTERPRISEPACK")
    delete_user(by=principal(world.uma), user=world.dana)
    assert SubscribedSku.objects.get(pk=row.pk).consumed_units == 0
    assert held(world.dana) == []
    by_uma = AuditRecord.objects.filter(principal_name=world.uma.username).values_list("operation", flat=True)
    assert sorted(by_uma) == ["delete_customer_user", "update_customer_user_licenses"]


def test_a_restored_user_has_the_licenses_again_with_the_same_plans_off(world):
    stock(world.fabrikam, "ENTERPRISEPACK", seats=1)
    off = plan("ENTERPRISEPACK", "YAMMER_ENTERPRISE")
    give(world, world.dana, "ENTERPRISEPACK", disabled=[off])
    delete_user(by=principal(world.uma), user=world.dana)
    with after(days=29, hours=23):
        restored = restore_user(by=principal(world.uma), customer=world.fabrikam, user_id=world.dana.pk)
    assert restored.licenses_lost == ()
    assert held(world.dana) == [(sku("ENTERPRISEPACK"), [str(off)])]
    world.dana.refresh_from_db()
    assert (world.dana.deleted_at, world.dana.licenses_when_deleted) == (None, [])


def test_a_seat_that_somebody_else_took_meanwhile_is_lost(world):
    stock(world.fabrikam, "ENTERPRISEPACK", seats=1)
    stock(world.fabrikam, "FLOW_FREE", seats=1)
    for product in ("ENTERPRISEPACK", "FLOW_FREE"):
        give(world, world.dana, product)
    delete_user(by=principal(world.uma), user=world.dana)
    give(world, CustomerUserFactory(customer=world.fabrikam), "ENTERPRISEPACK")
    restored = restore_user(by=principal(world.uma), customer=world.fabrikam, user_id=world.dana.pk)
    assert restored.licenses_lost == (sku("ENTERPRISEPACK"),)
    assert held(world.dana) == [(sku("FLOW_FREE"), [])]


def test_after_thirty_days_by_the_clock_nobody_comes_back(world):
    delete_user(by=principal(world.uma), user=world.dana)
    with after(days=30), pytest.raises(NotFound):
        restore_user(by=principal(world.uma), customer=world.fabrikam, user_id=world.dana.pk)


def test_a_name_that_was_taken_meanwhile_stands_in_the_way(world):
    delete_user(by=principal(world.uma), user=world.dana)
    CustomerUserFactory(customer=world.fabrikam, local_part="dana.hudecova")
    with pytest.raises(UserError) as caught:
        restore_user(by=principal(world.uma), customer=world.fabrikam, user_id=world.dana.pk)
    assert codes(caught) == ["user_principal_name_taken"]


def test_a_user_is_restored_in_the_own_tenant_only(world):
    delete_user(by=principal(world.ava), user=world.dana)
    with pytest.raises(NotFound):
        restore_user(by=principal(world.ava), customer=world.northwind, user_id=world.dana.pk)


def test_directory_writers_restore_but_do_not_delete(world):
    with pytest.raises(AccessDenied):
        delete_user(by=principal(world.dan), user=world.dana)
    delete_user(by=principal(world.uma), user=world.dana)
    assert restore_user(by=principal(world.dan), customer=world.fabrikam, user_id=world.dana.pk).user == world.dana


def test_the_roles_of_the_target_decide_over_deleting_and_passwords(world):
    for act in (delete_user, reset_password):
        with pytest.raises(AccessDenied) as caught:
            act(by=principal(world.uma), user=world.global_admin)
        assert caught.value.code == "access_target"


def test_the_last_global_administrator_goes_only_when_confirmed(world):
    with pytest.raises(UserError) as caught:
        delete_user(by=principal(world.ava), user=world.global_admin)
    assert codes(caught) == ["last_global_administrator"]
    delete_user(by=principal(world.ava), user=world.global_admin, confirm_last_global_admin=True)
    assert not CustomerUser.objects.alive().filter(pk=world.global_admin.pk).exists()


def test_a_deleted_user_cannot_be_deleted_again(world):
    delete_user(by=principal(world.uma), user=world.dana)
    with pytest.raises(NotFound):
        delete_user(by=principal(world.uma), user=world.dana)


def test_a_reset_password_works_and_stands_nowhere(world):
    before = world.dana.version
    new = reset_password(by=principal(world.uma), user=world.dana, password="Made-up-1!", must_change=False)
    world.dana.refresh_from_db()
    assert check_password("Made-up-1!", world.dana.password)
    assert (new.text, new.must_change, world.dana.force_change_password) == ("Made-up-1!", False, False)
    assert world.dana.version == before + 1
    entry = AuditRecord.objects.get(operation="reset_customer_user_password")
    assert (entry.before, entry.after) == ({}, {"force_change_password": False})


@pytest.mark.parametrize("who", ["dan", "lea", "nora"])
def test_who_may_not_reset_passwords_does_not(world, who):
    with pytest.raises(AccessDenied):
        reset_password(by=principal(getattr(world, who)), user=world.dana)


def test_blocking_is_audited_and_repeating_it_changes_nothing(world):
    assert set_sign_in_blocked(by=principal(world.uma), user=world.dana, blocked=True)
    assert not set_sign_in_blocked(by=principal(world.uma), user=world.dana, blocked=True)
    world.dana.refresh_from_db()
    assert world.dana.sign_in_blocked
    entries = AuditRecord.objects.filter(operation="update_customer_user")
    assert [(entry.before, entry.after) for entry in entries] == [
        ({"sign_in_blocked": False}, {"sign_in_blocked": True})
    ]


def test_an_admin_is_not_blocked_by_whom_the_table_does_not_name(world):
    set_directory_roles(by=principal(world.ava), user=world.dana, roles=role_ids("Privileged Role Administrator"))
    with pytest.raises(AccessDenied):
        set_sign_in_blocked(by=principal(world.uma), user=world.dana, blocked=True)


def test_a_made_up_password_never_holds_the_name_of_the_user():
    names = ("a", "bo", "ana", "-", "7", "A", "")
    assert [
        (name, text)
        for name in names
        for text in (temporary_password(without=name) for _ in range(300))
        if password_problems(text, local_part=name)
    ] == []
