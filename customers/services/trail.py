"""The audit record of a change of one user, with the right that allowed it."""

from collections.abc import Mapping

from customers.models import CustomerUser
from customers.permissions import CustomerPermission
from gdap import access
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import AuditRecord, Operation, ResourceType
from partnercenter.audit.services import record


def record_user(
    *,
    by: Principal,
    operation: Operation,
    user: CustomerUser,
    permission: CustomerPermission,
    resource_type: ResourceType = ResourceType.CUSTOMER_USER,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> AuditRecord:
    chain = access.granting_chain(by, user.customer, permission)
    return record(
        by=by,
        operation=operation,
        resource_type=resource_type,
        resource_id=user.pk,
        resource_name=user.user_principal_name,
        customer_id=user.customer_id,
        customer_name=user.customer.company_name,
        granted_by=[holding.for_audit() for holding in chain],
        before=before,
        after=after,
    )
