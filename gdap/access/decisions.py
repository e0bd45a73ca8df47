"""Yes or no: asked by every service before it writes, and by every page before it shows."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from customers.models import Customer, CustomerQuerySet, CustomerUser, ResellerRelationship
from customers.permissions import CustomerPermission
from gdap.access.explanation import (
    Explanation,
    Missing,
    Why,
    explain,
    first_missing,
    listed,
    target_role_ids,
    ways_to,
)
from gdap.access.holdings import permissions
from gdap.access.partner_roles import OPENED_BY, PartnerPermission, has_partner_permission
from gdap.access.roles import NEEDS, roles_carrying
from gdap.access.targets import actors_for
from gdap.models import AdminRelationship, CustomerGrant
from gdap.timing import timing
from partnercenter import clock
from partnercenter.accounts.principals import Principal, PrincipalKind
from partnercenter.errors import DomainError, NotFound, Problem, sentence
from partnercenter.prepared import Prepared


class AccessDenied(DomainError):
    """The customer is visible, the right is missing; `explanation` says what would do."""

    status = 403

    def __init__(self, explanation: Explanation, *, ways: str = "") -> None:
        super().__init__(Problem(code=f"access_{explanation.missing}", message=_spoken(explanation)))
        self.explanation = explanation
        self.ways = ways  # by which groups one comes to the roles, where the message does not say so


class PartnerRoleMissing(DomainError):
    """The partner role does not open this page or commercial action."""

    status = 403


def customers_visible_to(principal: Principal, permission: CustomerPermission | None = None) -> CustomerQuerySet:
    """Customers that `principal` may see, or with `permission` those at which they may do that now. One query.

    Without a permission the partner's own ties are enough: a living reseller relationship, or an admin relationship
    that the customer approved and that is not over. What is shown inside still needs its own right.
    """
    customers = Customer.objects.all()
    if principal.is_trusted:
        return customers
    if principal.kind is PrincipalKind.APP:
        # GDAP reaches people through their groups; an app on its own has what the reseller relationship gives.
        return customers.resold_by(principal.partner_id) if permission is None else customers.none()
    if principal.kind is PrincipalKind.CUSTOMER:
        return _own_customer(principal, permission)
    if principal.user is None or not _may_work(principal):
        return customers.none()
    now = clock.now()
    if permission is not None:
        grants = _live_grants(principal.user.pk, now).filter(permission__codename=permission.value)
        return customers.filter(Exists(grants))
    return _seen_by_staff(principal.partner_id, now, now - timing().expiring)


def _may_work(principal: Principal) -> bool:
    user = principal.user
    return (
        user is not None and user.is_active and has_partner_permission(principal, PartnerPermission.WORK_WITH_CUSTOMERS)
    )


def _seen_by_staff(partner_id: uuid.UUID | None, now: datetime, expired: datetime) -> CustomerQuerySet:
    """Of a relationship that ended by `expired`, nothing is left to take back."""
    own = {"customer": OuterRef("pk"), "partner": partner_id}
    resold = ResellerRelationship.objects.filter(**own, ended_at__isnull=True)
    agreed = AdminRelationship.objects.agreed(now, expired).filter(**own)
    return Customer.objects.filter(Q(Exists(resold)) | Q(Exists(agreed)))


_VISIBLE = Prepared(
    lambda partner_id, now, expired, customer_id: (
        _seen_by_staff(partner_id, now, expired).filter(pk=customer_id).order_by()
    ),
    partner_id=uuid.UUID,
    now=datetime,
    expired=datetime,
    customer_id=uuid.UUID,
)


def _own_customer(principal: Principal, permission: CustomerPermission | None) -> CustomerQuerySet:
    """The tenant of a customer's user, where the own roles give `permission`."""
    customers = Customer.objects.filter(pk=principal.customer_id or uuid.UUID(int=0))
    own = customers.first() if permission is not None else None
    return customers.none() if own is not None and permission not in permissions(principal, own) else customers


def _live_grants(user_id: uuid.UUID, now: datetime) -> "QuerySet[CustomerGrant]":
    """Those at the customer of the query around them."""
    return CustomerGrant.all_objects.live(now).filter(group__user=user_id, content_object=OuterRef("pk"))


