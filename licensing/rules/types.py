"""What the rules talk about."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class LicenseErrorCode(StrEnum):
    """Stable codes; each door maps them to its own (partner_center_contract section 5.4, Graph's violations)."""

    USAGE_LOCATION_MISSING = "usage_location_missing"
    USAGE_LOCATION_NOT_ALLOWED = "usage_location_not_allowed"
    NO_SEAT_LEFT = "no_seat_left"
    PRODUCT_NOT_ASSIGNABLE = "product_not_assignable"
    PRODUCT_NOT_OWNED = "product_not_owned"
    PLAN_NOT_IN_PRODUCT = "plan_not_in_product"
    LICENSE_GROUPS_MIXED = "license_groups_mixed"
    PLANS_EXCLUDE_EACH_OTHER = "plans_exclude_each_other"
    PLAN_NEEDS_ANOTHER = "plan_needs_another"
    PLAN_NEEDED_BY_ANOTHER = "plan_needed_by_another"
    NOT_ASSIGNED = "not_assigned"
    PRODUCT_TWICE = "product_twice"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedProduct:
    """A product that the customer owns. `plans` maps the id of each service plan to its name."""

    sku_id: uuid.UUID
    name: str
    license_group: str
    is_assignable: bool
    reason: str
    plans: Mapping[uuid.UUID, str]


@dataclass(frozen=True, slots=True)
class LicenseToAssign:
    """Assign a product, or replace the disabled plans of one that is assigned already."""

    sku_id: uuid.UUID
    disabled_plans: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class LicenseUpdate:
    """All that one request changes about one user's licenses; it happens whole or not at all."""

    assign: tuple[LicenseToAssign, ...] = ()
    remove: tuple[uuid.UUID, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.assign or self.remove)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserLicenses:
    """A user as the rules see them. `assigned` maps the SKU id of each held product to its disabled plans."""

    name: str
    usage_location: str
    location_allowed: bool
    assigned: Mapping[uuid.UUID, frozenset[uuid.UUID]] = field(default_factory=dict)
