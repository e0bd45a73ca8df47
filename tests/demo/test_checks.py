"""What must not be left of the demo when DEMO_MODE is off."""

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import override_settings

from customers.models import CustomerUser
from partnercenter.accounts.models import User
from partnercenter.accounts.services import add_secret, register_app
from partnercenter.checks import TAG, demo_is_not_served_to_others, is_loopback
from tests.factories import SYSTEM

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


def left_in_the_database(**changed):
    with override_settings(**(PRODUCTION | changed)):
        return [error.id for error in run_checks(tags=[TAG], databases=["default"])]


def test_people_and_secrets_of_the_demo_in_the_database_are_errors(world):
    assert left_in_the_database() == []
    customers = CustomerUser.objects.filter(customer=world.fabrikam)
    customers.update(password=make_password("demo"))
    assert left_in_the_database() == ["partnercenter.E004"]
    assert left_in_the_database(DEMO_MODE=True) == []
    customers.update(password="")
    User.objects.create_superuser("ops", password="demo")
    assert left_in_the_database() == ["partnercenter.E004"]
    User.objects.filter(username="ops").update(is_active=False)
    app = register_app(by=SYSTEM, tenant=world.contoso, display_name="Desk")
    add_secret(by=SYSTEM, app=app, value="demo-secret")
    assert left_in_the_database() == ["partnercenter.E005"]


def test_the_command_that_checks_a_production_set_up_says_so_and_fails(world):
    User.objects.create_superuser("ops", password="demo")
    with override_settings(**PRODUCTION), pytest.raises(SystemCheckError, match=r"partnercenter\.E004"):
        call_command("check", databases=["default"], tags=[TAG])
