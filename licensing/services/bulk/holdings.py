"""What a user holds, as one text that SQL can build, group by and compare: "SK|<row>=["<plan>"];<row>=[]"."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from licensing.queries import Inventory
from licensing.rules.bulk import Held


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Usage location and licenses (SKU id -> disabled plans) of a user, or of many who are alike."""

    location: str = ""
    held: Held = field(default_factory=dict)


def parse(text: str, products: Mapping[uuid.UUID, uuid.UUID]) -> Holding:
    """`products` maps the rows that count seats to their products."""
    location, _, licenses = text.partition("|")
    held = {}
    for part in licenses.split(";") if licenses else ():
        row_id, _, disabled = part.partition("=")
        held[products[uuid.UUID(row_id)]] = frozenset(map(uuid.UUID, json.loads(disabled)))
    return Holding(location=location, held=held)


def products_of(stock: Inventory) -> dict[uuid.UUID, uuid.UUID]:
    return {row_id: sku_id for sku_id, row_id in stock.rows.items()}
