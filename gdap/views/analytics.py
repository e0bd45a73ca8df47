"""GDAP analytics: where the partner stands, in numbers."""

from collections.abc import Mapping
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from gdap import access
from gdap.lifecycle import APPROVAL_LAPSES_AFTER
from gdap.models import AdminRelationship
from gdap.queries import analytics
from gdap.queries.expiring import counted
from gdap.queries.relationships import counted_by_group, relationships_of
from partnercenter import clock
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import workspace_page

HERE = "gdap-analytics"


@staff_page
def gdap_analytics(request: PortalRequest) -> HttpResponse:
    now = clock.now()
    mine = relationships_of(request.principal.partner_id, now)
    groups, ends = counted_by_group(mine), counted(mine, now)
    customers = access.customers_visible_to(request.principal).count()
    reached = analytics.customers_reached(mine)
    expiring = reverse("expiring-relationships")
    context = {
        "tiles": [
            {"label": "Customers with GDAP", "count": reached, "url": reverse("customers")},
            {"label": "Admin relationships", "count": groups[""], "url": expiring},
            {"label": "Active", "count": groups["active"], "url": expiring},
            {"label": "Expiring in 60 days", "count": ends["60"], "url": f"{expiring}?within=60"},
            {"label": "Approval pending", "count": groups["pending"], "url": "#pending"},
        ],
        "shares": [
            _bar("Customers with GDAP", reached, max(customers, reached)),
            _bar(
                "Active relationships with Global Administrator",
                analytics.with_global_administrator(mine, now),
                groups["active"],
            ),
            _bar("Active relationships that extend themselves", ends["auto"], groups["active"]),
        ],
        "charts": [
            ("Expiring by month", _bars(analytics.ends_by_month(mine, ended=False))),
            ("Expired by month", _bars(analytics.ends_by_month(mine, ended=True))),
            ("Roles in most active relationships", _ranked(analytics.top_roles(mine))),
        ],
        "pending": [_waits(row) for row in analytics.waiting(mine)],
        "now": now,
    }
    return render(request, "gdap/analytics.html", workspace_page(current=HERE) | context)


def _bar(label: str, count: int, of: int) -> dict[str, object]:
    return {"label": label, "count": count, "of": of, "most": max(of, 1), "share": round(100 * count / of) if of else 0}


def _bars(months: Mapping[datetime, int]) -> list[dict[str, object]]:
    return _ranked([(f"{month:%B %Y}", count) for month, count in months.items()])


def _ranked(rows: list[tuple[str, int]]) -> list[dict[str, object]]:
    most = max((count for _, count in rows), default=1)
    return [{"label": label, "count": count, "most": most} for label, count in rows]


def _waits(row: AdminRelationship) -> dict[str, object]:
    asked, customer = row.approval_requested_at, row.customer
    return {
        "name": row.display_name,
        "url": reverse("admin-relationship", args=[customer.pk, row.pk]) if customer else "",
        "customer": customer.company_name if customer else "Any customer with the link",
        "lapses_at": asked + APPROVAL_LAPSES_AFTER if asked else None,
        "duration_days": row.duration_days,
    }
