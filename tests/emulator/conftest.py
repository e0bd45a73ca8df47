"""The emulated time in a test: read from the database, as in a demo that runs."""

import pytest

from partnercenter import clock
from partnercenter.emulator import shared_clock
from tests.cast import lasting_world, world

__all__ = ["lasting_world", "world"]


@pytest.fixture
def shared(db):
    """The clock asks the database here, and time runs."""
    shared_clock.look_again()
    clock.use(shared_clock.now)
    yield
    clock.use(clock.wall)
    shared_clock.look_again()
