"""The list of security groups, a new one, and another name."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from gdap import access
from gdap.access import PartnerPermission
from gdap.forms.groups import GroupForm, PlainForm
from gdap.models import SecurityGroup
from gdap.queries.groups import group_of, groups_with_counts, member_counts, uses_of
from gdap.services.groups import create_group, delete_group, rename_group
from gdap.views.shown import partner_of
from partnercenter import clock
from partnercenter.errors import sentence
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import Crumb, workspace_page
from partnercenter.portal.paging import Page, key_page, words_of

SORTS = {"name": "name_key", "members": "members", "customers": "customers"}
HERE = "security-groups"
SHOWN_USES = 5


@staff_page
def group_list(request: PortalRequest) -> HttpResponse:
    query = words_of(request.GET)
    rows = groups_with_counts(request.principal.partner_id, clock.now())
    if query:
        rows = rows.filter(display_name__icontains=query)
    page = key_page(rows, request.GET, sorts=SORTS, default_sort="name", size=settings.PAGE_SIZE)
    create = {
        "label": "Create group",
        "icon": "add",
        "url": reverse("create-group"),
        "why": access.why_not_partner(request.principal, PartnerPermission.MANAGE_GROUPS),
    }
    context = {
        "groups": page.rows,
        "columns": _columns(page),
        "commands": [create],
        "page": page,
        "query": query,
        "search": {"action": reverse(HERE), "value": query, "label": "Search security groups by name"},
    }
    return render(request, "gdap/group_list.html", workspace_page(current=HERE) | context)


def _columns(page: Page[SecurityGroup]) -> list[dict[str, str]]:
    sorted_by = (("Name", "name", ""), ("Members", "members", "num"), ("Customers", "customers", "num"))
    found = [
        {"label": label, "url": page.sort_url(word), "sort": page.direction(word), "class": style}
        for label, word, style in sorted_by
    ]
    return [found[0], {"label": "Description", "class": "minor"}, *found[1:]]


@staff_page
def create(request: PortalRequest) -> HttpResponse:
    access.require_partner(request.principal, PartnerPermission.MANAGE_GROUPS)
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.attempt(
        lambda: create_group(by=request.principal, partner=partner_of(request), **form.cleaned_data)
    ):
        made: SecurityGroup = form.result  # type: ignore[assignment]
        messages.success(request, f"The security group {made} was created. It has no members yet.")
        return redirect("security-group", made.pk)
    return _form_page(request, form, "Create a security group", reverse(HERE), ("Create", ""))


@staff_page
def rename(request: PortalRequest, group_id: uuid.UUID) -> HttpResponse:
    group = group_of(request.principal.partner_id, group_id)
    access.require_partner(request.principal, PartnerPermission.MANAGE_GROUPS)
    initial = {"display_name": group.display_name, "description": group.description}
    form = GroupForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.attempt(
        lambda: rename_group(by=request.principal, group=group, **form.cleaned_data)
    ):
        messages.success(request, f"The security group is called {group} now.")
        return redirect("security-group", group.pk)
    back = reverse("security-group", args=[group.pk])
    return _form_page(request, form, "Rename", back, (initial["display_name"], back), ("Rename", ""))


@staff_page
def delete(request: PortalRequest, group_id: uuid.UUID) -> HttpResponse:
    """Asked first; what still uses the group is named."""
    group = group_of(request.principal.partner_id, group_id)
    access.require_partner(request.principal, PartnerPermission.MANAGE_GROUPS)
    back = reverse("security-group", args=[group.pk])
    form = PlainForm(request.POST or None)
    if request.method == "POST" and form.attempt(lambda: delete_group(by=request.principal, group=group)):
        messages.success(request, sentence(f"You deleted the security group {group}"))
        return redirect(HERE)
    why = access.Why("A built-in group can't be deleted.") if group.is_built_in else why_in_use(group)
    context = {"group": group, "form": form, "why": why, "members": member_counts([group])[group.pk], "back_url": back}
    shell = workspace_page((group.display_name, back), ("Delete", ""), current=HERE)
    return render(request, "gdap/group_delete.html", shell | context, status=form.status if form.errors else 200)


def why_in_use(group: SecurityGroup) -> access.Why | None:
    """At most a few of them by name."""
    users = uses_of(group, clock.now())
    if not users:
        return None
    shown = [*users[:SHOWN_USES], *([f"{len(users) - SHOWN_USES} more"] if len(users) > SHOWN_USES else [])]
    return access.Why(sentence(f"It is used by {access.listed(shown, last='and')}"), "Remove it there first.")


def _form_page(request: PortalRequest, form: GroupForm, title: str, back_url: str, *crumbs: Crumb) -> HttpResponse:
    context = {"form": form, "title": title, "back_url": back_url}
    shell = workspace_page(*crumbs, current=HERE)
    return render(request, "gdap/group_form.html", shell | context, status=form.status if form.errors else 200)
