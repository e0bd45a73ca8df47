"""What Complete of the edit wizard does: info, roles and licenses of one user, whole or not at all."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from customers.models import CustomerUser, DirectoryRoleMember
from customers.permissions import CustomerPermission as P
from customers.queries import directory_role_ids
from customers.roles import role_names
from customers.services import (
    UserInfo,
    change_directory_roles,
    delete_user,
    edit_user,
    reset_password,
    restore_user,
    set_directory_roles,
    set_sign_in_blocked,
    update_user,
)
from customers.services.errors import ChangedMeanwhile, RoleError, UserError
from gdap.access import AccessDenied, Missing
from licensing.models import LicenseAssignment, SubscribedSku
from licensing.rules import LicenseErrorCode, LicenseToAssign, LicenseUpdate
from licensing.services.errors import LicensingError
from licensing.services.licenses import update_licenses
from partnercenter.accounts.principals import Door
from partnercenter.audit.models import AuditRecord
from partnercenter.errors import DomainError, NotFound
from tests.cast import NOW, after, forget_records, principal
from tests.factories import CustomerUserFactory, role_ids, sku, stock

E3, STORAGE = "ENTERPRISEPACK", "SHAREPOINTSTORAGE"
NOTHING = LicenseUpdate()
GLOBAL_ADMIN = "Global Administrator"


@pytest.fixture
def dana(world):
    """Dana of Fabrikam, which owns two seats of Office 365 E3."""
    stock(world.fabrikam, E3, seats=2)
    return world.dana


def give(*parts):
    return LicenseUpdate(assign=tuple(LicenseToAssign(sku(part)) for part in parts))


def complete(user, *, by, roles=None, licenses=NOTHING, version=None, confirm=False, **info):
    """Send the wizard's last step: the user as stored, but for what is named here."""
    stored = CustomerUser.objects.select_related("customer").get(pk=user.pk)
    return edit_user(
        by=by,
        customer=stored.customer,
        user_id=stored.pk,
        expected_version=version or stored.version,
        info=replace(UserInfo.of(stored), **info),
        roles=directory_role_ids(stored) if roles is None else role_ids(*roles),
        licenses=licenses,
        confirm_last_global_admin=confirm,
    )


def everything():
    tables = (CustomerUser, DirectoryRoleMember, LicenseAssignment, SubscribedSku, AuditRecord)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def refused(error, user, **request):
    """The refusal; and nothing has been written."""
    before = everything()
    with pytest.raises(error) as refusal:
        complete(user, **request)
    assert everything() == before
    return refusal.value


def codes(error: DomainError):
    return [problem.code for problem in error.problems]


def roles_of(user):
    return role_names(directory_role_ids(user))


def products_of(user):
    rows = LicenseAssignment.objects.filter(user=user).select_related("subscribed_sku__product")
    return [row.subscribed_sku.product.sku_part_number for row in rows]


def latest(user):
    return CustomerUser.objects.get(pk=user.pk)


# --- All of it ---


def test_all_three_parts_change_in_one_go_and_each_is_recorded_by_itself(world, dana):
    with after(hours=1) as moment:
        result = complete(
            dana,
            by=principal(world.ava, door=Door.PORTAL),
            display_name="Dana H.",
            usage_location="CZ",
            roles=["Reports Reader"],
            licenses=give(E3),
        )
    assert (latest(dana).display_name, latest(dana).usage_location) == ("Dana H.", "CZ")
    assert (roles_of(dana), products_of(dana)) == (["Reports Reader"], [E3])
    assert [(change.field, change.before, change.after) for change in result.info] == [
        ("display_name", "Dana Hudecova", "Dana H."),
        ("usage_location", "SK", "CZ"),
    ]
    assert role_names(result.roles.added) == ["Reports Reader"]
    assert [change.product.name for change in result.licenses] == ["Office 365 E3"]

    info, roles, licenses = result.audit
    assert (info.operation, info.before, info.after) == (
        "update_customer_user",
        {"display_name": "Dana Hudecova", "usage_location": "SK"},
        {"display_name": "Dana H.", "usage_location": "CZ"},
    )
    assert (roles.operation, roles.before, roles.after) == (
        "add_user_member",
        {"roles": []},
        {"roles": ["Reports Reader"]},
    )
    assert licenses.operation == "update_customer_user_licenses"
    assert {
        (row.occurred_at, row.principal_name, row.door, row.resource_id, row.customer_name) for row in result.audit
    } == {(moment, world.ava.username, "portal", str(dana.pk), "Fabrikam, Inc.")}
    assert (latest(dana).version, latest(dana).modified_at) == (dana.version + 1, moment)
    assert (result.user.version, result.user.modified_at) == (dana.version + 1, moment)


