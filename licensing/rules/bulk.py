"""One change for many users: what it asks of each of them, given what they hold."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from licensing.rules.types import LicenseToAssign, LicenseUpdate, OwnedProduct

Plans = frozenset[uuid.UUID]
Held = Mapping[uuid.UUID, Plans]
NO_PLANS: Plans = frozenset()


class Action(StrEnum):
    ASSIGN = "assign"
    REMOVE = "remove"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductWish:
    """What becomes of one product. Plans neither `on` nor `off` stay as each user has them; on, for a new holder."""

    sku_id: uuid.UUID
    action: Action = Action.LEAVE
    on: Plans = NO_PLANS
    off: Plans = NO_PLANS

    def after(self, disabled: Plans | None) -> Plans | None:
        """The disabled plans of a user who had `disabled` (None: not the product)."""
        if self.action is Action.REMOVE or (self.action is Action.LEAVE and disabled is None):
            return None
        return self.off if disabled is None else (disabled - self.on) | self.off

    def to_json(self) -> dict[str, Any]:
        on, off = _texts(self.on), _texts(self.off)
        return {"sku_id": str(self.sku_id), "action": self.action.value, "on": on, "off": off}


@dataclass(frozen=True, slots=True)
class Swap:
    """Whoever holds `old` gets `new` instead. A plan that was off stays off, where the new product has it too."""

    old: uuid.UUID
    new: uuid.UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkChange:
    """The same wish for every user of a run. Products that it does not name stay as they are."""

    products: tuple[ProductWish, ...] = ()
    swap: Swap | None = None
    location: str | None = None

    def __bool__(self) -> bool:
        idle = all(wish.action is Action.LEAVE and not wish.on and not wish.off for wish in self.products)
        return not idle or self.swap is not None or self.location is not None

    def wanted(self, held: Held, owned: Mapping[uuid.UUID, OwnedProduct]) -> dict[uuid.UUID, Plans]:
        """What a user who holds `held` shall hold."""
        found = dict(held)
        for wish in self.products:
            disabled = wish.after(held.get(wish.sku_id))
            if disabled is None:
                found.pop(wish.sku_id, None)
            else:
                found[wish.sku_id] = disabled
        if self.swap and self.swap.old in held:
            found.pop(self.swap.old, None)
            found.setdefault(self.swap.new, _shared(held[self.swap.old], owned.get(self.swap.new)))
        return found

    def to_json(self) -> dict[str, Any]:
        return {
            "products": [
                {
                    "sku_id": str(wish.sku_id),
                    "action": wish.action.value,
                    "on": _texts(wish.on),
                    "off": _texts(wish.off),
                }
                for wish in self.products
            ],
            "swap": [str(self.swap.old), str(self.swap.new)] if self.swap else None,
            "location": self.location,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "BulkChange":
        wishes = (
            ProductWish(
                sku_id=uuid.UUID(item["sku_id"]),
                action=Action(item["action"]),
                on=frozenset(map(uuid.UUID, item["on"])),
                off=frozenset(map(uuid.UUID, item["off"])),
            )
            for item in data.get("products", ())
        )
        swap = data.get("swap")
        return cls(
            products=tuple(wishes),
            swap=Swap(uuid.UUID(swap[0]), uuid.UUID(swap[1])) if swap else None,
            location=data.get("location"),
        )


def update_between(before: Held, after: Held) -> LicenseUpdate:
    """The update that leads from one to the other."""
    assign = tuple(
        LicenseToAssign(sku_id, disabled) for sku_id, disabled in after.items() if before.get(sku_id) != disabled
    )
    return LicenseUpdate(assign=assign, remove=tuple(sku_id for sku_id in before if sku_id not in after))


def _shared(disabled: Plans, product: OwnedProduct | None) -> Plans:
    return disabled & frozenset(product.plans) if product else NO_PLANS


def _texts(plans: Plans) -> list[str]:
    return sorted(str(plan) for plan in plans)
