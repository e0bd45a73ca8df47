"""Whom: the ticked users, all that the list shows, or those named in a list or file."""

import uuid

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from customers.models import Customer, CustomerUser
from customers.permissions import CustomerPermission
from gdap import access
from licensing.rules.bulk import BulkChange
from licensing.services.bulk import Selection, draft_run
from licensing.services.bulk.selection import listed_users
from licensing.views.bulk.named import LARGEST_FILE, Named, Unreadable, find_named, names_in, text_of
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page
from partnercenter.portal.paging import words_of

MOST_TICKED = 200  # an address holds no more
MOST_SHOWN = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def manage_licenses(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """With ticked users straight to what shall change; without, first ask whom."""
    customer = known_customer(request, customer_id)
    if request.method == "POST":
        return _from_names(request, customer)
    ticked = _ticked(request)
    if len(request.GET.getlist("selected")) > MOST_TICKED:
        text = f"Only the first {MOST_TICKED} ticked users are taken; for more, take all on the list or name them."
        messages.warning(request, text)
    if ticked:
        return _drafted(request, customer, Selection(ids=ticked))
    if "all" in request.GET:
        return _drafted(request, customer, Selection(query=words_of(request.GET), chosen=request.GET.get("filter", "")))
    return _page(request, customer)


def known_customer(request: PortalRequest, customer_id: uuid.UUID) -> Customer:
    """The customer, for somebody who sees its users and may assign licenses."""
    customer = access.visible_customer(request.principal, customer_id)
    access.require(request.principal, customer, CustomerPermission.READ_USERS)
    access.require(request.principal, customer, CustomerPermission.ASSIGN_LICENSES)
    return customer


def _ticked(request: PortalRequest) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for text in request.GET.getlist("selected")[:MOST_TICKED]:
        try:
            found[str(uuid.UUID(text))] = None
        except ValueError:
            continue
    return tuple(found)


def _from_names(request: PortalRequest, customer: Customer) -> HttpResponse:
    typed = request.POST.get("names", "")
    try:
        names = [*names_in(typed), *names_in(_file(request))]
        named = find_named(customer, names)
    except Unreadable as problem:
        return _page(request, customer, typed=typed, error=str(problem))
    if named.unknown and "leave_out" not in request.POST:
        return _page(request, customer, typed="\n".join(dict.fromkeys(names)), named=named)
    if not named.ids:
        return _page(request, customer, typed=typed, error="None of these users is here.")
    return _drafted(request, customer, Selection(ids=named.ids))


def _file(request: PortalRequest) -> str:
    uploaded = request.FILES.get("file")
    if not isinstance(uploaded, UploadedFile):
        return ""
    return text_of(uploaded.read(LARGEST_FILE + 1))


def _drafted(request: PortalRequest, customer: Customer, selection: Selection) -> HttpResponse:
    run = draft_run(by=request.principal, customer=customer, selection=selection, change=BulkChange())
    return redirect(reverse("bulk-draft", args=[customer.pk, run.pk]))


def _page(
    request: PortalRequest, customer: Customer, *, typed: str = "", error: str = "", named: Named | None = None
) -> HttpResponse:
    query, chosen = words_of(request.GET), request.GET.get("filter", "")
    users = listed_users(CustomerUser.objects.alive().filter(customer=customer), query=query, chosen=chosen)
    context = {
        "customer": customer,
        "typed": typed,
        "error": error,
        "found": len(named.ids) if named else 0,
        "unknown": named.unknown[:MOST_SHOWN] if named else (),
        "more_unknown": max(0, len(named.unknown) - MOST_SHOWN) if named else 0,
        "all_count": users.count(),
        "list_url": reverse("users", args=[customer.pk]),
        "runs_url": reverse("bulk-runs", args=[customer.pk]),
        "kept": [("q", query), ("filter", chosen)],
    }
    crumbs = [("Manage licenses", "")]
    status = 400 if error or named else 200
    return render(
        request, "licensing/bulk/choose.html", customer_page(customer, "users", *crumbs) | context, status=status
    )
