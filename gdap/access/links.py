"""The chain relationship -> assignment -> group -> role -> action, link by link, also where it breaks."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import IntEnum

from customers.models import Customer
from customers.permissions import CustomerPermission
from customers.roles import role_names
from gdap.access.roles import roles_carrying
from gdap.lifecycle import AssignmentStatus, Status
from gdap.models import AccessAssignment, AdminRelationship
from partnercenter import clock
from partnercenter.accounts.models import User


class Link(IntEnum):
    """The links in the order of the chain; the name says what is missing there. `HOLDS` is the end: it grants."""

    PERSON = 0
    PARTNER_ROLE = 1
    RELATIONSHIP = 2
    RELATIONSHIP_STATUS = 3
    ROLE_IN_RELATIONSHIP = 4
    ASSIGNMENT = 5
    ASSIGNMENT_STATUS = 6
    ROLE_OF_GROUP = 7
    MEMBERSHIP = 8
    HOLDS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """One way from a person to an action: how far it holds, and in words what is there or missing at that link."""

    link: Link
    told: str
    relationship: AdminRelationship | None = None
    assignment: AccessAssignment | None = None

    @property
    def text(self) -> str:
        names = [str(self.relationship)] if self.relationship else []
        if self.assignment:
            names.append(str(self.assignment.security_group))
        return f"{' -> '.join(names)}: {self.told}" if names else self.told


def relationships_with_links(
    partner_id: uuid.UUID | None, customers: Collection[Customer]
) -> dict[uuid.UUID, list[AdminRelationship]]:
    """Customer id -> what the partner has there, with all that `chains` looks at. Five queries."""
    rows = AdminRelationship.objects.kept(clock.now()).filter(partner=partner_id, customer__in=customers)
    rows = rows.prefetch_related("role_links", "access_assignments__role_links", "access_assignments__security_group")
    found: dict[uuid.UUID, list[AdminRelationship]] = {customer.pk: [] for customer in customers}
    for row in rows:
        if row.customer_id is not None:
            found[row.customer_id].append(row)
    return found


def chains(
    relationships: Collection[AdminRelationship], groups: Collection[int], permission: CustomerPermission
) -> list[Chain]:
    """Every way by which a member of these (Django) groups could have `permission`, also those that break."""
    if not relationships:
        return [Chain(link=Link.RELATIONSHIP, told="There is no admin relationship with this customer.")]
    return [chain for row in relationships for chain in _in_relationship(groups, row, permission)]


def broken_links(user: User, customer: Customer, permission: CustomerPermission) -> Iterator[str]:
    """For each relationship and assignment that `user`'s partner has at the customer: where it stops short."""
    relationships = relationships_with_links(user.partner_id, [customer])[customer.pk]
    groups = set(user.groups.values_list("pk", flat=True))
    for chain in chains(relationships, groups, permission):
        yield chain.text


def _in_relationship(
    groups: Collection[int], relationship: AdminRelationship, permission: CustomerPermission
) -> Iterator[Chain]:
    status = relationship.status(clock.now())
    if status is not Status.ACTIVE:
        told = f"the relationship is {status}, not active."
        yield Chain(link=Link.RELATIONSHIP_STATUS, told=told, relationship=relationship)
        return
    if not {link.role_id for link in relationship.role_links.all()} & roles_carrying(permission):
        told = f"the relationship covers no role that may {permission.label}."
        yield Chain(link=Link.ROLE_IN_RELATIONSHIP, told=told, relationship=relationship)
        return
    assignments = list(relationship.access_assignments.all())
    if not assignments:
        yield Chain(link=Link.ASSIGNMENT, told="no security group is assigned.", relationship=relationship)
    for assignment in assignments:
        link, told = _in_assignment(groups, assignment, permission)
        yield Chain(link=link, told=told, relationship=relationship, assignment=assignment)


def _in_assignment(
    groups: Collection[int], assignment: AccessAssignment, permission: CustomerPermission
) -> tuple[Link, str]:
    status = assignment.status(clock.now())
    roles = {link.role_id for link in assignment.role_links.all()}
    carrying = roles & roles_carrying(permission)
    if status is not AssignmentStatus.ACTIVE:
        return Link.ASSIGNMENT_STATUS, f"the assignment is {status}, not active."
    if not carrying:
        return Link.ROLE_OF_GROUP, f"the group has {', '.join(role_names(roles))}, which may not {permission.label}."
    if assignment.security_group.group_id not in groups:
        return Link.MEMBERSHIP, f"the person is no member; the group has {', '.join(role_names(carrying))}."
    return Link.HOLDS, f"grants it by {', '.join(role_names(carrying))}."
