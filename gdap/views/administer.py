"""Administer: for each customer, the admin centers that the signed-in person's own roles open."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from customers.queries import matching_customers
from customers.roles import role_names
from gdap import access
from gdap.admin_centers import open_to
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import workspace_page
from partnercenter.portal.paging import key_page, words_of

HERE = "administer"


@staff_page
def administer(request: PortalRequest) -> HttpResponse:
    query = words_of(request.GET)
    customers = matching_customers(access.customers_visible_to(request.principal), query)
    page = key_page(customers, request.GET, sorts={"name": "sort_name"}, default_sort="name", size=settings.PAGE_SIZE)
    held = access.roles_at(request.principal, page.rows)
    context = {
        "customers": [
            {
                "name": customer.company_name,
                "url": reverse("admin-relationships", args=[customer.pk]),
                "roles": role_names(held[customer.pk]),
                "centers": [
                    (center.name, center.address.format(tenant=customer.pk, domain=customer.primary_domain))
                    for center in open_to(held[customer.pk])
                ],
                "why_url": f"{reverse('person-access', args=[request.user.pk])}?q={customer.pk}",
            }
            for customer in page.rows
        ],
        "columns": [
            {"label": "Customer", "url": page.sort_url("name"), "sort": page.direction("name")},
            {"label": "Your roles"},
            {"label": "Service management"},
        ],
        "page": page,
        "search": {"action": reverse(HERE), "value": query, "label": "Search customers by name or domain"},
    }
    return render(request, "gdap/administer.html", workspace_page(current=HERE) | context)
