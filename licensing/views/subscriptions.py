"""A customer's subscriptions, and buying more seats of one."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from customers.models import Customer
from gdap import access
from licensing.forms import QuantityForm
from licensing.models import Subscription
from licensing.queries import inventory
from licensing.services.subscriptions import add_seats
from partnercenter.errors import DomainError, NotFound, Problem
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page


@staff_page
def subscriptions(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Subscriptions need no GDAP, only the reseller relationship; each partner sees those it sold."""
    customer = access.visible_customer(request.principal, customer_id)
    rows = Subscription.objects.filter(customer=customer, partner=request.principal.partner_id)
    seats = inventory(customer).seats
    may_buy = access.has_partner_permission(request.principal, access.PartnerPermission.CHANGE_SUBSCRIPTIONS)
    context = {
        "customer": customer,
        "subscriptions": [
            {
                "name": str(row),
                "commerce": row.get_commerce_display(),
                "quantity": row.quantity,
                "status": row.status,
                "term_ends_at": row.term_ends_at,
                "auto_renew": row.auto_renew,
                "seats": seats.get(row.product_id),
                "is_assignable": row.product.is_assignable,
                "buy_url": f"{reverse('buy-more', args=[customer.pk])}?product={row.product_id}" if may_buy else "",
            }
            for row in rows.select_related("product")
        ],
    }
    return render(request, "licensing/subscriptions.html", customer_page(customer, "subscriptions") | context)


@staff_page
def buy_more(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Raise the quantity of the subscription behind a product, then go back to where the person came from."""
    customer = access.visible_customer(request.principal, customer_id)
    access.require_partner(request.principal, access.PartnerPermission.CHANGE_SUBSCRIPTIONS)
    subscription = _sold_by_us(request, customer)
    back = _safe_next(request, customer)
    form = QuantityForm(
        request.POST or None, initial={"quantity": subscription.quantity + 1, "version": subscription.version}
    )
    if request.method == "POST" and form.is_valid():
        subscription.version = form.cleaned_data["version"]
        try:
            add_seats(by=request.principal, subscription=subscription, quantity=form.cleaned_data["quantity"])
        except DomainError as error:
            for problem in error.problems:
                form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        else:
            messages.success(request, f"{subscription} now has {subscription.quantity:,} licenses.")
            return redirect(back)
    context = {"form": form, "subscription": subscription, "back": back, "customer": customer}
    shell = customer_page(customer, "subscriptions", ("Buy more licenses", ""))
    return render(request, "licensing/buy_more.html", shell | context, status=400 if form.errors else 200)


def _sold_by_us(request: PortalRequest, customer: Customer) -> Subscription:
    """The active subscription of the asked product that this partner sold; `NotFound` if another one did."""
    rows = Subscription.objects.filter(
        customer=customer, partner=request.principal.partner_id, status=Subscription.Status.ACTIVE
    ).select_related("product", "customer")
    try:
        subscription = rows.filter(product=uuid.UUID(request.GET.get("product", ""))).first()
    except ValueError:
        subscription = None
    if subscription is None:
        raise NotFound(
            Problem(
                "subscription_not_found",
                f"Your company sold no active subscription of this product to {customer.company_name}.",
            )
        )
    return subscription


def _safe_next(request: PortalRequest, customer: Customer) -> str:
    back = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}):
        return back
    return reverse("subscriptions", args=[customer.pk])
