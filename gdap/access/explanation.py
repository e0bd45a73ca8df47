"""Why an action is open or not, in words for the person who asked and in ids for programs."""

import uuid
from dataclasses import dataclass
from enum import StrEnum

from customers.models import Customer, CustomerUser
from customers.permissions import CustomerPermission
from customers.roles import role_names
from gdap.access.holdings import Holding, holdings, live_role_links, permissions
from gdap.access.own_roles import whom_to_ask
from gdap.access.partner_roles import OPENED_BY, PartnerPermission, has_partner_permission
from gdap.access.roles import NEEDS, TargetRule, roles_carrying, roles_to_ask_for
from gdap.access.targets import actors_for, may_act_on
from partnercenter.accounts.principals import Principal, PrincipalKind

_MIGHTIEST = "Global Administrator"


class Missing(StrEnum):
    """The first link of the chain that does not hold."""

    PARTNER_ROLE = "partner_role"
    GDAP_ROLE = "gdap_role"
    OWN_ROLE = "own_role"  # of a customer's user in the own tenant
    TARGET = "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The answer for one person, customer and permission.

    `sentence` says what is needed, `hint` how it could come; both are empty when `allowed`. `roles` are the names of
    the roles that would do, `chain` the chains that grant it now.
    """

    permission: CustomerPermission
    allowed: bool
    missing: Missing | None = None
    sentence: str = ""
    hint: str = ""
    roles: tuple[str, ...] = ()
    chain: tuple[Holding, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """Why something is off, where no directory permission is asked for."""

    sentence: str
    hint: str = ""


def target_role_ids(target: CustomerUser) -> frozenset[uuid.UUID]:
    return frozenset(member.role_id for member in target.directory_role_members.all())


def first_missing(
    principal: Principal, customer: Customer, permission: CustomerPermission, *, target: CustomerUser | None = None
) -> Missing | None:
    """The gate that stays shut, or None when the action is open. One query per request, two more for a target."""
    if principal.is_trusted:
        return None
    is_own = principal.kind is PrincipalKind.CUSTOMER
    if not is_own and not has_partner_permission(principal, PartnerPermission.WORK_WITH_CUSTOMERS):
        return Missing.PARTNER_ROLE
    if permission not in permissions(principal, customer):
        return Missing.OWN_ROLE if is_own else Missing.GDAP_ROLE
    rule = NEEDS[permission].target_rule
    if target is None or rule is TargetRule.NONE:
        return None
    target_roles = target_role_ids(target)
    carrying = roles_carrying(permission)
    held = {holding.role_id for holding in holdings(principal, customer)} & carrying
    return None if any(may_act_on(role, target_roles, rule=rule) for role in held) else Missing.TARGET


def explain(
    principal: Principal, customer: Customer, permission: CustomerPermission, *, target: CustomerUser | None = None
) -> Explanation:
    """Allowed with the chains that grant it, or not with what is missing and where it could come from."""
    missing = first_missing(principal, customer, permission, target=target)
    if missing is None:
        return Explanation(permission=permission, allowed=True, chain=granting_chain(principal, customer, permission))
    if missing is Missing.PARTNER_ROLE:
        return _partner_role_missing(permission)
    if missing is Missing.TARGET and target is not None:
        return _target_out_of_reach(permission, target)
    if missing is Missing.OWN_ROLE:
        return _own_role_missing(customer, permission)
    return _gdap_role_missing(principal, customer, permission)


def granting_chain(principal: Principal, customer: Customer, permission: CustomerPermission) -> tuple[Holding, ...]:
    """The chains relationship -> group -> role by which `principal` has `permission`; empty for ops and commands."""
    carrying = roles_carrying(permission)
    return tuple(holding for holding in holdings(principal, customer) if holding.role_id in carrying)


def _partner_role_missing(permission: CustomerPermission) -> Explanation:
    labels = sorted(str(role.label) for role in OPENED_BY[PartnerPermission.WORK_WITH_CUSTOMERS])
    return Explanation(
        permission=permission,
        allowed=False,
        missing=Missing.PARTNER_ROLE,
        sentence=f"Working with customers needs one of the partner roles {listed(labels)}.",
        hint="A Global admin of your partner account can assign it.",
        roles=tuple(labels),
    )


def _target_out_of_reach(permission: CustomerPermission, target: CustomerUser) -> Explanation:
    target_roles = target_role_ids(target)
    able = actors_for(target_roles, rule=NEEDS[permission].target_rule) & roles_carrying(permission)
    names = tuple(role_names(able))
    return Explanation(
        permission=permission,
        allowed=False,
        missing=Missing.TARGET,
        sentence=f"{target.display_name} is {listed(role_names(target_roles), last='and')}: "
        f"only {listed(names)} may {permission.label} here.",
        hint="The roles of the person you act on decide, beside your own.",
        roles=names,
    )


def _own_role_missing(customer: Customer, permission: CustomerPermission) -> Explanation:
    roles = roles_to_ask_for(permission)
    names = (*(name for name in roles if name != _MIGHTIEST), _MIGHTIEST)
    return Explanation(
        permission=permission,
        allowed=False,
        missing=Missing.OWN_ROLE,
        sentence=f"To {permission.label} you need the directory role {listed(names)}.",
        hint=whom_to_ask(customer.pk, roles_carrying(permission)),
        roles=names,
    )


def _gdap_role_missing(principal: Principal, customer: Customer, permission: CustomerPermission) -> Explanation:
    names = roles_to_ask_for(permission)
    return Explanation(
        permission=permission,
        allowed=False,
        missing=Missing.GDAP_ROLE,
        sentence=f"To {permission.label} at {customer.company_name} you need {listed(names)}.",
        hint=_where_it_could_come_from(principal, customer, permission),
        roles=names,
    )


def _where_it_could_come_from(principal: Principal, customer: Customer, permission: CustomerPermission) -> str:
    """Name the partner's groups that carry the permission at this customer. One query per permission asked about."""
    return ways_to(principal, customer, roles_carrying(permission))


def ways_to(principal: Principal, customer: Customer, roles: frozenset[uuid.UUID]) -> str:
    """The groups of the partner by which one comes to any of `roles` at the customer. One query per request."""
    groups: dict[str, str] = {}
    for link in _partner_links(principal, customer):
        if link.role_id in roles:
            groups.setdefault(link.group, link.role)
    if groups:
        ways = listed([f"{group} ({role})" for group, role in groups.items()])
        return f"It comes with membership of {ways}."
    return (
        f"No security group of {principal.partner_name or 'your partner account'} has one of these roles here; "
        "an Admin agent can request an admin relationship with it."
    )


def _partner_links(principal: Principal, customer: Customer) -> tuple[Holding, ...]:
    """Every role that any group of the principal's partner has at this customer. One query per request."""
    key = ("partner_links", customer.pk)
    if key not in principal.memo:
        principal.memo[key] = tuple(
            Holding(
                relationship=link.assignment.relationship.display_name,
                group=link.assignment.security_group.display_name,
                role_id=link.role_id,
                role=link.role.display_name,
            )
            for link in live_role_links(customer.pk).filter(assignment__relationship__partner=principal.partner_id)
        )
    links: tuple[Holding, ...] = principal.memo[key]  # type: ignore[assignment]  # this key always holds a tuple
    return links


def listed(names: "list[str] | tuple[str, ...]", *, last: str = "or") -> str:
    """`["A", "B", "C"]` -> "A, B or C"."""
    *head, tail = names or ("nothing",)
    return f"{', '.join(head)} {last} {tail}" if head else tail
