"""The three-state product list: what it shows of a draft, and what a post of it asks for."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from licensing.queries import Inventory
from licensing.rules import OwnedProduct
from licensing.rules.bulk import Action, BulkChange, ProductWish, Swap
from licensing.services.bulk import Preview


class NotOffered(ValueError):
    """The post names something that the page does not offer; says what."""


@dataclass(slots=True)
class Held:
    """How many of the selected users hold a product, and how many of those have which plan off."""

    users: int = 0
    off: Counter[uuid.UUID] = field(default_factory=Counter)


def held_by_all(preview: Preview) -> Mapping[uuid.UUID, Held]:
    found: dict[uuid.UUID, Held] = {}
    for group in preview.groups:
        for sku_id, disabled in group.outcome.before.held.items():
            held = found.setdefault(sku_id, Held())
            held.users += group.users
            held.off.update(dict.fromkeys(disabled, group.users))
    return found


def product_rows(
    change: BulkChange, stock: Inventory, held: Mapping[uuid.UUID, Held], *, total: int, buy_url: str
) -> list[dict[str, object]]:
    """See templates/portal/_product.html."""
    wishes = {wish.sku_id: wish for wish in change.products}
    return [
        {
            "id": product.sku_id,
            "name": product.name,
            "available": stock.seats[product.sku_id].available,
            "over_by": stock.seats[product.sku_id].over_assigned_by,
            "buy_url": f"{buy_url}&product={product.sku_id}",
            **_state(product, held.get(product.sku_id, Held()), wishes.get(product.sku_id), total),
        }
        for product in stock.assignable()
    ]


def _state(product: OwnedProduct, held: Held, wish: ProductWish | None, total: int) -> dict[str, object]:
    chosen = wish.action if wish else Action.LEAVE
    is_mixed = chosen is Action.LEAVE and 0 < held.users < total
    states = {0: "Not assigned", total: "All users"}
    return {
        "selected": chosen is Action.ASSIGN or (chosen is Action.LEAVE and held.users == total > 0),
        "mixed": is_mixed,
        "state": states.get(held.users, f"{held.users:,} of {total:,} users"),
        "plans": [_plan(plan, name, held, wish) for plan, name in product.plans.items()],
        "open": bool(wish and (wish.on or wish.off)),
    }


def _plan(plan: uuid.UUID, name: str, held: Held, wish: ProductWish | None) -> dict[str, object]:
    if wish and plan in wish.on | wish.off:
        return {"id": plan, "name": name, "selected": plan in wish.on}
    mixed = 0 < held.off[plan] < held.users
    return {"id": plan, "name": name, "mixed": mixed, "selected": not held.off[plan]}


def change_in(data: QueryDict, stock: Inventory, held: Mapping[uuid.UUID, Held], *, total: int) -> BulkChange:
    """What a post of the page asks for. Raises `NotOffered`."""
    offered = {str(product.sku_id): product for product in stock.assignable()}
    ticked, left, revoked = (set(data.getlist(name)) - {""} for name in ("product", "leave", "revoke"))
    foreign = sorted((ticked | left | revoked) - offered.keys())
    if foreign:
        raise NotOffered(f"{foreign[0][:80]} is not a product of this customer that users can get.")
    wishes = []
    for text, product in offered.items():
        users = held.get(product.sku_id, Held()).users
        action = Action.LEAVE
        if text in revoked:
            action = Action.REMOVE
        elif text in ticked:
            action = Action.ASSIGN if users < total else Action.LEAVE
        elif text not in left and users:
            action = Action.REMOVE
        wish = _wish(product, action, data, held.get(product.sku_id, Held()), is_ticked=text in ticked)
        if wish:
            wishes.append(wish)
    return BulkChange(products=tuple(wishes), swap=_swap(data, offered), location=data.get("location") or None)


def _wish(product: OwnedProduct, action: Action, data: QueryDict, held: Held, *, is_ticked: bool) -> ProductWish | None:
    if action is Action.REMOVE:
        return ProductWish(sku_id=product.sku_id, action=action)
    on, off = _plans(product, data, held, everything=action is Action.ASSIGN)
    if action is Action.LEAVE and not (on or off):
        return None
    return ProductWish(sku_id=product.sku_id, action=action, on=on, off=off)


def _plans(
    product: OwnedProduct, data: QueryDict, held: Held, *, everything: bool
) -> tuple[frozenset[uuid.UUID], frozenset[uuid.UUID]]:
    """Plans to switch on and off: those that differ from what the page showed; for new holders, all that are shown."""
    posted = set(data.getlist(f"plan-{product.sku_id}"))
    on, off = set[uuid.UUID](), set[uuid.UUID]()
    for plan in product.plans:
        chosen = data.get(f"mixed-{product.sku_id}-{plan}")
        is_mixed = 0 < held.off[plan] < held.users
        if chosen in ("on", "off"):
            (on if chosen == "on" else off).add(plan)
        elif is_mixed and chosen is not None:
            continue
        elif everything or (str(plan) in posted) != (not held.off[plan]):
            (on if str(plan) in posted else off).add(plan)
    return (frozenset(on), frozenset(off)) if everything or held.users else (frozenset(), frozenset())


def _swap(data: QueryDict, offered: Mapping[str, OwnedProduct]) -> Swap | None:
    old, new = data.get("swap_old", ""), data.get("swap_new", "")
    if not old and not new:
        return None
    if old not in offered or new not in offered or old == new:
        raise NotOffered("To swap, choose two different products: the one to take away and the one to give instead.")
    return Swap(offered[old].sku_id, offered[new].sku_id)


def options(stock: Inventory, chosen: uuid.UUID | None) -> Iterable[dict[str, object]]:
    return [
        {"id": product.sku_id, "name": product.name, "selected": product.sku_id == chosen}
        for product in stock.assignable()
    ]
