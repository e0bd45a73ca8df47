"""Action center: what needs a decision by a date, over all customers. What renews by itself has no line."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from customers.views.action_lines import LINES, WITHIN, shown_line
from gdap import access
from gdap.queries.expiring import condition
from gdap.queries.relationships import relationships_of
from licensing.queries import ending_terms, open_to_reduction, over_assigned
from partnercenter import clock
from partnercenter.fields import sort_key
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import workspace_page
from partnercenter.portal.paging import MOST_COUNTED, Page, merged_page, words_of

HERE = "action-center"
SORTS = {"due": "due_key", "customer": "customer_key"}
Rows = QuerySet[Any]


@require_GET
@staff_page
def action_center(request: PortalRequest) -> HttpResponse:
    now, words, chosen = clock.now(), words_of(request.GET), request.GET.get("kind", "")
    chosen = chosen if chosen in LINES else ""
    sources = {kind: _visible(request, rows(request, now), kind, words) for kind, rows in SOURCES.items()}
    counts = {kind: rows.order_by()[: MOST_COUNTED + 1].count() for kind, rows in sources.items()}
    wanted = [kind for kind in sources if chosen in ("", kind)]
    page = merged_page(
        [sources[kind] for kind in wanted],
        request.GET,
        sorts=SORTS,
        default_sort="due",
        size=settings.PAGE_SIZE,
        total=sum(counts[kind] for kind in wanted),
    )
    context = {
        "lines": [shown_line(row, now) for row in page.rows],
        "columns": _columns(page),
        "filters": _filters(request.GET, counts, chosen),
        "page": page,
        "narrowed": bool(words or chosen),
        "search": {
            "action": reverse(HERE),
            "value": words,
            "label": "Search by customer",
            "hidden": [(name, request.GET[name]) for name in ("kind", "sort") if request.GET.get(name)],
        },
    }
    return render(request, "customers/action_center.html", workspace_page(current=HERE) | context)


def _expiring(request: PortalRequest, now: datetime) -> Rows:
    rows = relationships_of(request.principal.partner_id, now).filter(condition(str(WITHIN.days), now))
    return rows.annotate(due_key=F("ends_at"))


SOURCES: Mapping[str, Callable[[PortalRequest, datetime], Rows]] = {
    "seats": lambda request, now: over_assigned(request.principal.partner_id, now),
    "reduce": lambda request, now: open_to_reduction(request.principal.partner_id, now),
    "term": lambda request, now: ending_terms(request.principal.partner_id, now, WITHIN),
    "gdap": _expiring,
}


def _visible(request: PortalRequest, rows: Rows, kind: str, words: str) -> Rows:
    """Of customers that the person may see; `customer_key` sorts by their names."""
    seen = Exists(access.customers_visible_to(request.principal).filter(pk=OuterRef("customer")))
    found: Rows = rows.filter(seen).select_related("customer")
    found = found.annotate(customer_key=F("customer__sort_name"), kind=Value(kind, output_field=CharField()))
    if words:
        found = found.filter(customer__sort_name__contains=sort_key(words))
    return found


def _filters(params: QueryDict, counts: Mapping[str, int], chosen: str) -> list[dict[str, object]]:
    kept = QueryDict(mutable=True)
    for name in ("q", "sort"):
        kept.setlist(name, params.getlist(name))
    shown = {"": ("All", sum(counts.values()))} | {kind: (LINES[kind].plural, counts[kind]) for kind in counts}
    return [
        {"label": label, "count": count, "url": f"?{kept.urlencode()}&kind={kind}", "current": kind == chosen}
        for kind, (label, count) in shown.items()
    ]


def _columns(page: Page[Any]) -> list[dict[str, str]]:
    return [
        {"label": "Action"},
        {"label": "Customer", "url": page.sort_url("customer"), "sort": page.direction("customer")},
        {"label": "Due date", "url": page.sort_url("due"), "sort": page.direction("due")},
    ]
