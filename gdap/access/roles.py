"""Which Entra roles carry which permission: computed from the roles' actions, united with what the pages document.

Sources: customers/data/entra_roles.json (actions), gdap/data/gdap_tasks.csv (Partner Center's own pages).
The result is pinned against tests/gdap/data/gdap_operation_actions.csv.
"""

import csv
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from customers.permissions import CustomerPermission
from customers.roles import GLOBAL_ADMINISTRATOR, role_id_by_name, unified_roles

DATA = Path(__file__).parent.parent / "data"


class TargetRule(StrEnum):
    """Which table of role_target_matrix.json judges the target's own roles."""

    NONE = "none"
    SENSITIVE = "sensitiveAction"
    PASSWORD = "passwordReset"  # noqa: S105  a table's name


@dataclass(frozen=True, slots=True)
class Need:
    """What a permission asks for: any of `actions`, or any role that one of the documented `tasks` names."""

    actions: tuple[str, ...]
    tasks: tuple[str, ...] = ()
    target_rule: TargetRule = TargetRule.NONE


_P = CustomerPermission
_DIRECTORY = "microsoft.directory"

NEEDS: Mapping[CustomerPermission, Need] = MappingProxyType(
    {
        _P.READ_USERS: Need((f"{_DIRECTORY}/users/standard/read",), ("List customer users", "Get customer user")),
        _P.CREATE_USERS: Need((f"{_DIRECTORY}/users/create",), ("Create customer user",)),
        _P.UPDATE_USERS: Need((f"{_DIRECTORY}/users/basic/update",), ("Update customer user",)),
        _P.UPDATE_USAGE_LOCATION: Need((f"{_DIRECTORY}/users/usageLocation/update",)),
        _P.UPDATE_USER_PRINCIPAL_NAME: Need(
            (f"{_DIRECTORY}/users/userPrincipalName/update",), target_rule=TargetRule.SENSITIVE
        ),
        _P.DELETE_USERS: Need(
            (f"{_DIRECTORY}/users/delete",), ("Delete customer user (soft delete)",), TargetRule.SENSITIVE
        ),
        _P.RESTORE_USERS: Need(
            (f"{_DIRECTORY}/users/restore", f"{_DIRECTORY}/deletedItems.users/restore"),
            ("Restore deleted customer user",),
            TargetRule.SENSITIVE,
        ),
        _P.BLOCK_USERS: Need((f"{_DIRECTORY}/users/disable",), target_rule=TargetRule.SENSITIVE),
        _P.RESET_PASSWORDS: Need(
            (f"{_DIRECTORY}/users/password/update",), ("Reset customer user password",), TargetRule.PASSWORD
        ),
        _P.ASSIGN_LICENSES: Need((f"{_DIRECTORY}/users/assignLicense",), ("Assign, update or remove user licenses",)),
        _P.READ_USER_LICENSES: Need((f"{_DIRECTORY}/users/licenseDetails/read",), ("Get licenses assigned to a user",)),
        _P.READ_SUBSCRIBED_SKUS: Need((f"{_DIRECTORY}/subscribedSkus/standard/read",), ("List available licenses",)),
        _P.READ_ROLES: Need(
            (f"{_DIRECTORY}/directoryRoles/standard/read",),
            ("List directory roles", "Get directory roles of a user"),
        ),
        _P.MANAGE_ROLES: Need((f"{_DIRECTORY}/directoryRoles/members/update",), ("Add user to directory role",)),
        _P.READ_COMPANY_DETAILS: Need(
            (f"{_DIRECTORY}/organization/standard/read",),
            ("Get customer organization (company address, email)",),
        ),
        _P.READ_DOMAINS: Need((f"{_DIRECTORY}/domains/standard/read",), ("Get customer custom domains",)),
        _P.SUPPORT_TICKETS: Need(("microsoft.office365.supportTickets/allEntities/allTasks",)),
        _P.READ_SERVICE_HEALTH: Need(("microsoft.office365.serviceHealth/allEntities/allTasks",)),
    }
)


def covers(granted: str, required: str) -> bool:
    """Whether the resource action `granted` includes `required` (graph_gdap_contract section 10.2)."""
    if granted == required:
        return True
    namespace, entity, properties, verb = _parts(granted)
    wanted_namespace, wanted_entity, _, wanted_verb = _parts(required)
    return (
        namespace == wanted_namespace
        and (entity in ("allEntities", wanted_entity) or wanted_entity.startswith(f"{entity}."))
        and (properties == "allProperties" or (entity == "allEntities" and not properties))
        and verb in ("allTasks", wanted_verb)
    )


def _parts(action: str) -> tuple[str, str, str, str]:
    namespace, entity, *properties, verb = action.split("/")
    return namespace, entity, "/".join(properties), verb


@cache
def roles_by_action(permission: CustomerPermission) -> frozenset[uuid.UUID]:
    """Roles whose own or inherited actions include one of those that `permission` needs.

    A role that nobody can be given (Partner Tier2 Support, Guest User) opens nothing, whatever its actions say.
    """
    needed = NEEDS[permission].actions
    return frozenset(
        role.template_id
        for role in unified_roles().values()
        if role.is_assignable and any(covers(granted, required) for granted in role.actions for required in needed)
    )


@cache
def documented_roles(permission: CustomerPermission) -> tuple[uuid.UUID, ...]:
    """Roles that Partner Center's pages name for `permission`, in the order of the page."""
    by_name = role_id_by_name()
    names = dict.fromkeys(name for task in NEEDS[permission].tasks for name in _roles_by_task().get(task, ()))
    return tuple(by_name[name] for name in names)


@cache
def _roles_by_task() -> Mapping[str, tuple[str, ...]]:
    with (DATA / "gdap_tasks.csv").open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {
            row["task"]: tuple(name for name in row["roles"].split("|") if name and not name.startswith("~"))
            for row in rows
            if row["api_operation"]
        }


@cache
def roles_carrying(permission: CustomerPermission) -> frozenset[uuid.UUID]:
    """Every role that opens `permission`."""
    return roles_by_action(permission) | frozenset(documented_roles(permission))


@cache
def permissions_of(role_id: uuid.UUID) -> frozenset[CustomerPermission]:
    """Every permission that a role opens."""
    return frozenset(permission for permission in CustomerPermission if role_id in roles_carrying(permission))


@cache
def roles_to_ask_for(permission: CustomerPermission, *, limit: int = 3) -> tuple[str, ...]:
    """Names of the roles worth asking for: the documented ones, else those with the fewest other rights."""
    roles = unified_roles()
    candidates = documented_roles(permission) or sorted(
        (role_id for role_id in roles_by_action(permission) if role_id != GLOBAL_ADMINISTRATOR),
        key=lambda role_id: (not roles[role_id].is_gdap_selectable, len(roles[role_id].actions)),
    )
    return tuple(roles[role_id].display_name for role_id in candidates[:limit])
