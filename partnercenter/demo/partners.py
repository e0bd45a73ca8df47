"""The partners, their staff and their security groups, and the ops superuser."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from gdap.models import SecurityGroup
from gdap.services.groups import add_member, create_group
from partnercenter.accounts.models import Partner, PartnerRole, PartnerRoleAssignment, User
from partnercenter.accounts.principals import Principal
from partnercenter.demo import ids

_R = PartnerRole


@dataclass(frozen=True, slots=True)
class Staff:
    """One staff member. `may` says in words what the person can do, for the table of sign-ins."""

    username: str
    partner_id: uuid.UUID
    roles: tuple[PartnerRole, ...]
    groups: tuple[uuid.UUID, ...]
    may: str

    @property
    def display_name(self) -> str:
        """For example "Ava Admin"."""
        return self.username.partition("@")[0].replace(".", " ").title()


STAFF = (
    Staff(
        ids.AVA, ids.CONTOSO, (_R.ADMIN_AGENT, _R.GLOBAL_ADMIN), (ids.ADMIN_AGENTS, ids.LEADS),
        "everything at Fabrikam, Northwind and Adventure Works",
    ),
    Staff(ids.LEA, ids.CONTOSO, (_R.ADMIN_AGENT,), (ids.ADMIN_AGENTS, ids.LICENSE_DESK), "licenses at Fabrikam"),
    Staff(
        ids.DAN, ids.CONTOSO, (_R.ADMIN_AGENT,), (ids.ADMIN_AGENTS, ids.DIRECTORY_WRITERS_GROUP),
        "names and licenses at Fabrikam",
    ),
    Staff(
        ids.UMA, ids.CONTOSO, (_R.ADMIN_AGENT,), (ids.ADMIN_AGENTS, ids.USER_ADMINS),
        "users at Fabrikam, not their roles",
    ),
    Staff(
        ids.HARRY, ids.CONTOSO, (_R.HELPDESK_AGENT,), (ids.HELPDESK_AGENTS, ids.HELPDESK_GROUP),
        "passwords at Fabrikam",
    ),
    Staff(ids.SAM, ids.CONTOSO, (_R.SALES_AGENT,), (ids.SALES_AGENTS,), "the list of customers only"),
    Staff(ids.NORA, ids.CONTOSO, (_R.ADMIN_AGENT,), (), "subscriptions, but no customer's users: in no group"),
    Staff(
        ids.MAX, ids.LITWARE, (_R.ADMIN_AGENT, _R.GLOBAL_ADMIN), (ids.LITWARE_ADMIN_AGENTS, ids.LITWARE_HELPDESK),
        "another partner: Proseware, and passwords at Fabrikam",
    ),
)  # fmt: skip

_GROUPS = (
    (ids.LICENSE_DESK, ids.CONTOSO, "GDAP License desk", "Assigns licenses at customers."),
    (ids.USER_ADMINS, ids.CONTOSO, "GDAP User admins", "Looks after users at customers."),
    (ids.DIRECTORY_WRITERS_GROUP, ids.CONTOSO, "GDAP Directory writers", "Edits directory data at customers."),
    (ids.HELPDESK_GROUP, ids.CONTOSO, "GDAP Helpdesk", "Resets passwords at customers."),
    (ids.LEADS, ids.CONTOSO, "GDAP Leads", "Leads of the service desk."),
    (ids.LITWARE_HELPDESK, ids.LITWARE, "Customer support", "Helps users of customers."),
)

_BUILT_IN = (
    (ids.ADMIN_AGENTS, ids.CONTOSO, "AdminAgents"),
    (ids.HELPDESK_AGENTS, ids.CONTOSO, "HelpdeskAgents"),
    (ids.SALES_AGENTS, ids.CONTOSO, "SalesAgents"),
    (ids.LITWARE_ADMIN_AGENTS, ids.LITWARE, "AdminAgents"),
    (ids.LITWARE_HELPDESK_AGENTS, ids.LITWARE, "HelpdeskAgents"),
    (ids.LITWARE_SALES_AGENTS, ids.LITWARE, "SalesAgents"),
)


def add_partners() -> dict[uuid.UUID, Partner]:
    partners = Partner.objects.bulk_create(
        [
            Partner(
                id=ids.CONTOSO, name="Contoso Cloud Partners", domain=ids.CONTOSO_DOMAIN, country="SK", mpn_id="4873210"
            ),
            Partner(id=ids.LITWARE, name="Litware Partners", domain=ids.LITWARE_DOMAIN, country="US", mpn_id="5120987"),
        ]
    )
    return {partner.pk: partner for partner in partners}


def add_staff(*, password: str) -> None:
    """Everybody who signs in to the portal or the admin; `password` is the hash of the one password."""
    people = [_account(staff, password) for staff in STAFF]
    ops = User(
        id=ids.staff_id(ids.OPS),
        username=ids.OPS,
        display_name="Operations",
        password=password,
        is_staff=True,
        is_superuser=True,
    )
    User.objects.bulk_create([*people, ops])
    PartnerRoleAssignment.objects.bulk_create(
        PartnerRoleAssignment(user_id=ids.staff_id(staff.username), role=role)
        for staff in STAFF
        for role in staff.roles
    )


def _account(staff: Staff, password: str) -> User:
    first, _, last = staff.display_name.partition(" ")
    return User(
        id=ids.staff_id(staff.username),
        username=staff.username,
        email=staff.username,
        first_name=first,
        last_name=last,
        display_name=staff.display_name,
        partner_id=staff.partner_id,
        password=password,
    )


def add_groups(partners: dict[uuid.UUID, Partner], *, by: Principal) -> dict[uuid.UUID, SecurityGroup]:
    """The security groups with their members."""
    groups = {
        group_id: create_group(by=by, partner=partners[owner], display_name=name, description=text, group_id=group_id)
        for group_id, owner, name, text in _GROUPS
    }
    groups |= {
        group_id: create_group(by=by, partner=partners[owner], display_name=name, is_built_in=True, group_id=group_id)
        for group_id, owner, name in _BUILT_IN
    }
    accounts = {user.username: user for user in User.objects.all()}
    for staff in STAFF:
        _join(by, accounts[staff.username], (groups[group_id] for group_id in staff.groups))
    return groups


def _join(by: Principal, user: User, groups: Iterable[SecurityGroup]) -> None:
    for group in groups:
        add_member(by=by, group=group, user=user)
