"""Writing the audit record; called by services inside the transaction of the change itself."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.audit.digests import members_of
from partnercenter.audit.models import AuditRecord, AuditSeal, Operation, ResourceType
from partnercenter.ids import time_ordered

NOBODYS = uuid.UUID(int=0)  # the chain of records without customer and partner


def record(
    *,
    by: Principal,
    operation: Operation,
    resource_type: ResourceType,
    resource_id: uuid.UUID | str,
    resource_name: str,
    customer_id: uuid.UUID | None = None,
    customer_name: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    granted_by: Sequence[Mapping[str, str]] = (),
) -> AuditRecord:
    """Append one record. `before` and `after` hold only what changed, as JSON-ready values."""
    shared = shared_fields(
        by=by,
        operation=operation,
        resource_type=resource_type,
        customer_id=customer_id,
        customer_name=customer_name,
        before=before or {},
        after=after or {},
        granted_by=granted_by,
    )
    entry = AuditRecord(**shared, resource_id=str(resource_id), resource_name=resource_name)
    with transaction.atomic(savepoint=False):
        seal(shared, [(entry.pk, entry.resource_id, entry.resource_name)])
        entry.save(force_insert=True)
    return entry


def shared_fields(
    *,
    by: Principal,
    operation: Operation,
    resource_type: ResourceType,
    customer_id: uuid.UUID | None,
    customer_name: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
    granted_by: Sequence[Mapping[str, str]],
) -> dict[str, Any]:
    """Everything about a record but which thing it is about: the same for all that one statement writes."""
    return {
        "occurred_at": clock.now(),
        "customer_id": customer_id,
        "customer_name": customer_name,
        "partner_id": by.partner_id,
        "principal_kind": by.kind.value,
        "principal_id": by.id,
        "principal_name": by.name,
        "door": by.door.value,
        "app_id": by.app_id,
        "operation": Operation(operation).value,
        "resource_type": ResourceType(resource_type).value,
        "partner_roles": ",".join(sorted(role.value for role in by.partner_roles)),
        "granted_by": list(granted_by),
        "before": dict(before),
        "after": dict(after),
        "request_id": by.request_id,
        "correlation_id": by.correlation_id or by.request_id,
        "seal_id": time_ordered(),
    }


def seal(shared: Mapping[str, Any], own: Iterable[tuple[object, str, str]]) -> None:
    """Vouch for the records that have `shared` in common; `own` as in `members_of`.

    The database puts the seal into its chain: SQLite now, PostgreSQL with the commit.
    """
    AuditSeal.objects.create(
        id=shared["seal_id"],
        chain=shared["customer_id"] or shared["partner_id"] or NOBODYS,
        newest_at=shared["occurred_at"],
        members=members_of(shared, own),
    )
