"""Deleting one user or many from the list: what is lost is said before, and each has a result."""

import pytest
from django.urls import reverse

from customers.models import CustomerUser
from customers.services import delete_user
from licensing.ledger import ledger_problems
from licensing.models import SubscribedSku
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from partnercenter.audit.models import AuditRecord
from tests.cast import principal
from tests.factories import SYSTEM, CustomerUserFactory, sku, stock
from tests.portal.selecting import buttons, carry_out, results, start, start_address, who_may
from tests.portal.visitor import Visitor

STAFF = ("ava", "lea", "dan", "uma", "harry", "sam", "nora", "max")


@pytest.fixture
def helper(world):
    return CustomerUserFactory(
        customer=world.fabrikam, display_name="Hana Helps", local_part="hana", roles=["Helpdesk Administrator"]
    )


def give(user, part_number="ENTERPRISEPACK"):
    update_licenses(by=SYSTEM, user=user, update=LicenseUpdate(assign=(LicenseToAssign(sku(part_number)),)))


def alive(user):
    return CustomerUser.objects.alive().filter(pk=user.pk).exists()


def test_who_may_delete_whom(world, helper):
    people = {name: getattr(world, name) for name in STAFF}
    assert who_may("delete", people, world.dana, helper, world.global_admin) == {
        "ava": ["Dana Hudecova", "Global Admin", "Hana Helps"],
        "uma": ["Dana Hudecova", "Hana Helps"],
        "lea": 403,
        "dan": 403,
        "harry": 403,
        "sam": 403,
        "nora": 403,
        "max": 403,
    }


def test_the_page_says_what_each_loses_and_the_result_names_each(world, helper):
    stock(world.fabrikam, "ENTERPRISEPACK", seats=2)
    give(world.dana)
    page = start(world.uma, "delete", world.dana, helper)
    assert page.headline == "Delete users | Fabrikam, Inc."
    assert page.rows == [
        ["Dana Hudecova", "dana.hudecova@fabrikam.com", "Loses Office 365 E3. Has no role to lose."],
        ["Hana Helps", "hana@fabrikam.com", "Has no license to lose. Is Helpdesk Administrator no longer."],
    ]
    assert buttons(page) == ["Delete 2 users"]
    assert alive(world.dana)
    page = carry_out(page)
    done = ("Done", "Deleted; can be restored for 30 days.")
    assert results(page) == {"Dana Hudecova": done, "Hana Helps": done}
    assert page.messages == ["2 done, 0 unchanged, 0 failed."]
    assert (alive(world.dana), alive(helper)) == (False, False)
    assert SubscribedSku.objects.get().consumed_units == 0
    assert ledger_problems() == []
    assert sorted(
        AuditRecord.objects.filter(principal_name=world.uma.username).values_list("operation", flat=True)
    ) == [
        "delete_customer_user",
        "delete_customer_user",
        "update_customer_user_licenses",
    ]


def test_whom_the_person_may_not_touch_stays_with_the_reason(world, helper):
    page = start(world.uma, "delete", world.dana, world.global_admin)
    assert "1 of the selected users is left out; the reason stands beside the name." in page.text
    reason = page.reasons[0]
    assert reason.startswith("Global Admin is Global Administrator: only")
    assert buttons(page) == ["Delete 1 user"]
    page = carry_out(page)
    assert results(page)["Dana Hudecova"][0] == "Done"
    state, text = results(page)["Global Admin"]
    assert state == "Failed"
    assert reason.startswith(text)
    assert alive(world.global_admin)


def test_the_last_global_administrator_goes_only_when_that_is_ticked(world):
    page = start(world.ava, "delete", world.global_admin)
    assert "Yes, leave this customer without a Global Administrator." in page.text
    refused = carry_out(page)
    assert results(refused)["Global Admin"][0] == "Failed"
    assert alive(world.global_admin)
    assert carry_out(start(world.ava, "delete", world.global_admin), confirm="on").messages == [
        "1 done, 0 unchanged, 0 failed."
    ]
    assert not alive(world.global_admin)


def test_a_run_happens_once_however_often_it_is_sent(world):
    visitor = Visitor(world.uma)
    page = start(visitor, "delete", world.dana)
    first = carry_out(page)
    again = visitor.arrive(visitor.post(page.address))
    assert again.address == first.address
    assert AuditRecord.objects.filter(operation="delete_customer_user").count() == 1
    assert visitor.open(page.address).address == first.address


def test_somebody_deleted_meanwhile_is_left_out_and_that_is_said(world, helper):
    page = start(world.uma, "delete", world.dana, helper)
    delete_user(by=principal(world.ava), user=world.dana)
    assert "1 of those you selected is not there any more." in page.visitor.open(page.address).text
    page = carry_out(page)
    assert list(results(page)) == ["Hana Helps"]
    assert "Nothing was done to some of the selected users" in page.text


def test_nobody_garbage_and_strangers_cannot_be_deleted(world):
    for ids in ((), ("garbage",), (world.dana_of_northwind.pk,), (world.dana_of_namesake.pk, "")):
        page = Visitor(world.ava).open(start_address(world.fabrikam, "delete", *ids))
        assert page.messages == ["Delete users: select at least one user first."], ids
        assert page.headline == "Fabrikam, Inc. | Users and licenses"
    assert Visitor(world.ava).get(start_address(world.fabrikam, "obliterate", world.dana.pk)).status == 404


def test_more_than_two_hundred_are_cut_off_and_that_is_said(world):
    crowd = CustomerUserFactory.create_batch(201, customer=world.fabrikam)
    page = start(world.uma, "delete", *crowd)
    assert page.messages == ["At most 200 users at once; the rest of the selection is left alone."]
    assert buttons(page) == ["Delete 200 users"]


def test_a_run_belongs_to_who_began_it(world):
    page = start(world.uma, "delete", world.dana)
    assert Visitor(world.ava).get(page.address).status == 404
    assert Visitor(world.ava).post(page.address).status == 404
    assert alive(world.dana)


def test_a_run_left_alone_for_too_long_does_nothing(world, settings):
    page = start(world.uma, "delete", world.dana)
    settings.WIZARD_LIFETIME_HOURS = 0
    assert carry_out(page).messages == [
        "This was left alone for too long, and nothing was done. Select the users again."
    ]
    assert alive(world.dana)


def test_the_command_is_on_the_list_and_in_the_pane_or_off_with_the_reason(world):
    address = reverse("users", args=[world.fabrikam.pk])
    page = Visitor(world.uma).get(address)
    assert page.form("list-form").submit(selected=str(world.dana.pk), press="Delete user(s)").rows[0][0] == (
        "Dana Hudecova"
    )
    page = Visitor(world.lea).get(address)
    needed = "To delete users at Fabrikam, Inc. you need User Administrator."
    assert next(why for why in page.reasons if why.startswith("To delete")).startswith(needed)
    pane = Visitor(world.uma).get(f"{address}?user={world.global_admin.pk}").document.with_id("pane")
    assert "Global Admin is Global Administrator: only" in pane.text
    page = Visitor(world.uma).get(f"{address}?user={world.dana.pk}")
    assert page.follow("Delete user").headline == "Delete users | Fabrikam, Inc."
