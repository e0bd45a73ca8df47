"""The demo world for tests: built once per module, in a transaction around it that is rolled back at the end."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from partnercenter.demo.world import build_world

FEW = 40  # users at Adventure Works, where the crowd does not matter


def _in_a_transaction(django_db_blocker, *, users: int) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        build_world(users_of_adventure_works=users)
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def demo_world(django_db_setup, django_db_blocker):
    """The whole of it."""
    yield from _in_a_transaction(django_db_blocker, users=2_000)


@pytest.fixture(scope="module")
def small_demo_world(django_db_setup, django_db_blocker):
    """The same with few users at Adventure Works."""
    yield from _in_a_transaction(django_db_blocker, users=FEW)
