"""A template at many customers, and what became of each."""

import uuid

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from customers.queries import matching_customers
from gdap import access
from gdap.access import PartnerPermission
from gdap.links import invitation_url
from gdap.models import TemplateRequest
from gdap.queries.templates import template_of
from gdap.services.templates import TemplateError, assign_groups_of, request_from_template
from gdap.views.shown import ids_in
from partnercenter.errors import NotFound, Problem
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import workspace_page
from partnercenter.portal.paging import key_page, words_of

HERE = "relationship-templates"


@staff_page
def request_for(request: PortalRequest, relationship_template_id: uuid.UUID) -> HttpResponse:
    """Choose customers; each is asked for the terms of the template."""
    template = template_of(request.principal.partner_id, relationship_template_id)
    access.require_partner(request.principal, PartnerPermission.MANAGE_RELATIONSHIPS)
    back = reverse("relationship-template", args=[template.pk])
    problem, status, selected = "", 200, ids_in(request.POST.getlist("selected"))
    if request.method == "POST":
        try:
            batch_id = request_from_template(by=request.principal, template=template, customers=selected)
        except TemplateError as error:
            problem, status = error.message, error.status
        else:
            return redirect("template-batch", template.pk, batch_id)
    query = words_of(request.GET)
    customers = matching_customers(access.customers_visible_to(request.principal), query)
    page = key_page(customers, request.GET, sorts={"name": "sort_name"}, default_sort="name", size=settings.PAGE_SIZE)
    context = {
        "template": template,
        "customers": [(customer, customer.pk in selected) for customer in page.rows],
        "columns": [
            {"label": "Customer", "url": page.sort_url("name"), "sort": page.direction("name")},
            {"label": "Primary domain name"},
        ],
        "page": page,
        "problem": problem,
        "search": {"action": request.path, "value": query, "label": "Search customers by name or domain"},
        "back_url": back,
    }
    shell = workspace_page((template.display_name, back), ("Request", ""), current=HERE)
    return render(request, "gdap/template_request.html", shell | context, status=status)


@staff_page
def batch(request: PortalRequest, relationship_template_id: uuid.UUID, batch_id: uuid.UUID) -> HttpResponse:
    """What became of each customer of one go, with the link for its admin."""
    template = template_of(request.principal.partner_id, relationship_template_id)
    rows = list(
        TemplateRequest.objects.filter(template=template, batch_id=batch_id)
        .select_related("customer", "relationship")
        .order_by("customer__sort_name", "pk")
    )
    if not rows:
        raise NotFound(Problem(code="batch_not_found", message="Nothing was requested like that."))
    back = reverse("relationship-template", args=[template.pk])
    context = {
        "template": template,
        "rows": [
            {
                "customer": row.customer,
                "relationship": row.relationship,
                "invitation_url": invitation_url(request, row.relationship) if row.relationship else "",
                "problem": row.problem,
            }
            for row in rows
        ],
        "asked": sum(row.relationship is not None for row in rows),
        "back_url": back,
    }
    shell = workspace_page((template.display_name, back), ("Requested", ""), current=HERE)
    return render(request, "gdap/template_batch.html", shell | context)


@staff_page
def assign(request: PortalRequest, relationship_template_id: uuid.UUID) -> HttpResponse:
    """Roles for the template's groups in what was approved meanwhile."""
    template = template_of(request.principal.partner_id, relationship_template_id)
    access.require_partner(request.principal, PartnerPermission.ASSIGN_GROUPS)
    back = reverse("relationship-template", args=[template.pk])
    context: dict[str, object] = {"template": template, "back_url": back, "is_done": request.method == "POST"}
    if request.method == "POST":
        context["outcomes"] = assign_groups_of(by=request.principal, template=template)
    shell = workspace_page((template.display_name, back), ("Assign groups", ""), current=HERE)
    return render(request, "gdap/template_assign.html", shell | context)
