"""What happened to an admin relationship, and what is under way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from gdap.models import AdminRelationship, RelationshipOperation, RelationshipRequest
from partnercenter.audit.models import AuditRecord

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Progress:
    """A request or an operation of the Graph API, also of what was done on these pages."""

    kind: str
    status: str
    created_at: datetime


def history_of(relationship: AdminRelationship, assignments: Sequence[object]) -> list[AuditRecord]:
    """The latest audit records of it and its access assignments, newest first. One query."""
    ids = [str(relationship.pk), *(str(key) for key in assignments)]
    rows = AuditRecord.objects.filter(customer_id=relationship.customer_id, resource_id__in=ids)
    return list(rows[:MOST_SHOWN])


def progress_of(relationship: AdminRelationship, now: datetime) -> list[Progress]:
    """Requests and operations, newest first. Two queries."""
    return sorted(_progress(relationship, now), key=lambda row: row.created_at, reverse=True)[:MOST_SHOWN]


def _progress(relationship: AdminRelationship, now: datetime) -> Iterator[Progress]:
    requests: Sequence[RelationshipRequest] = list(relationship.requests.all())
    operations: Sequence[RelationshipOperation] = list(relationship.operations.all())
    for request in requests:
        yield Progress(request.action, request.status(now), request.created_at)
    for operation in operations:
        yield Progress(operation.operation_type, operation.status(now), operation.created_at)
