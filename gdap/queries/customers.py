"""What a customer sees of the partners that work for it: never a draft, nothing of another customer."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, F, Q
from django.db.models.functions import Lower

from customers.models import DirectoryRole
from gdap.lifecycle import OVER, Status
from gdap.models import AdminRelationship
from gdap.models.relationship import AdminRelationshipQuerySet
from partnercenter.errors import NotFound, Problem

# The filters of the list, by their word in the address.
SHOWN: Mapping[str, tuple[str, frozenset[Status]]] = {
    "pending": ("Waiting for approval", frozenset({Status.APPROVAL_PENDING})),
    "active": ("Active", frozenset({Status.APPROVED, Status.ACTIVATING, Status.ACTIVE})),
    "ended": ("Expired or terminated", OVER),
}


def relationships_at(customer_id: uuid.UUID, now: datetime) -> AdminRelationshipQuerySet:
    """What was sent to the customer and is kept, with `status_now` and keys to sort by."""
    rows = AdminRelationship.objects.kept(now).filter(customer=customer_id).exclude(Q(status_now=Status.CREATED))
    return rows.select_related("partner").annotate(partner_key=Lower("partner__name"), name_key=Lower("display_name"))


def filtered(rows: AdminRelationshipQuerySet, *, word: str, query: str) -> AdminRelationshipQuerySet:
    if word in SHOWN:
        rows = rows.filter(Q(status_now__in=list(SHOWN[word][1])))
    return rows.filter(Q(display_name__icontains=query) | Q(partner__name__icontains=query)) if query else rows


def counted(rows: AdminRelationshipQuerySet) -> Mapping[str, int]:
    """Word of a filter -> how many; "" for all of them. One query."""
    found = dict(rows.order_by().annotate(state=F("status_now")).values_list("state").annotate(count=Count("pk")))
    counts = {word: sum(found.get(status, 0) for status in statuses) for word, (_, statuses) in SHOWN.items()}
    return {"": sum(found.values())} | counts


def relationship_at(customer_id: uuid.UUID, relationship_id: uuid.UUID, now: datetime) -> AdminRelationship:
    """The relationship of this customer; `NotFound` for any other, and for what is no longer kept."""
    found = relationships_at(customer_id, now).select_related("customer").filter(pk=relationship_id).first()
    if found is None:
        raise _not_found()
    return found


def invitation_to(customer_id: uuid.UUID, relationship_id: uuid.UUID, now: datetime) -> AdminRelationship:
    """What the link of an invitation leads to: a request to this customer, or to any that accepts it.

    One that lapsed is found too, so that a page can say so; `NotFound` for all else that is no longer kept.
    """
    rows = AdminRelationship.objects.select_related("partner", "customer").filter(pk=relationship_id)
    found = rows.filter(Q(customer=customer_id) | Q(customer__isnull=True)).first()
    status = found.status(now) if found else Status.CREATED
    if found is None or status is Status.CREATED:
        raise _not_found()
    if status is not Status.APPROVAL_PENDING and found.is_gone(now):
        raise _not_found()
    return found


def roles_of(relationship: AdminRelationship) -> list[DirectoryRole]:
    """Its roles by the group and order of the role picker. One query."""
    return list(relationship.roles.order_by("portal_group", "display_name"))


def also_held(relationship: AdminRelationship, now: datetime) -> Mapping[uuid.UUID, str]:
    """Role id -> another active relationship through which the same partner has the role too. Two queries."""
    if relationship.customer_id is None:
        return {}
    rows = relationships_at(relationship.customer_id, now).filter(
        Q(status_now=Status.ACTIVE), partner=relationship.partner_id
    )
    others = rows.exclude(pk=relationship.pk).prefetch_related("role_links").order_by("-display_name")
    return {link.role_id: other.display_name for other in others for link in other.role_links.all()}


def _not_found() -> NotFound:
    return NotFound(Problem(code="relationship_not_found", message="There is no such admin relationship."))
