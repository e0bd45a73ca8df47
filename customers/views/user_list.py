"""Users and licenses of a customer: the list, and the pane about one of them."""

import uuid
from collections.abc import Mapping

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from customers.models import Customer, CustomerUser, CustomerUserQuerySet
from customers.permissions import CustomerPermission
from customers.queries import admins, living_user, matching_users, role_names_of
from customers.views.selection import chosen_ids
from customers.views.user_commands import list_commands
from customers.views.user_pane import badges, pane
from gdap import access
from licensing.queries import product_names_of, with_license
from partnercenter import replicas
from partnercenter.errors import NotFound
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page
from partnercenter.portal.paging import Page, key_page, words_of

SORTS = {"name": "sort_name", "email": "sort_principal_name", "location": "usage_location"}
FILTERS = {"": "All", "licensed": "Licensed", "unlicensed": "Unlicensed", "admins": "Admins"}


@staff_page
def user_list(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    principal = request.principal
    customer = access.visible_customer(principal, customer_id)
    shell = customer_page(customer, "users")
    reading = access.explain(principal, customer, CustomerPermission.READ_USERS)
    if not reading.allowed:
        context = {"customer": {"name": customer.company_name}, "explanation": reading, "why": reading}
        return render(request, "customers/user_list.html", shell | context, status=403)
    query, chosen = words_of(request.GET), request.GET.get("filter", "")
    users = _filtered(matching_users(CustomerUser.objects.alive().filter(customer=customer), query), chosen)
    page = key_page(replicas.read(users), request.GET, sorts=SORTS, default_sort="name", size=settings.PAGE_SIZE)
    selected = {str(user_id) for user_id in chosen_ids(request.GET)}
    context = {
        "customer": {"name": customer.company_name},
        "users": _rows(request, customer, page.rows, selected),
        "columns": _columns(page),
        "filters": _filters(request.GET, chosen),
        "page": page,
        "query": query,
        "search": _search(customer, request.GET, query),
        "commands": list_commands(principal, customer, has_rows=bool(page.rows)),
        "selected_elsewhere": sorted(selected - {str(user.pk) for user in page.rows}),
        "kept": [(name, request.GET[name]) for name in ("q", "filter", "sort") if request.GET.get(name)],
        "selected_count": len(selected),
        "clear_url": _without(request.GET, "selected"),
        "close_url": _without(request.GET, "user"),
        "pane_user": _pane(request, customer),
        **_bulk_links(request, customer),
    }
    return render(request, "customers/user_list.html", shell | context)


def _bulk_links(request: PortalRequest, customer: Customer) -> dict[str, str]:
    if not access.can(request.principal, customer, CustomerPermission.ASSIGN_LICENSES):
        return {}
    kept = QueryDict(mutable=True)
    kept.update({"all": "1", **{name: request.GET[name] for name in ("q", "filter") if request.GET.get(name)}})
    return {
        "licenses_url": reverse("manage-licenses", args=[customer.pk]),
        "all_query": f"?{kept.urlencode()}",
        "runs_url": reverse("bulk-runs", args=[customer.pk]),
    }


def _filtered(users: CustomerUserQuerySet, chosen: str) -> CustomerUserQuerySet:
    match chosen:
        case "licensed":
            return with_license(users)
        case "unlicensed":
            return with_license(users, licensed=False)
        case "admins":
            return admins(users)
        case _:
            return users


def _rows(
    request: PortalRequest, customer: Customer, users: list[CustomerUser], selected: set[str]
) -> list[dict[str, object]]:
    see_licenses = access.can(request.principal, customer, CustomerPermission.READ_USER_LICENSES)
    products: Mapping[uuid.UUID, list[str]] = product_names_of(users) if see_licenses else {}
    see_roles = access.can(request.principal, customer, CustomerPermission.READ_ROLES)
    roles: Mapping[uuid.UUID, list[str]] = role_names_of(users) if see_roles else {}
    return [
        {
            "id": user.pk,
            "name": user.display_name,
            "email": user.user_principal_name,
            "url": f"{_without(request.GET, 'user')}&user={user.pk}",
            "licenses": products.get(user.pk, []),
            "location": user.usage_location,
            "badges": badges(user, is_admin=bool(roles.get(user.pk))),
            "current": request.GET.get("user") == str(user.pk),
            "selected": str(user.pk) in selected,
        }
        for user in users
    ]


def _pane(request: PortalRequest, customer: Customer) -> dict[str, object] | None:
    """The pane's person, or nobody where the address names nobody of this customer."""
    try:
        user = living_user(customer, uuid.UUID(request.GET["user"]))
    except (KeyError, ValueError, NotFound):
        return None
    return pane(request.principal, customer, user)


def _columns(page: Page[CustomerUser]) -> list[dict[str, str]]:
    return [
        {"label": "Name", "url": page.sort_url("name"), "sort": page.direction("name")},
        {"label": "Email", "url": page.sort_url("email"), "sort": page.direction("email")},
        {"label": "Licenses"},
        {"label": "Location", "url": page.sort_url("location"), "sort": page.direction("location"), "class": "minor"},
        {"label": "Status"},
    ]


def _filters(params: QueryDict, chosen: str) -> list[dict[str, object]]:
    kept = QueryDict(mutable=True)
    for name in ("q", "sort", "selected"):
        kept.setlist(name, params.getlist(name))
    return [
        {"label": label, "url": f"?{kept.urlencode()}&filter={word}", "current": word == chosen}
        for word, label in FILTERS.items()
    ]


def _search(customer: Customer, params: QueryDict, query: str) -> dict[str, object]:
    return {
        "action": reverse("users", args=[customer.pk]),
        "value": query,
        "label": "Search users by name or email",
        "hidden": [(name, value) for name in ("filter", "sort", "selected") for value in params.getlist(name) if value],
    }


def _without(params: QueryDict, name: str) -> str:
    kept = params.copy()
    kept.pop(name, None)
    return f"?{kept.urlencode()}"
