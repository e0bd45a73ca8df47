"""The admin relationships of a customer, in every state that is kept."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from customers.models import Customer
from gdap import access
from gdap.access import PartnerPermission
from gdap.lifecycle import Status
from gdap.models import AdminRelationship
from gdap.queries.relationships import (
    GROUPED,
    counted_by_group,
    in_group,
    matching,
    relationship_of,
    relationships_of,
    with_facts,
    with_sort_keys,
)
from gdap.views.shown import badge, ends_soon
from partnercenter import clock
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page
from partnercenter.portal.paging import Page, key_page, words_of

SORTS = {"name": "name_key", "status": "status_now", "start": "start_key", "end": "end_key"}
ASSIGN_HINT = "No security group has roles here, so nobody gets access by it yet."


@staff_page
def relationship_list(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    customer = access.related_customer(request.principal, customer_id)
    now, query, chosen = clock.now(), words_of(request.GET), request.GET.get("status", "")
    here = matching(relationships_of(request.principal.partner_id, now).filter(customer=customer), query)
    rows = with_facts(with_sort_keys(in_group(here, chosen), now), now)
    page = key_page(rows, request.GET, sorts=SORTS, default_sort="name", size=settings.PAGE_SIZE)
    context = {
        "customer": customer,
        "relationships": [_row(customer, row, now) for row in page.rows],
        "columns": _columns(page),
        "filters": _filters(request.GET, counted_by_group(here), chosen),
        "commands": _commands(request, customer, has_rows=bool(page.rows)),
        "page": page,
        "query": query or chosen,
        "search": {
            "action": reverse("admin-relationships", args=[customer.pk]),
            "value": query,
            "label": "Search admin relationships by name",
            "hidden": [(name, request.GET[name]) for name in ("status", "sort") if request.GET.get(name)],
        },
    }
    return render(request, "gdap/relationship_list.html", customer_page(customer, "admin-relationships") | context)


@staff_page
def terminate_selected(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """To the confirmation for the relationship that is selected on the list."""
    customer = access.related_customer(request.principal, customer_id)
    try:
        selected = uuid.UUID(request.GET.get("selected", ""))
    except ValueError:
        messages.warning(request, "Select an admin relationship first.")
        return redirect("admin-relationships", customer.pk)
    relationship_of(request.principal.partner_id, customer, selected, clock.now())
    return redirect("terminate-relationship", customer.pk, selected)


def _row(customer: Customer, row: AdminRelationship, now: datetime) -> dict[str, object]:
    status = row.status(now)
    is_unused = status is Status.ACTIVE and not vars(row)["has_groups"]
    has_started = row.activated_at is not None and row.activated_at <= now
    return {
        "id": row.pk,
        "name": row.display_name,
        "url": reverse("admin-relationship", args=[customer.pk, row.pk]),
        "status": badge(status),
        "soon": ends_soon(row, now),
        "start": row.activated_at if has_started else None,
        "end": row.end(now),
        "auto_extend": row.auto_extend,
        "warning": ASSIGN_HINT if is_unused else "",
    }


def _columns(page: Page[AdminRelationship]) -> list[dict[str, str]]:
    sorted_by = [
        ("Admin relationship name", "name"),
        ("Status", "status"),
        ("Start date", "start"),
        ("End date", "end"),
    ]
    return [
        *(
            {"label": label, "url": page.sort_url(word), "sort": page.direction(word), "class": _class_of(word)}
            for label, word in sorted_by
        ),
        {"label": "Auto extend"},
    ]


def _class_of(word: str) -> str:
    return "minor" if word == "start" else ""


def _filters(params: QueryDict, counts: Mapping[str, int], chosen: str) -> list[dict[str, object]]:
    """All, and each group of states that has rows or is chosen."""
    kept = QueryDict(mutable=True)
    for name in ("q", "sort"):
        kept.setlist(name, params.getlist(name))
    words = {"": "All"} | {word: label for word, (label, _) in GROUPED.items() if counts[word] or word == chosen}
    return [
        {
            "label": label,
            "count": counts[word],
            "url": f"?{kept.urlencode()}&status={word}",
            "current": word == (chosen if chosen in GROUPED else ""),
        }
        for word, label in words.items()
    ]


def _commands(request: PortalRequest, customer: Customer, *, has_rows: bool) -> list[dict[str, object]]:
    why = access.why_not_partner(request.principal, PartnerPermission.MANAGE_RELATIONSHIPS)
    request_new: dict[str, object] = {
        "label": "Request new relationship",
        "icon": "add",
        "url": reverse("request-relationship", args=[customer.pk]),
        "why": why,
    }
    terminate: dict[str, object] = {
        "label": "Terminate relationship",
        "icon": "delete",
        "url": reverse("terminate-selected", args=[customer.pk]),
        "needs_selection": True,
        "why": why,
    }
    return [request_new, terminate] if has_rows else [request_new]
