"""Several groups of one relationship in one go: all of them or none."""

import uuid
from collections.abc import Collection, Iterable, Mapping

from gdap.models import AccessAssignment, AdminRelationship, SecurityGroup
from gdap.services.relationships.assignments import assign_group, remove_assignment
from gdap.services.relationships.errors import RelationshipError, not_found
from partnercenter.accounts.principals import Principal
from partnercenter.errors import Problem
from partnercenter.transactions import whole


@whole
def assign_groups(
    *, by: Principal, relationship: AdminRelationship, groups: Collection[uuid.UUID], roles: Iterable[uuid.UUID]
) -> list[AccessAssignment]:
    """Give each of these groups of the partner the same roles."""
    found = SecurityGroup.objects.filter(partner=relationship.partner_id).in_bulk(list(groups))
    if len(found) < len(set(groups)):
        message = "There is no such security group."
        raise RelationshipError(Problem(code="group_not_found", message=message, field="groups"))
    wanted = list(roles)
    return [
        assign_group(by=by, relationship=relationship, group=group, roles=wanted)
        for group in sorted(found.values(), key=lambda group: group.display_name)
    ]


@whole
def remove_assignments(
    *, by: Principal, relationship: AdminRelationship, expected_versions: Mapping[uuid.UUID, int]
) -> list[AccessAssignment]:
    """Take the roles of these groups away, each as it was at that version."""
    found = relationship.access_assignments.select_related("security_group").in_bulk(list(expected_versions))
    if len(found) < len(expected_versions):
        raise not_found()
    for key, version in expected_versions.items():
        remove_assignment(by=by, assignment=found[key], expected_version=version)
    return list(found.values())
