"""Answering a partner's request: all roles, or none."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from customers.roles import GLOBAL_ADMINISTRATOR
from gdap.lifecycle import APPROVAL_LAPSES_AFTER, OVER, Status
from gdap.models import AdminRelationship
from gdap.queries.customers import invitation_to, roles_of
from gdap.services.relationships import approve_relationship, decline_relationship
from gdap.views.tenant.shown import grouped_roles, problem_bar, summary_of, why_not_decide
from partnercenter import clock
from partnercenter.errors import DomainError, NotFound, sentence
from partnercenter.tenant.guards import tenant_page
from partnercenter.tenant.http import TenantRequest
from partnercenter.tenant.navigation import tenant_page_context


@require_http_methods(["GET", "POST"])
@tenant_page
def approve(request: TenantRequest, relationship_id: uuid.UUID) -> HttpResponse:
    relationship = invitation_to(request.customer.pk, relationship_id, clock.now())
    if relationship.is_gone(clock.now()):
        return _lapsed(request, relationship)
    if request.method != "POST":
        return _page(request, relationship)
    try:
        approve_relationship(by=request.principal, relationship=relationship)
    except NotFound:
        raise
    except DomainError as error:
        return _refused(request, relationship_id, error)
    told = f"{relationship.partner} may give these roles to its security groups now."
    messages.success(request, f"{sentence(f'You approved {relationship}')} {told}")
    return redirect("tenant-relationship", relationship.pk)


@require_http_methods(["GET", "POST"])
@tenant_page
def decline(request: TenantRequest, relationship_id: uuid.UUID) -> HttpResponse:
    """Asked once more, for it can't be taken back; the partner may send another request."""
    relationship = invitation_to(request.customer.pk, relationship_id, clock.now())
    if relationship.is_gone(clock.now()):
        return _lapsed(request, relationship)
    if request.method == "POST":
        try:
            decline_relationship(by=request.principal, relationship=relationship)
        except NotFound:
            raise
        except DomainError as error:
            return _refused(request, relationship_id, error)
        told = f"{relationship.partner} gets none of the roles."
        messages.success(request, f"{sentence(f'You declined {relationship}')} {told}")
        return redirect("tenant-relationships")
    if relationship.status(clock.now()) is not Status.APPROVAL_PENDING or why_not_decide(request):
        return redirect("tenant-approve", relationship.pk)
    context = {
        "title": "Decline the request?",
        "relationship": summary_of(relationship, clock.now()),
        "sentences": [f"{relationship.partner} gets none of the roles. A later request would need a new invitation."],
        "button": "Decline",
        "back_url": reverse("tenant-approve", args=[relationship.pk]),
    }
    return render(request, "tenant/confirm.html", context | _shell("Decline"))


def _refused(request: TenantRequest, relationship_id: uuid.UUID, error: DomainError) -> HttpResponse:
    """The page as things stand now, with what was wrong on top of it."""
    relationship = invitation_to(request.customer.pk, relationship_id, clock.now())
    return _page(request, relationship, error=error)


def _page(request: TenantRequest, relationship: AdminRelationship, *, error: DomainError | None = None) -> HttpResponse:
    now = clock.now()
    roles = roles_of(relationship)
    context = {
        "relationship": summary_of(relationship, now),
        "groups": grouped_roles(roles),
        "role_count": len(roles),
        "has_global_administrator": any(role.pk == GLOBAL_ADMINISTRATOR for role in roles),
        "lapses_at": _lapses_at(relationship),
        "answer": _answer(relationship, now),
        "is_open_to_all": relationship.customer_id is None,
        "why": why_not_decide(request),
        "problem": problem_bar(error) if error else None,
    }
    return render(
        request, "tenant/approve.html", context | _shell("Approve partner roles"), status=error.status if error else 200
    )


def _lapsed(request: TenantRequest, relationship: AdminRelationship) -> HttpResponse:
    """Nobody answered in time; for both sides it is as if it had never been."""
    context = {"relationship": summary_of(relationship, clock.now()), "lapsed_at": _lapses_at(relationship)}
    return render(request, "tenant/lapsed.html", context | _shell("Request lapsed"), status=404)


def _lapses_at(relationship: AdminRelationship) -> datetime | None:
    asked = relationship.approval_requested_at
    return asked + APPROVAL_LAPSES_AFTER if asked else None


def _answer(relationship: AdminRelationship, now: datetime) -> str:
    """What became of a request that needs no answer any more; empty while it waits."""
    status = relationship.status(now)
    if status is Status.APPROVAL_PENDING:
        return ""
    if relationship.approved_at is None:
        return "Your organization declined this request."
    if status in OVER:
        return f"This request was approved, and the relationship is over: {status.label}."
    return "Your organization has approved this request already."


def _shell(label: str) -> dict[str, object]:
    return tenant_page_context("tenant-relationships", (label, ""))
