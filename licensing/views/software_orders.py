"""Buying software for a customer: the catalog, and the order of one thing."""

import uuid
from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from customers.models import Customer
from gdap import access
from licensing.forms import SoftwareOrderForm
from licensing.models import SoftwarePurchase
from licensing.rules.software import Offer, cancellable_until, offers
from licensing.services.software_orders import buy_software
from partnercenter import clock
from partnercenter.accounts.models import Partner
from partnercenter.errors import NotFound, Problem, sentence
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page
from partnercenter.portal.paging import words_of


@require_GET
@staff_page
def software_catalog(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """A handful of rows out of a file, so there are no pages to turn."""
    customer, words = _for_sale(request, customer_id), words_of(request.GET)
    here = reverse("software-catalog", args=[customer.pk])
    context = {
        "customer": customer,
        "offers": [
            {
                "name": offer.name,
                "url": reverse("order-software", args=[customer.pk, offer.id]),
                "kind": offer.kind_label,
                "versions": ", ".join(offer.choices.versions),
            }
            for offer in offers().values()
            if words.casefold() in offer.name.casefold()
        ],
        "search": {"action": here, "value": words, "label": "Search software by name"},
    }
    shell = customer_page(customer, "software", ("Buy software", ""))
    return render(request, "licensing/software/catalog.html", shell | context)


@require_http_methods(["GET", "POST"])
@staff_page
def order_software(request: PortalRequest, customer_id: uuid.UUID, offer: str) -> HttpResponse:
    customer, wanted = _for_sale(request, customer_id), _offer(offer)
    form = SoftwareOrderForm(request.POST if request.method == "POST" else None, initial={"quantity": 1})
    if request.method == "POST" and form.attempt(lambda: _bought(request, customer, wanted, form)):
        messages.success(request, sentence(f"{wanted.name} was bought for {customer}"))
        return redirect("software", customer.pk)
    catalog_url = reverse("software-catalog", args=[customer.pk])
    context = {
        "customer": customer,
        "offer": wanted,
        "form": form,
        "until": cancellable_until(wanted.kind, clock.now()),
        "catalog_url": catalog_url,
    }
    shell = customer_page(customer, "software", ("Buy software", catalog_url), (wanted.name, ""))
    return render(request, "licensing/software/order.html", shell | context, status=form.status if form.errors else 200)


def _for_sale(request: PortalRequest, customer_id: uuid.UUID) -> Customer:
    customer = access.visible_customer(request.principal, customer_id)
    access.require_partner(request.principal, access.PartnerPermission.MANAGE_SOFTWARE)
    access.require_reseller(request.principal, customer)
    return customer


def _offer(name: str) -> Offer:
    found = offers().get(name)
    if found is None:
        raise NotFound(Problem("software_not_found", "There is no such software in the catalog."))
    return found


def _bought(request: PortalRequest, customer: Customer, offer: Offer, form: SoftwareOrderForm) -> SoftwarePurchase:
    partner = Partner.objects.get(pk=cast("uuid.UUID", request.principal.partner_id))  # staff always have a partner
    return buy_software(
        by=request.principal, customer=customer, partner=partner, offer=offer, quantity=form.cleaned_data["quantity"]
    )
