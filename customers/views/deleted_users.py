"""Users who were deleted and can still come back, by the clock."""

import math
import uuid
from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from customers.models import Customer, CustomerUser
from customers.models.user import RESTORABLE
from customers.permissions import CustomerPermission
from customers.queries import matching_users
from customers.views.selected.restore import Restore
from customers.views.selection import chosen_ids
from customers.views.user_commands import command_of
from gdap import access
from partnercenter import clock, replicas
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page
from partnercenter.portal.paging import Page, key_page, words_of

SORTS = {"name": "sort_name", "email": "sort_principal_name", "deleted": "deleted_at"}
SOON = 3  # days


@staff_page
def deleted_users(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    customer = access.visible_customer(request.principal, customer_id)
    access.require(request.principal, customer, CustomerPermission.READ_USERS)
    now, query = clock.now(), words_of(request.GET)
    users = matching_users(CustomerUser.objects.restorable(now).filter(customer=customer), query)
    page = key_page(replicas.read(users), request.GET, sorts=SORTS, default_sort="name", size=settings.PAGE_SIZE)
    selected = {str(user_id) for user_id in chosen_ids(request.GET)}
    context = {
        "customer": customer,
        "users": [_row(user, now, selected) for user in page.rows],
        "columns": _columns(page),
        "page": page,
        "query": query,
        "commands": [command_of(request.principal, customer, Restore())] if page.rows else [],
        "search": {
            "action": reverse("deleted-users", args=[customer.pk]),
            "value": query,
            "label": "Search deleted users by name or email",
        },
        "kept": [(name, request.GET[name]) for name in ("q", "sort") if request.GET.get(name)],
        "selected_elsewhere": sorted(selected - {str(user.pk) for user in page.rows}),
        "users_url": reverse("users", args=[customer.pk]),
    }
    return render(request, "customers/deleted_users.html", _shell(customer) | context)


def _shell(customer: Customer) -> dict[str, object]:
    return customer_page(customer, "users", ("Deleted users", ""))


def _row(user: CustomerUser, now: datetime, selected: set[str]) -> dict[str, object]:
    left = days_left(user, now)
    return {
        "id": user.pk,
        "name": user.display_name,
        "email": user.user_principal_name,
        "deleted_at": user.deleted_at,
        "left": {
            "label": "Less than a day" if left < 1 else f"{left} day{'' if left == 1 else 's'}",
            "intent": "warning" if left <= SOON else "",
        },
        "selected": str(user.pk) in selected,
    }


def days_left(user: CustomerUser, now: datetime) -> int:
    """Whole days until the deletion can't be taken back any more."""
    if user.deleted_at is None:
        return 0
    return math.floor((user.deleted_at + RESTORABLE - now).total_seconds() / 86_400)


def _columns(page: Page[CustomerUser]) -> list[dict[str, str]]:
    return [
        {"label": "Name", "url": page.sort_url("name"), "sort": page.direction("name")},
        {"label": "Email", "url": page.sort_url("email"), "sort": page.direction("email")},
        {"label": "Deleted on (UTC)", "url": page.sort_url("deleted"), "sort": page.direction("deleted")},
        {"label": "Time left"},
    ]
