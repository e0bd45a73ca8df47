"""Columns that order alike on every database."""

import random

import pytest
from django.db import connection

from customers.models import Customer, CustomerUser
from partnercenter.fields import sort_key
from tests.factories import CustomerFactory, CustomerUserFactory

NAMES = [
    "abc",
    "ABD",
    "Zebra",
    "zebra 2",
    "_underline",
    "#hash",
    "10",
    "9",
    "\u00c9clair",
    "eclair",
    "\u0160\u0165astn\u00fd",
    "stra\u00dfe",
    "STRASSE 2",
    "\u05d3\u05e0\u05d4",
    "\uff21",
    "\U0001f600",
]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Dana", "dana"),
        ("STRA\u00dfE", "strasse"),
        ("\u00c9", "\u00e9"),
        ("x" * 300, "x" * 256),
        ("\u00df" * 200, "s" * 256),
    ],
)
def test_the_key_has_no_case_and_fits_its_column(text, key):
    assert sort_key(text) == key


def test_rows_come_by_code_point_on_every_database(db):
    for name in random.Random(1).sample(NAMES, len(NAMES)):  # noqa: S311  an order, not a secret
        CustomerFactory(company_name=name)
    assert list(Customer.objects.values_list("company_name", flat=True)) == sorted(NAMES, key=sort_key)


def test_comparing_follows_the_same_order_as_sorting(db):
    """A page continues with `sort_name > key`, so the two must never disagree."""
    for name in NAMES:
        CustomerFactory(company_name=name)
    ordered = sorted(map(sort_key, NAMES))
    for index, key in enumerate(ordered):
        beyond = Customer.objects.filter(sort_name__gt=key).values_list("sort_name", flat=True)
        assert list(beyond) == ordered[index + 1 :]


def test_keys_follow_the_names_when_a_row_is_saved(db):
    user = CustomerUserFactory(display_name="Dana", local_part="DANA")
    assert (user.sort_name, user.sort_principal_name) == ("dana", user.user_principal_name.lower())
    user.display_name = "\u00c9va"
    user.save()
    assert CustomerUser.objects.get(pk=user.pk).sort_name == "\u00e9va"


def test_postgresql_is_told_to_order_by_bytes(db):
    """A server whose locale orders differently must not matter."""
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, Customer._meta.db_table)
    collation = {column.name: column.collation for column in columns}["sort_name"]
    assert collation == ("C" if connection.vendor == "postgresql" else None)
