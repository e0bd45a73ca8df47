"""Service management: where the services of one customer are administered and where their state is told."""

import uuid
from collections.abc import Collection, Iterable

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from customers.models import Customer
from customers.roles import role_names
from gdap import access
from gdap.admin_centers import ADMIN_CENTERS, HEALTH_DASHBOARDS, AdminCenter, opened_by, opens
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page

HERE = "service-management"
MOST_NAMED = 3


@require_GET
@staff_page
def service_management(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Links by the person's own roles at this customer; what is shut says which roles would do."""
    customer = access.visible_customer(request.principal, customer_id)
    held = access.roles_at(request.principal, [customer])[customer.pk]
    context = {
        "customer": customer,
        "roles": role_names(held),
        "services": _rows(customer, held, ADMIN_CENTERS),
        "dashboards": _rows(customer, held, HEALTH_DASHBOARDS),
        "why_url": reverse("who-can", args=[customer.pk]),
    }
    return render(request, "gdap/service_management.html", customer_page(customer, HERE) | context)


def _rows(customer: Customer, held: Collection[uuid.UUID], centers: Iterable[AdminCenter]) -> list[dict[str, object]]:
    return [
        {
            "name": center.name,
            "url": center.address.format(tenant=customer.pk, domain=customer.primary_domain),
            "why": None if opens(held, center) else _why(customer, center),
        }
        for center in centers
    ]


def _why(customer: Customer, center: AdminCenter) -> access.Why:
    """The roles named are those that can do least."""
    roles = access.listed(opened_by(center)[:MOST_NAMED])
    return access.Why(f"{center.name} at {customer.company_name} opens to roles like {roles}.")
