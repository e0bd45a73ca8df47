"""Billing > Your products: one row per subscription, also of what nobody can be assigned."""

import uuid
from collections.abc import Mapping

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from licensing.models import Product, SubscribedSku, Subscription
from licensing.queries import owned_subscriptions
from licensing.views.subscriptions.shown import assigned_elsewhere, quantity_words, shown
from licensing.views.tenant.shown import columns
from partnercenter import clock
from partnercenter.portal.paging import key_page, words_of
from partnercenter.tenant.guards import tenant_page
from partnercenter.tenant.http import TenantRequest
from partnercenter.tenant.navigation import tenant_page_context

SORTS = {"name": "name_key", "quantity": "quantity"}
COLUMNS = {
    "Product": "name",
    "Purchased quantity": "quantity",
    "Assigned licenses": "",
    "Status": "",
    "Renewal": "",
}


@require_GET
@tenant_page
def your_products(request: TenantRequest) -> HttpResponse:
    query = words_of(request.GET)
    rows = owned_subscriptions(request.customer)
    if query:
        rows = rows.filter(product__name__icontains=query) | rows.filter(friendly_name__icontains=query)
    page = key_page(rows, request.GET, sorts=SORTS, default_sort="name", size=settings.PAGE_SIZE)
    consumed = _consumed(request, page.rows)
    url = reverse("tenant-your-products")
    context = {
        "subscriptions": [_line(row, consumed) for row in page.rows],
        "columns": columns(page, COLUMNS),
        "page": page,
        "query": query,
        "search": {"action": url, "value": query, "label": "Search your products"},
    }
    shell = tenant_page_context("tenant-your-products")
    return render(request, "licensing/tenant/your_products.html", shell | context)


def _line(subscription: Subscription, consumed: Mapping[uuid.UUID, int]) -> dict[str, object]:
    return {
        "name": str(subscription.product),
        "nickname": subscription.friendly_name,
        "seller": subscription.partner.name,
        "quantity": quantity_words(subscription)
        if subscription.product.kind == Product.Kind.USAGE
        else subscription.quantity,
        "assigned": _assigned(subscription, consumed),
        "shown": shown(subscription, clock.now()),
    }


def _assigned(subscription: Subscription, consumed: Mapping[uuid.UUID, int]) -> str:
    """Seats of the new commerce are counted by product alone, so a subscription can't say who uses which."""
    elsewhere = assigned_elsewhere(subscription.product)
    if not subscription.is_classic and subscription.product.has_seats:
        return "Not Available"
    return elsewhere or str(consumed.get(subscription.product_id, 0))


def _consumed(request: TenantRequest, rows: list[Subscription]) -> dict[uuid.UUID, int]:
    """Product -> seats in use, over all of its subscriptions. One query."""
    products = {row.product_id for row in rows}
    found = SubscribedSku.objects.filter(customer=request.customer, product__in=products)
    return dict(found.values_list("product", "consumed_units"))
