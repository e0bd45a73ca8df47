"""The customer list, and the way into a customer."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_GET

from customers.models import Customer, CustomerQuerySet, Domain, ResellerRelationship
from customers.permissions import CustomerPermission
from gdap import access
from partnercenter.fields import sort_key
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import workspace_page
from partnercenter.portal.paging import Page, key_page, words_of

SORTS = {"name": "sort_name", "domain": "primary_domain"}

COMMANDS = [
    {"label": label, "icon": icon, "url": reverse_lazy(page), "needs_selection": True}
    for label, icon, page in (
        ("Users and licenses", "people", "open-users"),
        ("Subscriptions", "apps-list", "open-subscriptions"),
    )
]


@staff_page
def customer_list(request: PortalRequest) -> HttpResponse:
    query = words_of(request.GET)
    customers = _matching(access.customers_visible_to(request.principal), query).annotate(
        is_resold=Exists(
            ResellerRelationship.objects.filter(
                customer=OuterRef("pk"), partner=request.principal.partner_id, ended_at__isnull=True
            )
        ),
        has_users_open=Exists(
            access.customers_visible_to(request.principal, CustomerPermission.READ_USERS).filter(pk=OuterRef("pk"))
        ),
    )
    page = key_page(customers, request.GET, sorts=SORTS, default_sort="name", size=settings.PAGE_SIZE)
    context = {
        "customers": [_row(customer) for customer in page.rows],
        "columns": _columns(page),
        "commands": COMMANDS if page.rows else [],
        "page": page,
        "query": query,
        "search": {
            "action": reverse("customers"),
            "value": query,
            "label": "Search by company name, domain or Microsoft ID",
        },
    }
    return render(request, "customers/customer_list.html", workspace_page() | context)


@require_GET
@staff_page
def open_selected(request: PortalRequest, page: str) -> HttpResponse:
    """Open a page of the customer that is selected on the list."""
    try:
        customer = access.visible_customer(request.principal, uuid.UUID(request.GET.get("customer", "")))
    except ValueError:
        messages.warning(request, "Select a customer first.")
        return redirect("customers")
    return redirect(page, customer.pk)


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
    is_resold, is_open = vars(customer)["is_resold"], vars(customer)["has_users_open"]
    return {
        "id": customer.pk,
        "name": customer.company_name,
        "url": reverse("customer", args=[customer.pk]),
        "domain": customer.primary_domain,
        "access": {"label": "GDAP role", "intent": "success"} if is_open else {"label": "None"},
        "relationship": "Cloud Reseller" if is_resold else "Admin relationship only",
    }


def _columns(page: Page[Customer]) -> list[dict[str, str]]:
    return [
        {"label": "Name", "url": page.sort_url("name"), "sort": page.direction("name")},
        {"label": "Microsoft ID", "class": "minor"},
        {"label": "Primary domain name", "url": page.sort_url("domain"), "sort": page.direction("domain")},
        {"label": "Relationship", "class": "minor"},
        {"label": "Your access"},
    ]
