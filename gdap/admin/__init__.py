"""Security groups, admin relationships and what follows from them, for ops."""

from gdap.admin.grant import CustomerGrantAdmin, CustomerUserGrantAdmin
from gdap.admin.progress import NotificationAdmin, RelationshipOperationAdmin, RelationshipRequestAdmin
from gdap.admin.relationship import (
    AccessAssignmentAdmin,
    AccessAssignmentRoleAdmin,
    AdminRelationshipAdmin,
    AdminRelationshipRoleAdmin,
)
from gdap.admin.security_group import SecurityGroupAdmin
from gdap.admin.template import RelationshipTemplateAdmin, TemplateGroupAdmin, TemplateRequestAdmin

__all__ = [
    "AccessAssignmentAdmin",
    "AccessAssignmentRoleAdmin",
    "AdminRelationshipAdmin",
    "AdminRelationshipRoleAdmin",
    "CustomerGrantAdmin",
    "CustomerUserGrantAdmin",
    "NotificationAdmin",
    "RelationshipOperationAdmin",
    "RelationshipRequestAdmin",
    "RelationshipTemplateAdmin",
    "SecurityGroupAdmin",
    "TemplateGroupAdmin",
    "TemplateRequestAdmin",
]
