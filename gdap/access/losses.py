"""Who loses what when access assignments end: told before anybody confirms it."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from customers.models import Customer
from customers.permissions import CustomerPermission
from gdap.access.holdings import live_role_links
from gdap.access.roles import permissions_of
from gdap.models import AccessAssignmentRole
from partnercenter.accounts.models import User


@dataclass(frozen=True, slots=True)
class Loss:
    """One person, the roles that go, and what can't be done any more because nothing else grants it."""

    name: str
    roles: tuple[str, ...]
    permissions: tuple[str, ...]


Ends = Callable[[AccessAssignmentRole], bool]


def losses(customer: Customer, partner_id: uuid.UUID | None, *, ends: Ends) -> list[Loss]:
    """What staff of the partner lose at `customer` if the roles for which `ends` says so go. Two queries."""
    by_group: dict[int, list[AccessAssignmentRole]] = defaultdict(list)
    for link in live_role_links(customer.pk).filter(assignment__relationship__partner=partner_id):
        by_group[link.assignment.security_group.group_id].append(link)
    members = User.objects.filter(groups__in=list(by_group), is_active=True).order_by("username")
    held: dict[tuple[str, str], list[AccessAssignmentRole]] = defaultdict(list)
    for username, name, group in members.values_list("username", "display_name", "groups"):
        held[name or username, username] += by_group.get(group or 0, [])
    found = (_loss(name, links, ends) for (name, _), links in sorted(held.items()))
    return [loss for loss in found if loss.roles]


def _loss(name: str, links: Iterable[AccessAssignmentRole], ends: Ends) -> Loss:
    roles = {link.role_id: link.role.display_name for link in links}
    kept = {link.role_id for link in links if not ends(link)}
    lost = _opened(roles) - _opened(kept)
    return Loss(
        name,
        tuple(sorted(label for role, label in roles.items() if role not in kept)),
        tuple(permission.label for permission in CustomerPermission if permission in lost),
    )


def _opened(roles: Iterable[uuid.UUID]) -> set[CustomerPermission]:
    return set().union(*map(permissions_of, roles))
