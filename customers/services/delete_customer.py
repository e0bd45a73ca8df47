"""Deleting a customer, which only an integration sandbox can do (partner_center_contract section 2.6)."""

from django.conf import settings

from customers.models import Customer, ResellerRelationship
from gdap import access
from licensing.models import SoftwarePurchase
from licensing.services.purge import purge_licensing
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.errors import DomainError, NotFound, Problem
from partnercenter.transactions import whole


class SandboxOnly(DomainError):
    """Outside a sandbox a customer's tenant is its own."""

    status = 403


class CustomerInUse(DomainError):
    """Something has to be cancelled first."""


@whole
def delete_customer(*, by: Principal, customer: Customer) -> None:
    """Purge the tenant with everything in it; what stays is the audit record.

    Raises `SandboxOnly` outside a sandbox, `CustomerInUse` while software is bought or another partner sells to it.
    """
    access.require_partner(by, access.PartnerPermission.CHANGE_SUBSCRIPTIONS)
    customer = access.visible_customer(by, customer.pk)
    if not settings.SANDBOX_MODE:
        raise SandboxOnly(Problem("sandbox_only", "Customers are deleted in the sandbox only."))
    sales = ResellerRelationship.objects.filter(customer=customer, ended_at__isnull=True)
    if not by.is_trusted and not sales.filter(partner=by.partner_id).exists():
        raise NotFound(Problem("customer_not_found", "There is no reseller relationship with this customer."))
    _check_unused(by, customer)
    customer_id, name = customer.pk, customer.company_name
    purge_licensing(customer)
    customer.delete()
    record(
        by=by,
        operation=Operation.DELETE_CUSTOMER,
        resource_type=ResourceType.CUSTOMER,
        resource_id=customer_id,
        resource_name=name,
        customer_id=customer_id,
        customer_name=name,
        before={"company_name": name, "primary_domain_name": customer.primary_domain},
    )


def _check_unused(by: Principal, customer: Customer) -> None:
    if SoftwarePurchase.objects.filter(customer=customer, cancelled_at__isnull=True).exists():
        message = f"Cancel the software of {customer.company_name} first."
        raise CustomerInUse(Problem("software_running", message))
    others = ResellerRelationship.objects.filter(customer=customer, ended_at__isnull=True)
    if others.exclude(partner=by.partner_id).exists():
        message = f"Another partner sells to {customer.company_name} as well."
        raise CustomerInUse(Problem("other_partner_sells", message))
