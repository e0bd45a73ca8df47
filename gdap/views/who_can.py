"""Who can do what here: a page per customer and one per person, each cell with its chain."""

import uuid
from collections.abc import Collection, Mapping, Sequence

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from customers.models import Customer
from customers.permissions import CustomerPermission
from customers.queries import matching_customers
from gdap import access
from gdap.access.links import Chain, Link, relationships_with_links
from gdap.access.matrix import Verdict, verdict
from gdap.access.roles import NEEDS, roles_to_ask_for
from gdap.models import AdminRelationship
from partnercenter.accounts.models import User
from partnercenter.errors import NotFound, Problem
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page, workspace_page
from partnercenter.portal.paging import key_page, words_of

P = CustomerPermission
_USERS = (
    P.READ_USERS,
    P.CREATE_USERS,
    P.UPDATE_USERS,
    P.UPDATE_USAGE_LOCATION,
    P.UPDATE_USER_PRINCIPAL_NAME,
    P.DELETE_USERS,
    P.RESTORE_USERS,
    P.BLOCK_USERS,
    P.RESET_PASSWORDS,
)
_LICENSES = (P.ASSIGN_LICENSES, P.READ_USER_LICENSES, P.READ_SUBSCRIBED_SKUS)
# Word in the address -> label and actions; what is neither about users nor licenses is about the tenant.
ACTIONS: Mapping[str, tuple[str, Sequence[CustomerPermission]]] = {
    "users": ("Users", _USERS),
    "licenses": ("Licenses", _LICENSES),
    "tenant": ("Roles and tenant", tuple(item for item in P if item not in (*_USERS, *_LICENSES))),
}

SHORT: Mapping[Link, str] = {
    Link.PERSON: "left",
    Link.PARTNER_ROLE: "partner role",
    Link.RELATIONSHIP: "no relationship",
    Link.RELATIONSHIP_STATUS: "relationship not active",
    Link.ROLE_IN_RELATIONSHIP: "role not covered",
    Link.ASSIGNMENT: "no group assigned",
    Link.ASSIGNMENT_STATUS: "assignment not active",
    Link.ROLE_OF_GROUP: "no group with the role",
    Link.MEMBERSHIP: "not a member",
    Link.HOLDS: "",
}
_PEOPLE_PER_PAGE = 25


