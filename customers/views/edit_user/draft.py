"""A user as the wizard shall leave them: read, changed by the steps, merged when somebody else was faster."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from customers.models import CustomerUser
from customers.queries import directory_role_ids
from customers.services import UserInfo
from licensing.queries import assigned_to
from licensing.rules import LicenseToAssign, LicenseUpdate

Disabled = frozenset[uuid.UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Info, directory roles and licenses (SKU id -> disabled plans) of one user."""

    info: UserInfo
    roles: frozenset[uuid.UUID]
    licenses: Mapping[uuid.UUID, Disabled]

    @classmethod
    def of(cls, user: CustomerUser) -> "Draft":
        """The user as stored now. Two queries."""
        return cls(info=UserInfo.of(user), roles=directory_role_ids(user), licenses=assigned_to(user))

    def to_json(self) -> dict[str, Any]:
        return {
            "info": asdict(self.info),
            "roles": sorted(str(role) for role in self.roles),
            "licenses": {
                str(sku_id): sorted(str(plan) for plan in disabled) for sku_id, disabled in self.licenses.items()
            },
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Draft":
        return cls(
            info=UserInfo(**value["info"]),
            roles=frozenset(uuid.UUID(role) for role in value["roles"]),
            licenses={
                uuid.UUID(sku_id): frozenset(uuid.UUID(plan) for plan in disabled)
                for sku_id, disabled in value["licenses"].items()
            },
        )


def update_between(before: Mapping[uuid.UUID, Disabled], after: Mapping[uuid.UUID, Disabled]) -> LicenseUpdate:
    """The license update that leads from one state to the other."""
    return LicenseUpdate(
        assign=tuple(
            LicenseToAssign(sku_id, disabled)
            for sku_id, disabled in sorted(after.items())
            if before.get(sku_id) != disabled
        ),
        remove=tuple(sorted(before.keys() - after.keys())),
    )


def merged(*, base: Draft, mine: Draft, theirs: Draft) -> Draft:
    """What was changed on the way from `base` to `mine`, done to `theirs` instead."""
    old, wanted, now = asdict(base.info), asdict(mine.info), asdict(theirs.info)
    info = {name: now[name] if wanted[name] == old[name] else wanted[name] for name in old}
    roles = (theirs.roles | (mine.roles - base.roles)) - (base.roles - mine.roles)
    licenses = dict(theirs.licenses)
    for sku_id in base.licenses.keys() | mine.licenses.keys():
        if base.licenses.get(sku_id) == mine.licenses.get(sku_id):
            continue
        licenses.pop(sku_id, None)
        if sku_id in mine.licenses:
            licenses[sku_id] = mine.licenses[sku_id]
    return Draft(info=UserInfo(**info), roles=roles, licenses=licenses)
