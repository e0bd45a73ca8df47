"""The reseller relationship between a partner and a customer."""

from customers.models import Customer, ResellerRelationship
from gdap import access
from licensing.queries import cancellable_software, running_subscriptions
from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.errors import DomainError, NotFound, Problem
from partnercenter.transactions import whole


class RelationshipRefused(DomainError):
    """The relationship can't end yet."""


@whole
def end_reseller_relationship(*, by: Principal, customer: Customer) -> None:
    """Stop selling to the customer. Admin relationships go on; they end by themselves or in their own place.

    Raises `NotFound` where there is none, `RelationshipRefused` while a subscription runs or software could be given
    back. Software that is older stays the customer's.
    """
    customer = access.visible_customer(by, customer.pk)
    access.require_partner(by, access.PartnerPermission.CHANGE_SUBSCRIPTIONS)
    if running_subscriptions(customer, by.partner_id):
        raise RelationshipRefused(
            Problem("subscriptions_running", f"Cancel the subscriptions of {customer.company_name} first.")
        )
    if cancellable_software(customer, by.partner_id):
        message = f"Cancel the software of {customer.company_name} that can still be cancelled first."
        raise RelationshipRefused(Problem("software_running", message))
    living = ResellerRelationship.objects.filter(customer=customer, partner=by.partner_id, ended_at__isnull=True)
    if not living.update(ended_at=clock.now()):
        raise NotFound(Problem("customer_not_found", "There is no reseller relationship with this customer."))
    record(
        by=by,
        operation=Operation.REMOVE_PARTNER_CUSTOMER_RELATIONSHIP,
        resource_type=ResourceType.CUSTOMER,
        resource_id=customer.pk,
        resource_name=customer.company_name,
        customer_id=customer.pk,
        customer_name=customer.company_name,
        before={"relationship_to_partner": "reseller"},
        after={"relationship_to_partner": "none"},
    )


@whole
def set_purchase_permissions(*, by: Principal, customer: Customer, reservations: bool, savings_plans: bool) -> None:
    """Whether the customer may buy Azure reservations and savings plans by itself (portal_screens section 3).

    Each switch that turns is a record of its own, as in the activity log of the real service. Raises `NotFound`
    without a reseller relationship.
    """
    customer = access.visible_customer(by, customer.pk)
    access.require_partner(by, access.PartnerPermission.PERMIT_PURCHASES)
    relationship = ResellerRelationship.objects.filter(
        customer=customer, partner=by.partner_id, ended_at__isnull=True
    ).first()
    if relationship is None:
        raise NotFound(Problem("customer_not_found", "There is no reseller relationship with this customer."))
    wanted = {"may_buy_reservations": reservations, "may_buy_savings_plans": savings_plans}
    for name, allowed in wanted.items():
        if getattr(relationship, name) == allowed:
            continue
        setattr(relationship, name, allowed)
        created, deleted = Operation.CREATE_PURCHASE_PERMISSION, Operation.DELETE_PURCHASE_PERMISSION
        record(
            by=by,
            operation=created if allowed else deleted,
            resource_type=ResourceType.CUSTOMER,
            resource_id=customer.pk,
            resource_name=customer.company_name,
            customer_id=customer.pk,
            customer_name=customer.company_name,
            before={name: not allowed},
            after={name: allowed},
        )
    relationship.save(update_fields=list(wanted))
