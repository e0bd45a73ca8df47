"""Numbers over all admin relationships of a partner."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from gdap.lifecycle import Status
from gdap.models import AdminRelationship, AdminRelationshipRole
from gdap.models.relationship import AdminRelationshipQuerySet
from gdap.queries.relationships import with_facts

MOST_ROLES, MOST_PENDING = 10, 20
MONTHS = 12


def active(rows: AdminRelationshipQuerySet) -> AdminRelationshipQuerySet:
    return rows.filter(Q(status_now=Status.ACTIVE))


def customers_reached(rows: AdminRelationshipQuerySet) -> int:
    """At how many customers there is an active relationship. One query."""
    return active(rows).order_by().values("customer").distinct().count()


def with_global_administrator(rows: AdminRelationshipQuerySet, now: datetime) -> int:
    return with_facts(active(rows), now).filter(Q(has_global_admin=True)).count()


def ends_by_month(rows: AdminRelationshipQuerySet, *, ended: bool) -> Mapping[datetime, int]:
    """First of a month -> how many end in it, of those that are over by time or will be. One query."""
    over = Q(status_now__in=[Status.EXPIRING, Status.EXPIRED])
    wanted = over if ended else Q(status_now=Status.ACTIVE, auto_extend=False)
    months = rows.filter(wanted).order_by().annotate(month=TruncMonth("ends_at")).values_list("month")
    found = dict(months.annotate(count=Count("pk")))
    chosen = sorted(found, reverse=ended)[:MONTHS]
    return {month: found[month] for month in sorted(chosen)}


def top_roles(rows: AdminRelationshipQuerySet) -> list[tuple[str, int]]:
    """The roles that most active relationships cover. One query."""
    links = AdminRelationshipRole.objects.filter(relationship__in=active(rows).values("pk")).order_by()
    counted = links.values_list("role__display_name").annotate(count=Count("pk"))
    return list(counted.order_by("-count", "role__display_name")[:MOST_ROLES])


def waiting(rows: AdminRelationshipQuerySet) -> list[AdminRelationship]:
    """The latest requests that no customer has answered. One query."""
    pending = rows.filter(Q(status_now=Status.APPROVAL_PENDING)).select_related("customer")
    return list(pending.order_by("-approval_requested_at", "pk")[:MOST_PENDING])
