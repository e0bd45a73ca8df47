"""Asking a customer for an admin relationship: the form, the invitation, and drafts."""

import uuid
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from customers.models import Customer, DirectoryRole
from gdap import access
from gdap.access import PartnerPermission
from gdap.forms.relationships import DraftForm, TermsForm
from gdap.lifecycle import APPROVAL_LAPSES_AFTER, Status, Step
from gdap.links import invitation_url
from gdap.models import AdminRelationship, RelationshipTemplate
from gdap.services.relationships import (
    Wish,
    create_relationship,
    delete_relationship,
    lock_for_approval,
    request_relationship,
    update_relationship,
)
from gdap.views.relationships.confirming import Question, confirmed
from gdap.views.relationships.loading import loaded
from gdap.views.shown import partner_of
from partnercenter import clock
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import Crumb, customer_page

MANAGE = PartnerPermission.MANAGE_RELATIONSHIPS


@staff_page
def request_new(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Fill in the terms, then send them or keep them as a draft."""
    customer = access.related_customer(request.principal, customer_id)
    access.require_partner(request.principal, MANAGE)
    templates = list(RelationshipTemplate.objects.filter(partner=request.principal.partner_id))
    form = TermsForm(request.POST or None, initial=_from_template(request, templates, customer))
    if request.method == "POST":
        as_draft = request.POST.get("go") == "draft"
        if form.attempt(lambda: _created(request, customer, form.wish(), as_draft=as_draft)):
            created: AdminRelationship = form.result  # type: ignore[assignment]
            return redirect("admin-relationship" if as_draft else "relationship-requested", customer.pk, created.pk)
    context = {"form": form, "customer": customer, "can_draft": True, "submit": "Finalize request"}
    context |= {"templates": templates, "template": request.GET.get("template", "")}
    return _terms_page(request, customer, form, context, ("Request", ""))


def _from_template(
    request: PortalRequest, templates: list[RelationshipTemplate], customer: Customer
) -> dict[str, object]:
    """What the form begins with when the address names a template."""
    chosen = next((template for template in templates if str(template.pk) == request.GET.get("template")), None)
    if chosen is None:
        return {}
    return {
        "display_name": f"{chosen}: {customer}"[: AdminRelationship.NAME_LIMIT].rstrip(),
        "duration_days": chosen.duration_days,
        "auto_extend": "yes" if chosen.auto_extend else "no",
        "roles": list(chosen.roles.values_list("pk", flat=True)),
    }


def _created(request: PortalRequest, customer: Customer, wish: Wish, *, as_draft: bool) -> AdminRelationship:
    step = create_relationship if as_draft else request_relationship
    return step(
        by=request.principal,
        partner=partner_of(request),
        customer=customer,
        display_name=wish.display_name,
        duration_days=wish.duration_days,
        roles=wish.roles,
        auto_extend=wish.auto_extend,
    )


def change_draft(request: PortalRequest, customer: Customer, relationship: AdminRelationship) -> HttpResponse:
    """Every term of a draft can be changed."""
    form = DraftForm(request.POST or None, initial=_initial(relationship))
    if request.method == "POST":
        step = partial(update_relationship, by=request.principal, relationship=relationship)
        if form.attempt(lambda: step(wish=form.wish(), expected_version=form.cleaned_data["version"])):
            messages.success(request, f"{relationship} was changed.")
            return redirect("admin-relationship", customer.pk, relationship.pk)
        form.renew(version=relationship.version)
    name = relationship.display_name
    context = {"form": form, "customer": customer, "relationship": relationship, "submit": "Save"}
    crumbs = (name, reverse("admin-relationship", args=[customer.pk, relationship.pk])), ("Edit", "")
    return _terms_page(request, customer, form, context, *crumbs)


def _terms_page(
    request: PortalRequest, customer: Customer, form: TermsForm, context: dict[str, object], *crumbs: Crumb
) -> HttpResponse:
    shell = customer_page(customer, "admin-relationships", *crumbs)
    context = {"role_groups": form.groups()} | context
    status = form.status if form.errors else 200
    return render(request, "gdap/request_form.html", shell | context, status=status)


def _initial(relationship: AdminRelationship) -> dict[str, object]:
    return {
        "display_name": relationship.display_name,
        "duration_days": relationship.duration_days,
        "roles": [link.role_id for link in relationship.role_links.all()],
        "auto_extend": "yes" if relationship.auto_extend else "no",
        "version": relationship.version,
    }


@staff_page
def requested(request: PortalRequest, customer_id: uuid.UUID, relationship_id: uuid.UUID) -> HttpResponse:
    """What was asked for, and the words and the link for the customer's admin."""
    customer, relationship = loaded(request, customer_id, relationship_id)
    if relationship.status(clock.now()) is not Status.APPROVAL_PENDING or relationship.approval_requested_at is None:
        return redirect("admin-relationship", customer.pk, relationship.pk)
    roles = list(DirectoryRole.objects.filter(pk__in=relationship.role_links.values("role")))
    url = invitation_url(request, relationship)
    context = {
        "customer": customer,
        "relationship": relationship,
        "roles": roles,
        "invitation_url": url,
        "invitation": _invitation(request, relationship, roles, url),
        "lapses_at": relationship.approval_requested_at + APPROVAL_LAPSES_AFTER,
    }
    crumbs = (relationship.display_name, reverse("admin-relationship", args=[customer.pk, relationship.pk]))
    shell = customer_page(customer, "admin-relationships", crumbs, ("Invitation", ""))
    return render(request, "gdap/requested.html", shell | context)


def _invitation(request: PortalRequest, relationship: AdminRelationship, roles: list[DirectoryRole], url: str) -> str:
    """The text of a mail to the customer."""
    extends = "It extends itself by 180 days until either of us stops it." if relationship.auto_extend else ""
    lines = [
        f"{request.principal.partner_name} asks to administer services in your tenant.",
        "",
        f"Admin relationship: {relationship.display_name}",
        f"Duration: {relationship.duration_days} days from your approval. {extends}".strip(),
        "Roles:",
        *(f"- {role.display_name}: {role.description}" for role in roles),
        "",
        "Sign in as a Global Administrator of your company and approve or decline it here:",
        url,
        "",
        "The link works for your company only, once, and for 90 days.",
    ]
    return "\n".join(lines)


@staff_page
def send(request: PortalRequest, customer_id: uuid.UUID, relationship_id: uuid.UUID) -> HttpResponse:
    """Lock a draft for approval."""
    customer, relationship = loaded(request, customer_id, relationship_id)
    sentences = (
        f"The terms of {relationship} are fixed from now on. An admin of the customer approves or declines them.",
        "Without an answer the request lapses after 90 days.",
    )
    return confirmed(
        request,
        relationship,
        customer,
        step=Step.LOCK,
        question=lambda: Question(
            title="Send for approval", sentences=sentences, button="Send for approval", is_dangerous=False
        ),
        take=lambda version: lock_for_approval(
            by=request.principal, relationship=relationship, expected_version=version
        ),
        then=lambda: redirect("relationship-requested", customer.pk, relationship.pk),
    )


@staff_page
def delete(request: PortalRequest, customer_id: uuid.UUID, relationship_id: uuid.UUID) -> HttpResponse:
    """Throw a draft away."""
    customer, relationship = loaded(request, customer_id, relationship_id)

    def done() -> HttpResponse:
        messages.success(request, f"The draft {relationship} was deleted.")
        return redirect("admin-relationships", customer.pk)

    sentences = (f"The draft {relationship} is gone for good. The customer has not seen it.",)
    return confirmed(
        request,
        relationship,
        customer,
        step=Step.DELETE,
        question=lambda: Question(title="Delete the draft?", sentences=sentences, button="Delete the draft"),
        take=lambda version: delete_relationship(
            by=request.principal, relationship=relationship, expected_version=version
        ),
        then=done,
    )
