"""The check that proves consumed units and assignments equal, in the demo world and on spoilt copies of it."""

import io

import pytest
from django.core.management import call_command
from django.db.models import F

from customers.models import CustomerUser
from licensing.ledger import ledger_problems
from licensing.models import LicenseAssignment, SubscribedSku
from partnercenter.demo import ids
from partnercenter.demo import products as sku

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_demo_world")]

E3_OF_FABRIKAM = {"customer": ids.FABRIKAM, "product": sku.OFFICE_365_E3}


def test_a_sound_ledger_has_no_problems_and_asks_three_queries(django_assert_num_queries):
    with django_assert_num_queries(3):
        assert ledger_problems() == []


def test_a_counter_that_is_off_is_named_with_both_numbers():
    SubscribedSku.objects.filter(**E3_OF_FABRIKAM).update(consumed_units=F("consumed_units") + 1)

    assert ledger_problems() == ["Fabrikam, Inc.: Office 365 E3 counts 8 consumed units, but has 7 assignments."]


def test_an_assignment_to_another_customers_user_is_named():
    stranger = CustomerUser.objects.get(user_principal_name="global.admin@proseware.com")
    row = LicenseAssignment.objects.filter(subscribed_sku__product=sku.OFFICE_365_E3).first()
    LicenseAssignment.objects.filter(pk=row.pk).update(user=stranger)

    (problem,) = ledger_problems()
    assert "global.admin@proseware.com of Proseware" in problem


def test_many_problems_ask_no_more_queries(django_assert_num_queries):
    SubscribedSku.objects.update(consumed_units=F("consumed_units") + 1)
    LicenseAssignment.objects.update(customer=ids.TAILSPIN)

    with django_assert_num_queries(3):
        assert len(ledger_problems()) > 50


def test_the_command_says_so_and_exits_with_1():
    said = io.StringIO()
    call_command("check_ledger", stdout=said)
    assert "assignment" in said.getvalue()
    SubscribedSku.objects.filter(**E3_OF_FABRIKAM).update(consumed_units=0)

    with pytest.raises(SystemExit) as end:
        call_command("check_ledger", stderr=said)

    assert end.value.code == 1
    assert "Office 365 E3 counts 0" in said.getvalue()
