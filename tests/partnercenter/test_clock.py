"""One source of time."""

from datetime import UTC, datetime, timedelta

import pytest

from customers.models import Customer
from partnercenter import clock
from partnercenter.audit.models import AuditRecord

DAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = DAY + timedelta(days=1)


def test_the_time_knows_its_zone_and_moves_on():
    first, second = clock.now(), clock.now()
    assert first.tzinfo is UTC
    assert first <= second


def test_a_frozen_clock_stands():
    with clock.frozen(DAY):
        assert clock.now() == clock.now() == DAY


def test_frozen_blocks_nest_and_end_where_they_began():
    with clock.frozen(DAY):
        with clock.frozen(LATER):
            assert clock.now() == LATER
        assert clock.now() == DAY
    assert clock.now() != DAY


def test_it_moves_again_after_an_error():
    with pytest.raises(ZeroDivisionError), clock.frozen(DAY):
        raise ZeroDivisionError
    assert clock.now() != DAY


def test_another_source_is_asked_until_the_next_and_a_frozen_block_wins():
    try:
        clock.use(lambda: LATER)
        assert clock.now() == LATER
        with clock.frozen(DAY):
            assert clock.now() == DAY
    finally:
        clock.use(clock.wall)


def test_rows_are_dated_by_it(db):
    with clock.frozen(DAY):
        customer = Customer.objects.create(company_name="Contoso", primary_domain="contoso.example")
        record = AuditRecord.objects.create()
    assert (customer.created_at, record.occurred_at) == (DAY, DAY)
