"""Which group of the partner acts with which of the relationship's roles (graph_gdap_contract section 4)."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, prefetch_related_objects

from customers.roles import role_names
from gdap.access import forget
from gdap.lifecycle import AssignmentStatus, Step
from gdap.models import (
    AccessAssignment,
    AccessAssignmentRole,
    AdminRelationship,
    RelationshipOperation,
    SecurityGroup,
)
from gdap.services.grants import rewrite_grants
from gdap.services.holding import held
from gdap.services.relationships.errors import RelationshipConflict, RelationshipError, changed, not_found
from gdap.services.relationships.steps import begin, hold
from gdap.services.relationships.wish import no_role
from gdap.timing import timing
from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.errors import Problem, sentence
from partnercenter.transactions import whole

Roles = frozenset[uuid.UUID]


@whole
def assign_group(
    *,
    by: Principal,
    relationship: AdminRelationship,
    group: SecurityGroup,
    roles: Iterable[uuid.UUID],
    assignment_id: uuid.UUID | None = None,
    since: datetime | None = None,
) -> AccessAssignment:
    """Give a group of the partner some of the relationship's roles, from `since` on."""
    wanted = frozenset(roles)
    begin(by=by, relationship=relationship, step=Step.ASSIGN)
    _check_group(relationship, group)
    _check_roles(relationship, wanted)
    hold(relationship)
    if not held(group):
        raise _group_gone(group)
    created_at = since or clock.now()
    assignment = AccessAssignment(
        id=assignment_id or uuid.uuid4(),
        relationship=relationship,
        security_group=group,
        created_at=created_at,
        active_at=created_at + timing().assignment_pending,
    )
    try:
        with transaction.atomic():
            assignment.save(force_insert=True)
    except IntegrityError as error:
        raise _assigned_already(relationship, group) from error
    _put_roles(assignment, wanted)
    _note(by, Operation.ACCESS_ASSIGNMENT_CREATED, assignment, after=wanted)
    return assignment


@whole
def change_assignment(
    *, by: Principal, assignment: AccessAssignment, roles: Iterable[uuid.UUID], expected_version: int | None = None
) -> RelationshipOperation | None:
    """Replace the roles of a group that is active; None if they are these already."""
    wanted = frozenset(roles)
    _begin(by, assignment, expected_version, allowed=(AssignmentStatus.ACTIVE,))
    _check_roles(assignment.relationship, wanted)
    before = frozenset(link.role_id for link in assignment.role_links.all())
    if wanted == before:
        return None
    _write(assignment)
    assignment.role_links.all().delete()
    _put_roles(assignment, wanted)
    _note(by, Operation.ACCESS_ASSIGNMENT_UPDATED, assignment, before=before, after=wanted)
    return RelationshipOperation.objects.create(
        relationship=assignment.relationship,
        operation_type=RelationshipOperation.Type.ASSIGNMENT_UPDATE,
        data={"id": str(assignment.pk), "roles": sorted(str(role) for role in wanted)},
        done_at=clock.now() + timing().operation,
    )


@whole
def remove_assignment(*, by: Principal, assignment: AccessAssignment, expected_version: int | None = None) -> None:
    """Take the roles of a group away; its members lose them in this moment."""
    _begin(by, assignment, expected_version, allowed=(AssignmentStatus.PENDING, AssignmentStatus.ACTIVE))
    before = frozenset(link.role_id for link in assignment.role_links.all())
    _end(assignment)
    _note(by, Operation.ACCESS_ASSIGNMENT_DELETED, assignment, before=before)


def take_role_away(relationship: AdminRelationship, role: uuid.UUID) -> None:
    """What follows for the groups when a role leaves the relationship, in a fixed number of queries.

    The relationship's row was written in this transaction, so nobody changes its assignments meanwhile.
    """
    now = clock.now()
    others = AccessAssignmentRole.objects.filter(assignment=OuterRef("pk")).exclude(role=role)
    touched = list(
        relationship.access_assignments.filter(role_links__role=role)
        .select_related("security_group")
        .annotate(has_others=Exists(others))
    )
    shrinking = [row for row in touched if vars(row)["has_others"]]
    ending = [
        row
        for row in touched
        if not vars(row)["has_others"] and row.status(now) in (AssignmentStatus.PENDING, AssignmentStatus.ACTIVE)
    ]
    _write_all(shrinking)
    _write_all(ending, **_ended(now))
    AccessAssignmentRole.objects.filter(assignment__in=shrinking, role=role).delete()
    prefetch_related_objects(touched, "role_links")
    for row in touched:
        row.relationship = relationship
    rewrite_grants(*touched)


