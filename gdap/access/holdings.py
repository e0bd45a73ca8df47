"""What a principal holds at a customer, read from the truth and from the index, once per request."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from customers.models import Customer, DirectoryRoleMember
from customers.permissions import CustomerPermission
from gdap.access.roles import permissions_of
from gdap.models import AccessAssignmentRole, CustomerGrant
from partnercenter import clock
from partnercenter.accounts.models import User
from partnercenter.accounts.principals import Principal, PrincipalKind
from partnercenter.prepared import Prepared

_BY_CODENAME = {permission.value: permission for permission in CustomerPermission}


@dataclass(frozen=True, slots=True)
class Holding:
    """One link of the chain from a person to a role: relationship -> security group -> role."""

    relationship: str
    group: str
    role_id: uuid.UUID
    role: str

    def for_audit(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items()}


def live_role_links(*customers: uuid.UUID) -> QuerySet[AccessAssignmentRole]:
    """Roles handed out at these customers by assignments and relationships that are in force now."""
    return _links(clock.now()).filter(assignment__relationship__customer__in=customers)


def _links(now: datetime) -> QuerySet[AccessAssignmentRole]:
    return (
        AccessAssignmentRole.objects.filter(
            Q(assignment__relationship__termination_requested_at__isnull=True)
            | Q(assignment__relationship__termination_requested_at__gt=now),
            Q(assignment__relationship__ends_at__gt=now) | Q(assignment__relationship__auto_extend=True),
            Q(assignment__deletion_requested_at__isnull=True) | Q(assignment__deletion_requested_at__gt=now),
            assignment__relationship__activated_at__lte=now,
            assignment__active_at__lte=now,
        )
        .select_related("role", "assignment__relationship", "assignment__security_group")
        .order_by(
            "assignment__relationship__display_name",
            "role__display_name",
            "assignment__security_group__display_name",
            "pk",
        )
    )


_LINKS = Prepared(
    lambda customer_id, user_id, now: (
        _links(now)
        .filter(assignment__relationship__customer=customer_id, assignment__security_group__group__user=user_id)
        .values_list(
            "assignment__relationship__display_name",
            "assignment__security_group__display_name",
            "role_id",
            "role__display_name",
        )
    ),
    customer_id=uuid.UUID,
    user_id=uuid.UUID,
    now=datetime,
)


def roles_at(principal: Principal, customers: Collection[Customer]) -> Mapping[uuid.UUID, frozenset[uuid.UUID]]:
    """Customer id -> the roles that `principal` holds there now. One query for all of them."""
    links = live_role_links(*(customer.pk for customer in customers)).filter(
        assignment__security_group__group__user=principal.user, assignment__relationship__partner=principal.partner_id
    )
    found: dict[uuid.UUID, set[uuid.UUID]] = {customer.pk: set() for customer in customers}
    for link in links:
        if link.assignment.relationship.customer_id is not None:
            found[link.assignment.relationship.customer_id].add(link.role_id)
    return {customer: frozenset(roles) for customer, roles in found.items()}


def holdings(principal: Principal, customer: Customer) -> tuple[Holding, ...]:
    """Every chain by which `principal` holds a role at `customer` now. One query per request."""
    key = ("holdings", customer.pk)
    if principal.kind is PrincipalKind.CUSTOMER and key not in principal.memo:
        principal.memo[key] = own_holdings(principal, customer.pk)
    if key not in principal.memo:
        user = principal.user
        links = _LINKS.all(customer_id=customer.pk, user_id=user.pk, now=clock.now()) if user else ()
        principal.memo[key] = tuple(Holding(*link) for link in links)
    held: tuple[Holding, ...] = principal.memo[key]  # type: ignore[assignment]  # this key always holds a tuple
    return held


def own_holdings(principal: Principal, customer_id: uuid.UUID) -> tuple[Holding, ...]:
    """The directory roles that a customer's user holds in the own tenant now, no relationship between. One query."""
    if principal.customer_id != customer_id:
        return ()
    members = DirectoryRoleMember.objects.filter(
        customer=customer_id, user=uuid.UUID(principal.id), user__deleted_at__isnull=True, user__sign_in_blocked=False
    )
    rows = members.select_related("role").order_by("role__display_name", "pk")
    return tuple(Holding("", "", row.role_id, row.role.display_name) for row in rows)


_CODENAMES = Prepared(
    lambda user_id, customer_id, now: (
        CustomerGrant.all_objects.live(now)
        .filter(group__user=user_id, content_object=customer_id)
        .order_by()
        .values_list("permission__codename", flat=True)
        .distinct()
    ),
    user_id=uuid.UUID,
    customer_id=uuid.UUID,
    now=datetime,
)


def granted_codenames(user: User, customer: Customer) -> frozenset[str]:
    """Codenames of the permissions that live grants give to `user` at `customer`. One query."""
    if not user.is_active:
        return frozenset()
    return frozenset(_CODENAMES.all(user_id=user.pk, customer_id=customer.pk, now=clock.now()))


def permissions(principal: Principal, customer: Customer) -> frozenset[CustomerPermission]:
    """What the grants index, or for a customer's user the own roles, let `principal` do at `customer`, before any look
    at a target. One query per request.
    """
    if principal.is_trusted:
        return frozenset(CustomerPermission)
    key = ("permissions", customer.pk)
    if principal.kind is PrincipalKind.CUSTOMER:
        return frozenset[CustomerPermission]().union(
            *(permissions_of(holding.role_id) for holding in holdings(principal, customer))
        )
    if key not in principal.memo:
        codenames = granted_codenames(principal.user, customer) if principal.user else frozenset()
        principal.memo[key] = frozenset(_BY_CODENAME[codename] for codename in codenames & _BY_CODENAME.keys())
    found: frozenset[CustomerPermission] = principal.memo[key]  # type: ignore[assignment]  # always this type
    return found


def forget(principal: Principal) -> None:
    """Drop what was read, after a change of grants or memberships within the request."""
    principal.memo.clear()
