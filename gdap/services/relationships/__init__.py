"""The only writers of admin relationships and access assignments: one step of their life each (gdap.lifecycle)."""

from gdap.services.relationships.approval import activate_relationship, approve_relationship, decline_relationship
from gdap.services.relationships.assignments import assign_group, change_assignment, remove_assignment
from gdap.services.relationships.changing import remove_global_administrator, set_auto_extend, terminate_relationship
from gdap.services.relationships.errors import RelationshipChanged, RelationshipConflict, RelationshipError
from gdap.services.relationships.requesting import (
    create_relationship,
    delete_relationship,
    lock_for_approval,
    request_relationship,
    update_relationship,
)
from gdap.services.relationships.several import assign_groups, remove_assignments
from gdap.services.relationships.wish import Wish

__all__ = [
    "RelationshipChanged",
    "RelationshipConflict",
    "RelationshipError",
    "Wish",
    "activate_relationship",
    "approve_relationship",
    "assign_group",
    "assign_groups",
    "change_assignment",
    "create_relationship",
    "decline_relationship",
    "delete_relationship",
    "lock_for_approval",
    "remove_assignment",
    "remove_assignments",
    "remove_global_administrator",
    "request_relationship",
    "set_auto_extend",
    "terminate_relationship",
    "update_relationship",
]
