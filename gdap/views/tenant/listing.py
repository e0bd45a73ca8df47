"""The partners that work for the organization, and what each of them may do."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from customers.models import ResellerRelationship
from gdap.models import AdminRelationship
from gdap.models.relationship import AdminRelationshipQuerySet
from gdap.queries.customers import SHOWN, counted, filtered, relationships_at
from gdap.views.tenant.shown import summary_of
from partnercenter import clock
from partnercenter.portal.paging import Page, key_page, words_of
from partnercenter.tenant.guards import tenant_page
from partnercenter.tenant.http import TenantRequest
from partnercenter.tenant.navigation import tenant_page_context

SORTS = {"partner": "partner_key", "name": "name_key"}
COLUMNS = (("Partner", "partner"), ("Relationship name", "name"))
MOST_ROLES = 3


@require_GET
@tenant_page
def relationship_list(request: TenantRequest) -> HttpResponse:
    now, word, query = clock.now(), request.GET.get("show", ""), words_of(request.GET)
    found = relationships_at(request.customer.pk, now)
    rows = filtered(found, word=word, query=query).prefetch_related("role_links__role")
    page = key_page(rows, request.GET, sorts=SORTS, default_sort="partner", size=settings.PAGE_SIZE)
    url = reverse("tenant-relationships")
    context = {
        "filters": _filters(filtered(found, word="", query=query), word, query),
        "search": {"action": url, "value": query, "label": "Search partners and relationships", "hidden": _kept(word)},
        "columns": _columns(page),
        "relationships": [_line(row) for row in page.rows],
        "page": page,
        "resellers": _resellers(request),
        "is_narrowed": bool(query or word in SHOWN),
    }
    return render(request, "tenant/relationships.html", context | tenant_page_context("tenant-relationships"))


def _line(relationship: AdminRelationship) -> dict[str, object]:
    names = [link.role.display_name for link in relationship.role_links.all()]
    return summary_of(relationship, clock.now()) | {
        "url": reverse("tenant-relationship", args=[relationship.pk]),
        "roles": names[:MOST_ROLES],
        "more_roles": max(0, len(names) - MOST_ROLES),
    }


def _filters(rows: AdminRelationshipQuerySet, word: str, query: str) -> list[dict[str, object]]:
    counts = counted(rows)
    labels = {"": "All"} | {key: label for key, (label, _) in SHOWN.items()}
    return [
        {
            "label": label,
            "url": "?" + urlencode({name: value for name, value in (("show", key), ("q", query)) if value}),
            "current": key == (word if word in SHOWN else ""),
            "count": counts[key],
        }
        for key, label in labels.items()
    ]


def _kept(word: str) -> list[tuple[str, str]]:
    return [("show", word)] if word in SHOWN else []


def _columns(page: Page[AdminRelationship]) -> list[dict[str, str]]:
    sorting = [
        {"label": label, "url": page.sort_url(word), "sort": page.direction(word), "class": ""}
        for label, word in COLUMNS
    ]
    return [*sorting, *({"label": label} for label in ("Roles", "Duration", "Ends", "Status"))]


def _resellers(request: TenantRequest) -> list[ResellerRelationship]:
    """Who sells to the organization; that alone opens no directory."""
    rows = ResellerRelationship.objects.filter(customer=request.customer, ended_at__isnull=True)
    return list(rows.select_related("partner").order_by("partner__name"))
