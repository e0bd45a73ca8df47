"""Writing the audit record; called by services inside the transaction of the change itself."""

import uuid
from collections.abc import Mapping, Sequence

from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import AuditRecord, Operation, ResourceType


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
    return AuditRecord.objects.create(
        customer_id=customer_id,
        customer_name=customer_name,
        partner_id=by.partner_id,
        principal_kind=by.kind,
        principal_id=by.id,
        principal_name=by.name,
        door=by.door,
        app_id=by.app_id,
        operation=operation,
        resource_type=resource_type,
        resource_id=str(resource_id),
        resource_name=resource_name,
        granted_by=list(granted_by),
        before=dict(before or {}),
        after=dict(after or {}),
        request_id=by.request_id,
        correlation_id=by.correlation_id,
    )
