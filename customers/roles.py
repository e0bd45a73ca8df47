"""The unified roles as data: who inherits what and which actions a role carries.

Source: customers/data/entra_roles.json (see its README entry in docs/data.md).
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

DATA = Path(__file__).parent / "data"

CUSTOMER_RELATIONSHIP_ADMINISTRATOR = uuid.UUID("fc8ad4e2-40e4-4724-8317-bcda7503ecbf")
GLOBAL_ADMINISTRATOR = uuid.UUID("62e90394-69f5-4237-9190-012177145e10")
HELPDESK_ADMINISTRATOR = uuid.UUID("729827e3-9c14-49f7-bb1b-9608f156bbb8")
USER_ADMINISTRATOR = uuid.UUID("fe930be7-5e62-47db-91af-98c3a49a38b1")
SERVICE_SUPPORT_ADMINISTRATOR = uuid.UUID("f023fd81-a637-4b56-95fd-791ac0226033")
LICENSE_ADMINISTRATOR = uuid.UUID("4d6ac14f-3453-41d0-bef9-a3e0c569773a")
DIRECTORY_WRITERS = uuid.UUID("9360feb5-f418-4baa-8175-e2a00bac4301")
PRIVILEGED_ROLE_ADMINISTRATOR = uuid.UUID("e8611ab8-c189-46e8-94e1-60213ab1f814")
PRIVILEGED_AUTHENTICATION_ADMINISTRATOR = uuid.UUID("7be44c8a-adaf-4e2a-84d6-ab2649e08a13")

# What a partner may do in a tenant that it made (graph_gdap_contract section 9).
DEFAULT_GDAP_ROLES = (
    "Application Administrator",
    "Cloud Application Administrator",
    "Directory Readers",
    "Directory Writers",
    "Global Reader",
    "Helpdesk Administrator",
    "License Administrator",
    "Privileged Authentication Administrator",
    "Privileged Role Administrator",
    "Service Support Administrator",
    "User Administrator",
)


@dataclass(frozen=True, slots=True)
class UnifiedRole:
    """One built-in role. `actions` holds its own and its inherited resource actions, `own_actions` the former."""

    template_id: uuid.UUID
    display_name: str
    is_privileged: bool
    is_assignable: bool
    is_gdap_selectable: bool
    actions: frozenset[str]
    own_actions: tuple[str, ...] = ()
    parents: tuple[uuid.UUID, ...] = ()


@cache
def unified_roles() -> Mapping[uuid.UUID, UnifiedRole]:
    """All built-in roles by template id, read once per process."""
    rows = {row["templateId"]: row for row in json.loads((DATA / "entra_roles.json").read_text())}

    def actions_of(template_id: str) -> frozenset[str]:
        row = rows[template_id]
        return frozenset(row["resourceActions"]).union(*(actions_of(parent) for parent in row["inheritsFrom"]))

    return MappingProxyType(
        {
            uuid.UUID(template_id): UnifiedRole(
                template_id=uuid.UUID(template_id),
                display_name=row["displayName"],
                is_privileged=row["isPrivileged"],
                is_assignable=row["assignable"] and not row["deprecated"],
                is_gdap_selectable=row["gdapSelectable"],
                actions=actions_of(template_id),
                own_actions=tuple(row["resourceActions"]),
                parents=tuple(map(uuid.UUID, row["inheritsFrom"])),
            )
            for template_id, row in rows.items()
        }
    )


@cache
def role_id_by_name() -> Mapping[str, uuid.UUID]:
    return MappingProxyType({role.display_name: role.template_id for role in unified_roles().values()})


def role_names(role_ids: "frozenset[uuid.UUID] | set[uuid.UUID]") -> list[str]:
    """Display names of these roles, sorted; an id that is no role is left out."""
    roles = unified_roles()
    return sorted(roles[role_id].display_name for role_id in role_ids if role_id in roles)
