"""The life of admin relationships and access assignments, as tables (graph_gdap_contract sections 8 and 9).

Somebody's step stores moments, also those at which the following states will begin; which state holds, is read off
them by the clock. So no job has to run for anything to be right, and a clock that is moved back brings states back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from django.db.models import TextChoices

EXTENSION = timedelta(days=180)
APPROVAL_LAPSES_AFTER = timedelta(days=90)
OVER_IS_KEPT_FOR = timedelta(days=365)


class Status(TextChoices):
    """The states of a relationship; the contract's `unknownFutureValue` is never one's own."""

    CREATED = "created", "Created"
    APPROVAL_PENDING = "approvalPending", "Approval pending"
    APPROVED = "approved", "Approved"
    ACTIVATING = "activating", "Activating"
    ACTIVE = "active", "Active"
    EXPIRING = "expiring", "Expiring"
    EXPIRED = "expired", "Expired"
    TERMINATION_REQUESTED = "terminationRequested", "Termination requested"
    TERMINATING = "terminating", "Terminating"
    TERMINATED = "terminated", "Terminated"


class AssignmentStatus(TextChoices):
    """The contract's `error` never comes up here."""

    PENDING = "pending", "Pending"
    ACTIVE = "active", "Active"
    DELETING = "deleting", "Deleting"
    DELETED = "deleted", "Deleted"


class Step(StrEnum):
    """What somebody may do to a relationship."""

    UPDATE = "update"
    DELETE = "delete"
    LOCK = "lockForApproval"
    APPROVE = "approve"
    DECLINE = "reject"
    TERMINATE = "terminate"
    SET_AUTO_EXTEND = "setAutoExtend"
    REMOVE_GLOBAL_ADMINISTRATOR = "removeGlobalAdministrator"
    ASSIGN = "assign"


_S = Status

ALLOWED_IN: Mapping[Step, frozenset[Status]] = MappingProxyType(
    {
        Step.UPDATE: frozenset({_S.CREATED}),
        Step.DELETE: frozenset({_S.CREATED}),
        Step.LOCK: frozenset({_S.CREATED}),
        Step.APPROVE: frozenset({_S.APPROVAL_PENDING}),
        Step.DECLINE: frozenset({_S.APPROVAL_PENDING}),
        Step.TERMINATE: frozenset({_S.ACTIVE}),
        Step.SET_AUTO_EXTEND: frozenset({_S.CREATED, _S.ACTIVE}),
        Step.REMOVE_GLOBAL_ADMINISTRATOR: frozenset({_S.ACTIVE}),
        Step.ASSIGN: frozenset({_S.ACTIVE}),
    }
)

# Where a step leads that changes the state at all; with no time in between, states that only pass are passed at once.
LEADS_TO: Mapping[Step, Status] = MappingProxyType(
    {
        Step.LOCK: _S.APPROVAL_PENDING,
        Step.APPROVE: _S.APPROVED,
        Step.DECLINE: _S.TERMINATED,
        Step.TERMINATE: _S.TERMINATION_REQUESTED,
    }
)

# Where time alone leads; None is gone for both sides.
PASSES_TO: Mapping[Status, Status | None] = MappingProxyType(
    {
        _S.APPROVAL_PENDING: None,
        _S.APPROVED: _S.ACTIVATING,
        _S.ACTIVATING: _S.ACTIVE,
        _S.ACTIVE: _S.EXPIRING,
        _S.EXPIRING: _S.EXPIRED,
        _S.EXPIRED: None,
        _S.TERMINATION_REQUESTED: _S.TERMINATING,
        _S.TERMINATING: _S.TERMINATED,
        _S.TERMINATED: None,
    }
)

OVER = frozenset({_S.EXPIRING, _S.EXPIRED, _S.TERMINATION_REQUESTED, _S.TERMINATING, _S.TERMINATED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long the states last that only pass; nothing by default."""

    approved: timedelta = timedelta()
    activating: timedelta = timedelta()
    expiring: timedelta = timedelta()
    termination_requested: timedelta = timedelta()
    terminating: timedelta = timedelta()
    assignment_pending: timedelta = timedelta()
    assignment_deleting: timedelta = timedelta()
    operation: timedelta = timedelta()


class Life(Protocol):
    """The stored moments of a relationship; one in the future has not come yet."""

    @property
    def approval_requested_at(self) -> datetime | None: ...
    @property
    def approved_at(self) -> datetime | None: ...
    @property
    def activating_at(self) -> datetime | None: ...
    @property
    def activated_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def auto_extend(self) -> bool: ...
    @property
    def termination_requested_at(self) -> datetime | None: ...
    @property
    def terminating_at(self) -> datetime | None: ...
    @property
    def terminated_at(self) -> datetime | None: ...


def status_of(life: Life, now: datetime, timing: Timing) -> Status:
    """The state that the moments give; of those that have come, the last in the order of a life counts."""
    steps = (
        (life.terminated_at, _S.TERMINATED),
        (life.terminating_at, _S.TERMINATING),
        (life.termination_requested_at, _S.TERMINATION_REQUESTED),
        (_expired_at(life, timing), _S.EXPIRED),
        (_runs_out_at(life), _S.EXPIRING),
        (life.activated_at, _S.ACTIVE),
        (life.activating_at, _S.ACTIVATING),
        (life.approved_at, _S.APPROVED),
        (life.approval_requested_at, _S.APPROVAL_PENDING),
    )
    return next((status for moment, status in steps if moment is not None and moment <= now), _S.CREATED)


def is_gone(life: Life, now: datetime, timing: Timing) -> bool:
    """Whether both sides no longer see it: an approval that lapsed, or over for a year."""
    match status_of(life, now, timing):
        case Status.APPROVAL_PENDING:
            return _passed(life.approval_requested_at, APPROVAL_LAPSES_AFTER, now)
        case Status.EXPIRED:
            return _passed(_expired_at(life, timing), OVER_IS_KEPT_FOR, now)
        case Status.TERMINATED:
            return _passed(life.terminated_at, OVER_IS_KEPT_FOR, now)
    return False


def end_of(life: Life, now: datetime) -> datetime | None:
    """When it ends or has ended, as of `now`: auto extend adds 180 days on the last day, again and again."""
    if life.terminated_at is not None and life.termination_requested_at and life.termination_requested_at <= now:
        return life.terminated_at
    if life.ends_at is None or not life.auto_extend or now < life.ends_at:
        return life.ends_at
    return life.ends_at + EXTENSION * ((now - life.ends_at) // EXTENSION + 1)


def _runs_out_at(life: Life) -> datetime | None:
    return None if life.auto_extend else life.ends_at


def _expired_at(life: Life, timing: Timing) -> datetime | None:
    end = _runs_out_at(life)
    return end + timing.expiring if end else None


def _passed(since: datetime | None, time: timedelta, now: datetime) -> bool:
    return since is not None and since + time <= now
