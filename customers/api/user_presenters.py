"""Bodies about users (section 3.1). Members stand in the order of the captures."""

import uuid
from collections.abc import Mapping
from typing import Any

from customers.models import CustomerUser
from customers.services import NewPassword
from partnercenter.wire.partner_center.encoding import Secret, supplied, wire_time
from partnercenter.wire.partner_center.links import self_link

FIELDS = (
    "id", "customer_id", "user_principal_name", "first_name", "last_name", "display_name", "usage_location",
    "immutable_id", "phone_number", "last_directory_sync_at", "deleted_at", "sort_name", "sort_principal_name",
)  # fmt: skip


def user(row: Mapping[str, Any], *, password: NewPassword | None = None) -> dict[str, Any]:
    """A user; `inactive` means deleted, never blocked. The password is there for whoever just set it."""
    return supplied(
        {
            "usageLocation": row["usage_location"] or None,
            "id": str(row["id"]),
            "userPrincipalName": row["user_principal_name"],
            "firstName": row["first_name"] or None,
            "lastName": row["last_name"] or None,
            "displayName": row["display_name"],
            "immutableId": row["immutable_id"] or None,
            "passwordProfile": password_profile(password) if password else None,
            "phoneNumber": row["phone_number"] or None,
            "lastDirectorySyncTime": wire_time(row["last_directory_sync_at"]),
            "userDomainType": "none",
            "state": "inactive" if row["deleted_at"] else "active",
            "softDeletionTime": wire_time(row["deleted_at"]),
            "links": self_link(f"/customers/{row['customer_id']}/users/{row['id']}"),
            "attributes": {"objectType": "CustomerUser"},
        }
    )


def password_profile(password: NewPassword) -> dict[str, Any]:
    return {"forceChangePassword": password.must_change, "password": Secret(password.text)}


def one_user(found: CustomerUser, *, password: NewPassword | None = None) -> dict[str, Any]:
    return user({name: getattr(found, name) for name in FIELDS}, password=password)


def role(role_id: uuid.UUID, name: str) -> dict[str, Any]:
    return {"name": name, "id": str(role_id), "attributes": {"objectType": "DirectoryRole"}}


def member(row: Mapping[str, Any], role_id: uuid.UUID) -> dict[str, Any]:
    return {
        "displayName": row["display_name"],
        "userPrincipalName": row["user_principal_name"],
        "roleId": str(role_id),
        "id": str(row["id"]),
        "attributes": {"objectType": "UserMember"},
    }
