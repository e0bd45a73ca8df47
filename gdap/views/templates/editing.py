"""The list of templates, one template, and its terms and groups."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from gdap import access
from gdap.access import PartnerPermission
from gdap.forms.groups import PlainForm
from gdap.forms.relationships import AssignForm, TermsForm
from gdap.forms.templates import TemplateEditForm, TemplateForm
from gdap.models import RelationshipTemplate, SecurityGroup
from gdap.queries.templates import requests_of, template_of, templates_with_counts
from gdap.services.templates import create_template, delete_template, put_groups, remove_groups, update_template
from gdap.views.shown import badge, ids_in, partner_of
from partnercenter import clock
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import Crumb, workspace_page
from partnercenter.portal.paging import key_page, words_of

SORTS = {"name": "name_key"}
HERE = "relationship-templates"
MANAGE = PartnerPermission.MANAGE_RELATIONSHIPS
MOST_SHOWN = 50


@staff_page
def template_list(request: PortalRequest) -> HttpResponse:
    query = words_of(request.GET)
    rows = templates_with_counts(request.principal.partner_id)
    if query:
        rows = rows.filter(display_name__icontains=query)
    page = key_page(rows, request.GET, sorts=SORTS, default_sort="name", size=settings.PAGE_SIZE)
    create = {
        "label": "Create template",
        "icon": "add",
        "url": reverse("create-template"),
        "why": access.why_not_partner(request.principal, MANAGE),
    }
    context = {
        "templates": page.rows,
        "columns": [
            {"label": "Name", "url": page.sort_url("name"), "sort": page.direction("name")},
            {"label": "Duration"},
            *({"label": label, "class": "num"} for label in ("Roles", "Security groups", "Requested")),
        ],
        "commands": [create],
        "page": page,
        "search": {"action": reverse(HERE), "value": query, "label": "Search templates by name"},
    }
    return render(request, "gdap/template_list.html", workspace_page(current=HERE) | context)


@staff_page
def template_detail(request: PortalRequest, relationship_template_id: uuid.UUID) -> HttpResponse:
    template, now = template_of(request.principal.partner_id, relationship_template_id), clock.now()
    groups = list(template.groups.select_related("security_group").prefetch_related("roles"))
    requests = list(requests_of(template, now).order_by("-created_at", "pk")[:MOST_SHOWN])
    context = {
        "template": template,
        "roles": list(template.roles.all()),
        "groups": groups,
        "requests": [
            {
                "customer": row.customer,
                "relationship": row.relationship,
                "status": badge(row.relationship.status(now)) if row.relationship else None,
                "problem": row.problem,
                "at": row.created_at,
            }
            for row in requests
        ],
        "commands": _commands(request, template),
        "group_commands": _group_commands(request, template, has_rows=bool(groups)),
    }
    shell = workspace_page((template.display_name, ""), current=HERE)
    return render(request, "gdap/template.html", shell | context)


def _commands(request: PortalRequest, template: RelationshipTemplate) -> list[dict[str, object]]:
    manage = access.why_not_partner(request.principal, MANAGE)
    assign = access.why_not_partner(request.principal, PartnerPermission.ASSIGN_GROUPS)
    return [
        {"label": label, "icon": icon, "url": reverse(name, args=[template.pk]), "why": why}
        for label, icon, name, why in (
            ("Request for customers", "mail", "request-from-template", manage),
            ("Assign its groups where active", "people-team", "assign-template-groups", assign),
            ("Edit", "edit", "edit-template", manage),
            ("Delete", "delete", "delete-template", manage),
        )
    ]


def _group_commands(
    request: PortalRequest, template: RelationshipTemplate, *, has_rows: bool
) -> list[dict[str, object]]:
    why = access.why_not_partner(request.principal, MANAGE)
    add: dict[str, object] = {
        "label": "Add security groups",
        "icon": "add",
        "url": reverse("put-template-groups", args=[template.pk]),
        "why": why,
    }
    remove: dict[str, object] = {
        "label": "Remove security groups",
        "icon": "delete",
        "url": reverse("remove-template-groups", args=[template.pk]),
        "needs_selection": True,
        "why": why,
    }
    return [add, remove] if has_rows else [add]


@staff_page
def create(request: PortalRequest) -> HttpResponse:
    access.require_partner(request.principal, MANAGE)
    form = TemplateForm(request.POST or None)
    if request.method == "POST" and form.attempt(
        lambda: create_template(by=request.principal, partner=partner_of(request), wish=form.wish())
    ):
        made: RelationshipTemplate = form.result  # type: ignore[assignment]
        messages.success(request, f"The template {made} was created. Add the security groups that get its roles.")
        return redirect("relationship-template", made.pk)
    return _terms_page(request, form, "Create a template", reverse(HERE), ("Create", ""))


@staff_page
def edit(request: PortalRequest, relationship_template_id: uuid.UUID) -> HttpResponse:
    template = template_of(request.principal.partner_id, relationship_template_id)
    access.require_partner(request.principal, MANAGE)
    form = TemplateEditForm(request.POST or None, initial=_initial(template))
    back = reverse("relationship-template", args=[template.pk])
    if request.method == "POST":
        if form.attempt(
            lambda: update_template(
                by=request.principal,
                template=template,
                wish=form.wish(),
                expected_version=form.cleaned_data["version"],
            )
        ):
            messages.success(request, f"The template {template} was changed. What was requested before stays as it is.")
            return redirect(back)
        form.renew(version=template.version)
    return _terms_page(request, form, "Edit the template", back, (template.display_name, back), ("Edit", ""))


def _initial(template: RelationshipTemplate) -> dict[str, object]:
    return {
        "display_name": template.display_name,
        "duration_days": template.duration_days,
        "roles": list(template.roles.values_list("pk", flat=True)),
        "auto_extend": "yes" if template.auto_extend else "no",
        "version": template.version,
    }


def _terms_page(request: PortalRequest, form: TermsForm, title: str, back_url: str, *crumbs: Crumb) -> HttpResponse:
    context = {"form": form, "role_groups": form.groups(), "title": title, "back_url": back_url}
    shell = workspace_page(*crumbs, current=HERE)
    return render(request, "gdap/template_form.html", shell | context, status=form.status if form.errors else 200)


@staff_page
def delete(request: PortalRequest, relationship_template_id: uuid.UUID) -> HttpResponse:
    template = template_of(request.principal.partner_id, relationship_template_id)
    access.require_partner(request.principal, MANAGE)
    back = reverse("relationship-template", args=[template.pk])
    form = PlainForm(request.POST or None)
    if request.method == "POST" and form.attempt(lambda: delete_template(by=request.principal, template=template)):
        messages.success(request, f"The template {template} was deleted.")
        return redirect(HERE)
    context = {"template": template, "back_url": back}
    shell = workspace_page((template.display_name, back), ("Delete", ""), current=HERE)
    return render(request, "gdap/template_delete.html", shell | context)


@staff_page
def put(request: PortalRequest, relationship_template_id: uuid.UUID) -> HttpResponse:
    """Groups and the roles that each of them gets."""
    template = template_of(request.principal.partner_id, relationship_template_id)
    access.require_partner(request.principal, MANAGE)
    offered = list(SecurityGroup.objects.filter(partner=template.partner_id).values_list("pk", "display_name"))
    form = AssignForm(request.POST or None, offered=offered, covered=list(template.roles.all()))
    back = reverse("relationship-template", args=[template.pk])
    if request.method == "POST" and form.attempt(
        lambda: put_groups(
            by=request.principal,
            template=template,
            groups=form.cleaned_data["groups"],
            roles=form.cleaned_data["roles"],
        )
    ):
        messages.success(request, f"The security groups of {template} were changed.")
        return redirect(back)
    context = {"relationship": template, "form": form, "title": "Add security groups", "back_url": back}
    shell = workspace_page((template.display_name, back), ("Add security groups", ""), current=HERE)
    return render(request, "gdap/assign.html", shell | context, status=form.status if form.errors else 200)


@staff_page
def take_out(request: PortalRequest, relationship_template_id: uuid.UUID) -> HttpResponse:
    """The selected groups leave the template, after a confirmation."""
    template = template_of(request.principal.partner_id, relationship_template_id)
    access.require_partner(request.principal, MANAGE)
    back = reverse("relationship-template", args=[template.pk])
    chosen = list(
        template.groups.filter(pk__in=ids_in(request.GET.getlist("selected"))).select_related("security_group")
    )
    if not chosen:
        messages.warning(request, "Select at least one security group.")
        return redirect(back)
    if request.method == "POST":
        remove_groups(by=request.principal, template=template, groups=[row.pk for row in chosen])
        messages.success(request, f"The security groups of {template} were changed.")
        return redirect(back)
    names = [row.security_group.display_name for row in chosen]
    context = {"template": template, "names": access.listed(names, last="and"), "back_url": back}
    shell = workspace_page((template.display_name, back), ("Remove security groups", ""), current=HERE)
    return render(request, "gdap/template_take_out.html", shell | context)
