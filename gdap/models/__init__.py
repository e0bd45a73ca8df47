"""Security groups, admin relationships, access assignments, and the derived index of rights."""

from gdap.models.assignment import AccessAssignment, AccessAssignmentRole
from gdap.models.grant import CustomerGrant, CustomerUserGrant
from gdap.models.notification import Notification
from gdap.models.progress import RelationshipOperation, RelationshipRequest
from gdap.models.relationship import AdminRelationship, AdminRelationshipRole
from gdap.models.security_group import SecurityGroup
from gdap.models.template import RelationshipTemplate, TemplateGroup, TemplateRequest

__all__ = [
    "AccessAssignment",
    "AccessAssignmentRole",
    "AdminRelationship",
    "AdminRelationshipRole",
    "CustomerGrant",
    "CustomerUserGrant",
    "Notification",
    "RelationshipOperation",
    "RelationshipRequest",
    "RelationshipTemplate",
    "SecurityGroup",
    "TemplateGroup",
    "TemplateRequest",
]