@pytest.mark.parametrize(
    ("request_", "operation"),
    [
        ({"display_name": "Dana H."}, "update_customer_user"),
        ({"user_principal_name": "dana.h@fabrikam.com"}, "update_customer_user_principal_name"),
        ({"roles": ["Reports Reader"]}, "add_user_member"),
        ({"licenses": give(E3)}, "update_customer_user_licenses"),
    ],
)
def test_only_the_part_that_changed_is_recorded(world, dana, request_, operation):
    forget_records()
    result = complete(dana, by=principal(world.ava), **request_)
    assert [record.operation for record in AuditRecord.objects.all()] == [operation]
    assert list(AuditRecord.objects.all()) == list(result.audit)
    assert latest(dana).version == dana.version + 1


def test_where_nothing_differs_nothing_is_written(world, dana):
    before = everything()
    result = complete(dana, by=principal(world.harry))
    assert (result.info, bool(result.roles), result.licenses, result.audit) == ((), False, (), ())
    assert everything() == before


def test_the_location_set_in_the_same_run_counts_for_its_licenses(world, dana):
    nowhere = CustomerUserFactory(customer=world.fabrikam, usage_location="")
    assert codes(refused(LicensingError, nowhere, by=principal(world.lea), licenses=give(E3))) == [
        LicenseErrorCode.USAGE_LOCATION_MISSING
    ]
    complete(nowhere, by=principal(world.lea), usage_location="SK", licenses=give(E3))
    assert products_of(nowhere) == [E3]


def test_the_location_taken_away_in_the_same_run_counts_too(world, dana):
    error = refused(LicensingError, dana, by=principal(world.lea), usage_location="", licenses=give(E3))
    assert codes(error) == [LicenseErrorCode.USAGE_LOCATION_MISSING]


def test_the_other_danas_are_untouched(world, dana):
    complete(dana, by=principal(world.ava), display_name="Dana H.", roles=["Reports Reader"], licenses=give(E3))
    for other in (world.dana_of_northwind, world.dana_of_namesake):
        assert (latest(other).display_name, roles_of(other), products_of(other)) == ("Dana Hudecova", [], [])


# --- Or nothing ---


def test_a_license_that_fails_takes_name_and_roles_back(world, dana):
    for _ in range(2):
        user = CustomerUserFactory(customer=world.fabrikam)
        update_licenses(by=principal(world.ava), user=user, update=give(E3))
    error = refused(
        LicensingError,
        dana,
        by=principal(world.ava),
        display_name="Dana H.",
        roles=["Reports Reader"],
        licenses=give(E3),
    )
    assert codes(error) == [LicenseErrorCode.NO_SEAT_LEFT]


def test_a_role_that_fails_takes_the_name_back_and_leaves_the_seat(world, dana):
    error = refused(
        RoleError,
        dana,
        by=principal(world.ava),
        display_name="Dana H.",
        roles=["Partner Tier2 Support"],
        licenses=give(E3),
    )
    assert codes(error) == ["role_not_assignable"]


def test_a_name_that_fails_leaves_all_as_it_was(world, dana):
    error = refused(
        UserError,
        dana,
        by=principal(world.ava),
        first_name="x" * 51,
        display_name="",
        usage_location="XX",
        roles=["Reports Reader"],
        licenses=give(E3),
    )
    assert [(problem.code, problem.field) for problem in error.problems] == [
        ("name_too_long", "first_name"),
        ("display_name_missing", "display_name"),
        ("usage_location_unknown", "usage_location"),
    ]


