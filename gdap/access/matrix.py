"""Who can do what: people and actions at one customer, or customers and actions for one person.

The same answer as `can`, for many at once: from the relationships and memberships (`links.relationships_with_links`).
Actions on a user may depend on that user's roles besides; that is asked where a user is known.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from customers.permissions import CustomerPermission
from gdap.access.links import Chain, Link, chains
from gdap.access.partner_roles import OPENED_BY, PartnerPermission
from gdap.models import AdminRelationship
from partnercenter.accounts.models import PartnerRole, User


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it is allowed, and the chains that grant it or, the one that gets furthest first, that break."""

    permission: CustomerPermission
    chains: Sequence[Chain]

    @property
    def link(self) -> Link:
        return self.chains[0].link

    @property
    def allowed(self) -> bool:
        return self.link is Link.HOLDS


def verdict(person: User, relationships: Collection[AdminRelationship], permission: CustomerPermission) -> Verdict:
    """`person` comes with groups and partner role assignments prefetched."""
    barred = _barred(person)
    if barred is not None:
        return Verdict(permission, [barred])
    groups = {group.pk for group in person.groups.all()}
    found = sorted(chains(relationships, groups, permission), key=lambda chain: chain.link, reverse=True)
    granting = [chain for chain in found if chain.link is Link.HOLDS]
    return Verdict(permission, granting or found)


def _barred(person: User) -> Chain | None:
    """What keeps a person out of every customer."""
    if not person.is_active:
        return Chain(link=Link.PERSON, told="This account can no longer sign in.")
    roles = {PartnerRole(row.role) for row in person.partner_role_assignments.all()}
    if not roles & OPENED_BY[PartnerPermission.WORK_WITH_CUSTOMERS]:
        return Chain(link=Link.PARTNER_ROLE, told="None of this person's partner roles opens work with customers.")
    return None
