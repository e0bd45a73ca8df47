"""Loading the product catalog from the data files."""

import uuid

from django.db import transaction

from licensing.models import Product, ProductServicePlan, ServicePlan
from licensing.rules.plans import rows


@transaction.atomic
def load_catalog() -> dict[str, int]:
    """Bring products, service plans and their links to the state of the files; returns how many of each.

    Running it again changes nothing; what the files no longer name stays, since customers may own it.
    """
    facts = {row["sku_id"]: row for row in rows("product_facts.csv")}
    products: dict[str, Product] = {}
    plans: dict[str, ServicePlan] = {}
    links: list[ProductServicePlan] = []
    for row in rows("product_catalog.csv"):
        sku_id, plan_id = row["sku_id"], row["service_plan_id"]
        if sku_id not in products:
            products[sku_id] = _product(row, facts.get(sku_id, {}))
        if plan_id not in plans:
            plans[plan_id] = ServicePlan(
                id=uuid.UUID(plan_id),
                service_name=row["service_plan_name"],
                friendly_name=row["service_plan_friendly_name"],
            )
        links.append(ProductServicePlan(product_id=uuid.UUID(sku_id), service_plan_id=uuid.UUID(plan_id)))
    Product.objects.bulk_create(
        products.values(),
        update_conflicts=True,
        unique_fields=["sku_id"],
        update_fields=["sku_part_number", "name", "license_group", "target_type", "is_assignable", "reason"],
    )
    ServicePlan.objects.bulk_create(
        plans.values(),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["service_name", "friendly_name"],
    )
    ProductServicePlan.objects.bulk_create(links, ignore_conflicts=True)
    return {"products": len(products), "service plans": len(plans), "links": len(links)}


def _product(row: dict[str, str], fact: dict[str, str]) -> Product:
    return Product(
        sku_id=uuid.UUID(row["sku_id"]),
        sku_part_number=row["sku_part_number"],
        name=row["product_display_name"],
        license_group=fact.get("license_group", "group1"),
        target_type=fact.get("target_type", "User"),
        is_assignable=fact.get("assignable", "true") == "true",
        reason=fact.get("reason", ""),
    )
