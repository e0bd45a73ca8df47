"""Steps that ask first: what is about to happen, and what is lost by it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from customers.models import Customer
from gdap import access
from gdap.access import PartnerPermission
from gdap.access.losses import Loss
from gdap.forms.relationships import VersionForm
from gdap.lifecycle import Step
from gdap.models import AdminRelationship
from gdap.views.shown import why_not
from partnercenter import clock
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the page says; `lost` is None where nobody can lose anything."""

    title: str
    sentences: Sequence[str]
    button: str
    is_dangerous: bool = True
    lost: Sequence[Loss] | None = None


def confirmed(
    request: PortalRequest,
    relationship: AdminRelationship,
    customer: Customer,
    *,
    step: Step,
    question: Callable[[], Question],
    take: Callable[[int], object],
    then: Callable[[], HttpResponse],
    seen: int | None = None,
) -> HttpResponse:
    """Ask, and on the answer call `take` with the version that the person saw. Back to the details when it is late.

    `seen` stands for that version where the step is not about the relationship's own row.
    """
    assigning = step is Step.ASSIGN
    access.require_partner(
        request.principal, PartnerPermission.ASSIGN_GROUPS if assigning else PartnerPermission.MANAGE_RELATIONSHIPS
    )
    details = reverse("admin-relationship", args=[customer.pk, relationship.pk])
    form = VersionForm(request.POST or None, initial={"version": seen or relationship.version})
    if request.method == "POST":
        if form.attempt(lambda: take(form.cleaned_data["version"])):
            return then()
        form.renew(version=seen or relationship.version)
    elif (late := why_not(request.principal, relationship, step, clock.now())) is not None:
        messages.warning(request, f"{late.sentence} {late.hint}")
        return HttpResponseRedirect(details)
    asked = question()
    shell = customer_page(customer, "admin-relationships", (relationship.display_name, details), (asked.title, ""))
    context = {"relationship": relationship, "form": form, "question": asked, "back_url": details}
    return render(request, "gdap/confirm.html", shell | context, status=form.status if form.errors else 200)
