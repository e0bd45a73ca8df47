"""Passwords and secrets that everybody knows keep a production set-up from starting."""

import pytest
from django.contrib.auth.hashers import make_password
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import override_settings

from customers.models import CustomerUser
from partnercenter.accounts.models import User
from partnercenter.accounts.services import add_secret, register_app
from partnercenter.checks import TAG
from tests.factories import SYSTEM

PRODUCTION = {"DEMO_MODE": False, "SECRET_KEY": "s" * 60, "ALLOWED_HOSTS": ["portal.example.com"], "DEBUG": False}


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
