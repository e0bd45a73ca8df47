"""Loading the product catalog from the data files."""

import uuid
from collections import Counter

from licensing.models import Product, ProductServicePlan, ServicePlan
from licensing.rules.plans import rows
from partnercenter.transactions import whole


@whole
def load_catalog() -> dict[str, int]:
    """Bring products, service plans and their links to the state of the files; returns how many of each.

    Running it again changes nothing; what the files no longer name stays, since customers may own it.
    """
    facts = {row["sku_id"]: row for row in rows("product_facts.csv")}
    products: dict[str, Product] = {}
    names: dict[str, Counter[str]] = {}
    service_names: dict[str, str] = {}
    links: list[ProductServicePlan] = []
    for row in rows("product_catalog.csv"):
        sku_id, plan_id = row["sku_id"], row["service_plan_id"]
        if sku_id not in products:
            products[sku_id] = _product(row, facts.get(sku_id, {}))
        service_names.setdefault(plan_id, row["service_plan_name"])
        names.setdefault(plan_id, Counter())[row["service_plan_friendly_name"]] += 1
        links.append(ProductServicePlan(product_id=uuid.UUID(sku_id), service_plan_id=uuid.UUID(plan_id)))
    others = [product_beside_licenses(row) for row in rows("marketplace.csv")]
    Product.objects.bulk_create(
        [*products.values(), *others],
        update_conflicts=True,
        unique_fields=["sku_id"],
        update_fields=[
            "sku_part_number",
            "name",
            "kind",
            "publisher",
            "license_group",
            "target_type",
            "is_assignable",
            "reason",
        ],
    )
    plans = [
        ServicePlan(id=uuid.UUID(plan_id), service_name=service_names[plan_id], friendly_name=_friendliest(spellings))
        for plan_id, spellings in names.items()
    ]
    ServicePlan.objects.bulk_create(
        plans,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["service_name", "friendly_name"],
    )
    ProductServicePlan.objects.bulk_create(links, ignore_conflicts=True)
    return {
        "products": len(products),
        "products of the marketplace": len(others),
        "service plans": len(plans),
        "links": len(links),
    }


def _friendliest(spellings: Counter[str]) -> str:
    """The file spells some plans differently from product to product, at times in capitals only."""
    return max(spellings, key=lambda name: (not name.isupper(), "_" not in name, spellings[name], name))


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


def product_beside_licenses(row: dict[str, str]) -> Product:
    """Nobody in the directory is assigned what is no license."""
    kind = Product.Kind(row["kind"])
    is_saas = kind == Product.Kind.SAAS
    return Product(
        sku_id=uuid.UUID(row["id"]),
        sku_part_number=row["part_number"],
        name=row["name"],
        kind=kind,
        publisher=row["publisher"],
        target_type=Product.TargetType.TENANT,
        is_assignable=False,
        reason="Its licenses are assigned at the publisher." if is_saas else "It is paid by what is used.",
    )
