"""Bodies about licenses (sections 5.1 to 5.3). Members stand in the order of the captures."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from licensing.models import LicenseAssignment, Product, ServicePlan, SubscribedSku
from licensing.rules import LicenseUpdate
from partnercenter.errors import Problem
from partnercenter.wire.partner_center.encoding import supplied

Body = dict[str, Any]


def subscribed_sku(row: SubscribedSku, plans: Sequence[ServicePlan]) -> Body:
    """`row` comes from `with_units`. Available may be negative: that many are assigned beyond what is paid for."""
    units: Mapping[str, int] = vars(row)
    status = _status(units)
    return {
        "availableUnits": row.total_units - row.consumed_units,
        "activeUnits": units["active_units"],
        "consumedUnits": row.consumed_units,
        "suspendedUnits": units["suspended_units"],
        "totalUnits": row.total_units,
        "warningUnits": units["warning_units"],
        "productSku": _product(row.product, with_target=True),
        "servicePlans": [_plan(plan, "Enabled", row.product) for plan in plans],
        "capabilityStatus": status,
        "attributes": {"objectType": "SubscribedSku"},
    }


def user_license(assignment: LicenseAssignment, plans: Sequence[ServicePlan]) -> Body:
    product, off = assignment.subscribed_sku.product, set(assignment.disabled_plans)
    return {
        "servicePlans": [_plan(plan, "Disabled" if str(plan.pk) in off else "Assigned", product) for plan in plans],
        "productSku": _product(product, with_target=False),
        "attributes": {"objectType": "License"},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseWarning:
    problem: Problem
    plans: Sequence[str]

    def body(self) -> Body:
        return {
            "code": str(self.problem.code),
            "message": self.problem.message,
            "servicePlans": list(self.plans),
        }


def license_update(update: LicenseUpdate, warnings: Sequence[LicenseWarning], *, removes: bool) -> Body:
    """What was asked for; `licenseWarnings` is always there."""
    return supplied(
        {
            "licensesToAssign": [_assignment(item.sku_id, item.disabled_plans) for item in update.assign] or None,
            "licensesToRemove": [str(sku_id) for sku_id in update.remove] if removes else None,
            "licenseWarnings": [warning.body() for warning in warnings],
            "attributes": {"objectType": "LicenseUpdate"},
        }
    )


def _assignment(sku_id: uuid.UUID, disabled: frozenset[uuid.UUID]) -> Body:
    return supplied({"excludedPlans": sorted(str(plan) for plan in disabled) or None, "skuId": str(sku_id)})


def _status(units: Mapping[str, int]) -> str:
    for status, kind in (("Enabled", "active_units"), ("Warning", "warning_units"), ("Suspended", "suspended_units")):
        if units[kind]:
            return status
    return "Deleted"


def _product(product: Product, *, with_target: bool) -> Body:
    return supplied(
        {
            "id": str(product.sku_id),
            "name": product.name,
            "skuPartNumber": product.sku_part_number,
            "targetType": product.target_type if with_target else None,
            "licenseGroupId": product.license_group,
        }
    )


def _plan(plan: ServicePlan, status: str, product: Product) -> Body:
    return {
        "displayName": plan.friendly_name,
        "serviceName": plan.service_name,
        "id": str(plan.pk),
        "capabilityStatus": status,
        "targetType": product.target_type,
    }
