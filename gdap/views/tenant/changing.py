"""What the customer may change while a relationship is active, after saying what follows."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from customers.roles import GLOBAL_ADMINISTRATOR
from gdap.models import AdminRelationship
from gdap.queries.customers import also_held, relationship_at, roles_of
from gdap.services.relationships import remove_global_administrator, set_auto_extend, terminate_relationship
from gdap.views.tenant.detail import detail_page, why_not_change
from gdap.views.tenant.shown import grouped_roles, summary_of
from partnercenter import clock
from partnercenter.errors import DomainError, NotFound
from partnercenter.tenant.guards import tenant_page
from partnercenter.tenant.http import TenantRequest
from partnercenter.tenant.navigation import tenant_page_context

NEVER = -1  # the version of a form that names none: better to ask again
LONGEST_NUMBER = 9


@require_http_methods(["GET", "POST"])
@tenant_page
def terminate(request: TenantRequest, relationship_id: uuid.UUID) -> HttpResponse:
    relationship = relationship_at(request.customer.pk, relationship_id, clock.now())
    if request.method != "POST":
        return _question(request, relationship, "Terminate relationship", _on_terminate(relationship))
    done = f"{relationship} is terminated. {relationship.partner} has lost the roles that it gave."
    return _carried_out(
        request,
        relationship,
        lambda: terminate_relationship(
            by=request.principal, relationship=relationship, expected_version=_version(request)
        ),
        done=done,
    )


@require_http_methods(["GET", "POST"])
@tenant_page
def drop_global_administrator(request: TenantRequest, relationship_id: uuid.UUID) -> HttpResponse:
    relationship = relationship_at(request.customer.pk, relationship_id, clock.now())
    if request.method != "POST":
        sentences = _on_drop(relationship)
        return _question(request, relationship, "Remove Global Administrator", sentences, only=GLOBAL_ADMINISTRATOR)
    return _carried_out(
        request,
        relationship,
        lambda: remove_global_administrator(
            by=request.principal, relationship=relationship, expected_version=_version(request)
        ),
        done=f"{relationship} is without Global Administrator now.",
    )


@require_POST
@tenant_page
def auto_extend(request: TenantRequest, relationship_id: uuid.UUID) -> HttpResponse:
    """Let the end roll by 180 days, or stay; nothing is lost by it now, so nobody is asked twice."""
    relationship = relationship_at(request.customer.pk, relationship_id, clock.now())
    enabled = request.POST.get("enabled") == "true"
    return _carried_out(
        request,
        relationship,
        lambda: set_auto_extend(
            by=request.principal, relationship=relationship, enabled=enabled, expected_version=_version(request)
        ),
        done=f"Auto extend of {relationship} is {'on' if enabled else 'off'} now.",
    )


def _carried_out(
    request: TenantRequest, relationship: AdminRelationship, act: Callable[[], object], *, done: str
) -> HttpResponse:
    """On to the relationship; where it was refused, there with the reason."""
    try:
        act()
    except NotFound:
        raise
    except DomainError as error:
        return detail_page(request, relationship.pk, error=error)
    messages.success(request, done)
    return redirect("tenant-relationship", relationship.pk)


def _on_terminate(relationship: AdminRelationship) -> list[str]:
    groups = relationship.access_assignments.filter(deletion_requested_at__isnull=True).count()
    whose = "security group of the partner acts" if groups == 1 else "security groups of the partner act"
    return [
        f"{relationship.partner} loses these roles in your organization at once. This can't be taken back.",
        f"{groups} {whose} with them now." if groups else "Nobody at the partner acts with one of them so far.",
        "What your organization bought stays, and the partner can go on selling to it.",
    ]


def _on_drop(relationship: AdminRelationship) -> list[str]:
    return [
        f"{relationship.partner} loses this role in your organization at once.",
        "It can't be added again; the partner would have to send another request.",
        "All other roles of the relationship stay as they are.",
    ]


def _question(
    request: TenantRequest,
    relationship: AdminRelationship,
    title: str,
    sentences: list[str],
    *,
    only: uuid.UUID | None = None,
) -> HttpResponse:
    """What follows, before it does. Where there is nothing to ask, the page of the relationship says why."""
    now = clock.now()
    roles = [role for role in roles_of(relationship) if only in (None, role.pk)]
    if why_not_change(request, relationship) or not roles:
        return redirect("tenant-relationship", relationship.pk)
    details = reverse("tenant-relationship", args=[relationship.pk])
    context = {
        "title": f"{title}?",
        "button": title,
        "relationship": summary_of(relationship, now),
        "sentences": sentences,
        "groups": grouped_roles(roles, also_held(relationship, now)),
        "back_url": details,
    }
    shell = tenant_page_context("tenant-relationships", (relationship.display_name, details), (title, ""))
    return render(request, "tenant/confirm.html", shell | context)


def _version(request: TenantRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else NEVER
