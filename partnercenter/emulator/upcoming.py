"""The next moments at which something ends, so that the clock can be moved to just there. Three queries."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from customers.models import CustomerUser
from customers.models.user import RESTORABLE
from gdap.models import AdminRelationship
from licensing.models import Product, Subscription

MOST_OF_A_KIND = 8


@dataclass(frozen=True, slots=True)
class Ending:
    at: datetime
    what: str
    whose: str
    thing_id: uuid.UUID


def next_endings(now: datetime) -> list[Ending]:
    """The first ones of each kind after `now`, by time, so that many of one kind don't hide the others."""
    found = [*_relationships(now), *_terms(now), *_deleted_users(now)]
    return sorted(found, key=lambda ending: (ending.at, str(ending.thing_id)))


def _relationships(now: datetime) -> Iterator[Ending]:
    living = Q(termination_requested_at__isnull=True) | Q(termination_requested_at__gt=now)
    rows = AdminRelationship.objects.filter(living, activated_at__lte=now, ends_at__gt=now)
    for row in rows.select_related("customer").order_by("ends_at", "pk")[:MOST_OF_A_KIND]:
        verb = "extends itself" if row.auto_extend else "expires"
        if row.ends_at is not None:
            yield Ending(row.ends_at, f"Admin relationship {row.display_name} {verb}", str(row.customer), row.pk)


def _terms(now: datetime) -> Iterator[Ending]:
    rows = Subscription.objects.filter(
        term_ends_at__gt=now, status=Subscription.Status.ACTIVE, activated_at__isnull=False
    ).exclude(product__kind=Product.Kind.USAGE)
    rows = rows.select_related("customer", "product")
    for row in rows.order_by("term_ends_at", "pk")[:MOST_OF_A_KIND]:
        verb = "renews" if row.auto_renew else "ends"
        yield Ending(row.term_ends_at, f"Term of {row.product} {verb}", str(row.customer), row.pk)


def _deleted_users(now: datetime) -> Iterator[Ending]:
    rows = CustomerUser.objects.restorable(now).select_related("customer").order_by("deleted_at", "pk")
    for row in rows[:MOST_OF_A_KIND]:
        if row.deleted_at is not None:
            yield Ending(row.deleted_at + RESTORABLE, f"{row.display_name} is gone for good", str(row.customer), row.pk)
