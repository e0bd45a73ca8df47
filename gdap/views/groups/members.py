"""One security group: who is in it, and what it opens where."""

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from gdap import access
from gdap.access import PartnerPermission, Why
from gdap.models import AccessAssignment, SecurityGroup
from gdap.queries.groups import access_of, group_of, living_assignments
from gdap.services.groups import GroupError, add_members, remove_members
from gdap.views.shown import badge, ids_in
from partnercenter import clock
from partnercenter.accounts.models import User
from partnercenter.errors import sentence
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import Crumb, workspace_page
from partnercenter.portal.paging import Page, key_page, words_of

PEOPLE = {"name": "username"}
WHERE = {"customer": "customer_key"}
HERE = "security-groups"


@staff_page
def group_members(request: PortalRequest, group_id: uuid.UUID) -> HttpResponse:
    group = group_of(request.principal.partner_id, group_id)
    page = _people(request, User.objects.filter(groups=group.group_id))
    context = {"people": page.rows, "page": page, "columns": _people_columns(page)}
    context |= {"commands": _commands(request, group, has_rows=bool(page.rows)), "search": _search(request)}
    return _page(request, group, "gdap/group_members.html", "security-group", context)


@staff_page
def group_access(request: PortalRequest, group_id: uuid.UUID) -> HttpResponse:
    group, now = group_of(request.principal.partner_id, group_id), clock.now()
    page = key_page(access_of(group, now), request.GET, sorts=WHERE, default_sort="customer", size=settings.PAGE_SIZE)
    context = {
        "rows": [_opened(row, now) for row in page.rows],
        "page": page,
        "columns": [
            {"label": "Customer", "url": page.sort_url("customer"), "sort": page.direction("customer")},
            {"label": "Admin relationship"},
            {"label": "Status"},
            {"label": "Roles"},
        ],
    }
    return _page(request, group, "gdap/group_access.html", "security-group-access", context)


def _opened(row: AccessAssignment, now: datetime) -> dict[str, object]:
    customer = row.relationship.customer
    return {
        "customer": customer.company_name if customer else "",
        "customer_url": reverse("admin-relationships", args=[customer.pk]) if customer else "",
        "relationship": row.relationship.display_name,
        "url": reverse("admin-relationship", args=[customer.pk, row.relationship_id]) if customer else "",
        "status": badge(row.relationship.status(now)),
        "assignment": badge(row.status(now)),
        "roles": [link.role.display_name for link in row.role_links.all()],
    }


def _page(
    request: PortalRequest,
    group: SecurityGroup,
    template: str,
    current: str,
    context: dict[str, object],
    *crumbs: Crumb,
) -> HttpResponse:
    tabs = (("Members", "security-group"), ("What it opens where", "security-group-access"))
    shell = workspace_page((group.display_name, ""), *crumbs, current=HERE)
    context = context | {
        "group": group,
        "filters": [
            {"label": label, "url": reverse(name, args=[group.pk]), "current": name == current} for label, name in tabs
        ],
    }
    return render(request, template, shell | context)


def _commands(request: PortalRequest, group: SecurityGroup, *, has_rows: bool) -> list[dict[str, object]]:
    why = access.why_not_partner(request.principal, PartnerPermission.MANAGE_GROUPS)
    built_in = Why("A built-in group keeps its name.") if group.is_built_in else None
    stays = Why("A built-in group can't be deleted.") if group.is_built_in else None

    def command(label: str, icon: str, name: str, why: Why | None, **more: object) -> dict[str, object]:
        return {"label": label, "icon": icon, "url": reverse(name, args=[group.pk]), "why": why} | more

    commands = [
        command("Add members", "person-add", "add-members", why),
        command("Remove members", "delete", "remove-members", why, needs_selection=True),
        command("Rename", "edit", "rename-group", why or built_in),
        command("Delete group", "delete", "delete-group", why or stays),
    ]
    return commands if has_rows else [commands[0], *commands[2:]]


def _people(request: PortalRequest, people: QuerySet[User]) -> Page[User]:
    query = words_of(request.GET)
    if query:
        people = people.filter(username__icontains=query) | people.filter(display_name__icontains=query)
    return key_page(people, request.GET, sorts=PEOPLE, default_sort="name", size=settings.PAGE_SIZE)


def _people_columns(page: Page[User]) -> list[dict[str, str]]:
    return [
        {"label": "User principal name", "url": page.sort_url("name"), "sort": page.direction("name")},
        {"label": "Name"},
    ]


def _search(request: PortalRequest) -> dict[str, object]:
    return {"action": request.path, "value": words_of(request.GET), "label": "Search people by name"}


@staff_page
def add(request: PortalRequest, group_id: uuid.UUID) -> HttpResponse:
    """Staff of the partner who are not in the group yet."""
    group = group_of(request.principal.partner_id, group_id)
    access.require_partner(request.principal, PartnerPermission.MANAGE_GROUPS)
    problem = ""
    if request.method == "POST":
        selected = ids_in(request.POST.getlist("selected"))
        try:
            added = add_members(by=request.principal, group=group, users=selected)
        except GroupError as error:
            problem = error.message
        else:
            names = access.listed([user.name for user in added], last="and")
            messages.success(request, sentence(f"{names} joined {group}") if added else "Nobody was selected.")
            return redirect("security-group", group.pk)
    others = User.objects.filter(partner=group.partner_id, is_active=True).exclude(groups=group.group_id)
    page = _people(request, others)
    context = {
        "group": group,
        "people": page.rows,
        "page": page,
        "columns": _people_columns(page),
        "search": _search(request),
        "problem": problem,
    }
    crumbs = ((group.display_name, reverse("security-group", args=[group.pk])), ("Add members", ""))
    shell = workspace_page(*crumbs, current=HERE)
    return render(request, "gdap/add_members.html", shell | context, status=400 if problem else 200)


@staff_page
def remove(request: PortalRequest, group_id: uuid.UUID) -> HttpResponse:
    """Take the selected people out, after saying what they lose."""
    group = group_of(request.principal.partner_id, group_id)
    access.require_partner(request.principal, PartnerPermission.MANAGE_GROUPS)
    selected = ids_in(request.GET.getlist("selected"))
    people = list(User.objects.filter(groups=group.group_id, pk__in=selected).order_by("username"))
    back = reverse("security-group", args=[group.pk])
    if not people:
        messages.warning(request, "Select at least one member.")
        return redirect(back)
    names = access.listed([user.name for user in people], last="and")
    if request.method == "POST":
        remove_members(by=request.principal, group=group, users=[user.pk for user in people])
        messages.success(request, sentence(f"{names} left {group}"))
        return redirect(back)
    context = {"group": group, "names": names, "customers": _customers(group), "back_url": back}
    shell = workspace_page((group.display_name, back), ("Remove members", ""), current=HERE)
    return render(request, "gdap/remove_members.html", shell | context)


def _customers(group: SecurityGroup) -> int:
    """At how many customers the group has roles now."""
    living = living_assignments(clock.now()).filter(security_group=group)
    return living.values("relationship__customer").distinct().count()
