"""A new subscription out of the catalog."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from customers.models import Customer
from gdap import access
from licensing.forms import OrderForm
from licensing.models import Product, SubscribedSku, Subscription
from licensing.services.orders import OrderLine, place_order
from partnercenter.errors import NotFound, Problem
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page
from partnercenter.portal.paging import key_page, words_of


@staff_page
def catalog(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Every product there is, by name or part number."""
    customer = _for_sale(request, customer_id)
    words = words_of(request.GET)
    owned = SubscribedSku.objects.filter(customer=customer, product=OuterRef("pk"))
    products = Product.objects.annotate(is_owned=Exists(owned))
    if words:
        products = products.filter(Q(name__icontains=words) | Q(sku_part_number__icontains=words))
    page = key_page(
        products,
        request.GET,
        sorts={"name": "name", "part": "sku_part_number"},
        default_sort="name",
        size=settings.PAGE_SIZE,
    )
    context = {
        "customer": customer,
        "page": page,
        "query": words,
        "columns": [
            {"label": "Product", "url": page.sort_url("name"), "sort": page.direction("name")},
            {"label": "Part number", "url": page.sort_url("part"), "sort": page.direction("part"), "class": "minor"},
        ],
        "products": [
            {
                "name": product.name,
                "part_number": product.sku_part_number,
                "url": reverse("order", args=[customer.pk, product.pk]),
                "is_owned": vars(product)["is_owned"],
                "note": "" if product.is_assignable else "Not assignable to users",
            }
            for product in page.rows
        ],
        "search": {
            "action": reverse("catalog", args=[customer.pk]),
            "value": words,
            "label": "Search by product or part number",
        },
    }
    shell = customer_page(customer, "subscriptions", ("Add subscription", ""))
    return render(request, "licensing/subscriptions/catalog.html", shell | context)


def _for_sale(request: PortalRequest, customer_id: uuid.UUID) -> Customer:
    customer = access.visible_customer(request.principal, customer_id)
    access.require_partner(request.principal, access.PartnerPermission.CHANGE_SUBSCRIPTIONS)
    access.require_reseller(request.principal, customer)
    return customer


@staff_page
def order(request: PortalRequest, customer_id: uuid.UUID, product_id: uuid.UUID) -> HttpResponse:
    customer = _for_sale(request, customer_id)
    product = Product.objects.filter(pk=product_id).first()
    if product is None:
        raise NotFound(Problem("product_not_found", "There is no such product in the catalog."))
    form = OrderForm(request.POST if request.method == "POST" else None, initial={"quantity": 1})
    if request.method == "POST" and form.attempt(lambda: _placed(request, customer, product, form)):
        bought: Subscription = form.result  # type: ignore[assignment]  # what the step gave
        messages.success(request, f"{customer} has {bought.quantity:,} licenses of {product} more.")
        return redirect("subscription", customer.pk, bought.pk)
    catalog_url = reverse("catalog", args=[customer.pk])
    context = {
        "customer": customer,
        "product": product,
        "form": form,
        "plans": product.service_plans.order_by("friendly_name").values_list("friendly_name", flat=True),
        "catalog_url": catalog_url,
    }
    shell = customer_page(customer, "subscriptions", ("Add subscription", catalog_url), (product.name, ""))
    return render(
        request, "licensing/subscriptions/order.html", shell | context, status=form.status if form.errors else 200
    )


def _placed(request: PortalRequest, customer: Customer, product: Product, form: OrderForm) -> Subscription:
    wanted = form.cleaned_data
    line = OrderLine(
        product=product, quantity=wanted["quantity"], term=wanted["term"], friendly_name=wanted["friendly_name"]
    )
    (bought,) = place_order(
        by=request.principal, customer=customer, lines=[line], billing_cycle=wanted["billing_cycle"]
    )
    return bought
