"""Queries whose SQL is made once give what the queries themselves give."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from customers.models import Customer, CustomerUser
from partnercenter import clock
from partnercenter.prepared import Prepared


def users(customer_id, name, since):
    """Values of every kind, one of them twice, beside a number of the query's own."""
    wanted = Q(created_at__gt=since) | Q(modified_at__gt=since)
    found = CustomerUser.objects.select_related("customer").filter(wanted, customer=customer_id)
    return found.filter(sort_name__gte=name).order_by("sort_name", "pk")[:7]


KINDS = {"customer_id": uuid.UUID, "name": str, "since": datetime}


def test_the_rows_are_those_of_the_query_for_whatever_values(world):
    prepared, long_ago = Prepared(users, **KINDS), clock.now() - timedelta(days=9000)
    for customer in (world.fabrikam, world.proseware):
        for name in ("", "d", "zz", "%", "'; drop"):
            for since in (long_ago, clock.now() + timedelta(days=1)):
                values = {"customer_id": customer.pk, "name": name, "since": since}
                rows = prepared.all(**values)
                assert [vars(row) | {"_state": None} for row in rows] == [
                    vars(row) | {"_state": None} for row in users(**values)
                ]
                assert [row.customer for row in rows] == [customer] * len(rows)


def test_it_asks_once_each_time_and_never_remembers_an_answer(world):
    named = Prepared(lambda pk: Customer.objects.filter(pk=pk).order_by(), pk=uuid.UUID)
    assert named.first(pk=uuid.uuid4()) is None
    with CaptureQueriesContext(connection) as asked:
        assert named.first(pk=world.fabrikam.pk) == world.fabrikam
    assert len(asked) == 1
    Customer.objects.filter(pk=world.fabrikam.pk).update(company_name="Renamed")
    assert named.first(pk=world.fabrikam.pk).company_name == "Renamed"


def test_values_of_lists_are_given_as_they_are(world):
    names = Prepared(
        lambda pk: Customer.objects.filter(pk=pk).values_list("company_name", flat=True).distinct(), pk=uuid.UUID
    )
    assert names.all(pk=world.fabrikam.pk) == ["Fabrikam, Inc."]
    both = Prepared(lambda pk: Customer.objects.filter(pk=pk).values("company_name", "country"), pk=uuid.UUID)
    assert both.all(pk=world.fabrikam.pk) == [{"company_name": "Fabrikam, Inc.", "country": world.fabrikam.country}]


def test_a_value_that_the_query_changes_or_leaves_out_is_refused_at_once(world):
    for lookup in ("contains", "startswith"):
        asked = Prepared(lambda name, by=lookup: Customer.objects.filter(**{f"sort_name__{by}": name}), name=str)
        with pytest.raises(AssertionError):
            asked.all(name="fabrikam")
