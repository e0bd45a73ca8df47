"""Relationships by how soon they end."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Count, Q, Value
from django.db.models.functions import Coalesce

from gdap.lifecycle import Status
from gdap.models.relationship import AdminRelationshipQuerySet

DAYS = (1, 7, 30, 60, 90)
LATER, EXTENDED, EXPIRED, ANY = "later", "auto", "expired", ""


def words() -> Mapping[str, str]:
    """Word in the address -> the tile's label."""
    within = {str(days): f"Within {days} day{'' if days == 1 else 's'}" for days in DAYS}
    return (
        {ANY: "With an end in sight"}
        | within
        | {
            LATER: f"After {DAYS[-1]} days",
            EXTENDED: "Extends itself",
            EXPIRED: "Expired in the last year",
        }
    )


def condition(word: str, now: datetime) -> Q:
    """Which relationships a tile stands for. All but the last two are active ones that end for good."""
    active = Q(status_now=Status.ACTIVE)
    ends = active & Q(auto_extend=False)
    if word == EXTENDED:
        return active & Q(auto_extend=True)
    if word == EXPIRED:
        return Q(status_now__in=[Status.EXPIRING, Status.EXPIRED])
    if word == LATER:
        return ends & Q(ends_at__gt=now + timedelta(days=DAYS[-1]))
    return ends & Q(ends_at__lte=now + timedelta(days=int(word))) if word.isdecimal() else ends


def counted(rows: AdminRelationshipQuerySet, now: datetime) -> Mapping[str, int]:
    """How many each tile stands for. One query."""
    counts = {f"tile_{word}": Count("pk", filter=condition(word, now)) for word in words()}
    found = rows.order_by().aggregate(**counts)
    return {word: found[f"tile_{word}"] for word in words()}


def with_customer_key(rows: AdminRelationshipQuerySet) -> AdminRelationshipQuerySet:
    return rows.annotate(customer_key=Coalesce("customer__sort_name", Value("")))
