from collections.abc import Iterator

import pytest
from django.test import Client

from customers.services.reference import load_reference_data
from partnercenter import clock
from partnercenter.accounts.models import User
from tests.cast import NOW, lasting_world, world

__all__ = ["lasting_world", "world"]


@pytest.fixture
def still(db: None) -> Iterator[None]:
    """Reference data and a clock that stands still, and nothing else yet."""
    with clock.frozen(NOW):
        load_reference_data()
        yield


@pytest.fixture
def ops(db: None) -> User:
    return User.objects.create_superuser("ops", password="demo")


@pytest.fixture
def as_ops(ops: User) -> Client:
    client = Client()
    client.force_login(ops)
    return client
