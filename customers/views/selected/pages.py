"""The addresses of what is done to selected users: start from the list, look, do, and what came of it."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from customers.models import Customer
from customers.permissions import CustomerPermission
from customers.views.selected.restore import Restore
from customers.views.selected.run import SelectedRun
from customers.views.selected.verbs import Block, Delete, ResetPassword, Unblock, Verb
from customers.views.selection import MOST_SELECTED, chosen_ids
from gdap import access
from partnercenter import clock
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.models import WizardRun
from partnercenter.portal.wizard import run_of

VERBS: dict[str, Verb] = {verb.slug: verb for verb in (Delete(), Restore(), ResetPassword(), Block(), Unblock())}


@require_GET
@staff_page
def start_selected(request: PortalRequest, customer_id: uuid.UUID, verb: str) -> HttpResponse:
    """Remember who is ticked, so that the pages to come are about just them, however many."""
    customer, does = _known(request, customer_id, verb)
    run = SelectedRun.start(request, customer, does, chosen_ids(request.GET))
    if run is None:
        messages.warning(request, f"{does.title}: select at least one user first.")
        return HttpResponseRedirect(f"{back_to(customer, does)}?{request.GET.urlencode()}")
    if len(request.GET.getlist("selected")) > MOST_SELECTED:
        messages.warning(request, f"At most {MOST_SELECTED} users at once; the rest of the selection is left alone.")
    return redirect(run.url)


@never_cache
@staff_page
def selected_page(request: PortalRequest, customer_id: uuid.UUID, verb: str, run_id: uuid.UUID) -> HttpResponse:
    customer, does = _known(request, customer_id, verb)
    stored = _run(request, customer, does, run_id)
    run = SelectedRun(request, customer, does, stored)
    if stored.completed_at is not None:
        return redirect(run.result_url)
    if stored.has_expired(clock.now()):
        messages.warning(request, "This was left alone for too long, and nothing was done. Select the users again.")
        return redirect(back_to(customer, does))
    if request.method == "POST":
        return run.carry_out()
    return run.page()


@never_cache
@require_GET
@staff_page
def selected_result(request: PortalRequest, customer_id: uuid.UUID, verb: str, run_id: uuid.UUID) -> HttpResponse:
    customer, does = _known(request, customer_id, verb)
    run = SelectedRun(request, customer, does, _run(request, customer, does, run_id))
    if run.stored.completed_at is None:
        return redirect(run.url)
    return run.result_page()


def back_to(customer: Customer, verb: Verb) -> str:
    return reverse("deleted-users" if verb.is_about_deleted else "users", args=[customer.pk])


def _run(request: PortalRequest, customer: Customer, verb: Verb, run_id: uuid.UUID) -> WizardRun:
    return run_of(request, kind=f"users_{verb.slug}", run_id=run_id, subject_id=customer.pk)


def _known(request: PortalRequest, customer_id: uuid.UUID, verb: str) -> tuple[Customer, Verb]:
    """The customer, for somebody who reads its users and has the right at all; whom it reaches is seen later."""
    customer = access.visible_customer(request.principal, customer_id)
    access.require(request.principal, customer, CustomerPermission.READ_USERS)
    does = VERBS.get(verb)
    if does is None:
        raise Http404("Nothing of this name can be done to users.")
    access.require(request.principal, customer, does.permission)
    return customer, does
