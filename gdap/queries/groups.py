"""Security groups of a partner, their members, and what they open where."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Lower

from gdap.lifecycle import OVER
from gdap.models import AccessAssignment, SecurityGroup, TemplateGroup
from gdap.queries.relationships import relationships_of
from partnercenter.accounts.models import User
from partnercenter.errors import NotFound, Problem


def group_of(partner_id: uuid.UUID | None, group_id: uuid.UUID) -> SecurityGroup:
    """The group of this partner; `NotFound` for any other."""
    found = SecurityGroup.objects.filter(partner=partner_id, pk=group_id).first()
    if found is None:
        raise NotFound(Problem(code="group_not_found", message="There is no such security group."))
    return found


def free_groups(partner_id: uuid.UUID | None, taken: Collection[AccessAssignment]) -> list[SecurityGroup]:
    """The groups of the partner that none of these assignments is about."""
    rows = SecurityGroup.objects.filter(partner=partner_id)
    return list(rows.exclude(pk__in=[row.security_group_id for row in taken]))


def member_counts(groups: Collection[SecurityGroup]) -> Mapping[uuid.UUID, int]:
    """Group id -> how many active staff. One query."""
    rows = SecurityGroup.objects.filter(pk__in=[group.pk for group in groups]).order_by()
    counted = rows.annotate(members=Count("group__user", filter=Q(group__user__is_active=True)))
    return dict(counted.values_list("pk", "members"))


def groups_with_counts(partner_id: uuid.UUID | None, now: datetime) -> QuerySet[SecurityGroup]:
    """Annotates `name_key`, `members` and `customers`, at which the group has roles now."""
    members = User.objects.filter(groups=OuterRef("group"), is_active=True).order_by()
    living = living_assignments(now).filter(security_group=OuterRef("pk")).order_by()
    customers = living.values("security_group").annotate(count=Count("relationship__customer", distinct=True))
    return SecurityGroup.objects.filter(partner=partner_id).annotate(
        name_key=Lower("display_name"),
        members=Coalesce(Subquery(members.values("groups").annotate(count=Count("pk")).values("count")), Value(0)),
        customers=Coalesce(Subquery(customers.values("count")), Value(0)),
    )


def living_assignments(now: datetime) -> QuerySet[AccessAssignment]:
    """Assignments that count at this moment."""
    return AccessAssignment.objects.filter(
        Q(deletion_requested_at__isnull=True) | Q(deletion_requested_at__gt=now),
        Q(relationship__termination_requested_at__isnull=True) | Q(relationship__termination_requested_at__gt=now),
        Q(relationship__ends_at__gt=now) | Q(relationship__auto_extend=True),
        active_at__lte=now,
        relationship__activated_at__lte=now,
    )


def uses_of(group: SecurityGroup, now: datetime) -> list[str]:
    """Names of what would miss the group: relationships that are not over, and templates. Two queries."""
    going_on = relationships_of(group.partner_id, now).exclude(Q(status_now__in=list(OVER)))
    held = group.access_assignments.filter(Q(deletion_requested_at__isnull=True) | Q(deletion_requested_at__gt=now))
    relationships = going_on.filter(pk__in=held.values("relationship")).values_list("display_name", flat=True)
    templates = TemplateGroup.objects.filter(security_group=group).values_list("template__display_name", flat=True)
    return [*relationships, *(f"the template {name}" for name in templates)]


def access_of(group: SecurityGroup, now: datetime) -> QuerySet[AccessAssignment]:
    """Where the group has or had roles, with `customer_key`; what is deleted or cleaned up is left out."""
    kept = relationships_of(group.partner_id, now).values("pk")
    rows = group.access_assignments.filter(
        Q(deleted_at__isnull=True) | Q(deleted_at__gt=now), relationship__in=kept
    ).annotate(customer_key=Coalesce("relationship__customer__sort_name", Value("")))
    return rows.select_related("relationship__customer").prefetch_related("role_links__role")
