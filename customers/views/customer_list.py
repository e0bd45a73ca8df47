"""The customer list, and the way into a customer."""

import uuid
from collections.abc import Iterator, Sequence
from itertools import islice

from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_GET

from customers.models import Customer, CustomerQuerySet, CustomerTag, ResellerRelationship, Tag
from customers.permissions import CustomerPermission
from customers.queries import matching_customers, tags_of
from gdap import access
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import workspace_page
from partnercenter.portal.paging import Page, key_page, words_of
from partnercenter.portal.tables import csv_answer

SORTS = {"name": "sort_name", "domain": "primary_domain", "tags": "tags_key"}
SHOWN_TAGS = 2
OFFERED_TAGS = 200  # more make no list to choose from; the page of tags links each
EXPORT_CHUNK = 500

COMMANDS = [
    {"label": label, "icon": icon, "url": reverse_lazy(page), "needs_selection": True}
    for label, icon, page in (
        ("Users and licenses", "people", "open-users"),
        ("Subscriptions", "apps-list", "open-subscriptions"),
        ("Account", "building", "open-account"),
        ("Service management", "wrench", "open-services"),
    )
]


@staff_page
def customer_list(request: PortalRequest) -> HttpResponse:
    query = words_of(request.GET)
    customers = _wanted(request).annotate(
        has_users_open=Exists(
            access.customers_visible_to(request.principal, CustomerPermission.READ_USERS).filter(pk=OuterRef("pk"))
        ),
        tags_key=_first_tag(request),
    )
    page = key_page(customers, request.GET, sorts=SORTS, default_sort="name", size=settings.PAGE_SIZE)
    tags = tags_of([customer.pk for customer in page.rows], request.principal.partner_id)
    tag = _tag(request)
    own_tags = Tag.objects.filter(partner=request.principal.partner_id)[:OFFERED_TAGS]
    context = {
        "customers": [_row(customer, tags[customer.pk]) for customer in page.rows],
        "columns": _columns(page),
        "commands": _commands(request, has_rows=bool(page.rows)),
        "page": page,
        "query": query,
        "own_tags": own_tags,
        "tag": tag,
        "search": {
            "hidden": [("tag", tag)] if tag else [],
            "action": reverse("customers"),
            "value": query,
            "label": "Search by company name, domain or Microsoft ID",
        },
    }
    return render(request, "customers/customer_list.html", workspace_page() | context)


@require_GET
@staff_page
def open_selected(request: PortalRequest, page: str) -> HttpResponse:
    """Open a page of the customer that is selected on the list."""
    try:
        customer = access.visible_customer(request.principal, uuid.UUID(request.GET.get("customer", "")))
    except ValueError:
        messages.warning(request, "Select a customer first.")
        return redirect("customers")
    return redirect(page, customer.pk)


@staff_page
def customer_page(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """A customer opens on the page that the person can work with."""
    customer = access.visible_customer(request.principal, customer_id)
    return redirect("users", customer.pk)


@staff_page
def export_customers(request: PortalRequest) -> HttpResponseBase:
    """The list as it is filtered, with the columns of the real service's file and the tags."""
    return csv_answer(
        name="Customers",
        columns=("Microsoft ID", "Company name", "Primary domain name", "Relationship", "Tags"),
        rows=_exported(_wanted(request), request.principal.partner_id),
    )


def _exported(customers: CustomerQuerySet, partner_id: uuid.UUID | None) -> Iterator[Sequence[object]]:
    rows = customers.order_by("sort_name", "pk").iterator(chunk_size=EXPORT_CHUNK)
    while chunk := list(islice(rows, EXPORT_CHUNK)):
        tags = tags_of([customer.pk for customer in chunk], partner_id)
        for customer in chunk:
            yield (
                customer.pk,
                customer.company_name,
                customer.primary_domain,
                _relationship(customer),
                "; ".join(tags[customer.pk]),
            )


def _wanted(request: PortalRequest) -> CustomerQuerySet:
    """What search and tag in the address leave of the customers that the person may see."""
    partner_id = request.principal.partner_id
    customers = matching_customers(access.customers_visible_to(request.principal), words_of(request.GET))
    if tag := _tag(request):
        worn = CustomerTag.objects.filter(customer=OuterRef("pk"), tag=tag, tag__partner=partner_id)
        customers = customers.filter(Exists(worn))
    resold = ResellerRelationship.objects.filter(customer=OuterRef("pk"), partner=partner_id, ended_at__isnull=True)
    return customers.annotate(is_resold=Exists(resold))


def _first_tag(request: PortalRequest) -> Coalesce:
    """By what the column of tags sorts: the first of a customer's tags, and those without any before all others."""
    worn = CustomerTag.objects.filter(customer=OuterRef("pk"), tag__partner=request.principal.partner_id)
    return Coalesce(Subquery(worn.order_by("tag__sort_name").values("tag__sort_name")[:1]), Value(""))


def _tag(request: PortalRequest) -> uuid.UUID | None:
    """The tag to filter by; an unknown word filters nothing."""
    try:
        return uuid.UUID(request.GET.get("tag", ""))
    except ValueError:
        return None


def _commands(request: PortalRequest, *, has_rows: bool) -> list[dict[str, object]]:
    add: dict[str, object] = {"label": "Add customer", "icon": "add", "url": reverse("add-customer")}
    if why := access.why_not_partner(request.principal, access.PartnerPermission.ADD_CUSTOMERS):
        add = {**add, "why": why}
    manage: dict[str, object] = {"label": "Manage tags", "icon": "tag", "url": reverse("tags")}
    assign: dict[str, object] = {
        "label": "Assign tags",
        "icon": "tag",
        "url": reverse("open-tags"),
        "needs_selection": True,
    }
    if why := access.why_not_partner(request.principal, access.PartnerPermission.MANAGE_TAGS):
        manage, assign = {**manage, "why": why}, {**assign, "why": why}
    if not has_rows:
        return [add, manage]
    export: dict[str, object] = {
        "label": "Export",
        "icon": "arrow-download",
        "url": f"{reverse('export-customers')}?{request.GET.urlencode()}",
    }
    return [add, *COMMANDS, manage, assign, export]


def _relationship(customer: Customer) -> str:
    return "Cloud Reseller" if vars(customer)["is_resold"] else "Admin relationship only"


def _row(customer: Customer, tags: list[str]) -> dict[str, object]:
    is_open = vars(customer)["has_users_open"]
    return {
        "id": customer.pk,
        "name": customer.company_name,
        "url": reverse("customer", args=[customer.pk]),
        "domain": customer.primary_domain,
        "access": {"label": "GDAP role", "intent": "success"} if is_open else {"label": "None"},
        "relationship": _relationship(customer),
        "tags": tags[:SHOWN_TAGS],
        "more_tags": tags[SHOWN_TAGS:],
    }


def _columns(page: Page[Customer]) -> list[dict[str, str]]:
    return [
        {"label": "Name", "url": page.sort_url("name"), "sort": page.direction("name")},
        {"label": "Microsoft ID", "class": "minor"},
        {"label": "Primary domain name", "url": page.sort_url("domain"), "sort": page.direction("domain")},
        {"label": "Relationship", "class": "minor"},
        {"label": "Tags", "url": page.sort_url("tags"), "sort": page.direction("tags"), "class": "minor"},
        {"label": "Your access"},
    ]
