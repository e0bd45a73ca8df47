"""Security groups, admin relationships, access assignments, and the derived index of rights."""

from gdap.models.assignment import AccessAssignment, AccessAssignmentRole
from gdap.models.grant import CustomerGrant, CustomerUserGrant
from gdap.models.notification import Notification
from gdap.models.progress import RelationshipOperation, RelationshipRequest
from gdap.models.relationship import AdminRelationship, AdminRelationshipRole
from gdap.models.security_group import SecurityGroup

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
    "SecurityGroup",
]
