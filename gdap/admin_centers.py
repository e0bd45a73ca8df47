"""Where the services of a customer's tenant are administered, and which roles find a door there.

The addresses are the public ones of the admin centers; this server only points at them.
"""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from customers.roles import unified_roles

DIRECTORY_READERS = uuid.UUID("88d8e3e3-8f55-4a1e-953a-9b9898b8876b")


@dataclass(frozen=True, slots=True)
class AdminCenter:
    """`namespace`: a role with an action there gets in; where it is empty, every role does but Directory Readers."""

    id: str
    name: str
    address: str
    namespace: str = ""


ADMIN_CENTERS = (
    AdminCenter("entra", "Microsoft Entra ID", "https://entra.microsoft.com/{tenant}", "microsoft.directory/"),
    AdminCenter("m365Lighthouse", "Microsoft 365 Lighthouse", "https://lighthouse.microsoft.com/"),
    AdminCenter(
        "m365Admin", "Microsoft 365", "https://admin.microsoft.com/Partner/BeginClientSession.aspx?CTID={tenant}"
    ),
    AdminCenter(
        "exchange",
        "Exchange",
        "https://admin.exchange.microsoft.com/?delegatedOrg={domain}",
        "microsoft.office365.exchange/",
    ),
    AdminCenter(
        "teams", "Microsoft Teams", "https://admin.teams.microsoft.com/?delegatedOrg={domain}", "microsoft.teams/"
    ),
    AdminCenter(
        "businessCentral",
        "Dynamics 365 Business Central",
        "https://businesscentral.dynamics.com/{tenant}/admin",
        "microsoft.dynamics365/",
    ),
)


# Where the state of services is told; a dashboard opens to roles with its namespace.
HEALTH_DASHBOARDS = (
    AdminCenter(
        "m365Health",
        "Microsoft 365 service health",
        "https://admin.microsoft.com/Adminportal/Home?delegatedOrg={domain}#/servicehealth",
        "microsoft.office365.serviceHealth/",
    ),
    AdminCenter(
        "azureHealth", "Azure service health", "https://portal.azure.com/{tenant}", "microsoft.azure.serviceHealth/"
    ),
)


@cache
def opened_by(center: AdminCenter) -> tuple[str, ...]:
    """The roles that can be asked for and find a door there, those that can do least first."""
    roles = [role for role in unified_roles().values() if role.is_gdap_selectable]
    fitting = [role for role in roles if _opens(role.template_id, role.actions, center)]
    return tuple(role.display_name for role in sorted(fitting, key=lambda role: (len(role.actions), role.display_name)))


def opens(roles: Collection[uuid.UUID], center: AdminCenter) -> bool:
    return any(_opens(role, unified_roles()[role].actions, center) for role in roles)


def open_to(roles: Collection[uuid.UUID]) -> Iterator[AdminCenter]:
    """The centers that these roles open."""
    return (center for center in ADMIN_CENTERS if opens(roles, center))


def _opens(role: uuid.UUID, actions: Collection[str], center: AdminCenter) -> bool:
    if not center.namespace:
        return role != DIRECTORY_READERS
    return any(action.startswith(center.namespace) for action in actions)
