"""What can be done to a relationship in force: edit, remove Global Administrator, terminate."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from customers.models import Customer
from customers.roles import GLOBAL_ADMINISTRATOR
from gdap import access
from gdap.access import PartnerPermission
from gdap.access.losses import losses
from gdap.forms.relationships import EditForm
from gdap.lifecycle import Status, Step
from gdap.models import AdminRelationship
from gdap.services.relationships import remove_global_administrator, set_auto_extend, terminate_relationship
from gdap.views.relationships.confirming import Question, confirmed
from gdap.views.relationships.loading import loaded
from gdap.views.relationships.requesting import change_draft
from gdap.views.shown import why_not
from partnercenter import clock
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page

NAME_IS_FIXED = "The customer approved it under this name, so the name stays."


@staff_page
def edit(request: PortalRequest, customer_id: uuid.UUID, relationship_id: uuid.UUID) -> HttpResponse:
    """All terms of a draft; of a relationship in force, whether it extends itself."""
    customer, relationship = loaded(request, customer_id, relationship_id)
    access.require_partner(request.principal, PartnerPermission.MANAGE_RELATIONSHIPS)
    if relationship.status(clock.now()) is Status.CREATED:
        return change_draft(request, customer, relationship)
    initial = {"version": relationship.version, "auto_extend": "yes" if relationship.auto_extend else "no"}
    form = EditForm(request.POST or None, initial=initial)
    if request.method == "POST":
        if form.attempt(lambda: _changed(request, relationship, form)):
            messages.success(request, f"Auto extend of {relationship} is {_word(relationship)}.")
            return redirect("admin-relationship", customer.pk, relationship.pk)
        form.renew(version=relationship.version)
    return _edit_page(request, customer, relationship, form)


def _changed(request: PortalRequest, relationship: AdminRelationship, form: EditForm) -> AdminRelationship:
    return set_auto_extend(
        by=request.principal,
        relationship=relationship,
        enabled=form.cleaned_data["auto_extend"],
        expected_version=form.cleaned_data["version"],
    )


def _word(relationship: AdminRelationship) -> str:
    return "enabled" if relationship.auto_extend else "disabled"


def _edit_page(
    request: PortalRequest, customer: Customer, relationship: AdminRelationship, form: EditForm
) -> HttpResponse:
    details = reverse("admin-relationship", args=[customer.pk, relationship.pk])
    context = {
        "customer": customer,
        "relationship": relationship,
        "form": form,
        "why": why_not(request.principal, relationship, Step.SET_AUTO_EXTEND, clock.now()),
        "name_is_fixed": NAME_IS_FIXED,
        "back_url": details,
    }
    shell = customer_page(customer, "admin-relationships", (relationship.display_name, details), ("Edit", ""))
    return render(request, "gdap/edit_relationship.html", shell | context, status=form.status if form.errors else 200)


@staff_page
def terminate(request: PortalRequest, customer_id: uuid.UUID, relationship_id: uuid.UUID) -> HttpResponse:
    """End it now, after saying who loses what."""
    customer, relationship = loaded(request, customer_id, relationship_id)

    def question() -> Question:
        return Question(
            title="Terminate admin relationship?",
            sentences=(
                f"All roles of {relationship} at {customer.company_name} end now, for every security group.",
                "This cannot be undone: a new relationship has to be requested and approved.",
                "The reseller relationship and purchases stay as they are.",
            ),
            button="Terminate relationship",
            lost=losses(
                customer,
                relationship.partner_id,
                ends=lambda link: link.assignment.relationship_id == relationship.pk,
            ),
        )

    def done() -> HttpResponse:
        messages.success(request, f"{relationship} is terminated.")
        return redirect("admin-relationship", customer.pk, relationship.pk)

    return confirmed(
        request,
        relationship,
        customer,
        step=Step.TERMINATE,
        question=question,
        take=lambda version: terminate_relationship(
            by=request.principal, relationship=relationship, expected_version=version
        ),
        then=done,
    )


@staff_page
def drop_global_administrator(
    request: PortalRequest, customer_id: uuid.UUID, relationship_id: uuid.UUID
) -> HttpResponse:
    """The one role that can leave a relationship in force; then it can extend itself."""
    customer, relationship = loaded(request, customer_id, relationship_id)

    def done() -> HttpResponse:
        messages.success(request, f"{relationship} no longer covers Global Administrator.")
        return redirect("admin-relationship", customer.pk, relationship.pk)

    def question() -> Question:
        sentences = (
            f"{relationship} and its security groups keep their other roles.",
            "The role cannot be put back: a new relationship has to be requested and approved.",
        )
        return Question(
            title="Remove Global Administrator?",
            sentences=sentences,
            button="Remove Global Administrator",
            lost=losses(
                customer,
                relationship.partner_id,
                ends=lambda link: (
                    link.role_id == GLOBAL_ADMINISTRATOR and link.assignment.relationship_id == relationship.pk
                ),
            ),
        )

    return confirmed(
        request,
        relationship,
        customer,
        step=Step.REMOVE_GLOBAL_ADMINISTRATOR,
        question=question,
        take=lambda version: remove_global_administrator(
            by=request.principal, relationship=relationship, expected_version=version
        ),
        then=done,
    )