def test_a_right_missing_for_one_part_leaves_all_as_it_was(world, dana):
    error = refused(
        AccessDenied, dana, by=principal(world.uma), display_name="Dana H.", licenses=give(E3), roles=["Reports Reader"]
    )
    assert error.explanation.permission is P.MANAGE_ROLES


# --- Changed meanwhile ---


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda by, user: update_user(by=by, user=user, info=replace(UserInfo.of(user), first_name="D.")),
        lambda by, user: set_directory_roles(by=by, user=user, roles=role_ids("Reports Reader")),
        lambda by, user: update_licenses(by=by, user=user, update=give(E3)),
    ],
    ids=["info", "roles", "licenses"],
)
def test_whoever_started_from_an_older_state_is_told(world, dana, meanwhile):
    started_at = dana.version
    meanwhile(principal(world.ava), dana)
    error = refused(ChangedMeanwhile, dana, by=principal(world.ava), display_name="Dana H.", version=started_at)
    assert (error.status, error.code) == (409, "user_changed")


def test_a_version_from_the_future_is_no_better(world, dana):
    refused(ChangedMeanwhile, dana, by=principal(world.ava), display_name="Dana H.", version=99)


def test_a_user_deleted_meanwhile_is_not_there(world, dana):
    CustomerUser.objects.filter(pk=dana.pk).update(deleted_at=NOW)
    refused(NotFound, dana, by=principal(world.ava), display_name="Dana H.")


# --- Only what differs asks for its right ---

NAMES = {"first_name": "D.", "last_name": "H.", "display_name": "Dana H."}
LOCATION = {"usage_location": "CZ"}
SIGN_IN = {"user_principal_name": "dana.h@fabrikam.com"}
ROLES = {"roles": ["Reports Reader"]}
LICENSES = {"licenses": give(E3)}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("lea", LOCATION | LICENSES),
        ("dan", NAMES | SIGN_IN | LICENSES),
        ("uma", NAMES | SIGN_IN | LOCATION | LICENSES),
        ("ava", NAMES | SIGN_IN | LOCATION | ROLES | LICENSES),
    ],
)
def test_each_may_change_what_their_role_opens_in_one_run(world, dana, name, wanted):
    complete(dana, by=principal(getattr(world, name)), **wanted)
    assert latest(dana).version == dana.version + 1


@pytest.mark.parametrize(
    ("name", "wanted", "permission"),
    [
        ("lea", NAMES, P.UPDATE_USERS),
        ("lea", SIGN_IN, P.UPDATE_USER_PRINCIPAL_NAME),
        ("lea", ROLES, P.MANAGE_ROLES),
        ("dan", LOCATION, P.UPDATE_USAGE_LOCATION),
        ("dan", ROLES, P.MANAGE_ROLES),
        ("uma", ROLES, P.MANAGE_ROLES),
        ("harry", NAMES, P.UPDATE_USERS),
        ("harry", SIGN_IN, P.UPDATE_USER_PRINCIPAL_NAME),
        ("harry", LOCATION, P.UPDATE_USAGE_LOCATION),
        ("harry", ROLES, P.MANAGE_ROLES),
        ("harry", LICENSES, P.ASSIGN_LICENSES),
        ("max", NAMES, P.UPDATE_USERS),
    ],
)
def test_what_their_role_does_not_open_is_denied_and_named(world, dana, name, wanted, permission):
    error = refused(AccessDenied, dana, by=principal(getattr(world, name)), **wanted)
    assert (error.explanation.permission, error.explanation.missing) == (permission, Missing.GDAP_ROLE)


def test_the_sign_in_name_of_an_administrator_needs_more_than_the_right(world, dana):
    wanted = {"user_principal_name": "boss@fabrikam.com"}
    error = refused(AccessDenied, world.global_admin, by=principal(world.uma), **wanted)
    assert error.explanation.missing is Missing.TARGET
    complete(world.global_admin, by=principal(world.ava), **wanted)


