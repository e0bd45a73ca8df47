"""How every step begins (who may, does it still stand, is it its time) and how it is written and recorded."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.db.models import F

from gdap.access import PartnerPermission, forget, require_partner
from gdap.access.customer_side import require_approver
from gdap.lifecycle import ALLOWED_IN, OVER, Status, Step
from gdap.models import AdminRelationship, RelationshipRequest
from gdap.services.grants import rewrite_grants
from gdap.services.relationships.errors import RelationshipError, changed, customer_decides, not_found
from partnercenter import clock
from partnercenter.accounts.principals import Principal, PrincipalKind
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.errors import Problem

# What a step leaves behind it, for a clock that was put back: the life goes on from here, not as it once went.
NO_END = MappingProxyType({"termination_requested_at": None, "terminating_at": None, "terminated_at": None})
NO_APPROVAL = MappingProxyType({"approved_at": None, "activating_at": None, "activated_at": None, "ends_at": None})

# For the sentence of a refusal: what the step needs, as said of the relationship.
_NEEDED = {
    Step.UPDATE: "can be changed only until it is sent for approval",
    Step.DELETE: "can be deleted only until it is sent for approval",
    Step.LOCK: "was sent for approval already",
    Step.APPROVE: "does not wait for approval",
    Step.DECLINE: "does not wait for approval",
}


def begin(*, by: Principal, relationship: AdminRelationship, step: Step, expected_version: int | None = None) -> None:
    """Read the row again and pass, or raise: not there for `by`, not `by`'s to do, changed meanwhile, not its time."""
    reread(relationship)
    now = clock.now()
    check_side(by, relationship, step)
    if relationship.is_gone(now):
        raise not_found()
    if expected_version is not None and expected_version != relationship.version:
        raise changed(relationship)
    status = relationship.status(now)
    if status not in ALLOWED_IN[step]:
        raise _refusal(relationship, step, status)


def reread(relationship: AdminRelationship) -> None:
    fresh = AdminRelationship.objects.select_related("partner", "customer")
    try:
        relationship.refresh_from_db(from_queryset=fresh)
    except AdminRelationship.DoesNotExist as error:
        raise not_found() from error


def check_side(by: Principal, relationship: AdminRelationship, step: Step) -> None:
    """Each side has its steps; what is not one's own is not there."""
    if by.is_trusted:
        return
    if by.kind is PrincipalKind.CUSTOMER:
        _check_customer(by, relationship, step)
        return
    if by.partner_id != relationship.partner_id:
        raise not_found()
    if step in (Step.APPROVE, Step.DECLINE):
        raise customer_decides()
    assigning = step is Step.ASSIGN
    require_partner(by, PartnerPermission.ASSIGN_GROUPS if assigning else PartnerPermission.MANAGE_RELATIONSHIPS)


_STEPS_OF_CUSTOMERS = frozenset(
    {Step.APPROVE, Step.DECLINE, Step.TERMINATE, Step.SET_AUTO_EXTEND, Step.REMOVE_GLOBAL_ADMINISTRATOR}
)


def _check_customer(by: Principal, relationship: AdminRelationship, step: Step) -> None:
    """A customer sees what was sent to it, and invitations that are open to any customer."""
    is_theirs = relationship.customer_id == by.customer_id or (relationship.customer_id is None)
    is_sent = relationship.status(clock.now()) is not Status.CREATED
    if not is_theirs or not is_sent or step not in _STEPS_OF_CUSTOMERS:
        raise not_found()
    require_approver(by)


def _refusal(relationship: AdminRelationship, step: Step, status: Status) -> RelationshipError:
    if step is Step.ASSIGN and status in OVER:
        return RelationshipError(Problem(code="relationship_over", message=f"{relationship} is {status}."))
    if step in _NEEDED:
        return RelationshipError(
            Problem(code=f"relationship_is_{status.name.lower()}", message=f"{relationship} {_NEEDED[step]}.")
        )
    return RelationshipError(Problem(code="relationship_not_active", message=f"{relationship} is not in force."))


def write(relationship: AdminRelationship, **changes: object) -> None:
    """Put the changes into the row, if nobody was faster, and into the object."""
    changes["modified_at"] = clock.now()
    row = AdminRelationship.objects.filter(pk=relationship.pk, version=relationship.version)
    if not row.update(version=F("version") + 1, **changes):
        raise changed(relationship)
    relationship.version += 1
    for name, value in changes.items():
        setattr(relationship, name, value)


def hold(relationship: AdminRelationship) -> None:
    """Keep others from ending it until this transaction is over: a grant must not be written past an end."""
    row = AdminRelationship.objects.filter(pk=relationship.pk, version=relationship.version)
    if not row.update(version=F("version")):
        raise changed(relationship)


def note_request(relationship: AdminRelationship, step: Step, *, done_at: datetime | None = None) -> None:
    now = clock.now()
    RelationshipRequest.objects.create(
        relationship=relationship, action=step.value, created_at=now, done_at=done_at or now
    )


def rewrite_all_grants(relationship: AdminRelationship) -> None:
    rows = list(relationship.access_assignments.select_related("security_group").prefetch_related("role_links"))
    for assignment in rows:
        assignment.relationship = relationship
    rewrite_grants(*rows)


def note(
    by: Principal,
    operation: Operation,
    relationship: AdminRelationship,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Record a step; whoever took it sees what follows from it within the same request."""
    forget(by)
    customer = relationship.customer
    record(
        by=by,
        operation=operation,
        resource_type=ResourceType.ADMIN_RELATIONSHIP,
        resource_id=relationship.pk,
        resource_name=relationship.display_name,
        customer_id=relationship.customer_id,
        customer_name=customer.company_name if customer else "",
        before=before,
        after=after,
    )
