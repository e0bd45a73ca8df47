"""Which records somebody may look through, and what they are narrowed by."""

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from customers.models import Customer, CustomerQuerySet
from partnercenter.audit.models import AuditRecord, Operation

# What a partner does for its own order is none of the customer's business.
PARTNERS_OWN = (
    Operation.UPDATE_CUSTOMER_TAGS,
    Operation.ADD_USER_TEMPLATE,
    Operation.UPDATE_USER_TEMPLATE,
    Operation.DELETE_USER_TEMPLATE,
)


def records_of_partner(partner_id: uuid.UUID | None, visible: CustomerQuerySet) -> QuerySet[AuditRecord]:
    """What was done in the partner's name: about no customer, at `visible` ones, and at those that are gone."""
    there = Customer.objects.filter(pk=OuterRef("customer_id"))
    return AuditRecord.objects.filter(
        Q(customer_id=None) | Exists(visible.filter(pk=OuterRef("customer_id"))) | ~Exists(there),
        partner_id=partner_id,
    )


def records_of_customer(customer_id: uuid.UUID) -> QuerySet[AuditRecord]:
    """What anybody did in the customer's tenant."""
    return AuditRecord.objects.filter(customer_id=customer_id).exclude(operation__in=PARTNERS_OWN)


def narrowed(records: QuerySet[AuditRecord], wanted: Mapping[str, Any]) -> QuerySet[AuditRecord]:
    """By `who`, `thing`, `customer` (parts of names), `door`, `operation`, `since` and `until` (days by UTC, whole)."""
    found = records
    for name, field in (("who", "principal_name"), ("thing", "resource_name"), ("customer", "customer_name")):
        if wanted.get(name):
            found = found.filter(**{f"{field}__icontains": wanted[name]})
    for name in ("door", "operation"):
        if wanted.get(name):
            found = found.filter(**{name: wanted[name]})
    if wanted.get("since"):
        found = found.filter(occurred_at__gte=_start(wanted["since"]))
    if wanted.get("until") and wanted["until"] < date.max:
        found = found.filter(occurred_at__lt=_start(wanted["until"] + timedelta(days=1)))
    return found


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
