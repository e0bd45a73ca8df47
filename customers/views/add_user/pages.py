"""The addresses of Add user."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from customers.models import Customer
from customers.views.add_user.beginning import beginning
from customers.views.add_user.wizard import AddUserWizard
from customers.views.user_commands import NEEDED_TO_ADD
from gdap import access
from partnercenter import clock
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page
from partnercenter.portal.wizard import run_of


@require_GET
@staff_page
def start_add_user(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """From nothing, from `?template=` or as another user is, `?like=`."""
    customer = _open(request, customer_id)
    params = {name: request.GET.get(name, "") for name in ("template", "like")}
    begun = beginning(request.principal, customer, **params)
    for sentence in begun.left_out:
        messages.warning(request, sentence)
    wizard = AddUserWizard.begin(request, customer, begun)
    return redirect(wizard.url(wizard.slugs[0]))


@staff_page
def add_user_step(request: PortalRequest, customer_id: uuid.UUID, run_id: uuid.UUID, step: str) -> HttpResponse:
    customer = _open(request, customer_id)
    run = run_of(request, kind=AddUserWizard.kind, run_id=run_id, subject_id=customer.pk)
    if run.has_expired(clock.now()):
        context = {"start_url": reverse("add-user", args=[customer.pk]), "user": None}
        return render(request, "portal/wizard_expired.html", customer_page(customer, "users") | context, status=410)
    return AddUserWizard(request, run, customer).respond(step)


@require_GET
@staff_page
def add_user_result(request: PortalRequest, customer_id: uuid.UUID, run_id: uuid.UUID) -> HttpResponse:
    customer = _open(request, customer_id)
    run = run_of(request, kind=AddUserWizard.kind, run_id=run_id, subject_id=customer.pk)
    wizard = AddUserWizard(request, run, customer)
    if run.completed_at is None:
        return redirect(wizard.url(wizard.slugs[0]))
    return wizard.result_page()


def _open(request: PortalRequest, customer_id: uuid.UUID) -> Customer:
    customer = access.visible_customer(request.principal, customer_id)
    for permission in NEEDED_TO_ADD:
        access.require(request.principal, customer, permission)
    return customer
