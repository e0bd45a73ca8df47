"""The one licensing service on a database: what it writes, and that it writes nothing when it refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from customers.models import CustomerUser
from gdap.access import AccessDenied
from gdap.services.groups import remove_member
from licensing import queries
from licensing.models import LicenseAssignment, SeatWindow, SubscribedSku, Subscription
from licensing.rules import LicenseErrorCode, LicenseToAssign, LicenseUpdate
from licensing.services.errors import LicensingError
from licensing.services.licenses import update_licenses
from licensing.services.subscriptions import DISABLED, GRACE, rewrite_windows
from partnercenter.accounts.principals import Door, system
from partnercenter.audit.models import AuditRecord
from partnercenter.errors import NotFound
from tests.cast import NOW, after, principal
from tests.factories import SYSTEM, CustomerUserFactory, SubscriptionFactory, plan, sku, stock

E1, E3, MINECRAFT, STORAGE, POWER_BI = (
    "STANDARDPACK",
    "ENTERPRISEPACK",
    "MEE_FACULTY",
    "SHAREPOINTSTORAGE",
    "POWER_BI_PRO",
)
TEAMS, SWAY = plan(E3, "TEAMS1"), plan(E3, "SWAY")
CODE = LicenseErrorCode


@pytest.fixture
def fabrikam(world):
    """Fabrikam owns E3 twice, E1 and Power BI; the other Fabrikam and Northwind own E3 as well."""
    stock(world.fabrikam, E3, seats=2)
    stock(world.fabrikam, E1, seats=2)
    stock(world.fabrikam, POWER_BI, seats=2)
    stock(world.namesake, E3, seats=50)
    stock(world.northwind, E3, seats=50)
    return world.fabrikam


def change(user, *assign, by, remove=(), **disabled):
    items = [LicenseToAssign(sku(part)) for part in assign]
    items += [LicenseToAssign(sku(part), frozenset(off)) for part, off in disabled.items()]
    update = LicenseUpdate(assign=tuple(items), remove=tuple(sku(part) for part in remove))
    return update_licenses(by=by, user=user, update=update)


def refused(user, *assign, by, **rest):
    """The codes of the refusal; and nothing has been written."""
    before = everything()
    with pytest.raises(LicensingError) as refusal:
        change(user, *assign, by=by, **rest)
    assert everything() == before
    return [problem.code for problem in refusal.value.problems]


def everything():
    """All rows that the service writes."""
    tables = (LicenseAssignment, SubscribedSku, SeatWindow, AuditRecord, CustomerUser)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def held(user):
    return {
        row.subscribed_sku.product.sku_part_number: set(row.disabled_plans)
        for row in LicenseAssignment.objects.filter(user=user).select_related("subscribed_sku__product")
    }


def consumed(customer, part):
    return SubscribedSku.objects.get(customer=customer, product=sku(part)).consumed_units


def seats(customer, part):
    found = queries.inventory(customer).seats[sku(part)]
    return found.total, found.consumed, found.available, found.over_assigned_by


def colleague(customer, **fields):
    return CustomerUserFactory(customer=customer, **fields)


# --- What it writes ---


def test_lea_gives_dana_a_license(world, fabrikam):
    result = change(world.dana, E3, by=principal(world.lea))
    assert held(world.dana) == {E3: set()}
    assert (consumed(fabrikam, E3), consumed(fabrikam, E1)) == (1, 0)
    assert [(row.product.name, row.before, row.after, row.seats) for row in result.changes] == [
        ("Office 365 E3", None, frozenset(), 1)
    ]


def test_the_same_product_of_other_customers_is_untouched(world, fabrikam):
    change(world.dana, E3, by=principal(world.lea))
    assert (consumed(world.namesake, E3), consumed(world.northwind, E3)) == (0, 0)
    assert held(world.dana_of_namesake) == held(world.dana_of_northwind) == {}


def test_the_record_says_who_by_which_door_and_right_with_before_and_after(world, fabrikam):
    with after(hours=1) as moment:
        result = change(world.dana, ENTERPRISEPACK={TEAMS}, by=principal(world.lea, door=Door.GRAPH))
    record = AuditRecord.objects.get(operation="update_customer_user_licenses")
    assert record == result.audit
    assert (record.occurred_at, record.door, record.principal_name) == (moment, "graph", world.lea.username)
    assert (record.principal_kind, record.principal_id, record.partner_id) == (
        "staff",
        str(world.lea.pk),
        world.contoso.pk,
    )
    assert (record.customer_id, record.customer_name) == (fabrikam.pk, "Fabrikam, Inc.")
    assert (record.resource_type, record.resource_id, record.resource_name) == (
        "license",
        str(world.dana.pk),
        "dana.hudecova@fabrikam.com",
    )
    assert record.granted_by == [
        {
            "relationship": "Service desk",
            "group": "GDAP License desk",
            "role": "License Administrator",
            "role_id": "4d6ac14f-3453-41d0-bef9-a3e0c569773a",
        }
    ]
    assert record.before == {"licenses": []}
    assert record.after == {
        "licenses": [
            {
                "sku_id": str(sku(E3)),
                "product": "Office 365 E3",
                "disabled_plans": [{"id": str(TEAMS), "name": "Microsoft Teams"}],
            }
        ]
    }
    assert record.request_id == "request"


def test_the_user_counts_one_change_and_remembers_when(world, fabrikam):
    with after(hours=1) as moment:
        change(world.dana, E3, POWER_BI, by=principal(world.lea))
    fresh = CustomerUser.objects.get(pk=world.dana.pk)
    assert (fresh.version, fresh.modified_at) == (world.dana.version + 1, moment)


def test_switching_plans_takes_no_seat_even_when_none_is_left(world, fabrikam):
    lea = principal(world.lea)
    change(world.dana, E3, by=lea)
    change(world.global_admin, E3, by=lea)
    result = change(world.dana, ENTERPRISEPACK={TEAMS, SWAY}, by=lea)
    assert held(world.dana) == {E3: {str(TEAMS), str(SWAY)}}
    assert seats(fabrikam, E3) == (2, 2, 0, 0)
    (only,) = result.changes
    assert (only.before, only.after, only.seats) == (frozenset(), {TEAMS, SWAY}, 0)


def test_assigning_again_replaces_the_plans_that_were_off(world, fabrikam):
    lea = principal(world.lea)
    change(world.dana, ENTERPRISEPACK={TEAMS}, by=lea)
    result = change(world.dana, ENTERPRISEPACK={SWAY}, by=lea)
    assert held(world.dana) == {E3: {str(SWAY)}}
    spelled = [
        entry["disabled_plans"][0]["name"]
        for entry in (*result.audit.before["licenses"], *result.audit.after["licenses"])
    ]
    assert spelled == ["Microsoft Teams", "Sway"]


def test_a_removed_license_gives_its_seat_back(world, fabrikam):
    lea = principal(world.lea)
    change(world.dana, E3, by=lea)
    result = change(world.dana, remove=[E3], by=lea)
    assert (held(world.dana), consumed(fabrikam, E3)) == ({}, 0)
    assert [entry["product"] for entry in result.audit.before["licenses"]] == ["Office 365 E3"]
    assert result.audit.after == {"licenses": []}


def test_one_product_takes_the_place_of_another_in_one_update(world, fabrikam):
    lea = principal(world.lea)
    change(world.dana, E1, by=lea)
    result = change(world.dana, E3, remove=[E1], by=lea)
    assert held(world.dana) == {E3: set()}
    assert (consumed(fabrikam, E1), consumed(fabrikam, E3)) == (0, 1)
    assert [row.product.name for row in result.changes] == ["Office 365 E1", "Office 365 E3"]
    assert AuditRecord.objects.filter(operation="update_customer_user_licenses").count() == 2


@pytest.mark.parametrize("assign", [[], [E3]])
def test_an_update_that_changes_nothing_writes_nothing(world, fabrikam, assign):
    lea = principal(world.lea)
    change(world.dana, E3, by=lea)
    before = everything()
    result = change(world.dana, *assign, by=lea)
    assert (result.changes, result.audit) == ((), None)
    assert everything() == before


def test_what_counts_is_the_user_as_stored_not_as_handed_over(world, fabrikam):
    world.dana.usage_location = ""
    change(world.dana, E3, by=principal(world.lea))
    assert held(world.dana) == {E3: set()}


def test_a_global_administrator_is_licensed_like_everybody(world, fabrikam):
    change(world.global_admin, E3, by=principal(world.lea))
    assert held(world.global_admin) == {E3: set()}


def test_a_command_may_do_it_and_says_so(world, fabrikam):
    result = change(world.dana, E3, by=system("nightly"))
    assert (result.audit.principal_kind, result.audit.door, result.audit.granted_by) == ("system", "command", [])


# --- Whole or not at all ---


def test_a_seat_missing_for_one_product_stops_all_of_them(world, fabrikam):
    lea = principal(world.lea)
    change(colleague(fabrikam), E3, by=lea)
    change(colleague(fabrikam), E3, by=lea)
    change(world.dana, POWER_BI, by=lea)
    assert refused(world.dana, E3, remove=[POWER_BI], by=lea) == [CODE.NO_SEAT_LEFT]


def test_the_refusal_for_want_of_seats_names_the_product(world, fabrikam):
    lea = principal(world.lea)
    for _ in range(2):
        change(colleague(fabrikam), E3, by=lea)
    with pytest.raises(LicensingError) as refusal:
        change(world.dana, E3, POWER_BI, by=lea)
    (problem,) = refusal.value.problems
    assert problem.about == (str(sku(E3)),)
    assert problem.message == "Office 365 E3 has no available license left. Buy more, or remove it from somebody."


def test_one_bad_product_stops_the_good_one(world, fabrikam):
    stock(fabrikam, STORAGE, seats=5)
    assert refused(world.dana, E3, STORAGE, by=principal(world.lea)) == [CODE.PRODUCT_NOT_ASSIGNABLE]


def test_a_conflict_stops_the_whole_update(world, fabrikam):
    lea = principal(world.lea)
    change(world.dana, E1, by=lea)
    assert refused(world.dana, E3, POWER_BI, by=lea) == [CODE.PLANS_EXCLUDE_EACH_OTHER] * 2


def test_a_removal_that_cannot_be_stops_the_assignment_beside_it(world, fabrikam):
    assert refused(world.dana, E3, remove=[POWER_BI], by=principal(world.lea)) == [CODE.NOT_ASSIGNED]


def test_minecraft_and_the_rest_never_change_in_one_update(world, fabrikam):
    stock(fabrikam, MINECRAFT, seats=5)
    lea = principal(world.lea)
    assert refused(world.dana, E3, MINECRAFT, by=lea) == [CODE.LICENSE_GROUPS_MIXED]
    change(world.dana, MINECRAFT, by=lea)
    change(world.dana, E3, by=lea)
    assert held(world.dana) == {E3: set(), MINECRAFT: set()}


def test_several_reasons_come_together(world, fabrikam):
    stock(fabrikam, STORAGE, seats=5)
    nowhere = colleague(fabrikam, usage_location="")
    assert refused(nowhere, STORAGE, remove=[E1], by=principal(world.lea)) == [
        CODE.PRODUCT_NOT_ASSIGNABLE,
        CODE.NOT_ASSIGNED,
        CODE.USAGE_LOCATION_MISSING,
    ]


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("", CODE.USAGE_LOCATION_MISSING),
        ("IR", CODE.USAGE_LOCATION_NOT_ALLOWED),
        ("XX", CODE.USAGE_LOCATION_NOT_ALLOWED),
    ],
)
def test_the_usage_location_decides_for_new_licenses_only(world, fabrikam, location, code):
    lea = principal(world.lea)
    change(world.dana, E3, by=lea)
    CustomerUser.objects.filter(pk=world.dana.pk).update(usage_location=location)
    assert refused(world.dana, POWER_BI, by=lea) == [code]
    change(world.dana, remove=[E3], by=lea)
    assert held(world.dana) == {}


# --- Whose products, whose users, whose right ---


def test_a_product_that_only_another_customer_owns_is_not_owned(world, fabrikam):
    stock(world.northwind, MINECRAFT, seats=5)
    stock(world.namesake, MINECRAFT, seats=5)
    assert refused(world.dana, MINECRAFT, by=principal(world.lea)) == [CODE.PRODUCT_NOT_OWNED]


def test_seats_of_another_customer_do_not_help(world, fabrikam):
    lea = principal(world.lea)
    for _ in range(2):
        change(colleague(fabrikam), E3, by=lea)
    assert refused(world.dana, E3, by=lea) == [CODE.NO_SEAT_LEFT]
    assert seats(world.northwind, E3) == seats(world.namesake, E3) == (50, 0, 50, 0)


@pytest.mark.parametrize("name", ["harry", "sam", "nora", "max"])
def test_without_the_right_it_is_denied_before_anything_is_said_about_licenses(world, fabrikam, name):
    before = everything()
    with pytest.raises(AccessDenied):
        change(world.dana, STORAGE, by=principal(getattr(world, name)))
    assert everything() == before


def test_at_a_customer_that_is_not_visible_there_is_no_user(world, fabrikam):
    before = everything()
    with pytest.raises(NotFound):
        change(world.dana_of_namesake, E3, by=principal(world.ava))
    assert everything() == before


def test_the_right_at_one_customer_is_none_at_the_next(world, fabrikam):
    with pytest.raises(AccessDenied):
        change(world.dana_of_northwind, E3, by=principal(world.lea))
    change(world.dana_of_northwind, E3, by=principal(world.ava))
    assert held(world.dana_of_northwind) == {E3: set()}


def test_a_right_that_has_ended_is_none(world, fabrikam):
    with after(days=730), pytest.raises(AccessDenied):
        change(world.dana, E3, by=principal(world.lea))


def test_a_right_that_was_taken_away_is_none(world, fabrikam):
    remove_member(by=SYSTEM, group=world.license_desk, user=world.lea)
    with pytest.raises(AccessDenied):
        change(world.dana, E3, by=principal(world.lea))


def test_a_deleted_user_is_not_there(world, fabrikam):
    CustomerUser.objects.filter(pk=world.dana.pk).update(deleted_at=NOW)
    before = everything()
    with pytest.raises(NotFound) as refusal:
        change(world.dana, E3, by=principal(world.lea))
    assert refusal.value.code == "user_not_found"
    assert everything() == before


# --- Seats ---


def suspend(customer, part):
    subscription = Subscription.objects.get(customer=customer, product=sku(part))
    subscription.status = Subscription.Status.SUSPENDED
    subscription.save()
    rewrite_windows(subscription)


def test_two_subscriptions_add_up(world):
    lea = principal(world.lea)
    for partner in (world.contoso, world.litware):
        SubscriptionFactory(customer=world.fabrikam, partner=partner, product=E3, quantity=1)
    change(world.dana, E3, by=lea)
    change(world.global_admin, E3, by=lea)
    assert seats(world.fabrikam, E3) == (2, 2, 0, 0)
    assert refused(colleague(world.fabrikam), E3, by=lea) == [CODE.NO_SEAT_LEFT]


def test_an_over_assigned_product_keeps_its_users_and_takes_no_new_ones(world, fabrikam):
    lea = principal(world.lea)
    SubscriptionFactory(customer=fabrikam, partner=world.contoso, product=E3, quantity=1)
    users = [colleague(fabrikam) for _ in range(3)]
    for user in users:
        change(user, E3, by=lea)
    larger = Subscription.objects.get(customer=fabrikam, product=sku(E3), quantity=2)
    larger.status = Subscription.Status.SUSPENDED
    larger.save()
    rewrite_windows(larger)

    assert seats(fabrikam, E3) == (1, 3, 0, 2)
    assert [held(user) for user in users] == [{E3: set()}] * 3
    assert refused(world.dana, E3, by=lea) == [CODE.NO_SEAT_LEFT]
    change(users[0], ENTERPRISEPACK={TEAMS}, by=lea)
    change(users[1], remove=[E3], by=lea)
    assert refused(world.dana, E3, by=lea) == [CODE.NO_SEAT_LEFT]
    change(users[2], remove=[E3], by=lea)
    assert refused(world.dana, E3, by=lea) == [CODE.NO_SEAT_LEFT]
    change(users[0], remove=[E3], by=lea)
    change(world.dana, E3, by=lea)
    assert seats(fabrikam, E3) == (1, 1, 0, 0)


def test_a_suspended_subscription_gives_no_seat_and_a_deleted_one_is_as_if_it_never_was(world, fabrikam):
    lea = principal(world.lea)
    suspend(fabrikam, E3)
    assert refused(world.dana, E3, by=lea) == [CODE.NO_SEAT_LEFT]
    subscription = Subscription.objects.get(customer=fabrikam, product=sku(E1))
    subscription.status = Subscription.Status.DELETED
    subscription.save()
    rewrite_windows(subscription)
    assert refused(world.dana, E1, by=lea) == [CODE.NO_SEAT_LEFT]
    assert (seats(fabrikam, E3), seats(fabrikam, E1)) == ((0, 0, 0, 0), (0, 0, 0, 0))


TERM = timedelta(days=365)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("moment", "units", "free"),
    [
        (timedelta(0), (1, 0, 0), True),
        (TERM - INSTANT, (1, 0, 0), True),
        (TERM, (0, 1, 0), True),
        (TERM + GRACE - INSTANT, (0, 1, 0), True),
        (TERM + GRACE, (0, 0, 1), False),
        (TERM + GRACE + DISABLED - INSTANT, (0, 0, 1), False),
        (TERM + GRACE + DISABLED, (0, 0, 0), False),
    ],
)
def test_what_is_not_renewed_runs_out_by_the_clock_alone(world, moment, units, free):
    SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product=E3, quantity=1, auto_renew=False)
    with after(seconds=moment.total_seconds()) as now:
        row = SubscribedSku.objects.with_units(now).get(customer=world.fabrikam)
        assert (row.active_units, row.warning_units, row.suspended_units) == units
        if free:
            change(world.dana, E3, by=principal(world.lea))
        else:
            assert refused(world.dana, E3, by=principal(world.lea)) == [CODE.NO_SEAT_LEFT]


def test_what_renews_itself_never_runs_out(world, fabrikam):
    with after(days=700):
        change(world.dana, E3, by=principal(world.lea))
    assert seats(fabrikam, E3) == (2, 1, 1, 0)


def test_a_subscription_that_begins_tomorrow_gives_no_seat_today(world):
    SubscriptionFactory(
        customer=world.fabrikam, partner=world.contoso, product=E3, quantity=1, since=NOW + timedelta(days=1)
    )
    assert refused(world.dana, E3, by=principal(world.lea)) == [CODE.NO_SEAT_LEFT]
    with after(days=1):
        change(world.dana, E3, by=principal(world.lea))


# --- What the database itself refuses ---


def test_the_counter_never_falls_below_zero(world, fabrikam):
    with pytest.raises(IntegrityError, match="consumed_units_never_negative"), transaction.atomic():
        SubscribedSku.objects.filter(customer=fabrikam, product=sku(E3)).update(consumed_units=-1)


def test_nobody_holds_two_seats_of_one_product(world, fabrikam):
    change(world.dana, E3, by=principal(world.lea))
    row = LicenseAssignment.objects.get(user=world.dana)
    with pytest.raises(IntegrityError), transaction.atomic():
        LicenseAssignment.objects.create(customer=fabrikam, user=world.dana, subscribed_sku=row.subscribed_sku)


# --- At the same moment ---


@pytest.mark.race
def test_the_same_license_given_twice_at_once_takes_one_seat(lasting_world, race):
    world = lasting_world
    stock(world.fabrikam, E3, seats=5)
    results = race([lambda: change(world.dana, E3, by=principal(world.lea)) for _ in range(4)])
    assert sorted(len(result.changes) for result in results) == [0, 0, 0, 1]
    assert (held(world.dana), consumed(world.fabrikam, E3)) == ({E3: set()}, 1)
    assert AuditRecord.objects.filter(operation="update_customer_user_licenses").count() == 1


@pytest.mark.race
def test_a_license_taken_away_twice_at_once_gives_back_one_seat(lasting_world, race):
    world = lasting_world
    stock(world.fabrikam, E3, seats=5)
    for user in (world.dana, world.global_admin):
        change(user, E3, by=principal(world.lea))
    results = race([lambda: change(world.dana, remove=[E3], by=principal(world.lea)) for _ in range(4)])
    assert [str(result.code) for result in results if isinstance(result, LicensingError)] == [CODE.NOT_ASSIGNED] * 3
    assert (held(world.dana), consumed(world.fabrikam, E3)) == ({}, 1)


@pytest.mark.race
def test_updates_of_the_same_products_in_opposite_order_never_wait_for_each_other(lasting_world, race):
    world = lasting_world
    for part in (E3, POWER_BI, MINECRAFT):
        stock(world.fabrikam, part, seats=20)
    users = [colleague(world.fabrikam) for _ in range(8)]
    orders = [(E3, POWER_BI) if index % 2 else (POWER_BI, E3) for index in range(8)]
    results = race(
        [
            lambda u=user, o=order: change(u, *o, by=principal(world.lea))
            for user, order in zip(users, orders, strict=True)
        ]
    )
    assert [len(result.changes) for result in results] == [2] * 8
    assert (consumed(world.fabrikam, E3), consumed(world.fabrikam, POWER_BI)) == (8, 8)
