"""What either side may change once a relationship is in force, up to its end."""

from customers.roles import GLOBAL_ADMINISTRATOR, role_names
from gdap.lifecycle import Step
from gdap.models import AdminRelationship, Notification, RelationshipOperation
from gdap.services.notifications import note_due
from gdap.services.relationships.assignments import take_role_away
from gdap.services.relationships.errors import RelationshipError
from gdap.services.relationships.steps import begin, note, note_request, rewrite_all_grants, write
from gdap.services.relationships.wish import extends_with_global_administrator
from gdap.timing import timing
from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation
from partnercenter.errors import Problem
from partnercenter.transactions import whole


@whole
def terminate_relationship(
    *, by: Principal, relationship: AdminRelationship, expected_version: int | None = None
) -> AdminRelationship:
    """End a relationship that is in force, from either side; every right that came through it ends in this moment."""
    begin(by=by, relationship=relationship, step=Step.TERMINATE, expected_version=expected_version)
    now, times = clock.now(), timing()
    terminating_at = now + times.termination_requested
    terminated_at = terminating_at + times.terminating
    write(relationship, termination_requested_at=now, terminating_at=terminating_at, terminated_at=terminated_at)
    rewrite_all_grants(relationship)
    note_request(relationship, Step.TERMINATE, done_at=terminated_at)
    note(by, Operation.RELATIONSHIP_TERMINATED, relationship)
    note_due(relationship, Notification.Kind.TERMINATED)
    return relationship


@whole
def set_auto_extend(
    *, by: Principal, relationship: AdminRelationship, enabled: bool, expected_version: int | None = None
) -> AdminRelationship:
    """Let the end roll by 180 days, or stay where it is now: what was added until today is kept."""
    begin(by=by, relationship=relationship, step=Step.SET_AUTO_EXTEND, expected_version=expected_version)
    if enabled and relationship.role_links.filter(role=GLOBAL_ADMINISTRATOR).exists():
        raise RelationshipError(extends_with_global_administrator())
    if enabled == relationship.auto_extend:
        return relationship
    write(relationship, auto_extend=enabled, ends_at=relationship.end(clock.now()))
    rewrite_all_grants(relationship)
    note(
        by,
        Operation.RELATIONSHIP_UPDATED,
        relationship,
        before={"auto_extend": not enabled},
        after={"auto_extend": enabled},
    )
    return relationship


@whole
def remove_global_administrator(
    *, by: Principal, relationship: AdminRelationship, expected_version: int | None = None
) -> RelationshipOperation | None:
    """Take the one role away that can go while a relationship is in force; None if it has not got it.

    Groups lose it as well, and a group that had nothing else loses its assignment (contract section 2.3).
    """
    begin(
        by=by,
        relationship=relationship,
        step=Step.REMOVE_GLOBAL_ADMINISTRATOR,
        expected_version=expected_version,
    )
    before = frozenset(link.role_id for link in relationship.role_links.all())
    if GLOBAL_ADMINISTRATOR not in before:
        return None
    after = before - {GLOBAL_ADMINISTRATOR}
    if not after:
        message = f"{relationship} has no other role: terminate it instead."
        raise RelationshipError(Problem(code="only_role", message=message, field="roles"))
    write(relationship)
    relationship.role_links.filter(role=GLOBAL_ADMINISTRATOR).delete()
    take_role_away(relationship, GLOBAL_ADMINISTRATOR)
    note(
        by,
        Operation.RELATIONSHIP_UPDATED,
        relationship,
        before={"roles": role_names(before)},
        after={"roles": role_names(after)},
    )
    return RelationshipOperation.objects.create(
        relationship=relationship,
        operation_type=RelationshipOperation.Type.RELATIONSHIP_UPDATE,
        data={"roles": sorted(str(role) for role in after)},
        done_at=clock.now() + timing().operation,
    )