def visible_customer(principal: Principal, customer_id: uuid.UUID) -> Customer:
    """The customer, if `principal` may see it; `NotFound` otherwise, whether it exists or not."""
    customer = _visible(principal, customer_id)
    if customer is None:
        raise _no_such_customer()
    return customer


def _visible(principal: Principal, customer_id: uuid.UUID) -> Customer | None:
    if principal.kind is not PrincipalKind.STAFF or principal.user is None or principal.partner_id is None:
        return customers_visible_to(principal).filter(pk=customer_id).first()
    if not _may_work(principal):
        return None
    now = clock.now()
    return _VISIBLE.first(
        partner_id=principal.partner_id, now=now, expired=now - timing().expiring, customer_id=customer_id
    )


def related_customer(principal: Principal, customer_id: uuid.UUID) -> Customer:
    """The same for the pages of admin relationships, which outlive the sight of a customer: both sides keep them for
    a year. `is_visible` is annotated: where it is False, only those pages open. One query.
    """
    visible = customers_visible_to(principal).filter(pk=OuterRef("pk"))
    kept = AdminRelationship.objects.kept(clock.now()).filter(customer=OuterRef("pk"), partner=principal.partner_id)
    known = Q(Exists(kept)) if _may_work(principal) else Q(pk__in=())
    customers = Customer.objects.filter(pk=customer_id).annotate(is_visible=Exists(visible))
    customer = customers.filter(Q(is_visible=True) | known).first()
    if customer is None:
        raise _no_such_customer()
    return customer


def _no_such_customer() -> NotFound:
    return NotFound(Problem(code="customer_not_found", message="There is no such customer in your account."))


def require_reseller(principal: Principal, customer: Customer) -> None:
    """Pass, or raise `NotFound` where the principal's partner does not sell to this visible customer. One query."""
    if not customer.is_resold_by(principal.partner_id):
        message = sentence(f"Your company has no reseller relationship with {customer.company_name}")
        raise NotFound(Problem(code="not_sold_by_you", message=message))


def can(
    principal: Principal, customer: Customer, permission: CustomerPermission, *, target: CustomerUser | None = None
) -> bool:
    return first_missing(principal, customer, permission, target=target) is None


def require(
    principal: Principal, customer: Customer, permission: CustomerPermission, *, target: CustomerUser | None = None
) -> None:
    """Pass, or raise `NotFound` for a customer that is not visible and `AccessDenied` for a missing right."""
    if first_missing(principal, customer, permission, target=target) is None:
        return
    visible_customer(principal, customer.pk)
    explanation = explain(principal, customer, permission, target=target)
    if target is None or explanation.missing is not Missing.TARGET:
        raise AccessDenied(explanation)
    able = actors_for(target_role_ids(target), rule=NEEDS[permission].target_rule) & roles_carrying(permission)
    raise AccessDenied(explanation, ways=ways_to(principal, customer, able))


def require_partner(principal: Principal, permission: PartnerPermission) -> None:
    """Pass, or raise `PartnerRoleMissing` with the partner roles that would do."""
    missing = why_not_partner(principal, permission)
    if missing is not None:
        raise PartnerRoleMissing(Problem(code="partner_role_missing", message=missing.sentence))


def why_not_partner(principal: Principal, permission: PartnerPermission) -> Why | None:
    """What `require_partner` would refuse with; None if it would pass."""
    if has_partner_permission(principal, permission):
        return None
    roles = listed(sorted(str(role.label) for role in OPENED_BY[permission]))
    return Why(
        f"{permission.label} needs the partner role {roles}.", "A Global admin of your partner account can assign it."
    )


def abilities(
    principal: Principal,
    customer: Customer,
    wanted: Iterable[CustomerPermission],
    *,
    target: CustomerUser | None = None,
) -> Mapping[CustomerPermission, Explanation]:
    """What a page needs to show each of its parts open or shut, with the reason."""
    return {permission: explain(principal, customer, permission, target=target) for permission in wanted}


def _spoken(explanation: Explanation) -> str:
    if explanation.missing is Missing.TARGET:
        return explanation.sentence
    return f"{explanation.sentence} {explanation.hint}".strip()
