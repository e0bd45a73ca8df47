"""What users of a customer may do in their own tenant: by their own directory roles, with no relationship between."""

import uuid
from collections.abc import Collection

from django.db.models import QuerySet

from customers.models import CustomerUser, DirectoryRoleMember
from gdap.access.holdings import own_holdings
from partnercenter.accounts.principals import Principal
from partnercenter.errors import DomainError, Problem

MOST_NAMED = 3


class OwnRoleMissing(DomainError):
    """Somebody of the customer's tenant, but without a directory role that would do."""

    status = 403


def holders(customer_id: uuid.UUID, roles: Collection[uuid.UUID]) -> QuerySet[CustomerUser]:
    """Everybody of the customer who can act with one of these roles, by name."""
    members = DirectoryRoleMember.objects.filter(customer=customer_id, role__in=roles)
    people = CustomerUser.objects.alive().filter(
        customer=customer_id, sign_in_blocked=False, pk__in=members.values("user")
    )
    return people.order_by("sort_name", "pk")


def whom_to_ask(customer_id: uuid.UUID, roles: Collection[uuid.UUID]) -> str:
    """A sentence that names the first few who could. One query."""
    found = list(holders(customer_id, roles)[: MOST_NAMED + 1])
    if not found:
        return "Nobody in your organization holds one of these roles now."
    names = ", ".join(f"{one.display_name} ({one.user_principal_name})" for one in found[:MOST_NAMED])
    return f"In your organization that is: {names}{' and others' if len(found) > MOST_NAMED else ''}."


def require_own_role(principal: Principal, customer_id: uuid.UUID, roles: Collection[uuid.UUID], needs: str) -> None:
    """Pass, or raise `OwnRoleMissing` with `needs` as the sentence."""
    if not any(holding.role_id in roles for holding in own_holdings(principal, customer_id)):
        raise OwnRoleMissing(Problem(code="customer_role_missing", message=needs))