@pytest.mark.parametrize("name", ["sam", "nora"])
def test_who_may_not_see_users_is_denied_even_where_nothing_differs(world, dana, name):
    error = refused(AccessDenied, dana, by=principal(getattr(world, name)))
    assert error.explanation.permission is P.READ_USERS


@pytest.mark.parametrize("version", [None, 99])
def test_users_of_a_customer_that_is_not_visible_do_not_exist(world, dana, version):
    """Whether the version is right or not: an answer about it would tell that the user is there."""
    error = refused(NotFound, world.dana_of_namesake, by=principal(world.ava), version=version)
    assert error.code == "customer_not_found"


@pytest.mark.parametrize(
    "service",
    [
        lambda by, user: update_user(by=by, user=user, info=UserInfo.of(user)),
        lambda by, user: set_directory_roles(by=by, user=user, roles=directory_role_ids(user)),
        lambda by, user: change_directory_roles(by=by, user=user),
        lambda by, user: update_licenses(by=by, user=user, update=NOTHING),
        lambda by, user: set_sign_in_blocked(by=by, user=user, blocked=False),
        lambda by, user: reset_password(by=by, user=user),
        lambda by, user: delete_user(by=by, user=user),
        lambda by, user: restore_user(by=by, customer=user.customer, user_id=user.pk),
    ],
    ids=["info", "roles", "some roles", "licenses", "sign-in", "password", "delete", "restore"],
)
def test_the_single_services_do_not_tell_either(world, dana, service):
    gone = CustomerUserFactory.build(customer=world.namesake, display_name="Nobody")
    for user in (world.dana_of_namesake, gone):
        with pytest.raises(NotFound) as refusal:
            service(principal(world.ava), user)
        assert refusal.value.code == "customer_not_found"


def test_a_user_of_another_customer_is_not_found_by_id(world, dana):
    with pytest.raises(NotFound) as refusal:
        edit_user(
            by=principal(world.ava),
            customer=world.fabrikam,
            user_id=world.dana_of_northwind.pk,
            expected_version=1,
            info=UserInfo.of(dana),
            roles=[],
            licenses=NOTHING,
        )
    assert refusal.value.code == "user_not_found"


# --- Directory roles ---


def test_roles_are_set_to_just_these_and_the_record_says_which_came_and_went(world, dana):
    ava = principal(world.ava)
    first = set_directory_roles(by=ava, user=dana, roles=role_ids("Reports Reader", "Guest Inviter"))
    second = set_directory_roles(by=ava, user=dana, roles=role_ids("Guest Inviter", "Directory Readers"))
    third = set_directory_roles(by=ava, user=dana, roles=[])
    assert [(role_names(change.added), role_names(change.removed)) for change in (first, second, third)] == [
        (["Guest Inviter", "Reports Reader"], []),
        (["Directory Readers"], ["Reports Reader"]),
        ([], ["Directory Readers", "Guest Inviter"]),
    ]
    records = AuditRecord.objects.filter(resource_type="customer_directory_role")
    assert sorted((row.operation, *row.before["roles"], "->", *row.after["roles"]) for row in records) == [
        ("add_user_member", "->", "Guest Inviter", "Reports Reader"),
        ("remove_user_member", "Directory Readers", "Guest Inviter", "->"),
        ("update_user_members", "Reports Reader", "->", "Directory Readers"),
    ]
    assert {chain["role"] for row in records for chain in row.granted_by} == {"Privileged Role Administrator"}
    assert latest(dana).version == dana.version + 3


def test_setting_the_roles_that_are_there_writes_nothing(world, dana):
    before = everything()
    assert not set_directory_roles(by=principal(world.ava), user=world.global_admin, roles=role_ids(GLOBAL_ADMIN))
    assert everything() == before


@pytest.mark.parametrize("name", ["lea", "dan", "uma", "harry"])
def test_only_ava_changes_roles(world, dana, name):
    with pytest.raises(AccessDenied):
        set_directory_roles(by=principal(getattr(world, name)), user=dana, roles=role_ids("Reports Reader"))
    assert roles_of(dana) == []


