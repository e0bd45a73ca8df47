"""The partner's part before the customer decides: create, change, delete, lock for approval."""

import uuid
from collections.abc import Iterable

from django.db import IntegrityError, transaction

from customers.models import Customer
from customers.roles import role_names
from gdap.access import PartnerPermission, require_partner
from gdap.lifecycle import Step
from gdap.models import AdminRelationship, AdminRelationshipRole, Notification
from gdap.services.notifications import note_due
from gdap.services.relationships.errors import RelationshipConflict, not_found
from gdap.services.relationships.steps import NO_APPROVAL, NO_END, begin, note, note_request, write
from gdap.services.relationships.wish import Wish
from partnercenter import clock
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation
from partnercenter.errors import Problem
from partnercenter.transactions import whole


@whole
def create_relationship(
    *,
    by: Principal,
    partner: Partner,
    customer: Customer | None,
    display_name: str,
    roles: Iterable[uuid.UUID],
    duration_days: int,
    auto_extend: bool = False,
    relationship_id: uuid.UUID | None = None,
) -> AdminRelationship:
    """Draft a relationship. Without a customer, whichever accepts the invitation becomes it."""
    if not by.is_trusted and by.partner_id != partner.pk:
        raise not_found()
    require_partner(by, PartnerPermission.MANAGE_RELATIONSHIPS)
    wish = Wish(display_name=display_name, duration_days=duration_days, roles=frozenset(roles), auto_extend=auto_extend)
    wish.check()
    _free_name(partner.pk, display_name)
    relationship = AdminRelationship(
        id=relationship_id or uuid.uuid4(),
        partner=partner,
        customer=customer,
        display_name=display_name,
        duration_days=duration_days,
        auto_extend=auto_extend,
    )
    try:
        with transaction.atomic():
            relationship.save(force_insert=True)
    except IntegrityError as error:
        raise _name_taken(display_name) from error
    _put_roles(relationship, wish.roles)
    note(by, Operation.RELATIONSHIP_CREATED, relationship, after=_told(wish))
    return relationship


@whole
def update_relationship(
    *,
    by: Principal,
    relationship: AdminRelationship,
    wish: Wish,
    customer: Customer | None = None,
    expected_version: int | None = None,
) -> AdminRelationship:
    """Change the terms of a draft, and whom it is meant for (as before, if not given)."""
    begin(by=by, relationship=relationship, step=Step.UPDATE, expected_version=expected_version)
    before = Wish.of(relationship)
    wish.check()
    if wish.display_name != before.display_name:
        _free_name(relationship.partner_id, wish.display_name)
    try:
        with transaction.atomic():
            write(
                relationship,
                display_name=wish.display_name,
                duration_days=wish.duration_days,
                auto_extend=wish.auto_extend,
                customer=customer or relationship.customer,
            )
    except IntegrityError as error:
        raise _name_taken(wish.display_name) from error
    relationship.role_links.all().delete()
    _put_roles(relationship, wish.roles)
    note(by, Operation.RELATIONSHIP_UPDATED, relationship, before=_told(before), after=_told(wish))
    return relationship


@whole
def delete_relationship(*, by: Principal, relationship: AdminRelationship, expected_version: int | None = None) -> None:
    """Throw a draft away."""
    begin(by=by, relationship=relationship, step=Step.DELETE, expected_version=expected_version)
    note(by, Operation.RELATIONSHIP_DELETED, relationship, before=_told(Wish.of(relationship)))
    AdminRelationship.objects.filter(pk=relationship.pk).delete()


@whole
def lock_for_approval(
    *, by: Principal, relationship: AdminRelationship, expected_version: int | None = None
) -> AdminRelationship:
    """Send a draft to the customer: nothing of it changes any more, and it lapses after 90 days."""
    begin(by=by, relationship=relationship, step=Step.LOCK, expected_version=expected_version)
    write(relationship, approval_requested_at=clock.now(), **NO_APPROVAL, **NO_END)
    note_request(relationship, Step.LOCK)
    note(by, Operation.RELATIONSHIP_LOCKED, relationship)
    note_due(relationship, Notification.Kind.REQUESTED)
    return relationship


@whole
def request_relationship(
    *,
    by: Principal,
    partner: Partner,
    customer: Customer | None,
    display_name: str,
    roles: Iterable[uuid.UUID],
    duration_days: int,
    auto_extend: bool = False,
    relationship_id: uuid.UUID | None = None,
) -> AdminRelationship:
    """Ask for these roles: create and lock in one go, as the portal does."""
    relationship = create_relationship(
        by=by,
        partner=partner,
        customer=customer,
        display_name=display_name,
        roles=roles,
        duration_days=duration_days,
        auto_extend=auto_extend,
        relationship_id=relationship_id,
    )
    return lock_for_approval(by=by, relationship=relationship)


def _free_name(partner_id: uuid.UUID, name: str) -> None:
    """A name is used once over all states; what time has cleaned up gives its name back, and goes for good here."""
    for other in AdminRelationship.objects.filter(partner=partner_id, display_name=name):
        if not other.is_gone(clock.now()):
            raise _name_taken(name)
        other.delete()


def _name_taken(name: str) -> RelationshipConflict:
    message = f"You have an admin relationship called {name} already."
    return RelationshipConflict(Problem(code="name_taken", message=message, field="display_name"))


def _put_roles(relationship: AdminRelationship, roles: frozenset[uuid.UUID]) -> None:
    AdminRelationshipRole.objects.bulk_create(
        AdminRelationshipRole(relationship=relationship, role_id=role) for role in sorted(roles)
    )


def _told(wish: Wish) -> dict[str, object]:
    return {
        "display_name": wish.display_name,
        "duration_days": wish.duration_days,
        "roles": role_names(wish.roles),
        "auto_extend": wish.auto_extend,
    }
