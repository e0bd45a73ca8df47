"""Bodies about licenses. Members stand in the order of the contract's examples."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from customers.models import Customer, CustomerUser
from licensing.models import LicenseAssignment, ProductServicePlan, ServicePlan, SubscribedSku
from partnercenter.wire.graph.encoding import seconds

Body = dict[str, Any]
Plans = Mapping[uuid.UUID, Sequence[ServicePlan]]

OF_USER = ("assignedLicenses", "assignedPlans", "licenseAssignmentStates")


class Assigned(NamedTuple):
    """One license of a user, without the objects around it: a page of users holds hundreds."""

    user_id: uuid.UUID
    sku_id: uuid.UUID
    disabled_plans: list[str]
    assigned_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """Licenses of some users, and the plans of their products where somebody asks for them."""

    assignments: Mapping[uuid.UUID, Sequence[Assigned]] = field(default_factory=dict)
    plans: Plans = field(default_factory=dict)


def licenses_held(users: Iterable[CustomerUser], names: Collection[str] = OF_USER) -> Held:
    """What these of the three properties need: two queries at most, whatever the number of users."""
    found: dict[uuid.UUID, list[Assigned]] = defaultdict(list)
    rows = LicenseAssignment.objects.filter(user__in=[user.pk for user in users])
    rows = rows.order_by("subscribed_sku__product__name", "pk")
    for row in rows.values_list("user_id", "subscribed_sku__product_id", "disabled_plans", "assigned_at"):
        found[row[0]].append(Assigned(*row))
    if "assignedPlans" not in names:
        return Held(found)
    return Held(found, plans_of({row.sku_id for items in found.values() for row in items}))


def plans_of(products: Collection[uuid.UUID]) -> Plans:
    """The service plans of every product, by name. One query."""
    plans: dict[uuid.UUID, list[ServicePlan]] = {product: [] for product in products}
    links = ProductServicePlan.objects.filter(product__in=list(plans)).select_related("service_plan")
    for link in links.order_by("service_plan__service_name", "service_plan_id"):
        plans[link.product_id].append(link.service_plan)
    return plans


def held_by(user_id: uuid.UUID, held: Held, names: Collection[str] = OF_USER) -> Body:
    """Those of the three properties that are asked for: a user has some forty plans."""
    rows = held.assignments.get(user_id, ())
    body: Body = {}
    if "assignedLicenses" in names:
        body["assignedLicenses"] = [{"skuId": str(row.sku_id), "disabledPlans": row.disabled_plans} for row in rows]
    if "assignedPlans" in names:
        body["assignedPlans"] = [plan for row in rows for plan in _assigned_plans(row, held.plans)]
    if "licenseAssignmentStates" in names:
        body["licenseAssignmentStates"] = [_state(row) for row in rows]
    return body


def _state(row: Assigned) -> Body:
    return {
        "skuId": str(row.sku_id),
        "disabledPlans": row.disabled_plans,
        "assignedByGroup": None,
        "state": "Active",
        "error": "None",
        "lastUpdatedDateTime": seconds(row.assigned_at),
    }


def license_detail(row: LicenseAssignment, plans: Plans) -> Body:
    product = row.subscribed_sku.product
    off = set(row.disabled_plans)
    return {
        "id": str(row.pk),
        "skuId": str(product.pk),
        "skuPartNumber": product.sku_part_number,
        "servicePlans": [
            _plan(plan, "Disabled" if str(plan.pk) in off else "Success", product.target_type)
            for plan in plans[product.pk]
        ],
    }


def subscribed_sku(row: SubscribedSku, account: str, plans: Plans, subscriptions: Sequence[uuid.UUID]) -> Body:
    """`row` comes from `with_units`; `account` is the `account_name` of its customer."""
    units: Mapping[str, int] = vars(row)
    product = row.product
    return {
        "accountName": account,
        "accountId": str(row.customer_id),
        "appliesTo": "Company" if product.target_type == product.TargetType.TENANT else "User",
        "capabilityStatus": _status(units),
        "consumedUnits": row.consumed_units,
        "id": f"{row.customer_id}_{product.pk}",
        "skuId": str(product.pk),
        "skuPartNumber": product.sku_part_number,
        "subscriptionIds": [str(own_id) for own_id in subscriptions],
        "prepaidUnits": {
            "enabled": units["active_units"],
            "suspended": units["suspended_units"],
            "warning": units["warning_units"],
            "lockedOut": 0,
        },
        "servicePlans": [_plan(plan, "Success", product.target_type) for plan in plans[product.pk]],
    }


def account_name(customer: Customer) -> str:
    """The label that the tenant was made with. One query."""
    initial = customer.domains.filter(is_initial=True).values_list("name", flat=True).first()
    return (initial or customer.primary_domain).partition(".")[0]


def _assigned_plans(row: Assigned, plans: Plans) -> Iterable[Body]:
    off, since = set(row.disabled_plans), seconds(row.assigned_at)
    for plan in plans[row.sku_id]:
        yield {
            "assignedDateTime": since,
            "capabilityStatus": "Deleted" if str(plan.pk) in off else "Enabled",
            "service": plan.service_name,
            "servicePlanId": str(plan.pk),
        }


def _plan(plan: ServicePlan, status: str, target: str) -> Body:
    return {
        "servicePlanId": str(plan.pk),
        "servicePlanName": plan.service_name,
        "provisioningStatus": status,
        "appliesTo": "Company" if target == "Tenant" else "User",
    }


def _status(units: Mapping[str, int]) -> str:
    for status, kind in (("Enabled", "active_units"), ("Warning", "warning_units"), ("Suspended", "suspended_units")):
        if units[kind]:
            return status
    return "Deleted"
