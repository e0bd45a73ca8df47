"""Admin relationships and who acts through them. The request-and-approval life cycle builds on these steps."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from customers.models import Customer, DirectoryRole
from gdap.access import forget
from gdap.models import (
    AccessAssignment,
    AccessAssignmentRole,
    AdminRelationship,
    AdminRelationshipRole,
    SecurityGroup,
)
from gdap.services.grants import rewrite_grants
from partnercenter import clock
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.errors import DomainError, Problem


class RelationshipError(DomainError):
    """The relationship does not allow this step."""


@transaction.atomic
def request_relationship(
    *,
    by: Principal,
    partner: Partner,
    customer: Customer,
    display_name: str,
    roles: Iterable[uuid.UUID],
    duration_days: int,
    auto_extend: bool = False,
    relationship_id: uuid.UUID | None = None,
) -> AdminRelationship:
    """Ask the customer for these roles; it waits for approval until somebody there approves."""
    relationship = AdminRelationship.objects.create(
        id=relationship_id or uuid.uuid4(),
        partner=partner,
        customer=customer,
        display_name=display_name,
        duration_days=duration_days,
        auto_extend=auto_extend,
        approval_requested_at=clock.now(),
    )
    AdminRelationshipRole.objects.bulk_create(
        AdminRelationshipRole(relationship=relationship, role=role)
        for role in DirectoryRole.objects.filter(pk__in=list(roles))
    )
    _record(by, Operation.RELATIONSHIP_CREATED, relationship)
    return relationship


@transaction.atomic
def activate_relationship(
    *, by: Principal, relationship: AdminRelationship, since: datetime | None = None
) -> AdminRelationship:
    """Put an approved relationship into force, from `since` (now, if not given) for its duration."""
    if relationship.activated_at is not None:
        raise RelationshipError(
            Problem(code="relationship_already_active", message=f"{relationship} is in force already.")
        )
    relationship.activated_at = since or clock.now()
    relationship.ends_at = relationship.activated_at + timedelta(days=relationship.duration_days)
    relationship.save(update_fields=["activated_at", "ends_at"])
    _rewrite_all_grants(relationship)
    forget(by)
    _record(by, Operation.RELATIONSHIP_ACTIVATED, relationship)
    return relationship


@transaction.atomic
def assign_group(
    *,
    by: Principal,
    relationship: AdminRelationship,
    group: SecurityGroup,
    roles: Iterable[uuid.UUID],
    assignment_id: uuid.UUID | None = None,
    since: datetime | None = None,
) -> AccessAssignment:
    """Give a group of the partner some of the relationship's roles."""
    wanted = set(roles)
    _check_assignable(relationship, group)
    outside = wanted - {link.role_id for link in relationship.role_links.all()}
    if outside:
        raise RelationshipError(
            Problem(
                code="role_outside_relationship",
                message=f"{relationship} does not cover all of these roles.",
                about=tuple(str(role) for role in sorted(outside)),
            )
        )
    try:
        with transaction.atomic():
            assignment = AccessAssignment.objects.create(
                id=assignment_id or uuid.uuid4(),
                relationship=relationship,
                security_group=group,
                created_at=since or clock.now(),
            )
    except IntegrityError as error:
        problem = Problem(code="group_assigned_already", message=f"{group} has roles in {relationship} already.")
        raise RelationshipError(problem) from error
    AccessAssignmentRole.objects.bulk_create(
        AccessAssignmentRole(assignment=assignment, role_id=role) for role in sorted(wanted)
    )
    rewrite_grants(assignment)
    forget(by)
    record(
        by=by,
        operation=Operation.ACCESS_ASSIGNMENT_CREATED,
        resource_type=ResourceType.ACCESS_ASSIGNMENT,
        resource_id=assignment.pk,
        resource_name=str(assignment),
        customer_id=relationship.customer_id,
        customer_name=relationship.customer.company_name,
        after={"roles": sorted(link.role.display_name for link in assignment.role_links.select_related("role"))},
    )
    return assignment


@transaction.atomic
def terminate_relationship(*, by: Principal, relationship: AdminRelationship) -> AdminRelationship:
    """End a relationship that is in force; every right that came through it ends in the same moment."""
    now = clock.now()
    ended = AdminRelationship.objects.filter(pk=relationship.pk, terminated_at__isnull=True)
    if relationship.status(now) != AdminRelationship.Status.ACTIVE or not ended.update(terminated_at=now):
        raise RelationshipError(Problem(code="relationship_not_active", message=f"{relationship} is not in force."))
    relationship.terminated_at = now
    _rewrite_all_grants(relationship)
    forget(by)
    _record(by, Operation.RELATIONSHIP_TERMINATED, relationship)
    return relationship


def _check_assignable(relationship: AdminRelationship, group: SecurityGroup) -> None:
    if group.partner_id != relationship.partner_id:
        raise RelationshipError(
            Problem(code="group_of_another_partner", message=f"{relationship} has no security group {group}.")
        )
    status = relationship.status(clock.now())
    if status in (AdminRelationship.Status.EXPIRED, AdminRelationship.Status.TERMINATED):
        raise RelationshipError(Problem(code="relationship_over", message=f"{relationship} is {status}."))


def _rewrite_all_grants(relationship: AdminRelationship) -> None:
    for assignment in relationship.access_assignments.select_related("security_group"):
        assignment.relationship = relationship
        rewrite_grants(assignment)


def _record(by: Principal, operation: Operation, relationship: AdminRelationship) -> None:
    record(
        by=by,
        operation=operation,
        resource_type=ResourceType.ADMIN_RELATIONSHIP,
        resource_id=relationship.pk,
        resource_name=relationship.display_name,
        customer_id=relationship.customer_id,
        customer_name=relationship.customer.company_name,
    )
