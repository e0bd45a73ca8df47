"""What a partner sold to a customer: the list, its file, and the orders."""

import uuid
from collections.abc import Iterator, Sequence

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from customers.models import Customer
from gdap import access
from licensing.forms import TERMS
from licensing.models import Product, Subscription
from licensing.queries import Seats, inventory
from licensing.rules.subscriptions import Standing
from licensing.views.subscriptions.shown import CYCLES, assigned_elsewhere, quantity_words, shown
from partnercenter import clock
from partnercenter.errors import sentence
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page
from partnercenter.portal.paging import Page, key_page, words_of
from partnercenter.portal.tables import csv_answer

SORTS = {
    "name": "product_name",
    "commerce": "commerce",
    "quantity": "quantity",
    "ends": "term_ends_at",
    "bought": "created_at",
}
Permission = access.PartnerPermission


@staff_page
def subscriptions(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Subscriptions need no GDAP, only the reseller relationship; each partner sees those it sold."""
    customer = access.visible_customer(request.principal, customer_id)
    rows = _wanted(request, customer).select_related("product", "parent__product")
    page = key_page(rows, request.GET, sorts=SORTS, default_sort="name", size=settings.PAGE_SIZE)
    seats = inventory(customer, only={row.product_id for row in page.rows}).seats
    why = why_not_sell(request, customer)
    context = {
        "customer": customer,
        "subscriptions": [_row(row, seats.get(row.product_id), may_buy=why is None) for row in page.rows],
        "columns": _columns(page),
        "filters": _filters(request.GET),
        "kind": _kind(request.GET),
        "page": page,
        "query": words_of(request.GET),
        "commands": _commands(request, customer, why, has_rows=bool(page.rows)),
        "search": {
            "action": reverse("subscriptions", args=[customer.pk]),
            "value": words_of(request.GET),
            "label": "Search by product or nickname",
            "hidden": [("kind", _kind(request.GET))] if _kind(request.GET) else [],
        },
    }
    return render(request, "licensing/subscriptions/list.html", customer_page(customer, "subscriptions") | context)


def sold_by_us(request: PortalRequest, customer: Customer) -> QuerySet[Subscription]:
    return Subscription.objects.filter(customer=customer, partner=request.principal.partner_id).select_related(
        "product"
    )


def _wanted(request: PortalRequest, customer: Customer) -> QuerySet[Subscription]:
    found = sold_by_us(request, customer).annotate(product_name=F("product__name"))
    if words := words_of(request.GET):
        found = found.filter(Q(product__name__icontains=words) | Q(friendly_name__icontains=words))
    if kind := _kind(request.GET):
        found = found.filter(product__kind=kind)
    return found


def _kind(params: QueryDict) -> str:
    """Of the products to show; "" for all, also where the address asks for what is none."""
    asked = params.get("kind", "")
    return asked if asked in Product.Kind.values else ""


def _filters(params: QueryDict) -> list[dict[str, object]]:
    """One for each section of the list."""
    words, chosen = words_of(params), _kind(params)
    return [
        {
            "label": label,
            "url": "?" + urlencode({name: value for name, value in (("kind", kind), ("q", words)) if value}),
            "current": kind == chosen,
        }
        for kind, label in (("", "All"), *Product.Kind.choices)
    ]


def why_not_sell(request: PortalRequest, customer: Customer) -> access.Why | None:
    """What stands between the person and a purchase for this customer; None if nothing does."""
    missing = access.why_not_partner(request.principal, Permission.CHANGE_SUBSCRIPTIONS)
    if missing is not None:
        return missing
    if customer.is_resold_by(request.principal.partner_id):
        return None
    return access.Why(
        sentence(f"Buying more needs a reseller relationship with {customer.company_name}"),
        "Your company has none any more; what was sold stays listed.",
    )


def _commands(
    request: PortalRequest, customer: Customer, why: access.Why | None, *, has_rows: bool
) -> list[dict[str, object]]:
    buy: dict[str, object] = {"label": "Add subscription", "icon": "add", "url": reverse("catalog", args=[customer.pk])}
    history: dict[str, object] = {
        "label": "Order history",
        "icon": "receipt",
        "url": reverse("orders", args=[customer.pk]),
    }
    export: dict[str, object] = {
        "label": "Export subscriptions",
        "icon": "arrow-download",
        "url": f"{reverse('export-subscriptions', args=[customer.pk])}?{request.GET.urlencode()}",
    }
    first = {**buy, "why": why} if why else buy
    return [first, history, export] if has_rows else [first, history]


def _row(subscription: Subscription, seats: Seats | None, *, may_buy: bool) -> dict[str, object]:
    stands = shown(subscription, clock.now())
    has_quantity = subscription.product.kind != Product.Kind.USAGE
    buy_url = f"{reverse('buy-more', args=[subscription.customer_id])}?subscription={subscription.pk}"
    return {
        "name": str(subscription),
        "product": subscription.product.name if subscription.friendly_name else "",
        "url": reverse("subscription", args=[subscription.customer_id, subscription.pk]),
        "base": str(subscription.parent) if subscription.parent else "",
        "type": subscription.kind_label,
        "quantity": quantity_words(subscription),
        "shown": stands,
        "seats": seats,
        "elsewhere": assigned_elsewhere(subscription.product),
        "buy_url": buy_url if may_buy and stands.standing is Standing.ACTIVE and has_quantity else "",
    }


def _columns(page: "Page[Subscription]") -> list[dict[str, str]]:
    return [
        {"label": label, "url": page.sort_url(word), "sort": page.direction(word)} if word else {"label": label}
        for label, word in (
            ("Name", "name"),
            ("Type", "commerce"),
            ("Quantity", "quantity"),
            ("Assigned", ""),
            ("Status", "ends"),
        )
    ]


@staff_page
def export_subscriptions(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponseBase:
    """With the columns of the real service's file, and the status that its page leaves out."""
    customer = access.visible_customer(request.principal, customer_id)
    rows = _wanted(request, customer).select_related("partner").order_by("product__name", "pk")
    return csv_answer(
        name="Subscriptions",
        columns=("Subscription ID", "Subscription", "Quantity", "Status", "Reseller"),
        rows=_exported(rows),
    )


def _exported(rows: QuerySet[Subscription]) -> Iterator[Sequence[object]]:
    now = clock.now()
    for row in rows.iterator(chunk_size=500):
        yield row.pk, str(row), row.quantity, shown(row, now).text, row.partner.name


@staff_page
def orders(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Every line of every order, the newest first."""
    customer = access.visible_customer(request.principal, customer_id)
    page = key_page(
        sold_by_us(request, customer),
        request.GET,
        sorts={"bought": "created_at"},
        default_sort="-bought",
        size=settings.PAGE_SIZE,
    )
    context = {
        "customer": customer,
        "page": page,
        "column": {"label": "Ordered", "url": page.sort_url("bought"), "sort": page.direction("bought")},
        "orders": [
            {
                "at": row.created_at,
                "order_id": row.order_id,
                "name": row.product.name,
                "url": reverse("subscription", args=[customer.pk, row.pk]),
                "quantity": row.ordered_quantity if row.product.kind != Product.Kind.USAGE else "By use",
                "term": TERMS.get(row.term, row.term),
                "cycle": CYCLES.get(row.billing_cycle, row.billing_cycle),
            }
            for row in page.rows
        ],
    }
    shell = customer_page(customer, "subscriptions", ("Order history", ""))
    return render(request, "licensing/subscriptions/orders.html", shell | context)