def test_every_role_that_nobody_can_be_given_is_named(world, dana):
    dead = role_ids("Partner Tier2 Support", "Guest User")
    unknown = [dana.pk]
    with pytest.raises(RoleError) as refusal:
        set_directory_roles(by=principal(world.ava), user=dana, roles=[*dead, *unknown, *role_ids("Reports Reader")])
    assert {problem.code for problem in refusal.value.problems} == {"role_not_assignable"}
    assert {problem.about for problem in refusal.value.problems} == {(str(role),) for role in [*dead, *unknown]}
    assert roles_of(dana) == []


def test_a_role_that_nobody_can_be_given_any_more_can_still_be_taken_away(world, dana):
    old = CustomerUserFactory(customer=world.fabrikam, roles=["Partner Tier1 Support"])
    set_directory_roles(by=principal(world.ava), user=old, roles=[])
    assert roles_of(old) == []


# --- The last Global Administrator ---


def test_the_last_global_administrator_stays_unless_that_is_confirmed(world, dana):
    error = refused(RoleError, world.global_admin, by=principal(world.ava), roles=[])
    (problem,) = error.problems
    assert (problem.code, problem.field, problem.about) == (
        "last_global_administrator",
        "confirm_last_global_admin",
        (str(world.global_admin.pk),),
    )
    assert problem.message.startswith("Global Admin is the last Global Administrator of Fabrikam, Inc.")
    complete(world.global_admin, by=principal(world.ava), roles=[], confirm=True)
    assert roles_of(world.global_admin) == []


def test_other_roles_of_the_last_one_change_freely(world, dana):
    complete(world.global_admin, by=principal(world.ava), roles=[GLOBAL_ADMIN, "Reports Reader"])
    complete(world.global_admin, by=principal(world.ava), roles=[GLOBAL_ADMIN])
    assert roles_of(world.global_admin) == [GLOBAL_ADMIN]


def test_with_a_second_one_nothing_needs_to_be_confirmed(world, dana):
    CustomerUserFactory(customer=world.fabrikam, roles=[GLOBAL_ADMIN])
    complete(world.global_admin, by=principal(world.ava), roles=[])
    assert roles_of(world.global_admin) == []


@pytest.mark.parametrize("state", [{"sign_in_blocked": True}, {"deleted_at": NOW - timedelta(days=1)}])
def test_a_blocked_or_deleted_one_does_not_count(world, dana, state):
    CustomerUserFactory(customer=world.fabrikam, roles=[GLOBAL_ADMIN], **state)
    error = refused(RoleError, world.global_admin, by=principal(world.ava), roles=[])
    assert codes(error) == ["last_global_administrator"]


def test_one_of_another_customer_does_not_count(world, dana):
    CustomerUserFactory(customer=world.northwind, roles=[GLOBAL_ADMIN])
    CustomerUserFactory(customer=world.namesake, roles=[GLOBAL_ADMIN])
    error = refused(RoleError, world.global_admin, by=principal(world.ava), roles=[])
    assert codes(error) == ["last_global_administrator"]


# --- Info by itself ---


def test_texts_are_trimmed_and_composed_before_they_are_compared(world, dana):
    decomposed = "  Dana Hudecova\u0301 "
    result = complete(dana, by=principal(world.ava), display_name=decomposed)
    assert [change.after for change in result.info] == ["Dana Hudecov\u00e1"]
    assert complete(dana, by=principal(world.ava), display_name=decomposed).info == ()


def test_what_does_not_change_is_not_judged(world, dana):
    """An old name may be longer than today's rules allow; a change of the location does not trip over it."""
    CustomerUser.objects.filter(pk=dana.pk).update(user_principal_name="dana hudecova@elsewhere.example")
    complete(dana, by=principal(world.lea), usage_location="CZ")
    assert latest(dana).usage_location == "CZ"


