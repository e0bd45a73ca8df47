from datetime import UTC, datetime

from partnercenter import clock
from partnercenter.ids import time_ordered, time_ordered_prefix

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_ids_begin_with_the_time_and_are_all_different():
    with clock.frozen(NOON):
        first = {time_ordered() for _ in range(100)}
    with clock.frozen(NOON.replace(microsecond=1000)):
        second = {time_ordered() for _ in range(100)}
    assert len(first | second) == 200
    assert max(first) < min(second)
    assert {(made.version, made.variant) for made in first} == {(7, "specified in RFC 4122")}
    assert {made.hex[:13] for made in first} == {time_ordered_prefix(NOON)}
