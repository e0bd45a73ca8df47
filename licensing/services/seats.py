"""Taking and giving back seats. Nothing else touches `consumed_units`."""

import uuid
from collections.abc import Mapping

from django.db.models import F

from licensing.models import SubscribedSku
from partnercenter import clock


def move_seats(deltas: Mapping[uuid.UUID, int]) -> uuid.UUID | None:
    """Give back (-1) and take (+1) one seat per subscribed SKU; returns the row that has none left, if any.

    Each is one conditional statement, so a seat is never sold twice. The rows are locked until the transaction ends:
    call it last, and roll back when it returns a row. Ordered by id, so that two updates never wait for each other.
    """
    for row_id in sorted(deltas):
        rows = SubscribedSku.objects.filter(pk=row_id)
        if deltas[row_id] > 0:
            rows = rows.with_free_seat(clock.now())
        if rows.update(consumed_units=F("consumed_units") + deltas[row_id]) == 0:
            return row_id
    return None


def move_many_seats(row_id: uuid.UUID, *, taken: int, freed: int) -> bool:
    """The same for many users: all of `taken` must find a seat before any of `freed` counts, or nothing moves."""
    rows = SubscribedSku.objects.filter(pk=row_id)
    if taken:
        rows = rows.with_free_seat(clock.now(), seats=taken)
    return rows.update(consumed_units=F("consumed_units") + taken - freed) > 0
