"""Buying more seats of a subscription on the way through something else, and back there."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from customers.models import Customer
from gdap import access
from licensing.forms import QuantityForm
from licensing.models import Subscription
from licensing.services.subscriptions import add_seats
from partnercenter.errors import NotFound, Problem, sentence
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page


@staff_page
def buy_more(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Raise the quantity of the subscription behind a product, then go back to where the person came from."""
    customer = access.visible_customer(request.principal, customer_id)
    access.require_partner(request.principal, access.PartnerPermission.CHANGE_SUBSCRIPTIONS)
    subscription = _sold_by_us(request, customer)
    form = QuantityForm(
        request.POST if request.method == "POST" else None,
        initial={"quantity": subscription.quantity + 1, "version": subscription.version},
    )
    if request.method == "POST":
        read = subscription.version
        if form.attempt(lambda: _buy(request, subscription, form)):
            messages.success(request, f"{subscription} now has {subscription.quantity:,} licenses.")
            return HttpResponseRedirect(_safe_next(request, customer))
        form.renew(version=read)
    context = {
        "form": form,
        "subscription": subscription,
        "back": _safe_next(request, customer),
        "customer": customer,
    }
    shell = customer_page(customer, "subscriptions", ("Buy more licenses", ""))
    return render(request, "licensing/buy_more.html", shell | context, status=form.status if form.errors else 200)


def _buy(request: PortalRequest, subscription: Subscription, form: QuantityForm) -> Subscription:
    subscription.version = form.cleaned_data["version"]
    return add_seats(by=request.principal, subscription=subscription, quantity=form.cleaned_data["quantity"])


def _sold_by_us(request: PortalRequest, customer: Customer) -> Subscription:
    """The active subscription that is asked for, by its id or by its product, of those that this partner sold."""
    rows = Subscription.objects.filter(
        customer=customer, partner=request.principal.partner_id, status=Subscription.Status.ACTIVE
    ).select_related("product", "customer")
    field = "pk" if "subscription" in request.GET else "product"
    try:
        asked = uuid.UUID(request.GET.get("subscription" if field == "pk" else field, ""))
        subscription = rows.filter(**{field: asked}).first()
    except ValueError:
        subscription = None
    if subscription is None:
        raise NotFound(
            Problem(
                "subscription_not_found",
                sentence(f"Your company sold no active subscription of this product to {customer.company_name}"),
            )
        )
    return subscription


def _safe_next(request: PortalRequest, customer: Customer) -> str:
    back = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}):
        return back
    return reverse("subscriptions", args=[customer.pk])
