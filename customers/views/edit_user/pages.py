"""The addresses of the edit wizard."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from customers.models import Customer, CustomerUser
from customers.queries import living_user
from customers.views.edit_user.result import result_context
from customers.views.edit_user.steps import SHOWN
from customers.views.edit_user.wizard import EditUserWizard
from gdap import access
from partnercenter import clock
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page
from partnercenter.portal.wizard import run_of


@require_GET
@staff_page
def start_edit_user(request: PortalRequest, customer_id: uuid.UUID, user_id: uuid.UUID) -> HttpResponse:
    """Every start is a run of its own, so that two tabs never share one."""
    customer, user = _subject(request, customer_id, user_id)
    wizard = EditUserWizard.start(request, customer, user)
    return redirect(wizard.url(wizard.slugs[0]))


@require_GET
@staff_page
def edit_selected(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Edit the one user that is ticked on the list."""
    customer = _readable(request, customer_id)
    chosen = request.GET.getlist("selected")
    try:
        (only,) = {uuid.UUID(text) for text in chosen}
    except ValueError:
        messages.warning(request, f"Edit works on one user at a time; {len(chosen)} are selected.")
        return redirect(f"{reverse('users', args=[customer.pk])}?{request.GET.urlencode()}")
    return redirect("edit-user", customer.pk, only)


@staff_page
def edit_user_step(
    request: PortalRequest, customer_id: uuid.UUID, user_id: uuid.UUID, run_id: uuid.UUID, step: str
) -> HttpResponse:
    customer, user = _subject(request, customer_id, user_id)
    run = run_of(request, kind=EditUserWizard.kind, run_id=run_id, subject_id=user_id)
    if run.has_expired(clock.now()):
        context = {"start_url": reverse("edit-user", args=[customer.pk, user.pk]), "user": user}
        return render(request, "portal/wizard_expired.html", customer_page(customer, "users") | context, status=410)
    return EditUserWizard(request, run, customer, user).respond(step)


@require_GET
@staff_page
def edit_user_result(
    request: PortalRequest, customer_id: uuid.UUID, user_id: uuid.UUID, run_id: uuid.UUID
) -> HttpResponse:
    customer, user = _subject(request, customer_id, user_id)
    run = run_of(request, kind=EditUserWizard.kind, run_id=run_id, subject_id=user_id)
    wizard = EditUserWizard(request, run, customer, user)
    if run.completed_at is None:
        return redirect(wizard.url(wizard.slugs[0]))
    return render(request, "customers/edit_user/result.html", wizard.page_context() | result_context(wizard))


def _subject(request: PortalRequest, customer_id: uuid.UUID, user_id: uuid.UUID) -> tuple[Customer, CustomerUser]:
    customer = _readable(request, customer_id)
    return customer, living_user(customer, user_id)


def _readable(request: PortalRequest, customer_id: uuid.UUID) -> Customer:
    """The customer, for somebody who may see everything that the wizard shows."""
    customer = access.visible_customer(request.principal, customer_id)
    for permission in SHOWN:
        access.require(request.principal, customer, permission)
    return customer
