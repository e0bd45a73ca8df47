"""What must not be left of the demo when DEMO_MODE is off."""

import pytest
from django.conf import settings
from django.test import override_settings

from partnercenter.checks import demo_is_not_served_to_others, is_loopback

PRODUCTION = {"DEMO_MODE": False, "SECRET_KEY": "s" * 60, "ALLOWED_HOSTS": ["portal.example.com"], "DEBUG": False}


def errors(**changed):
    with override_settings(**(PRODUCTION | changed)):
        return [error.id for error in demo_is_not_served_to_others()]


def test_a_production_set_up_passes():
    assert errors() == []


def test_the_demo_itself_passes():
    assert errors(DEMO_MODE=True, SECRET_KEY=settings.DEMO_SECRET_KEY, ALLOWED_HOSTS=["localhost"]) == []


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"SECRET_KEY": settings.DEMO_SECRET_KEY}, "partnercenter.E001"),
        ({"ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"]}, "partnercenter.E002"),
        ({"ALLOWED_HOSTS": []}, "partnercenter.E002"),
        ({"DEBUG": True}, "partnercenter.E003"),
    ],
)
def test_whatever_is_left_of_the_demo_is_an_error(changed, error):
    assert errors(**changed) == [error]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "127.0.0.1", "127.1.2.3", "::1", "[::1]", "shop.localhost"]
)
def test_only_this_machine_reaches_a_loopback_address(host):
    assert is_loopback(host)


EVERYWHERE = ["0.0.0.0", "::", "*", ""]  # noqa: S104  nothing listens there


@pytest.mark.parametrize("host", [*EVERYWHERE, "192.168.1.5", "portal.example.com", "localhost.example.com"])
def test_others_reach_any_other_address(host):
    assert not is_loopback(host)
