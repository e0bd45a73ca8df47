"""What a partner files about a customer: who accepted its agreement, and what it is qualified for."""

import uuid
from datetime import UTC, datetime, time

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from customers.forms.account import AgreementForm, QualificationForm
from customers.models import Agreement, Customer, Qualification
from customers.services.paperwork import Signature, add_qualification, record_agreement
from customers.views.account import sold_customer
from gdap import access
from partnercenter.errors import sentence
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page


@staff_page
def agreement(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Say who of the customer accepted the customer agreement."""
    customer = sold_customer(request, customer_id)
    access.require_partner(request.principal, access.PartnerPermission.CONFIRM_AGREEMENTS)
    form = AgreementForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.attempt(lambda: _confirmed(request, customer, form)):
        messages.success(request, sentence(f"It is written down who accepted the agreement for {customer}"))
        return redirect("account", customer.pk)
    return _page(request, customer, form, "Confirm the customer agreement", "Say who of the customer accepted it.")


def _confirmed(request: PortalRequest, customer: Customer, form: AgreementForm) -> Agreement:
    typed = dict(form.cleaned_data)
    agreed_at = datetime.combine(typed.pop("agreed_at"), time.min, tzinfo=UTC)
    return record_agreement(by=request.principal, customer=customer, signature=Signature(**typed, agreed_at=agreed_at))


@staff_page
def qualification(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Say what the customer is qualified for."""
    customer = sold_customer(request, customer_id)
    access.require_partner(request.principal, access.PartnerPermission.CHANGE_SUBSCRIPTIONS)
    form = QualificationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.attempt(lambda: _qualified(request, customer, form)):
        messages.success(request, f"The qualification of {customer} was added.")
        return redirect("account", customer.pk)
    lead = "Nobody examines it here: what is added counts at once, and stays."
    return _page(request, customer, form, "Special qualifications", lead)


def _qualified(request: PortalRequest, customer: Customer, form: QualificationForm) -> Qualification:
    typed = form.cleaned_data
    return add_qualification(
        by=request.principal,
        customer=customer,
        kind=Qualification.Kind(typed["qualification"]),
        education_segment=typed["education_segment"],
        website=typed["website"],
    )


def _page(
    request: PortalRequest, customer: Customer, form: AgreementForm | QualificationForm, title: str, lead: str
) -> HttpResponse:
    context = {"customer": customer, "form": form, "page_name": title, "lead": lead}
    shell = customer_page(customer, "account", (title, ""))
    status = form.status if form.errors else 200
    return render(request, "customers/account/paperwork.html", shell | context, status=status)
