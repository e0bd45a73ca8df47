"""One product: its seats, the users who have it, and those who don't."""

import uuid
from collections.abc import Mapping

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from customers.models import CustomerUser
from customers.queries import matching_users
from customers.views.selection import chosen_ids
from gdap.access import Explanation
from licensing.queries import by_holding, disabled_plans_of
from licensing.views.tenant.shown import Stocked, columns, product_shell, stocked, why_not_assign
from partnercenter.portal.paging import key_page, words_of
from partnercenter.tenant.guards import tenant_page
from partnercenter.tenant.http import TenantRequest

SORTS = {"name": "sort_name", "email": "sort_principal_name"}
COLUMNS = {"Name": "name", "Email": "email", "Location": ""}
WITHOUT = "without"


@require_GET
@tenant_page
def product_users(request: TenantRequest, sku_id: uuid.UUID) -> HttpResponse:
    stock, query = stocked(request, sku_id), words_of(request.GET)
    holds = request.GET.get("show") != WITHOUT
    people = CustomerUser.objects.alive().filter(customer=request.customer)
    users = by_holding(matching_users(people, query), stock.row_id, holds=holds)
    page = key_page(users, request.GET, sorts=SORTS, default_sort="name", size=settings.PAGE_SIZE)
    selected = {str(user_id) for user_id in chosen_ids(request.GET)}
    off = disabled_plans_of(page.rows, stock.row_id) if holds else {}
    why = why_not_assign(request)
    context = {
        "stock": stock,
        "why": why,
        "filters": _filters(query, holds=holds),
        "holds": holds,
        "query": query,
        "search": _search(stock, request.GET, query),
        "commands": _commands(stock, why, holds=holds, has_rows=bool(page.rows)),
        "columns": columns(page, COLUMNS | ({"Apps": ""} if holds else {})),
        "users": [_line(user, stock, off, selected) for user in page.rows],
        "page": page,
        "kept": [(name, request.GET[name]) for name in ("q", "show", "sort") if request.GET.get(name)],
        "selected_elsewhere": sorted(selected - {str(user.pk) for user in page.rows}),
        "clear_url": _without_selected(request.GET),
    }
    return render(request, "licensing/tenant/product.html", product_shell(stock) | context)


def _line(
    user: CustomerUser, stock: Stocked, off: Mapping[uuid.UUID, list[str]], selected: set[str]
) -> dict[str, object]:
    every = len(stock.product.plans)
    on = every - len(off.get(user.pk, []))
    return {
        "id": user.pk,
        "name": user.display_name,
        "email": user.user_principal_name,
        "location": user.usage_location,
        "apps": f"{on} of {every} on",
        "apps_url": reverse("tenant-apps", args=[stock.product.sku_id, user.pk]),
        "selected": str(user.pk) in selected,
    }


def _commands(stock: Stocked, why: Explanation | None, *, holds: bool, has_rows: bool) -> list[dict[str, object]]:
    sku_id = stock.product.sku_id
    if why is not None:
        label, icon = ("Unassign", "subtract") if holds else ("Assign", "person-add")
        return [{"label": label, "icon": icon, "why": why}]
    give: dict[str, object] = {"label": "Assign", "icon": "person-add", "needs_selection": True}
    take: dict[str, object] = {"label": "Unassign", "icon": "subtract", "needs_selection": True}
    if not holds:
        return [give | {"url": reverse("tenant-assign", args=[sku_id])}] if has_rows else []
    way: dict[str, object] = {"label": "Assign licenses", "icon": "person-add", "url": f"{stock.url}?show={WITHOUT}"}
    return [way, take | {"url": reverse("tenant-unassign", args=[sku_id])}] if has_rows else [way]


def _filters(query: str, *, holds: bool) -> list[dict[str, object]]:
    return [
        {
            "label": label,
            "url": "?" + urlencode({name: value for name, value in (("show", word), ("q", query)) if value}),
            "current": holds is with_it,
        }
        for label, word, with_it in (("Assigned", "", True), ("Not assigned", WITHOUT, False))
    ]


def _search(stock: Stocked, params: QueryDict, query: str) -> dict[str, object]:
    kept = [(name, value) for name in ("show", "sort", "selected") for value in params.getlist(name) if value]
    return {"action": stock.url, "value": query, "label": "Search users by name or email", "hidden": kept}


def _without_selected(params: QueryDict) -> str:
    kept = params.copy()
    kept.pop("selected", None)
    return f"?{kept.urlencode()}"
