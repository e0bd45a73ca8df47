"""One emulated time for all processes, moved by ops; read seldom, right at once."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.core.signals import request_started
from django.db import DatabaseError, connection, transaction
from django.test import override_settings

from customers.services.reference import load_reference_data
from partnercenter import clock
from partnercenter.accounts.principals import system
from partnercenter.emulator import services, shared_clock
from partnercenter.emulator.models import ClockSetting
from partnercenter.emulator.services import ClockError
from tests.factories import AssignmentFactory, CustomerFactory, RelationshipFactory

pytestmark = pytest.mark.usefixtures("shared")

OPS = system("clock")
THEN = datetime(2027, 3, 1, 9, tzinfo=UTC)
MOMENT = timedelta(seconds=30)  # that a test may take


def run(*arguments):
    out = StringIO()
    call_command("clock", *arguments, stdout=out)
    return out.getvalue().strip()


def test_the_time_is_the_walls_until_somebody_moves_it():
    assert abs(clock.now() - clock.wall()) < MOMENT


def test_a_frozen_clock_stands():
    services.freeze(by=OPS, at=THEN)
    assert [clock.now(), clock.now()] == [THEN, THEN]


def test_frozen_without_a_moment_it_stands_where_it_is():
    services.set_time(by=OPS, to=THEN)
    setting = services.freeze(by=OPS)
    assert THEN <= setting.frozen_at < THEN + MOMENT
    assert clock.now() == setting.frozen_at


def test_a_clock_that_is_set_runs_on():
    services.set_time(by=OPS, to=THEN)
    first = clock.now()
    assert THEN <= first < clock.now() < THEN + MOMENT


def test_advancing_adds_up_and_leaves_it_running():
    services.advance(by=OPS, step=timedelta(days=7))
    services.advance(by=OPS, step=timedelta(days=-2))
    assert abs(clock.now() - clock.wall() - timedelta(days=5)) < MOMENT


def test_advancing_a_frozen_clock_leaves_it_frozen():
    services.freeze(by=OPS, at=THEN)
    services.advance(by=OPS, step=timedelta(days=730))
    assert clock.now() == THEN + timedelta(days=730)


def test_a_reset_clock_goes_by_the_wall():
    services.freeze(by=OPS, at=THEN)
    services.reset(by=OPS)
    assert abs(clock.now() - clock.wall()) < MOMENT


def test_what_ends_by_time_ends_at_once_and_comes_back_with_it():
    load_reference_data()
    assignment = AssignmentFactory(relationship=RelationshipFactory(customer=CustomerFactory(), duration_days=30))
    assert assignment.relationship.status(clock.now()) == "active"
    services.advance(by=OPS, step=timedelta(days=30))
    assert assignment.relationship.status(clock.now()) == "expired"
    services.reset(by=OPS)
    assert assignment.relationship.status(clock.now()) == "active"


def test_a_frozen_block_of_a_test_wins():
    services.freeze(by=OPS, at=THEN)
    with clock.frozen(THEN + timedelta(days=1)):
        assert clock.now() == THEN + timedelta(days=1)


# --- How often it is read ---


def test_it_is_read_once_for_many_questions(django_assert_num_queries):
    shared_clock.look_again()
    with django_assert_num_queries(3):  # the setting, between the savepoint of a test's transaction and its release
        for _ in range(100):
            clock.now()


def test_a_new_request_sees_what_another_process_has_set():
    assert abs(clock.now() - clock.wall()) < MOMENT
    ClockSetting.objects.create(number=1, frozen_at=THEN, set_by="another process")
    shared_clock.look_again()  # connected to request_started where the demo is served
    assert clock.now() == THEN


def test_every_request_looks_again(client):
    assert "emulator clock" in [key[0] for key, *_ in request_started.receivers]


def test_a_database_without_the_table_goes_by_the_wall():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE emulator_clocksetting RENAME TO elsewhere")
    shared_clock.look_again()
    assert abs(clock.now() - clock.wall()) < MOMENT
    with pytest.raises(DatabaseError), transaction.atomic():
        ClockSetting.objects.count()


# --- What is refused ---


@pytest.mark.parametrize("moment", [datetime(1999, 12, 31, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)])
def test_it_stays_within_two_centuries(moment):
    with pytest.raises(ClockError, match="The clock goes from the year 2000 to the end of 2199"):
        services.freeze(by=OPS, at=moment)
    assert ClockSetting.objects.count() == 0


def test_a_step_beyond_all_calendars_is_refused():
    services.freeze(by=OPS, at=THEN)
    with pytest.raises(ClockError, match="The clock goes from"):
        services.advance(by=OPS, step=timedelta(days=999_999_999))
    assert clock.now() == THEN


@override_settings(DEMO_MODE=False)
def test_outside_demo_mode_it_cannot_be_moved():
    with pytest.raises(ClockError, match="in demo mode only"):
        services.freeze(by=OPS, at=THEN)


# --- manage.py clock ---


def test_the_command_shows_and_moves_the_time():
    assert (
        run("--freeze", "2027-03-01T09:00:00Z") == "2027-03-01T09:00:00Z (the clock stands at 2027-03-01 09:00:00 UTC)"
    )
    assert run("--advance", "P7D") == "2027-03-08T09:00:00Z (the clock stands at 2027-03-08 09:00:00 UTC)"
    assert run() == "2027-03-08T09:00:00Z (the clock stands at 2027-03-08 09:00:00 UTC)"
    assert run("--reset").endswith("(the clock runs by the wall clock)")
    assert run("--freeze").startswith(f"{clock.wall():%Y-%m-%d}")
    assert run("--set", "2028-01-01").startswith("2028-01-01T00:00:0")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--advance", "7"), "'7' is no duration like P7D or PT90M."),
        (("--set", "tomorrow"), "'tomorrow' is no moment like 2027-01-31T09:00:00Z."),
        (("--set", "2027-13-01T00:00:00Z"), "'2027-13-01T00:00:00Z' is no moment like 2027-01-31T09:00:00Z."),
    ],
)
def test_the_command_says_what_it_does_not_understand(arguments, message):
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert str(refused.value) == message
    assert ClockSetting.objects.count() == 0
