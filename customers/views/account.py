"""A customer as a company: what it is called and where it is, its bills, what it may buy, and the end of reselling."""

import uuid
from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from customers.forms.account import BILL_TO, BillToForm
from customers.models import BillingProfile, Customer, ResellerRelationship
from customers.permissions import CustomerPermission
from customers.queries import billing_profile, tags_of
from customers.services import BillingDetails, end_reseller_relationship, update_billing_profile
from customers.services.relationships import RelationshipRefused, set_purchase_permissions
from customers.views.losses import losses
from gdap import access
from licensing.queries import cancellable_software, running_subscriptions
from partnercenter.errors import Problem, sentence
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page

Permission = access.PartnerPermission


@staff_page
def account(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    customer = access.visible_customer(request.principal, customer_id)
    reselling = _reselling(request, customer)
    details = access.explain(request.principal, customer, CustomerPermission.READ_COMPANY_DETAILS)
    context = {
        "customer": customer,
        "details_why": None if details.allowed else details,
        "reselling": reselling,
        "tags": tags_of([customer.pk], request.principal.partner_id)[customer.pk],
        "bill_to": _bill_to(request, customer) if reselling else [],
        "qualifications": customer.qualifications.all() if reselling else (),
        "agreements": customer.agreements.filter(partner=request.principal.partner_id) if reselling else (),
        "why": {name.name: access.why_not_partner(request.principal, name) for name in _ON_THE_PAGE},
    }
    return render(request, "customers/account/account.html", customer_page(customer, "account") | context)


_ON_THE_PAGE = (
    Permission.MANAGE_TAGS,
    Permission.UPDATE_BILLING,
    Permission.PERMIT_PURCHASES,
    Permission.CONFIRM_AGREEMENTS,
    Permission.CHANGE_SUBSCRIPTIONS,
)


def _reselling(request: PortalRequest, customer: Customer) -> ResellerRelationship | None:
    return ResellerRelationship.objects.filter(
        customer=customer, partner=request.principal.partner_id, ended_at__isnull=True
    ).first()


def _bill_to(request: PortalRequest, customer: Customer) -> list[tuple[str, str]]:
    profile = _profile(request, customer)
    return [(str(BillToForm.base_fields[name].label), getattr(profile, name)) for name in BILL_TO]


def _profile(request: PortalRequest, customer: Customer) -> BillingProfile:
    return billing_profile(customer, cast("uuid.UUID", request.principal.partner_id))  # staff always have a partner


@staff_page
def bill_to(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Change where the partner sends the bills. What somebody else wrote meanwhile is shown before it is replaced."""
    customer = sold_customer(request, customer_id)
    access.require_partner(request.principal, Permission.UPDATE_BILLING)
    profile = _profile(request, customer)
    form = BillToForm(
        request.POST if request.method == "POST" else None, instance=profile, initial={"version": profile.version}
    )
    if request.method == "POST":
        if form.attempt(lambda: _save(request, customer, form)):
            messages.success(request, f"The bill-to info of {customer} was saved.")
            return redirect("account", customer.pk)
        form.renew(version=_profile(request, customer).version)
    context = customer_page(customer, "account", ("Bill-to info", "")) | {"form": form, "customer": customer}
    return render(request, "customers/account/bill_to.html", context, status=form.status if form.errors else 200)


def _save(request: PortalRequest, customer: Customer, form: BillToForm) -> BillingProfile:
    values = {name: form.cleaned_data[name] for name in BILL_TO}
    return update_billing_profile(
        by=request.principal,
        customer=customer,
        details=BillingDetails(region=form.instance.region, **values),
        expected_version=form.cleaned_data["version"],
    )


@staff_page
def purchase_permissions(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """The form stands on the account page."""
    customer = sold_customer(request, customer_id)
    if request.method != "POST":
        return redirect("account", customer.pk)
    set_purchase_permissions(
        by=request.principal,
        customer=customer,
        reservations=request.POST.get("reservations") == "allow",
        savings_plans=request.POST.get("savings_plans") == "allow",
    )
    messages.success(request, f"What {customer} may buy by itself was saved.")
    return redirect("account", customer.pk)


@staff_page
def end_reselling(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Asks first, and says what would end and what would go on."""
    customer = sold_customer(request, customer_id)
    access.require_partner(request.principal, Permission.CHANGE_SUBSCRIPTIONS)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        problems = _ended(request, customer)
        if not problems:
            messages.success(request, sentence(f"Your company no longer sells to {customer}"))
            return redirect("customers")
    context = {
        "customer": customer,
        "problems": problems,
        "in_the_way": _in_the_way(request, customer),
        "losses": list(losses(request.principal, customer)),
    }
    shell = customer_page(customer, "account", ("Remove reseller relationship", ""))
    return render(request, "customers/account/end_reselling.html", shell | context, status=400 if problems else 200)


def _ended(request: PortalRequest, customer: Customer) -> tuple[Problem, ...]:
    """Why the relationship goes on; nothing, when it ended."""
    if request.POST.get("acknowledge") != "yes":
        return (Problem("not_acknowledged", "Tick that you know what is lost."),)
    try:
        end_reseller_relationship(by=request.principal, customer=customer)
    except RelationshipRefused as refused:
        return tuple(refused.problems)
    return ()


def _in_the_way(request: PortalRequest, customer: Customer) -> list[dict[str, object]]:
    """What has to be cancelled first, with where that is done."""
    partner_id = request.principal.partner_id
    found = (
        ("subscription", "subscriptions", running_subscriptions(customer, partner_id)),
        ("software purchase", "software", cancellable_software(customer, partner_id)),
    )
    return [
        {
            "text": f"{len(rows)} {what}{'' if len(rows) == 1 else 's'}",
            "url": reverse(page, args=[customer.pk]),
            "link": f"Show {page}",
        }
        for what, page, rows in found
        if rows
    ]


def sold_customer(request: PortalRequest, customer_id: uuid.UUID) -> Customer:
    """The customer, if the person's partner sells to it; not found otherwise."""
    customer = access.visible_customer(request.principal, customer_id)
    access.require_reseller(request.principal, customer)
    return customer
