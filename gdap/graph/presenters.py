"""Bodies of GDAP. Members stand in the order of the contract's examples."""

import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from customers.models import Customer
from gdap.graph.durations import EXTENSION_DAYS, spelled
from gdap.graph.ids import wire_id
from gdap.models import AccessAssignment, AdminRelationship, RelationshipOperation, RelationshipRequest
from partnercenter.wire.graph.encoding import seconds, ticks
from partnercenter.wire.graph.etags import etag

Body = dict[str, Any]
UNKNOWN = "unknownFutureValue"

RELATIONSHIP = (
    "id", "displayName", "duration", "customer", "accessDetails", "status", "autoExtendDuration", "createdDateTime",
    "lastModifiedDateTime", "activatedDateTime", "endDateTime",
)  # fmt: skip
ASSIGNMENT = ("id", "status", "createdDateTime", "lastModifiedDateTime", "accessContainer", "accessDetails")
REQUEST = ("id", "action", "status", "createdDateTime", "lastModifiedDateTime")
OPERATION = ("id", "operationType", "data", "status", "createdDateTime", "lastModifiedDateTime")
CUSTOMER = ("id", "tenantId", "displayName")


def relationship(row: AdminRelationship, now: datetime) -> Body:
    """`row` with its `role_links`; the end is told once there is one."""
    is_active = row.activated_at is not None and row.activated_at <= now
    return {
        "@odata.type": "#microsoft.graph.delegatedAdminRelationship",
        "@odata.etag": etag(row.pk, row.version),
        "id": wire_id(row),
        "displayName": row.display_name,
        "duration": spelled(row.duration_days),
        "customer": _named(row.customer),
        "accessDetails": access_details(link.role_id for link in row.role_links.all()),
        "status": row.status(now).value,
        "autoExtendDuration": spelled(EXTENSION_DAYS if row.auto_extend else 0),
        "createdDateTime": ticks(row.created_at),
        "lastModifiedDateTime": ticks(row.modified_at),
        "activatedDateTime": ticks(row.activated_at) if is_active else None,
        "endDateTime": ticks(row.end(now)) if is_active else None,
    }


def access_details(roles: Iterable[uuid.UUID]) -> Body:
    return {"unifiedRoles": [{"roleDefinitionId": str(role)} for role in sorted(roles)]}


def assignment(row: AccessAssignment, now: datetime) -> Body:
    """`row` with its `role_links`."""
    return {
        "@odata.type": "#microsoft.graph.delegatedAdminAccessAssignment",
        "@odata.etag": etag(row.pk, row.version),
        "id": str(row.pk),
        "status": row.status(now).value,
        "createdDateTime": ticks(row.created_at),
        "lastModifiedDateTime": ticks(_changed(now, row.modified_at, row.deletion_requested_at, row.deleted_at)),
        "accessContainer": _container(row.security_group_id),
        "accessDetails": access_details(link.role_id for link in row.role_links.all()),
    }


def request(row: RelationshipRequest, status: str, *, unknown: bool, now: datetime) -> Body:
    """Without `unknown`, the newer actions are called unknown."""
    is_old = row.action != RelationshipRequest.Action.REJECT
    return {
        "@odata.type": "#microsoft.graph.delegatedAdminRelationshipRequest",
        "id": str(row.pk),
        "action": row.action if is_old or unknown else UNKNOWN,
        "status": status,
        "createdDateTime": ticks(row.created_at),
        "lastModifiedDateTime": ticks(_changed(now, row.created_at, row.done_at)),
    }


def operation(row: RelationshipOperation, data: Mapping[str, Any], *, unknown: bool, now: datetime) -> Body:
    """`data` is written into a text of its own."""
    is_old = row.operation_type == RelationshipOperation.Type.ASSIGNMENT_UPDATE
    return {
        "@odata.type": "#microsoft.graph.delegatedAdminRelationshipOperation",
        "@odata.etag": etag(row.pk, 1 + (row.done_at <= now)),
        "id": str(row.pk),
        "operationType": row.operation_type if is_old or unknown else UNKNOWN,
        "data": json.dumps(data, separators=(",", ":")),
        "status": row.status(now),
        "createdDateTime": seconds(row.created_at),
        "lastModifiedDateTime": seconds(_changed(now, row.created_at, row.done_at)),
    }


def operation_data(row: RelationshipOperation, groups: Mapping[str, uuid.UUID]) -> Body:
    """What the operation was to reach; `groups` maps assignments of the relationship to their groups."""
    details = access_details(uuid.UUID(role) for role in row.data["roles"])
    if row.operation_type != RelationshipOperation.Type.ASSIGNMENT_UPDATE:
        return {"id": wire_id(row.relationship), "accessDetails": details}
    own_id = row.data["id"]
    return {"id": own_id, "accessContainer": _container(groups[own_id]), "accessDetails": details, "status": "active"}


def customer(row: Customer) -> Body:
    return {
        "@odata.type": "#microsoft.graph.delegatedAdminCustomer",
        "@odata.etag": etag(row.pk, 1),
        "id": str(row.pk),
        "tenantId": str(row.pk),
        "displayName": row.company_name,
    }


def chosen(body: Body, names: Iterable[str]) -> Body:
    """Only these members, and the annotations."""
    wanted = set(names)
    return {name: value for name, value in body.items() if name in wanted or name.startswith("@")}


def _named(row: Customer | None) -> Body | None:
    return None if row is None else {"tenantId": str(row.pk), "displayName": row.company_name}


def _container(group_id: uuid.UUID) -> Body:
    return {"accessContainerId": str(group_id), "accessContainerType": "securityGroup"}


def _changed(now: datetime, *moments: datetime | None) -> datetime:
    """The last of the moments that have come."""
    return max(moment for moment in moments if moment is not None and moment <= now)
