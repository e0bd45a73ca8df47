"""Setting the emulated time. Every change takes effect for all processes with their next request."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.emulator.models import ClockSetting
from partnercenter.emulator.shared_clock import look_again
from partnercenter.errors import DomainError, Problem
from partnercenter.transactions import whole

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class ClockError(DomainError):
    """The clock can't be set like that."""


def current() -> ClockSetting:
    """The setting that counts; one that changes nothing, if none was ever made."""
    return ClockSetting.objects.first() or ClockSetting(number=0, set_by="")


def freeze(*, by: Principal, at: datetime | None = None) -> ClockSetting:
    """Let the time stand still, at `at` or at what it is now."""
    return _write(by, frozen_at=at or current().time(clock.wall()), offset=timedelta())


def set_time(*, by: Principal, to: datetime) -> ClockSetting:
    """Let the time be `to`, and run on from there."""
    return _write(by, frozen_at=None, offset=to - clock.wall())


def advance(*, by: Principal, step: timedelta) -> ClockSetting:
    """Move the time by `step`, also backward; it stands or runs as before."""
    setting = current()
    try:
        if setting.frozen_at is not None:
            return _write(by, frozen_at=setting.frozen_at + step, offset=timedelta())
        return _write(by, frozen_at=None, offset=setting.offset + step)
    except OverflowError as error:
        raise _out_of_range() from error


def go_to(*, by: Principal, at: datetime) -> ClockSetting:
    """Be at `at`; it stands or runs as before."""
    return freeze(by=by, at=at) if current().frozen_at is not None else set_time(by=by, to=at)


def reset(*, by: Principal) -> ClockSetting:
    """Back to the wall clock."""
    return _write(by, frozen_at=None, offset=timedelta())


@whole
def _write(by: Principal, *, frozen_at: datetime | None, offset: timedelta) -> ClockSetting:
    if not settings.DEMO_MODE:
        raise ClockError(Problem(code="not_in_demo_mode", message="The clock can be moved in demo mode only."))
    moment = frozen_at or clock.wall() + offset
    if not EARLIEST <= moment < LATEST:
        raise _out_of_range()
    last = ClockSetting.objects.aggregate(last=Max("number"))["last"] or 0
    setting = ClockSetting.objects.create(number=last + 1, frozen_at=frozen_at, offset=offset, set_by=by.name)
    look_again()
    transaction.on_commit(look_again)
    return setting


def _out_of_range() -> ClockError:
    message = f"The clock goes from the year {EARLIEST.year} to the end of {LATEST.year - 1}."
    return ClockError(Problem(code="clock_out_of_range", message=message, field="now"))
