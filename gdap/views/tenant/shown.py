"""How relationships and reasons look to the customer."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime

from customers.models import DirectoryRole
from gdap.access.customer_side import DECIDES, approvers, is_approver
from gdap.models import AdminRelationship
from gdap.views.shown import badge
from partnercenter.errors import DomainError
from partnercenter.tenant.http import TenantRequest

MOST_NAMED = 3
Reason = dict[str, str]


def days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


def grouped_roles(
    roles: Iterable[DirectoryRole], kept: Mapping[uuid.UUID, str] | None = None
) -> dict[str, list[dict[str, str]]]:
    """Heading of the role picker -> the roles under it; `kept` says through what else a role stays."""
    found: dict[str, list[dict[str, str]]] = {}
    for role in roles:
        row = {
            "name": role.display_name,
            "text": role.description,
            "privileged": "privileged" if role.is_privileged else "",
            "kept": (kept or {}).get(role.pk, ""),
        }
        found.setdefault(role.portal_group or "Other", []).append(row)
    return found


def summary_of(relationship: AdminRelationship, now: datetime) -> dict[str, object]:
    """The facts of a relationship for its pages and its line in the list."""
    status = relationship.status(now)
    return {
        "id": relationship.pk,
        "name": relationship.display_name,
        "partner": relationship.partner,
        "badge": badge(status),
        "duration": days(relationship.duration_days),
        "starts_at": relationship.activated_at or None,
        "ends_at": relationship.end(now),
        "auto_extend": relationship.auto_extend,
        "requested_at": relationship.approval_requested_at,
        "version": relationship.version,
    }


def why_not_decide(request: TenantRequest) -> Reason | None:
    """What keeps the person from deciding about partners, and who can; None if nothing does."""
    if is_approver(request.principal):
        return None
    able = list(approvers(request.customer.pk)[: MOST_NAMED + 1])
    names = ", ".join(f"{one.display_name} ({one.user_principal_name})" for one in able[:MOST_NAMED])
    if not able:
        return {"sentence": DECIDES, "hint": "Nobody in your organization holds one of these roles now."}
    more = " and others" if len(able) > MOST_NAMED else ""
    return {"sentence": DECIDES, "hint": f"In your organization that is: {names}{more}."}


def problem_bar(error: DomainError) -> dict[str, object]:
    """A refusal as a message bar above the page."""
    points = [problem.message for problem in error.problems[1:]]
    return {"intent": "error", "title": "Nothing was changed.", "text": error.message, "points": points}
