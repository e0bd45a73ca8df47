"""The customer's answer. All roles or none; there is no part of a relationship to approve."""

from datetime import datetime, timedelta

from customers.models import Customer
from gdap.lifecycle import Status, Step, Timing
from gdap.models import AdminRelationship, Notification
from gdap.services.notifications import note_due
from gdap.services.relationships.errors import RelationshipError, customer_decides
from gdap.services.relationships.steps import NO_END, begin, note, note_request, reread, rewrite_all_grants, write
from gdap.timing import timing
from partnercenter import clock
from partnercenter.accounts.principals import Principal, PrincipalKind
from partnercenter.audit.models import Operation
from partnercenter.errors import Problem
from partnercenter.transactions import whole


@whole
def approve_relationship(
    *, by: Principal, relationship: AdminRelationship, customer: Customer | None = None
) -> AdminRelationship:
    """Let the partner in: approved, then activating, then active for its duration.

    An invitation that names no customer is accepted for the tenant of `by`; the system names `customer` instead.
    """
    begin(by=by, relationship=relationship, step=Step.APPROVE)
    _put_in_force(relationship, _accepting(by, relationship, customer), clock.now(), timing())
    note_request(relationship, Step.APPROVE, done_at=relationship.activated_at)
    note(by, Operation.RELATIONSHIP_APPROVED, relationship)
    if relationship.activated_at == clock.now():
        note(by, Operation.RELATIONSHIP_ACTIVATED, relationship)
    note_due(relationship, Notification.Kind.APPROVED)
    return relationship


@whole
def decline_relationship(*, by: Principal, relationship: AdminRelationship) -> AdminRelationship:
    """Refuse it for good; nothing was provisioned, so it is over at once."""
    begin(by=by, relationship=relationship, step=Step.DECLINE)
    if relationship.customer_id is None:
        message = f"{relationship} is open to any customer: one that does not want it leaves it alone."
        raise RelationshipError(Problem(code="invitation_open_to_all", message=message))
    now = clock.now()
    write(relationship, termination_requested_at=now, terminating_at=now, terminated_at=now)
    note_request(relationship, Step.DECLINE)
    note(by, Operation.RELATIONSHIP_DECLINED, relationship)
    note_due(relationship, Notification.Kind.DECLINED)
    return relationship


@whole
def activate_relationship(
    *, by: Principal, relationship: AdminRelationship, since: datetime | None = None
) -> AdminRelationship:
    """Put one that waits into force without asking the customer, since `since`; for the demo and for ops only."""
    if not by.is_trusted:
        raise customer_decides()
    reread(relationship)
    if relationship.status(clock.now()) is Status.ACTIVE:
        raise RelationshipError(
            Problem(code="relationship_already_active", message=f"{relationship} is in force already.")
        )
    begin(by=by, relationship=relationship, step=Step.APPROVE)
    _put_in_force(relationship, _accepting(by, relationship, None), since or clock.now(), Timing())
    note(by, Operation.RELATIONSHIP_ACTIVATED, relationship)
    note_due(relationship, Notification.Kind.APPROVED)
    return relationship


def _accepting(by: Principal, relationship: AdminRelationship, customer: Customer | None) -> Customer:
    if relationship.customer is not None:
        return relationship.customer
    if by.kind is PrincipalKind.CUSTOMER:
        return Customer.objects.get(pk=str(by.customer_id))
    if customer is None:
        message = f"{relationship} is open to any customer: say which one accepts it."
        raise RelationshipError(Problem(code="customer_missing", message=message, field="customer"))
    return customer


def _put_in_force(relationship: AdminRelationship, customer: Customer, since: datetime, times: Timing) -> None:
    activating_at = since + times.approved
    activated_at = activating_at + times.activating
    write(
        relationship,
        customer=customer,
        approved_at=since,
        activating_at=activating_at,
        activated_at=activated_at,
        ends_at=activated_at + timedelta(days=relationship.duration_days),
        **NO_END,
    )
    rewrite_all_grants(relationship)