def test_a_synced_user_keeps_names_but_takes_a_location_and_licenses(world, dana):
    CustomerUser.objects.filter(pk=dana.pk).update(last_directory_sync_at=NOW)
    error = refused(UserError, dana, by=principal(world.ava), first_name="D.", **SIGN_IN)
    assert [(problem.code, problem.field) for problem in error.problems] == [
        ("mastered_elsewhere", "first_name"),
        ("mastered_elsewhere", "user_principal_name"),
    ]
    complete(dana, by=principal(world.ava), usage_location="CZ", licenses=give(E3))
    assert (latest(dana).usage_location, products_of(dana)) == ("CZ", [E3])


def test_update_user_alone_compares_the_version_if_one_is_given(world, dana):
    ava = principal(world.ava)
    info = replace(UserInfo.of(dana), display_name="Dana H.")
    with pytest.raises(ChangedMeanwhile):
        update_user(by=ava, user=dana, info=info, expected_version=dana.version + 1)
    changes = update_user(by=ava, user=dana, info=info, expected_version=dana.version)
    assert [change.field for change in changes] == ["display_name"]
    assert latest(dana).version == dana.version + 1
    assert latest(dana).sort_name == "dana h."


# --- At the same moment ---


@pytest.mark.race
def test_the_same_complete_sent_twice_writes_once(lasting_world, race):
    world = lasting_world
    stock(world.fabrikam, E3, seats=5)
    version = world.dana.version

    def send():
        wanted = {"display_name": "Dana H.", "roles": ["Reports Reader"], "licenses": give(E3)}
        return complete(world.dana, by=principal(world.ava), version=version, **wanted)

    results = race([send, send, send])
    assert sorted(type(result).__name__ for result in results) == ["ChangedMeanwhile", "ChangedMeanwhile", "EditResult"]
    assert latest(world.dana).version == version + 1
    assert SubscribedSku.objects.get().consumed_units == 1
    assert AuditRecord.objects.filter(resource_id=str(world.dana.pk)).count() == 3


@pytest.mark.race
def test_two_administrators_demoted_at_once_leave_one(lasting_world, race):
    world = lasting_world
    second = CustomerUserFactory(customer=world.fabrikam, roles=[GLOBAL_ADMIN])
    results = race(
        [
            lambda user=user: set_directory_roles(by=principal(world.ava), user=user, roles=[])
            for user in (world.global_admin, second)
        ]
    )
    assert sorted(type(result).__name__ for result in results) == ["RoleChange", "RoleError"]
    assert DirectoryRoleMember.objects.filter(customer=world.fabrikam, role__in=role_ids(GLOBAL_ADMIN)).count() == 1


@pytest.mark.race
def test_two_users_who_want_the_same_name_at_once_do_not_both_get_it(lasting_world, race):
    world = lasting_world
    users = CustomerUserFactory.create_batch(3, customer=world.fabrikam)

    def rename(user):
        return lambda: complete(user, by=principal(world.ava), user_principal_name="Wanted@fabrikam.com")

    results = race([rename(user) for user in users])
    assert sorted(type(result).__name__ for result in results) == ["EditResult", "UserError", "UserError"]
    refusals = [result for result in results if isinstance(result, UserError)]
    assert [codes(refusal) for refusal in refusals] == [["user_principal_name_taken"]] * 2


@pytest.mark.race
def test_demoting_an_administrator_never_waits_in_a_circle_with_a_license(lasting_world, race):
    """One holds the customer and wants the seat; the other holds the seat and, to commit, looks at the customer."""
    world = lasting_world
    stock(world.fabrikam, E3, seats=5)
    CustomerUserFactory(customer=world.fabrikam, roles=[GLOBAL_ADMIN])
    seat_is_held = threading.Event()

    def license_dana():
        with transaction.atomic():
            result = update_licenses(by=principal(world.lea), user=world.dana, update=give(E3))
            seat_is_held.set()
            time.sleep(1)
        return result

    def demote_and_license():
        assert seat_is_held.wait(timeout=30)
        return complete(world.global_admin, by=principal(world.ava), roles=[], licenses=give(E3))

    results = race([license_dana, demote_and_license])
    assert [type(result).__name__ for result in results] == ["LicenseResult", "EditResult"]
    assert SubscribedSku.objects.get().consumed_units == 2
