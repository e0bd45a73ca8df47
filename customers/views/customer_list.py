"""The customer list, and the way into a customer."""

import uuid

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from customers.models import Customer, CustomerQuerySet, Domain, ResellerRelationship
from gdap import access
from partnercenter.fields import sort_key
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import workspace_page
from partnercenter.portal.paging import Page, key_page

SORTS = {"name": "sort_name", "domain": "primary_domain"}


@staff_page
def customer_list(request: PortalRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()
    customers = _matching(access.customers_visible_to(request.principal), query).annotate(
        is_resold=Exists(
            ResellerRelationship.objects.filter(
                customer=OuterRef("pk"), partner=request.principal.partner_id, ended_at__isnull=True
            )
        )
    )
    page = key_page(customers, request.GET, sorts=SORTS, default_sort="name", size=settings.PAGE_SIZE)
    context = {
        "customers": [_row(customer) for customer in page.rows],
        "columns": _columns(page),
        "page": page,
        "query": query,
        "search": {
            "action": reverse("customers"),
            "value": query,
            "label": "Search by company name, domain or Microsoft ID",
        },
    }
    return render(request, "customers/customer_list.html", workspace_page() | context)


@staff_page
def customer_page(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """A customer opens on the page that the person can work with."""
    customer = access.visible_customer(request.principal, customer_id)
    return redirect("users", customer.pk)


def _matching(customers: CustomerQuerySet, query: str) -> CustomerQuerySet:
    if not query:
        return customers
    try:
        return customers.filter(pk=uuid.UUID(query))
    except ValueError:
        domains = Domain.objects.filter(customer=OuterRef("pk"), name__icontains=query)
        return customers.filter(Q(sort_name__contains=sort_key(query)) | Q(Exists(domains)))


def _row(customer: Customer) -> dict[str, object]:
    return {
        "id": customer.pk,
        "name": customer.company_name,
        "url": reverse("customer", args=[customer.pk]),
        "domain": customer.primary_domain,
        "relationship": "Cloud Reseller" if getattr(customer, "is_resold", False) else "Admin relationship only",
    }


def _columns(page: Page[Customer]) -> list[dict[str, str]]:
    return [
        {"label": "Name", "url": page.sort_url("name"), "sort": page.direction("name")},
        {"label": "Microsoft ID"},
        {"label": "Primary domain name", "url": page.sort_url("domain"), "sort": page.direction("domain")},
        {"label": "Relationship"},
    ]
