"""Admin relationships as lists show, filter and sort them."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

from django.db.models import Case, Count, Exists, F, OuterRef, Q, When
from django.db.models.functions import Coalesce, Lower

from customers.models import Customer
from customers.roles import GLOBAL_ADMINISTRATOR
from gdap.lifecycle import OVER, AssignmentStatus, Status
from gdap.models import AccessAssignment, AdminRelationship, AdminRelationshipRole
from gdap.models.relationship import AdminRelationshipQuerySet
from partnercenter.errors import NotFound, Problem
from partnercenter.fields import sort_key

# The filters of lists, by their word in the address.
GROUPED: Mapping[str, tuple[str, frozenset[Status]]] = {
    "draft": ("Drafts", frozenset({Status.CREATED})),
    "pending": ("Approval pending", frozenset({Status.APPROVAL_PENDING})),
    "starting": ("Starting", frozenset({Status.APPROVED, Status.ACTIVATING})),
    "active": ("Active", frozenset({Status.ACTIVE})),
    "over": ("Expired or terminated", OVER),
}

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def relationships_of(partner_id: uuid.UUID | None, now: datetime) -> AdminRelationshipQuerySet:
    """What the partner still sees, with `status_now`."""
    return AdminRelationship.objects.kept(now).filter(partner=partner_id)


def relationship_of(
    partner_id: uuid.UUID | None, customer: Customer, relationship_id: uuid.UUID, now: datetime
) -> AdminRelationship:
    """The relationship of this partner with this customer, with `customer` set; `NotFound` for any other."""
    found = relationships_of(partner_id, now).filter(customer=customer, pk=relationship_id).first()
    if found is None:
        raise NotFound(Problem(code="relationship_not_found", message="There is no such admin relationship."))
    found.customer = customer
    return found


def matching(rows: AdminRelationshipQuerySet, query: str) -> AdminRelationshipQuerySet:
    """Those in whose name or customer's name `query` occurs, without regard to case."""
    if not query:
        return rows
    return rows.filter(Q(display_name__icontains=query) | Q(customer__sort_name__contains=sort_key(query)))


def in_group(rows: AdminRelationshipQuerySet, word: str) -> AdminRelationshipQuerySet:
    return rows.filter(Q(status_now__in=list(GROUPED[word][1]))) if word in GROUPED else rows


def counted_by_group(rows: AdminRelationshipQuerySet) -> Mapping[str, int]:
    """Word of a filter -> how many; "" for all of them. One query."""
    found = dict(rows.order_by().annotate(state=F("status_now")).values_list("state").annotate(count=Count("pk")))
    counts = {word: sum(found.get(status, 0) for status in statuses) for word, (_, statuses) in GROUPED.items()}
    return {"": sum(found.values())} | counts


def with_sort_keys(rows: AdminRelationshipQuerySet, now: datetime) -> AdminRelationshipQuerySet:
    """Annotates columns without gaps, which pages by key need. What extends itself has no end, so it comes last."""
    ended = Q(termination_requested_at__lte=now, terminated_at__isnull=False)
    return rows.annotate(
        name_key=Lower("display_name"),
        start_key=Coalesce("activated_at", _NEVER),
        end_key=Case(
            When(ended, then=F("terminated_at")),
            When(auto_extend=True, then=_NEVER),
            default=Coalesce("ends_at", _NEVER),
        ),
    )


def with_facts(rows: AdminRelationshipQuerySet, now: datetime) -> AdminRelationshipQuerySet:
    """Annotates `has_groups` and `has_global_admin`."""
    groups = AccessAssignment.objects.filter(relationship=OuterRef("pk"))
    roles = AdminRelationshipRole.objects.filter(relationship=OuterRef("pk"), role=GLOBAL_ADMINISTRATOR)
    return rows.annotate(
        has_groups=Exists(groups.filter(Q(deletion_requested_at__isnull=True) | Q(deletion_requested_at__gt=now))),
        has_global_admin=Exists(roles),
    )


def assignments_of(relationship: AdminRelationship, now: datetime) -> list[AccessAssignment]:
    """Those that are not deleted, with group and roles, by the group's name. Two queries."""
    rows = relationship.access_assignments.select_related("security_group").prefetch_related("role_links__role")
    found = sorted(rows, key=lambda row: (row.security_group.display_name.casefold(), str(row.pk)))
    for row in found:
        row.relationship = relationship
    return [row for row in found if row.status(now) is not AssignmentStatus.DELETED]
