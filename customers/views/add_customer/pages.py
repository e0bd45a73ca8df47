"""The addresses of Add customer."""

import uuid
from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from customers.views.add_customer.wizard import AddCustomerWizard
from gdap import access
from licensing.services.sandbox import SandboxLimit, check_customer_limit
from partnercenter import clock
from partnercenter.accounts.models import Partner
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import workspace_page
from partnercenter.portal.wizard import run_of


@require_GET
@staff_page
def start_add_customer(request: PortalRequest) -> HttpResponse:
    """A sandbox that is full says so before anything is typed."""
    partner = _open(request)
    try:
        check_customer_limit(by=request.principal)
    except SandboxLimit as full:
        messages.error(request, full.message)
        return redirect("customers")
    wizard = AddCustomerWizard.begin(request, partner)
    return redirect(wizard.url(wizard.slugs[0]))


@staff_page
def add_customer_step(request: PortalRequest, run_id: uuid.UUID, step: str) -> HttpResponse:
    partner = _open(request)
    run = run_of(request, kind=AddCustomerWizard.kind, run_id=run_id, subject_id=partner.pk)
    if run.has_expired(clock.now()):
        context = {"start_url": reverse("add-customer"), "user": None}
        return render(request, "portal/wizard_expired.html", workspace_page() | context, status=410)
    return AddCustomerWizard(request, run, partner).respond(step)


@require_GET
@staff_page
def add_customer_result(request: PortalRequest, run_id: uuid.UUID) -> HttpResponse:
    partner = _open(request)
    run = run_of(request, kind=AddCustomerWizard.kind, run_id=run_id, subject_id=partner.pk)
    wizard = AddCustomerWizard(request, run, partner)
    return wizard.result_page() if run.completed_at else redirect(wizard.url(wizard.slugs[0]))


def _open(request: PortalRequest) -> Partner:
    access.require_partner(request.principal, access.PartnerPermission.ADD_CUSTOMERS)
    return Partner.objects.get(pk=cast("uuid.UUID", request.principal.partner_id))  # staff always have a partner
