"""One relationship, as the customer sees it: who, what, until when."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from customers.roles import GLOBAL_ADMINISTRATOR
from gdap.lifecycle import ALLOWED_IN, Status, Step
from gdap.models import AdminRelationship
from gdap.queries.customers import relationship_at, roles_of
from gdap.views.tenant.shown import Reason, grouped_roles, problem_bar, summary_of, why_not_decide
from partnercenter import clock
from partnercenter.errors import DomainError
from partnercenter.tenant.guards import tenant_page
from partnercenter.tenant.http import TenantRequest
from partnercenter.tenant.navigation import tenant_page_context

NOT_ACTIVE = "Only a relationship that is active can be changed or terminated."


@require_GET
@tenant_page
def relationship_detail(request: TenantRequest, relationship_id: uuid.UUID) -> HttpResponse:
    return detail_page(request, relationship_id)


def detail_page(
    request: TenantRequest, relationship_id: uuid.UUID, *, error: DomainError | None = None
) -> HttpResponse:
    """The relationship as it is now; with `error`, what a change of it was refused with on top."""
    now = clock.now()
    relationship = relationship_at(request.customer.pk, relationship_id, now)
    roles = roles_of(relationship)
    context = {
        "relationship": summary_of(relationship, now),
        "groups": grouped_roles(roles),
        "role_count": len(roles),
        "has_global_administrator": any(role.pk == GLOBAL_ADMINISTRATOR for role in roles),
        "is_waiting": relationship.status(now) is Status.APPROVAL_PENDING,
        "approve_url": reverse("tenant-approve", args=[relationship.pk]),
        "why": why_not_change(request, relationship),
        "problem": problem_bar(error) if error else None,
    }
    shell = tenant_page_context("tenant-relationships", (relationship.display_name, ""))
    return render(request, "tenant/relationship.html", shell | context, status=error.status if error else 200)


def why_not_change(request: TenantRequest, relationship: AdminRelationship) -> Reason | None:
    """What keeps the person from changing it; None if nothing does."""
    status = relationship.status(clock.now())
    if status not in ALLOWED_IN[Step.TERMINATE]:
        return {"sentence": NOT_ACTIVE, "hint": f"{relationship} is: {status.label}."}
    return why_not_decide(request)
