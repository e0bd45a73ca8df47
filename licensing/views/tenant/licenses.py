"""Billing > Licenses: one row per product that users can get, over all of its subscriptions."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from licensing.models import SubscribedSku
from licensing.queries import assignable_products
from licensing.views.tenant.shown import columns
from partnercenter.portal.paging import key_page, words_of
from partnercenter.tenant.guards import tenant_page
from partnercenter.tenant.http import TenantRequest
from partnercenter.tenant.navigation import tenant_page_context

SORTS = {"name": "name_key", "assigned": "consumed_units"}
COLUMNS = {"Product": "name", "Available": "", "Assigned": "assigned"}


@require_GET
@tenant_page
def license_list(request: TenantRequest) -> HttpResponse:
    query = words_of(request.GET)
    rows = assignable_products(request.customer)
    if query:
        rows = rows.filter(product__name__icontains=query)
    page = key_page(rows, request.GET, sorts=SORTS, default_sort="name", size=settings.PAGE_SIZE)
    context = {
        "products": [_line(row) for row in page.rows],
        "columns": columns(page, COLUMNS),
        "page": page,
        "query": query,
        "search": {"action": reverse("tenant-licenses"), "value": query, "label": "Search products"},
    }
    return render(request, "licensing/tenant/licenses.html", context | tenant_page_context("tenant-licenses"))


def _line(row: SubscribedSku) -> dict[str, object]:
    return {
        "name": row.product.name,
        "url": reverse("tenant-product", args=[row.product_id]),
        "available": row.available_units,
        "consumed": row.consumed_units,
        "total": row.total_units,
        "over_by": row.over_assigned_by,
    }
