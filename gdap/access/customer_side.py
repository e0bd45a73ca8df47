"""The customer's own side of GDAP: who there may approve and end relationships (graph_gdap_contract section 3)."""

import uuid
from collections.abc import Collection, Mapping

from django.db.models import QuerySet

from customers.models import CustomerUser, DirectoryRoleMember
from customers.roles import CUSTOMER_RELATIONSHIP_ADMINISTRATOR, GLOBAL_ADMINISTRATOR, role_id_by_name
from partnercenter.accounts.principals import Door, Principal, PrincipalKind
from partnercenter.errors import DomainError, Problem
from partnercenter.request_ids import RequestIds

APPROVERS = (GLOBAL_ADMINISTRATOR, CUSTOMER_RELATIONSHIP_ADMINISTRATOR)
AUDITORS = ("Global Administrator", "Global Reader", "Security Administrator", "Security Reader", "Reports Reader")
READS_THE_LOG = f"The audit log is for the roles {', '.join(AUDITORS[:-1])} and {AUDITORS[-1]}."
DECIDES = "Only a Global Administrator or a Customer Delegated Admin Relationship Administrator decides about partners."


class CustomerRoleMissing(DomainError):
    """Somebody of the customer's tenant, but without a role that decides about partners."""

    status = 403


def customer_principal(
    user: CustomerUser,
    *,
    door: Door = Door.TENANT,
    ids: RequestIds = RequestIds(),  # noqa: B008  it never changes
) -> Principal:
    """The principal that a user is in the own tenant; not a partner's, so that no partner page opens."""
    return Principal(
        kind=PrincipalKind.CUSTOMER,
        id=str(user.pk),
        name=user.user_principal_name,
        door=door,
        customer_id=user.customer_id,
        request_id=ids.request_id,
        correlation_id=ids.correlation_id,
    )


def first_approver(customer_id: uuid.UUID) -> CustomerUser | None:
    """Somebody of the customer who may approve."""
    return approvers(customer_id).first()


def approvers(customer_id: uuid.UUID) -> QuerySet[CustomerUser]:
    """Everybody of the customer who may approve, the longest there first."""
    return _able([customer_id]).order_by("created_at", "pk")


def approvers_of(customers: Collection[uuid.UUID]) -> Mapping[uuid.UUID, list[str]]:
    """Customer id -> sign-in names of everybody there who may approve. One query."""
    found: dict[uuid.UUID, list[str]] = {}
    people = _able(customers).order_by("user_principal_name")
    for customer_id, name in people.values_list("customer", "user_principal_name"):
        found.setdefault(customer_id, []).append(name)
    return found


def is_approver(principal: Principal) -> bool:
    """By the roles of this moment, not those at the sign-in."""
    return principal.customer_id is not None and _able([principal.customer_id]).filter(pk=principal.id).exists()


def require_approver(principal: Principal) -> None:
    """Pass, or raise `CustomerRoleMissing`."""
    if not is_approver(principal):
        raise CustomerRoleMissing(Problem(code="customer_role_missing", message=DECIDES))


def require_auditor(principal: Principal) -> None:
    """Pass for who may read the audit log of the own tenant, by the roles of this moment; or raise."""
    names = role_id_by_name()
    holders = DirectoryRoleMember.objects.filter(
        customer=principal.customer_id, user=uuid.UUID(principal.id), role__in=[names[name] for name in AUDITORS]
    )
    if not holders.exists():
        raise CustomerRoleMissing(Problem(code="customer_role_missing", message=READS_THE_LOG))


def _able(customers: Collection[uuid.UUID]) -> QuerySet[CustomerUser]:
    holders = DirectoryRoleMember.objects.filter(customer__in=customers, role__in=APPROVERS)
    return CustomerUser.objects.alive().filter(
        customer__in=customers, sign_in_blocked=False, pk__in=holders.values("user")
    )
