"""One admin relationship: its terms, its security groups, and what happened to it."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from customers.models import Customer, DirectoryRole
from customers.roles import GLOBAL_ADMINISTRATOR
from gdap.lifecycle import APPROVAL_LAPSES_AFTER, AssignmentStatus, Status, Step
from gdap.models import AccessAssignment, AdminRelationship
from gdap.queries.groups import member_counts
from gdap.queries.history import history_of, progress_of
from gdap.queries.relationships import assignments_of
from gdap.views.relationships.listing import ASSIGN_HINT
from gdap.views.relationships.loading import loaded
from gdap.views.shown import badge, ends_soon, why_not
from partnercenter import clock
from partnercenter.audit.models import AuditRecord
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page

LIVING = (AssignmentStatus.PENDING, AssignmentStatus.ACTIVE)


@staff_page
def relationship_detail(request: PortalRequest, customer_id: uuid.UUID, relationship_id: uuid.UUID) -> HttpResponse:
    customer, relationship = loaded(request, customer_id, relationship_id)
    now = clock.now()
    roles = list(DirectoryRole.objects.filter(pk__in=relationship.role_links.values("role")))
    every = list(relationship.access_assignments.values_list("pk", flat=True))
    assignments = assignments_of(relationship, now)
    status = relationship.status(now)
    context = {
        "customer": customer,
        "relationship": relationship,
        "status": badge(status),
        "soon": ends_soon(relationship, now),
        "dates": _dates(relationship, now),
        "roles": roles,
        "groups": _groups(customer, assignments, now),
        "commands": _commands(request, customer, relationship, roles, now),
        "group_commands": _group_commands(request, customer, relationship, assignments, now),
        "warning": ASSIGN_HINT if status is Status.ACTIVE and not _living(assignments, now) else "",
        "history": [_line(record) for record in history_of(relationship, every)],
        "progress": progress_of(relationship, now),
    }
    shell = customer_page(customer, "admin-relationships", (relationship.display_name, ""))
    return render(request, "gdap/relationship.html", shell | context)


def _living(assignments: Sequence[AccessAssignment], now: datetime) -> bool:
    return any(row.status(now) in LIVING for row in assignments)


def _dates(relationship: AdminRelationship, now: datetime) -> list[tuple[str, datetime]]:
    """What has a date, in the order of a life."""
    asked, starts, status = relationship.approval_requested_at, relationship.activated_at, relationship.status(now)
    lapses = asked + APPROVAL_LAPSES_AFTER if asked and status is Status.APPROVAL_PENDING else None
    rows = [
        ("Created", relationship.created_at),
        ("Sent for approval", asked),
        ("Lapses without an answer", lapses),
        ("Approved", relationship.approved_at if _has_come(relationship.approved_at, now) else None),
        ("Start date", starts),
        ("End date", relationship.end(now) if starts else relationship.terminated_at),
    ]
    return [(label, moment) for label, moment in rows if moment is not None]


def _has_come(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def _groups(customer: Customer, assignments: Sequence[AccessAssignment], now: datetime) -> list[dict[str, object]]:
    members = member_counts([row.security_group for row in assignments])
    return [
        {
            "id": row.pk,
            "name": row.security_group.display_name,
            "url": reverse("edit-assignment", args=[customer.pk, row.relationship_id, row.pk]),
            "status": badge(row.status(now)),
            "members": members[row.security_group_id],
            "roles": [link.role.display_name for link in row.role_links.all()],
            "can_go": row.status(now) in LIVING,
        }
        for row in assignments
    ]


def _commands(
    request: PortalRequest,
    customer: Customer,
    relationship: AdminRelationship,
    roles: Sequence[DirectoryRole],
    now: datetime,
) -> list[dict[str, object]]:
    """In a draft: edit, send, delete; later: the invitation while it waits, edit, and what ends something."""

    def command(label: str, icon: str, name: str, step: Step) -> dict[str, object]:
        return {
            "label": label,
            "icon": icon,
            "url": reverse(name, args=[customer.pk, relationship.pk]),
            "why": why_not(request.principal, relationship, step, now),
        }

    if relationship.status(now) is Status.CREATED:
        return [
            command("Edit", "edit", "edit-relationship", Step.UPDATE),
            command("Send for approval", "mail", "send-relationship", Step.LOCK),
            command("Delete the draft", "delete", "delete-relationship", Step.DELETE),
        ]
    commands = [command("Edit", "edit", "edit-relationship", Step.SET_AUTO_EXTEND)]
    if relationship.status(now) is Status.APPROVAL_PENDING:
        url = reverse("relationship-requested", args=[customer.pk, relationship.pk])
        commands.insert(0, {"label": "Invitation", "icon": "mail", "url": url})
    if any(role.pk == GLOBAL_ADMINISTRATOR for role in roles):
        remove = Step.REMOVE_GLOBAL_ADMINISTRATOR
        commands.append(command("Remove Global Administrator", "subtract", "drop-global-administrator", remove))
    return [*commands, command("Terminate relationship", "delete", "terminate-relationship", Step.TERMINATE)]


def _group_commands(
    request: PortalRequest,
    customer: Customer,
    relationship: AdminRelationship,
    assignments: Sequence[AccessAssignment],
    now: datetime,
) -> list[dict[str, object]]:
    why = why_not(request.principal, relationship, Step.ASSIGN, now)
    args = [customer.pk, relationship.pk]
    url = reverse("assign-groups", args=args)
    add: dict[str, object] = {"label": "Add security groups", "icon": "add", "url": url, "why": why}
    remove: dict[str, object] = {
        "label": "Remove security groups",
        "icon": "delete",
        "url": reverse("remove-assignments", args=args),
        "needs_selection": True,
        "why": why,
    }
    return [add, remove] if _living(assignments, now) else [add]


def _line(record: AuditRecord) -> dict[str, object]:
    words = record.operation.removeprefix("granular_admin_").replace("_", " ")
    return {
        "at": record.occurred_at,
        "who": record.principal_name,
        "what": words.capitalize(),
        "thing": record.resource_name,
        "after": [f"{name.replace('_', ' ')}: {_told(value)}" for name, value in record.after.items()],
    }


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
