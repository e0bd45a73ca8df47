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
from licensing.views.subscriptions.listing import sold_by_us
from partnercenter.errors import NotFound, Problem, sentence
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
                "note": _note(product),
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


def _note(product: Product) -> str:
    if product.kind == Product.Kind.SAAS:
        return f"SaaS by {product.publisher}"
    if product.kind == Product.Kind.USAGE:
        return str(product.get_kind_display())
    return "" if product.is_assignable else "Not assignable to users"


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
    base = _base(request, customer)
    form = OrderForm(
        request.POST if request.method == "POST" else None, without=_fixed(product, base), initial={"quantity": 1}
    )
    if request.method == "POST" and form.attempt(lambda: _placed(request, customer, product, form, base)):
        bought: Subscription = form.result  # type: ignore[assignment]  # what the step gave
        messages.success(request, _told(bought))
        return redirect("subscription", customer.pk, bought.pk)
    catalog_url = reverse("catalog", args=[customer.pk])
    context = {
        "customer": customer,
        "product": product,
        "form": form,
        "base": base,
        "plans": product.service_plans.order_by("friendly_name").values_list("friendly_name", flat=True),
        "catalog_url": catalog_url,
    }
    shell = customer_page(customer, "subscriptions", ("Add subscription", catalog_url), (product.name, ""))
    return render(
        request, "licensing/subscriptions/order.html", shell | context, status=form.status if form.errors else 200
    )


def _base(request: PortalRequest, customer: Customer) -> Subscription | None:
    """The subscription that an add-on is bought for, where the address names one that we sold."""
    if "base" not in request.GET:
        return None
    try:
        asked = uuid.UUID(request.GET["base"])
    except ValueError:
        asked = uuid.UUID(int=0)
    found = sold_by_us(request, customer).filter(pk=asked).first()
    if found is None:
        message = sentence(f"Your company sold no such subscription to {customer.company_name}")
        raise NotFound(Problem("subscription_not_found", message))
    return found


def _fixed(product: Product, base: Subscription | None) -> tuple[str, ...]:
    """What is not asked: usage is not counted, and an add-on has the terms of its base."""
    if product.kind == Product.Kind.USAGE:
        return ("quantity", "term", "billing_cycle")
    return ("term", "billing_cycle") if base else ()


def _told(bought: Subscription) -> str:
    if bought.product.kind == Product.Kind.USAGE:
        return f"{bought.customer} has {bought.product} now."
    if bought.activated_at is None:
        return f"{bought.product} is ordered; it begins when {bought.product.publisher} confirms it."
    return f"{bought.customer} has {bought.quantity:,} licenses of {bought.product} more."


def _placed(
    request: PortalRequest, customer: Customer, product: Product, form: OrderForm, base: Subscription | None
) -> Subscription:
    wanted = form.cleaned_data
    line = OrderLine(
        product=product,
        quantity=wanted.get("quantity", 1),
        term=wanted.get("term", "P1Y"),
        friendly_name=wanted["friendly_name"],
        parent=base,
    )
    (bought,) = place_order(
        by=request.principal, customer=customer, lines=[line], billing_cycle=wanted.get("billing_cycle", "monthly")
    )
    return bought