@staff_page
def at_customer(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Staff of the partner and actions, at one customer."""
    customer = access.related_customer(request.principal, customer_id)
    relationships = relationships_with_links(request.principal.partner_id, [customer])[customer.pk]
    page = key_page(
        _staff(request), request.GET, sorts={"name": "username"}, default_sort="name", size=_PEOPLE_PER_PAGE
    )
    word = _word(request)
    context = {
        "customer": customer,
        "heading": "Person",
        "rows": [
            {
                "name": person.name,
                "url": reverse("person-access", args=[person.pk]),
                "cells": _cells(
                    request, word, person.pk, [verdict(person, relationships, p) for p in ACTIONS[word][1]]
                ),
            }
            for person in page.rows
        ],
        "page": page,
        "asked": _asked(request, page.rows, {person.pk: relationships for person in page.rows}),
        "search": _search(request, "Search people by name"),
    } | _frame(request, word)
    return render(request, "gdap/who_can.html", customer_page(customer, "who-can") | context)


@staff_page
def by_person(request: PortalRequest, person_id: uuid.UUID) -> HttpResponse:
    """Customers and actions, for one member of staff."""
    person = _staff(request, searched=False).filter(pk=person_id).first()
    if person is None:
        raise NotFound(Problem(code="person_not_found", message="There is no such person in your company."))
    customers = matching_customers(access.customers_visible_to(request.principal), words_of(request.GET))
    page = key_page(customers, request.GET, sorts={"name": "sort_name"}, default_sort="name", size=settings.PAGE_SIZE)
    there = relationships_with_links(request.principal.partner_id, page.rows)
    word = _word(request)
    context = {
        "person": person,
        "heading": "Customer",
        "rows": [
            {
                "name": customer.company_name,
                "url": reverse("who-can", args=[customer.pk]),
                "cells": _cells(request, word, customer.pk, _verdicts(person, there[customer.pk], word)),
            }
            for customer in page.rows
        ],
        "page": page,
        "asked": _asked_at(request, person, page.rows, there),
        "search": _search(request, "Search customers by name"),
    } | _frame(request, word)
    return render(request, "gdap/who_can.html", workspace_page((person.name, ""), current="people") | context)


@staff_page
def people(request: PortalRequest) -> HttpResponse:
    """Whom to look at."""
    page = key_page(
        _staff(request), request.GET, sorts={"name": "username"}, default_sort="name", size=settings.PAGE_SIZE
    )
    context = {
        "people": [
            {
                "name": person.username,
                "display_name": person.name,
                "url": reverse("person-access", args=[person.pk]),
                "roles": sorted(str(row) for row in person.partner_role_assignments.all()),
                "groups": len(person.groups.all()),
                "is_active": person.is_active,
            }
            for person in page.rows
        ],
        "columns": [
            {"label": "User principal name", "url": page.sort_url("name"), "sort": page.direction("name")},
            {"label": "Name"},
            {"label": "Partner roles"},
            {"label": "Security groups", "class": "num"},
        ],
        "page": page,
        "search": _search(request, "Search people by name"),
    }
    return render(request, "gdap/people.html", workspace_page(current="people") | context)


def _staff(request: PortalRequest, *, searched: bool = True) -> QuerySet[User]:
    staff = User.objects.filter(partner=request.principal.partner_id)
    query = words_of(request.GET) if searched else ""
    if query:
        staff = staff.filter(Q(username__icontains=query) | Q(display_name__icontains=query))
    return staff.prefetch_related("groups", "partner_role_assignments")


def _word(request: PortalRequest) -> str:
    word = request.GET.get("actions", "")
    return word if word in ACTIONS else "users"


def _frame(request: PortalRequest, word: str) -> dict[str, object]:
    return {
        "actions": [_capital(permission.label) for permission in ACTIONS[word][1]],
        "filters": [
            {"label": label, "url": _address(request.GET, actions=key), "current": key == word}
            for key, (label, _) in ACTIONS.items()
        ],
        "close_url": _address(request.GET),
    }


def _address(params: QueryDict, **changed: str) -> str:
    kept = params.copy()
    for name in ("row", "action"):
        kept.pop(name, None)
    for name, value in changed.items():
        kept[name] = value
    return f"?{kept.urlencode()}"


def _verdicts(person: User, relationships: Sequence[AdminRelationship], word: str) -> list[Verdict]:
    return [verdict(person, relationships, permission) for permission in ACTIONS[word][1]]


def _cells(
    request: PortalRequest, word: str, row_id: uuid.UUID, verdicts: Collection[Verdict]
) -> list[dict[str, object]]:
    return [
        {
            "action": _capital(found.permission.label),
            "allowed": found.allowed,
            "missing": SHORT[found.link],
            "url": _address(request.GET, actions=word, row=str(row_id), action=found.permission),
            "current": (request.GET.get("row"), request.GET.get("action")) == (str(row_id), found.permission.value),
        }
        for found in verdicts
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _asked(
    request: PortalRequest, shown: Collection[User], relationships: Mapping[uuid.UUID, Sequence[AdminRelationship]]
) -> dict[str, object] | None:
    """The cell whose chain the pane shows, or none where the address names no cell of this page."""
    for person in shown:
        if str(person.pk) == request.GET.get("row"):
            return _pane(request, person, relationships[person.pk])
    return None


def _asked_at(
    request: PortalRequest,
    person: User,
    shown: Collection[Customer],
    relationships: Mapping[uuid.UUID, Sequence[AdminRelationship]],
) -> dict[str, object] | None:
    for customer in shown:
        if str(customer.pk) == request.GET.get("row"):
            return _pane(request, person, relationships[customer.pk], at=customer.company_name)
    return None


def _pane(
    request: PortalRequest, person: User, relationships: Sequence[AdminRelationship], *, at: str = ""
) -> dict[str, object] | None:
    permission = next((item for item in P if item.value == request.GET.get("action")), None)
    if permission is None:
        return None
    found = verdict(person, relationships, permission)
    return {
        "title": f"{person.name}: {permission.label}{f' at {at}' if at else ''}",
        "allowed": found.allowed,
        "missing": SHORT[found.link],
        "chains": [_links(chain) for chain in found.chains],
        "actions": NEEDS[permission].actions,
        "roles": roles_to_ask_for(permission),
        "depends_on_target": NEEDS[permission].target_rule != "none",
    }


def _links(chain: Chain) -> dict[str, object]:
    """The parts of a chain with where each can be looked at and mended."""
    relationship, assignment = chain.relationship, chain.assignment
    parts = []
    if relationship:
        args = [relationship.customer_id, relationship.pk]
        parts.append({"label": str(relationship), "url": reverse("admin-relationship", args=args)})
    if assignment:
        group = assignment.security_group
        parts.append({"label": str(group), "url": reverse("security-group", args=[group.pk])})
    return {"parts": parts, "told": _capital(chain.told), "holds": chain.link is Link.HOLDS}


def _search(request: PortalRequest, label: str) -> dict[str, object]:
    hidden = [("actions", request.GET["actions"])] if request.GET.get("actions") else []
    return {"action": request.path, "value": words_of(request.GET), "label": label, "hidden": hidden}
