"""Bodies about directory roles (section 13)."""

import uuid
from typing import Any

from customers.models import DirectoryRole
from customers.roles import unified_roles

Body = dict[str, Any]

ROLE = ("id", "deletedDateTime", "description", "displayName", "roleTemplateId")
TEMPLATE = ("id", "deletedDateTime", "description", "displayName")
DEFINITION = (
    "id", "description", "displayName", "isBuiltIn", "isEnabled", "resourceScopes", "templateId", "version",
    "rolePermissions", "inheritsPermissionsFrom",
)  # fmt: skip


def role_id(customer_id: uuid.UUID, template_id: uuid.UUID) -> uuid.UUID:
    """The id of the role in one tenant: another one in each, and the same every time."""
    return uuid.uuid5(customer_id, str(template_id))


def directory_role(customer_id: uuid.UUID, role: DirectoryRole) -> Body:
    return {
        "id": str(role_id(customer_id, role.pk)),
        "deletedDateTime": None,
        "description": role.description or None,
        "displayName": role.display_name,
        "roleTemplateId": str(role.pk),
    }


def template(role: DirectoryRole) -> Body:
    return {
        "id": str(role.pk),
        "deletedDateTime": None,
        "description": role.description or None,
        "displayName": role.display_name,
    }


def definition(role: DirectoryRole) -> Body:
    known = unified_roles()[role.pk]
    return {
        "id": str(role.pk),
        "description": role.description or None,
        "displayName": role.display_name,
        "isBuiltIn": True,
        "isEnabled": True,
        "resourceScopes": ["/"],
        "templateId": str(role.pk),
        "version": "1",
        "rolePermissions": [{"allowedResourceActions": list(known.own_actions), "condition": None}],
        "inheritsPermissionsFrom": [{"id": str(parent)} for parent in known.parents],
    }
