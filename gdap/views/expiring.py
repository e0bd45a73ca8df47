"""Relationships that come to an end, over all customers, and keeping many of them alive at once."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from gdap import access
from gdap.access import PartnerPermission
from gdap.models import AdminRelationship
from gdap.queries.expiring import ANY, condition, counted, with_customer_key, words
from gdap.queries.relationships import matching, relationships_of, with_facts, with_sort_keys
from gdap.services.relationships.errors import RelationshipError
from gdap.services.relationships.extending import set_auto_extend_of_many
from gdap.services.relationships.wish import extends_with_global_administrator
from gdap.views.shown import badge, ends_soon, ids_in, partner_of
from partnercenter import clock
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import workspace_page
from partnercenter.portal.paging import Page, key_page, words_of

SORTS = {"end": "end_key", "name": "name_key", "customer": "customer_key"}
HERE = "expiring-relationships"


@staff_page
def expiring(request: PortalRequest) -> HttpResponse:
    now, query, chosen = clock.now(), words_of(request.GET), request.GET.get("within", ANY)
    chosen = chosen if chosen in words() else ANY
    mine = relationships_of(request.principal.partner_id, now)
    rows = matching(mine.filter(condition(chosen, now)), query).select_related("customer")
    rows = with_customer_key(with_facts(with_sort_keys(rows, now), now))
    page = key_page(rows, request.GET, sorts=SORTS, default_sort="end", size=settings.PAGE_SIZE)
    context = {
        "tiles": _tiles(request.GET, counted(mine, now), chosen),
        "relationships": [_row(row, now) for row in page.rows],
        "columns": _columns(page),
        "commands": _commands(request) if page.rows else [],
        "page": page,
        "search": {
            "action": reverse(HERE),
            "value": query,
            "label": "Search by customer or admin relationship",
            "hidden": [(name, request.GET[name]) for name in ("within", "sort") if request.GET.get(name)],
        },
    }
    return render(request, "gdap/expiring.html", workspace_page(current=HERE) | context)


def _tiles(params: QueryDict, counts: Mapping[str, int], chosen: str) -> list[dict[str, object]]:
    kept = QueryDict(mutable=True)
    for name in ("q", "sort"):
        kept.setlist(name, params.getlist(name))
    total = sum(counts.values()) - sum(count for word, count in counts.items() if word.isdecimal() or word == "later")
    return [
        {
            "label": label,
            "count": counts[word],
            "share": round(100 * counts[word] / total) if total else 0,
            "url": f"?{kept.urlencode()}&within={word}",
            "current": word == chosen,
        }
        for word, label in words().items()
    ]


def _row(row: AdminRelationship, now: datetime) -> dict[str, object]:
    customer = row.customer
    if customer is None:  # an invitation that nobody has accepted never ends
        raise TypeError(f"{row} is in force without a customer.")
    return {
        "id": row.pk,
        "name": row.display_name,
        "url": reverse("admin-relationship", args=[customer.pk, row.pk]),
        "customer": customer.company_name,
        "customer_url": reverse("admin-relationships", args=[customer.pk]),
        "status": badge(row.status(now)),
        "soon": ends_soon(row, now),
        "end": row.end(now),
        "auto_extend": row.auto_extend,
        "is_powerful": vars(row)["has_global_admin"],
    }


def _columns(page: Page[AdminRelationship]) -> list[dict[str, str]]:
    sorted_by = (("Admin relationship name", "name"), ("Customer", "customer"), ("End date", "end"))
    return [
        *({"label": label, "url": page.sort_url(word), "sort": page.direction(word)} for label, word in sorted_by),
        {"label": "Status"},
        {"label": "Auto extend"},
    ]


def _commands(request: PortalRequest) -> list[dict[str, object]]:
    why = access.why_not_partner(request.principal, PartnerPermission.MANAGE_RELATIONSHIPS)
    return [
        {"label": label, "icon": icon, "url": reverse(name), "needs_selection": True, "why": why}
        for label, icon, name in (
            ("Enable auto extend", "arrow-sync", "enable-auto-extend"),
            ("Disable auto extend", "dismiss-circle", "disable-auto-extend"),
        )
    ]


@staff_page
def switch_auto_extend(request: PortalRequest, *, enabled: bool) -> HttpResponse:
    """Show what is selected and what can't be switched, then switch, and name what became of each."""
    access.require_partner(request.principal, PartnerPermission.MANAGE_RELATIONSHIPS)
    selected = ids_in(request.GET.getlist("selected"))
    if not selected:
        messages.warning(request, "Select at least one admin relationship.")
        return redirect(HERE)
    verb = "Enable" if enabled else "Disable"
    context: dict[str, object] = {"verb": verb, "enabled": enabled, "back_url": reverse(HERE)}
    status = 200
    if request.method == "POST":
        try:
            context["outcomes"] = set_auto_extend_of_many(
                by=request.principal, partner_id=partner_of(request).pk, relationships=selected, enabled=enabled
            )
        except RelationshipError as error:
            context["problem"], status = error.message, error.status
    if "outcomes" not in context:
        context["relationships"] = _chosen(request, selected, enabled=enabled)
    shell = workspace_page((f"{verb} auto extend", ""), current=HERE)
    return render(request, "gdap/auto_extend.html", shell | context, status=status)


def _chosen(request: PortalRequest, selected: Sequence[uuid.UUID], *, enabled: bool) -> list[dict[str, object]]:
    now = clock.now()
    rows = with_facts(relationships_of(request.principal.partner_id, now).filter(pk__in=selected), now)
    return [
        {
            "name": row.display_name,
            "customer": row.customer,
            "problem": extends_with_global_administrator().message if enabled and vars(row)["has_global_admin"] else "",
        }
        for row in rows.select_related("customer")
    ]
