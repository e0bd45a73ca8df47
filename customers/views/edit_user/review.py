"""What the Review step and the result page say: every part with what stays and what changes."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict

from customers.roles import role_names
from customers.views.edit_user.draft import Draft
from licensing.rules import OwnedProduct
from partnercenter.errors import sentence

INFO_LABELS = {
    "first_name": "First name",
    "last_name": "Last name",
    "display_name": "Display name",
    "user_principal_name": "Email",
    "usage_location": "Location",
}
NO_ROLE = "User (no admin role)"

Row = dict[str, object]


def info_rows(before: Draft, after: Draft) -> list[Row]:
    old, new = asdict(before.info), asdict(after.info)
    return [_row(label, old[name], new[name]) for name, label in INFO_LABELS.items()]


def role_rows(before: Draft, after: Draft) -> list[Row]:
    return [_row("Roles", spelled_roles(before.roles), spelled_roles(after.roles))]


def spelled_roles(roles: Collection[uuid.UUID]) -> str:
    return ", ".join(role_names(frozenset(roles))) or NO_ROLE


def _row(label: str, before: str, after: str) -> Row:
    return {"label": label, "before": before, "after": after, "changed": before != after}


def license_rows(before: Draft, after: Draft, products: Mapping[uuid.UUID, OwnedProduct]) -> list[Row]:
    """One row per product held before or after, by name, with its plans."""
    held = [products[sku_id] for sku_id in before.licenses.keys() | after.licenses.keys() if sku_id in products]
    return [
        _license_row(product, before.licenses.get(product.sku_id), after.licenses.get(product.sku_id))
        for product in sorted(held, key=lambda product: product.name)
    ]


def _license_row(product: OwnedProduct, before: frozenset[uuid.UUID] | None, after: frozenset[uuid.UUID] | None) -> Row:
    everything = frozenset(product.plans)
    was_on = frozenset() if before is None else everything - before
    is_on = frozenset() if after is None else everything - after
    return {
        "name": product.name,
        "change": _license_change(before, after),
        "note": f"{len(is_on if after is not None else was_on)} of {len(everything)} service plans on",
        "plans": [
            {"name": name, "change": _plan_change(plan in was_on, plan in is_on)}
            for plan, name in product.plans.items()
            if plan in was_on or plan in is_on
        ],
    }


def _license_change(before: frozenset[uuid.UUID] | None, after: frozenset[uuid.UUID] | None) -> str:
    if before == after:
        return "same"
    if before is None:
        return "added"
    return "removed" if after is None else "changed"


def _plan_change(was_on: bool, is_on: bool) -> str:  # noqa: FBT001  two sides of one comparison
    if was_on == is_on:
        return "same"
    return "added" if is_on else "removed"


def differences(before: Draft, after: Draft, products: Mapping[uuid.UUID, OwnedProduct]) -> list[str]:
    """What differs, in one short sentence each."""
    rows = [row for row in (*info_rows(before, after), *role_rows(before, after)) if row["changed"]]
    sentences = [
        sentence(f"{row['label']}: {row['before'] or '(empty)'} became {row['after'] or '(empty)'}") for row in rows
    ]
    words = {"added": "was assigned", "removed": "was removed", "changed": "has other service plans"}
    changes = [row for row in license_rows(before, after, products) if row["change"] != "same"]
    return sentences + [f"{row['name']} {words[str(row['change'])]}." for row in changes]


def count_changes(rows: Sequence[Row], licenses: Sequence[Row]) -> int:
    return sum(bool(row["changed"]) for row in rows) + sum(row["change"] != "same" for row in licenses)
