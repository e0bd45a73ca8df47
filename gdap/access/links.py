"""The chain relationship -> assignment -> group -> role -> action, link by link, also where it breaks."""

from collections.abc import Iterator

from customers.models import Customer
from customers.permissions import CustomerPermission
from customers.roles import role_names
from gdap.access.roles import roles_carrying
from gdap.lifecycle import AssignmentStatus, Status
from gdap.models import AccessAssignment, AdminRelationship
from partnercenter import clock
from partnercenter.accounts.models import User


def broken_links(user: User, customer: Customer, permission: CustomerPermission) -> Iterator[str]:
    """For each relationship and assignment that `user`'s partner has at the customer: where it stops short."""
    relationships = AdminRelationship.objects.kept(clock.now()).filter(partner=user.partner_id, customer=customer)
    rows = relationships.prefetch_related("role_links", "access_assignments__role_links")
    found = False
    for relationship in rows.prefetch_related("access_assignments__security_group"):
        found = True
        yield from _in_relationship(user, relationship, permission)
    if not found:
        yield "There is no admin relationship with this customer."


def _in_relationship(user: User, relationship: AdminRelationship, permission: CustomerPermission) -> Iterator[str]:
    status = relationship.status(clock.now())
    if status is not Status.ACTIVE:
        yield f"{relationship}: the relationship is {status}, not active."
        return
    if not {link.role_id for link in relationship.role_links.all()} & roles_carrying(permission):
        yield f"{relationship}: the relationship covers no role that may {permission.label}."
        return
    assignments = list(relationship.access_assignments.all())
    if not assignments:
        yield f"{relationship}: no security group is assigned."
    groups = set(user.groups.values_list("pk", flat=True))
    for assignment in assignments:
        yield f"{relationship} -> {assignment.security_group}: {_in_assignment(groups, assignment, permission)}"


def _in_assignment(groups: set[int], assignment: AccessAssignment, permission: CustomerPermission) -> str:
    status = assignment.status(clock.now())
    roles = {link.role_id for link in assignment.role_links.all()}
    carrying = roles & roles_carrying(permission)
    if status is not AssignmentStatus.ACTIVE:
        return f"the assignment is {status}, not active."
    if not carrying:
        return f"the group has {', '.join(role_names(roles))}, which may not {permission.label}."
    if assignment.security_group.group_id not in groups:
        return f"the person is no member; the group has {', '.join(role_names(carrying))}."
    return f"grants it by {', '.join(role_names(carrying))}."
