"""How states and reasons look on the pages."""

import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from gdap.access import PartnerPermission, Why, why_not_partner
from gdap.lifecycle import ALLOWED_IN, AssignmentStatus, Status, Step
from gdap.models import AdminRelationship
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import Principal
from partnercenter.portal.http import PortalRequest

Badge = dict[str, str]

_INTENT: Mapping[str, str] = {
    Status.APPROVAL_PENDING: "accent",
    Status.APPROVED: "accent",
    Status.ACTIVATING: "accent",
    Status.ACTIVE: "success",
    Status.EXPIRING: "warning",
    Status.TERMINATION_REQUESTED: "warning",
    Status.TERMINATING: "warning",
    AssignmentStatus.PENDING: "accent",
    AssignmentStatus.ACTIVE: "success",
    AssignmentStatus.DELETING: "warning",
}

_NOT_NOW: Mapping[Step, str] = {
    Step.UPDATE: "The terms can be changed until the request is sent to the customer.",
    Step.DELETE: "Only a draft can be deleted.",
    Step.LOCK: "The request was sent to the customer already.",
    Step.TERMINATE: "Only an active admin relationship can be terminated.",
    Step.SET_AUTO_EXTEND: "Auto extend can be changed in a draft and while the relationship is active.",
    Step.REMOVE_GLOBAL_ADMINISTRATOR: "A role can be removed only while the relationship is active.",
    Step.ASSIGN: "Security groups get roles only while the relationship is active.",
}

SOON = timedelta(days=30)


def badge(status: Status | AssignmentStatus) -> Badge:
    return {"label": str(status.label), "intent": _INTENT.get(status, "")}


def ends_soon(relationship: AdminRelationship, now: datetime) -> str:
    """For example "Ends in 7 days"; nothing for what extends itself, is over, or has a month to go."""
    end = relationship.ends_at
    if relationship.auto_extend or end is None or relationship.status(now) is not Status.ACTIVE or end - now > SOON:
        return ""
    days = (end - now).days
    return "Ends today" if days == 0 else f"Ends in {days} day{'' if days == 1 else 's'}"


def why_not(principal: Principal, relationship: AdminRelationship, step: Step, now: datetime) -> Why | None:
    """What keeps this person, or anybody now, from a step; None if it can be taken."""
    permission = PartnerPermission.ASSIGN_GROUPS if step is Step.ASSIGN else PartnerPermission.MANAGE_RELATIONSHIPS
    missing = why_not_partner(principal, permission)
    if missing is not None:
        return missing
    status = relationship.status(now)
    return None if status in ALLOWED_IN[step] else Why(_NOT_NOW[step], f"It is: {status.label}.")


def partner_of(request: PortalRequest) -> Partner:
    """The partner whose staff the person is; the guard lets nobody else in."""
    user = request.principal.user
    if user is None or user.partner is None:
        raise TypeError("A portal page was opened by somebody who is no partner's staff.")
    return user.partner


def ids_in(texts: Iterable[str]) -> list[uuid.UUID]:
    """Each id once, as selected in a list; what is no id is left out."""
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(uuid.UUID(text))
    return list(dict.fromkeys(found))
