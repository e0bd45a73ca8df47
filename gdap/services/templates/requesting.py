"""One template at many customers, each in a transaction of its own: one that fails does not keep the others."""

import uuid
from collections.abc import Collection, Sequence

from django.db import transaction

from customers.models import Customer
from gdap.access import PartnerPermission, customers_visible_to, require_partner
from gdap.lifecycle import Status
from gdap.models import AccessAssignment, AdminRelationship, RelationshipTemplate, TemplateGroup, TemplateRequest
from gdap.services.relationships import assign_group, request_relationship
from gdap.services.relationships.extending import Outcome
from gdap.services.relationships.wish import Wish
from gdap.services.templates.editing import wish_of
from gdap.services.templates.errors import TemplateError, not_found
from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.errors import DomainError, Problem

MOST_AT_ONCE = 100
PROBLEM_LIMIT = 500


def request_from_template(
    *, by: Principal, template: RelationshipTemplate, customers: Collection[uuid.UUID]
) -> uuid.UUID:
    """Ask each customer for the terms of the template; the batch that comes back holds what became of each."""
    if not by.is_trusted and by.partner_id != template.partner_id:
        raise not_found()
    require_partner(by, PartnerPermission.MANAGE_RELATIONSHIPS)
    if not customers:
        raise TemplateError(Problem(code="no_customer", message="Select at least one customer."))
    if len(customers) > MOST_AT_ONCE:
        message = f"{len(customers)} are selected, {MOST_AT_ONCE} at most go at once. Nothing was requested."
        raise TemplateError(Problem(code="too_many", message=message))
    found = list(customers_visible_to(by).filter(pk__in=list(customers)).order_by("sort_name", "pk"))
    if len(found) < len(set(customers)):
        message = "A customer that was selected is not one of yours. Nothing was requested."
        raise TemplateError(Problem(code="customer_not_found", message=message))
    batch_id, wish = uuid.uuid4(), wish_of(template)
    for customer in found:
        _request_at(by, template, customer, wish, batch_id)
    return batch_id


def _request_at(
    by: Principal, template: RelationshipTemplate, customer: Customer, wish: Wish, batch_id: uuid.UUID
) -> None:
    relationship, problem = None, ""
    with transaction.atomic():
        try:
            relationship = request_relationship(
                by=by,
                partner=template.partner,
                customer=customer,
                display_name=_free_name(template, customer),
                roles=wish.roles,
                duration_days=wish.duration_days,
                auto_extend=wish.auto_extend,
            )
        except DomainError as error:
            problem = error.message[:PROBLEM_LIMIT]
        TemplateRequest.objects.create(
            template=template, batch_id=batch_id, customer=customer, relationship=relationship, problem=problem
        )


def _free_name(template: RelationshipTemplate, customer: Customer) -> str:
    """Template and customer, cut to what fits, with a number when the name is used."""
    limit = AdminRelationship.NAME_LIMIT
    wanted = f"{template}: {customer}"
    rows = AdminRelationship.objects.filter(partner=template.partner_id)
    taken = set(
        rows.filter(display_name__startswith=wanted[: limit - 4].rstrip()).values_list("display_name", flat=True)
    )
    names = [wanted[:limit].rstrip(), *(f"{wanted[: limit - 4].rstrip()} {number}" for number in range(2, 1000))]
    return next((name for name in names if name not in taken), names[0])


def assign_groups_of(*, by: Principal, template: RelationshipTemplate) -> list[Outcome]:
    """Give the template's groups their roles in every active relationship from it in which they have none yet."""
    if not by.is_trusted and by.partner_id != template.partner_id:
        raise not_found()
    require_partner(by, PartnerPermission.ASSIGN_GROUPS)
    groups = list(template.groups.select_related("security_group").prefetch_related("roles"))
    rows = TemplateRequest.objects.filter(template=template, relationship__isnull=False)
    relationships = [row.relationship for row in rows.select_related("relationship__customer") if row.relationship]
    active = [row for row in relationships if row.status(clock.now()) is Status.ACTIVE]
    there = set(
        AccessAssignment.objects.filter(relationship__in=active, deletion_requested_at__isnull=True).values_list(
            "relationship", "security_group"
        )
    )
    waiting = [(row, [group for group in groups if (row.pk, group.security_group_id) not in there]) for row in active]
    return [_assigned(by, row, missing) for row, missing in waiting if missing]


def _assigned(by: Principal, relationship: AdminRelationship, groups: Sequence[TemplateGroup]) -> Outcome:
    try:
        with transaction.atomic():
            for group in groups:
                roles = [role.pk for role in group.roles.all()]
                assign_group(by=by, relationship=relationship, group=group.security_group, roles=roles)
    except DomainError as error:
        return Outcome(relationship, error.message)
    return Outcome(relationship)