def _begin(
    by: Principal, assignment: AccessAssignment, expected: int | None, *, allowed: tuple[AssignmentStatus, ...]
) -> None:
    try:
        assignment.refresh_from_db(
            from_queryset=AccessAssignment.objects.select_related("relationship", "security_group")
        )
    except AccessAssignment.DoesNotExist as error:
        raise not_found() from error
    begin(by=by, relationship=assignment.relationship, step=Step.ASSIGN)
    if expected is not None and expected != assignment.version:
        raise changed(assignment)
    status = assignment.status(clock.now())
    if status not in allowed:
        raise RelationshipError(Problem(code="assignment_not_active", message=f"{assignment} is {status}."))
    hold(assignment.relationship)


def _check_group(relationship: AdminRelationship, group: SecurityGroup) -> None:
    if group.partner_id != relationship.partner_id:
        raise RelationshipError(
            Problem(code="group_of_another_partner", message=sentence(f"{relationship} has no security group {group}"))
        )
    here = AccessAssignment.objects.filter(relationship=relationship, security_group=group)
    if here.filter(Q(deleted_at__isnull=True) | Q(deleted_at__gt=clock.now())).exists():
        raise _assigned_already(relationship, group)


def _group_gone(group: SecurityGroup) -> RelationshipError:
    """Somebody was faster and deleted it."""
    message = sentence(f"There is no security group {group} any more")
    return RelationshipError(Problem(code="group_not_found", message=message, field="groups"))


def _assigned_already(relationship: AdminRelationship, group: SecurityGroup) -> RelationshipConflict:
    message = f"{group} has roles in {relationship} already."
    return RelationshipConflict(Problem(code="group_assigned_already", message=message, field="groups"))


def _check_roles(relationship: AdminRelationship, wanted: Roles) -> None:
    if not wanted:
        raise RelationshipError(no_role())
    outside = wanted - {link.role_id for link in relationship.role_links.all()}
    if outside:
        about = tuple(str(role) for role in sorted(outside))
        message = f"{relationship} does not cover all of these roles."
        raise RelationshipError(Problem(code="role_outside_relationship", message=message, field="roles", about=about))


def _write(assignment: AccessAssignment, **changes: object) -> None:
    changes["modified_at"] = clock.now()
    row = AccessAssignment.objects.filter(pk=assignment.pk, version=assignment.version)
    if not row.update(version=F("version") + 1, **changes):
        raise changed(assignment)
    assignment.version += 1
    for name, value in changes.items():
        setattr(assignment, name, value)


def _write_all(assignments: Sequence[AccessAssignment], **changes: object) -> None:
    changes["modified_at"] = clock.now()
    ids = [assignment.pk for assignment in assignments]
    AccessAssignment.objects.filter(pk__in=ids).update(version=F("version") + 1, **changes)
    for assignment in assignments:
        assignment.version += 1
        for name, value in changes.items():
            setattr(assignment, name, value)


def _end(assignment: AccessAssignment) -> None:
    _write(assignment, **_ended(clock.now()))


def _ended(now: datetime) -> dict[str, datetime]:
    return {"deletion_requested_at": now, "deleted_at": now + timing().assignment_deleting}


def _put_roles(assignment: AccessAssignment, roles: Roles) -> None:
    AccessAssignmentRole.objects.bulk_create(
        AccessAssignmentRole(assignment=assignment, role_id=role) for role in sorted(roles)
    )


def _note(
    by: Principal,
    operation: Operation,
    assignment: AccessAssignment,
    *,
    before: Roles | None = None,
    after: Roles | None = None,
) -> None:
    """Bring the grants in step and record it; whoever did it sees what follows within the same request."""
    rewrite_grants(assignment)
    forget(by)
    relationship = assignment.relationship
    customer = relationship.customer
    record(
        by=by,
        operation=operation,
        resource_type=ResourceType.ACCESS_ASSIGNMENT,
        resource_id=assignment.pk,
        resource_name=str(assignment),
        customer_id=relationship.customer_id,
        customer_name=customer.company_name if customer else "",
        before=None if before is None else {"roles": role_names(before)},
        after=None if after is None else {"roles": role_names(after)},
    )
