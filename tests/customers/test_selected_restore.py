"""Restoring: what comes back and what can't is said before; another name where the old one is taken."""

import pytest
from django.urls import reverse

from customers.models import CustomerUser
from customers.services import delete_user
from customers.views.deleted_users import days_left
from licensing.ledger import ledger_problems
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from partnercenter import clock
from partnercenter.audit.models import AuditRecord
from tests.cast import after, principal
from tests.factories import SYSTEM, CustomerUserFactory, sku, stock
from tests.portal.selecting import buttons, carry_out, results, start, start_address, who_may
from tests.portal.visitor import Visitor

STAFF = ("ava", "lea", "dan", "uma", "harry", "sam", "nora", "max")


def give(user, part_number="ENTERPRISEPACK"):
    update_licenses(by=SYSTEM, user=user, update=LicenseUpdate(assign=(LicenseToAssign(sku(part_number)),)))


def delete(world, *users):
    for user in users:
        delete_user(by=principal(world.ava), user=user, confirm_last_global_admin=True)


def licenses(user):
    return sorted(user.license_assignments.values_list("subscribed_sku__product__sku_part_number", flat=True))


def test_who_may_restore_whom(world):
    helper = CustomerUserFactory(
        customer=world.fabrikam, display_name="Hana Helps", local_part="hana", roles=["Helpdesk Administrator"]
    )
    delete(world, world.dana, helper, world.global_admin)
    people = {name: getattr(world, name) for name in STAFF}
    assert who_may("restore", people, world.dana, helper, world.global_admin) == {
        "ava": ["Dana Hudecova", "Global Admin", "Hana Helps"],
        "uma": ["Dana Hudecova", "Hana Helps"],
        "dan": ["Dana Hudecova"],
        "lea": 403,
        "harry": 403,
        "sam": 403,
        "nora": 403,
        "max": 403,
    }


def test_the_page_tells_what_comes_back_and_the_last_seat_goes_to_the_first(world):
    stock(world.fabrikam, "ENTERPRISEPACK", seats=2)
    stock(world.fabrikam, "FLOW_FREE", seats=9)
    other = CustomerUserFactory(
        customer=world.fabrikam, display_name="Zora", local_part="zora", roles=["Reports Reader"]
    )
    for user in (world.dana, other):
        give(user)
        give(user, "FLOW_FREE")
    delete(world, world.dana, other)
    give(world.global_admin)
    page = start(world.uma, "restore", world.dana, other)
    assert [row[2] for row in page.rows] == [
        "Had no role. Gets back Microsoft Power Automate Free and Office 365 E3.",
        (
            "Comes back as Reports Reader. Gets back Microsoft Power Automate Free. Does not get back: "
            "Office 365 E3 has no available license left. Buy more, or remove it from somebody."
        ),
    ]
    page = carry_out(page)
    assert results(page) == {
        "Dana Hudecova": ("Done", "Back as dana.hudecova@fabrikam.com."),
        "Zora": ("Done", "Back as zora@fabrikam.com. Without Office 365 E3."),
    }
    assert (licenses(world.dana), licenses(other)) == (["ENTERPRISEPACK", "FLOW_FREE"], ["FLOW_FREE"])
    assert ledger_problems() == []


def test_whose_name_is_taken_gets_another_and_what_was_typed_stays(world):
    delete(world, world.dana)
    CustomerUserFactory(customer=world.fabrikam, local_part="Dana.Hudecova")
    visitor = Visitor(world.uma)
    page = start(visitor, "restore", world.dana)
    assert "dana.hudecova@fabrikam.com belongs to somebody else by now. Choose another name." in page.rows[0][2]
    field = f"name-{world.dana.pk}"
    assert page.form_with(field).values[field] == ["dana.hudecova2@fabrikam.com"]
    at = "Fabrikam, Inc."
    refused = {
        "dana@nowhere.example": f"nowhere.example is not a verified domain of {at}; choose one from the list.",
        "": "Enter a name before the @ and choose a domain.",
        "global.admin@fabrikam.com": f"global.admin@fabrikam.com is already in use at {at} Choose another name.",
        "no at": "Enter a name before the @ and choose a domain.",
    }
    for typed, message in refused.items():
        page = carry_out(page, **{field: typed})
        assert (page.status, page.errors_of(field)) == (400, [message])
        assert page.form_with(field).values[field] == [typed]
        assert CustomerUser.objects.get(pk=world.dana.pk).deleted_at is not None
    page = carry_out(start(visitor, "restore", world.dana))
    assert results(page) == {"Dana Hudecova": ("Done", "Back as dana.hudecova2@fabrikam.com.")}
    entry = AuditRecord.objects.get(operation="restore_customer_user")
    assert entry.before == {"user_principal_name": "dana.hudecova@fabrikam.com"}
    assert entry.after["user_principal_name"] == "dana.hudecova2@fabrikam.com"


def test_two_of_one_name_do_not_come_back_under_it_together(world):
    delete(world, world.dana)
    twin = CustomerUserFactory(customer=world.fabrikam, display_name="Dana Twin", local_part="dana.hudecova")
    delete(world, twin)
    page = start(world.uma, "restore", world.dana, twin)
    assert page.form_with(f"name-{twin.pk}").open_fields == [f"name-{twin.pk}"]
    assert {state for state, _ in results(carry_out(page)).values()} == {"Done"}


def test_a_synchronized_user_can_not_be_renamed_so_stays_deleted(world):
    world.dana.last_directory_sync_at = clock.now()
    world.dana.save()
    delete(world, world.dana)
    CustomerUserFactory(customer=world.fabrikam, local_part="dana.hudecova")
    page = start(world.uma, "restore", world.dana)
    (reason,) = page.reasons
    assert reason == (
        "dana.hudecova@fabrikam.com belongs to somebody else by now. The name is synchronized from the customer's own "
        "directory and can't be changed here. Rename the other user first."
    )
    assert buttons(page) == []


def test_the_list_shows_who_can_come_back_with_the_days_left(world):
    visitor, address = Visitor(world.uma), reverse("deleted-users", args=[world.fabrikam.pk])
    empty = visitor.get(address)
    assert "Nobody was deleted here in the last 30 days." in empty.text
    delete(world, world.dana)
    with after(days=27, hours=1):
        delete(world, world.global_admin)
        page = visitor.get(address)
        assert page.columns == ["Name", "Email", "Deleted on (UTC)", "Time left"]
        assert page.rows == [
            ["Dana Hudecova", "dana.hudecova@fabrikam.com", "Nov 22, 2026, 12:00", "2 days"],
            ["Global Admin", "global.admin@fabrikam.com", "Dec 19, 2026, 13:00", "30 days"],
        ]
        assert page.follow("Deleted on (UTC)").names == ["Dana Hudecova", "Global Admin"]
        assert page.search.submit(q="glob").names == ["Global Admin"]
        assert "No deleted user matches" in visitor.get(f"{address}?q=nobody").text
        picked = page.form("list-form").submit(selected=str(world.dana.pk), press="Restore")
        assert picked.headline == "Restore users | Fabrikam, Inc."
    with after(days=29, hours=23, minutes=59):
        assert visitor.get(address).rows[0][3] == "Less than a day"
        assert days_left(CustomerUser.objects.get(pk=world.dana.pk), clock.now()) == 0
    with after(days=30):
        assert visitor.get(address).names == ["Global Admin"]
        assert start(visitor, "restore", world.dana).messages == ["Restore users: select at least one user first."]


@pytest.mark.parametrize("sort", ["name", "-deleted", "email"])
def test_pages_of_the_list_go_over_everybody_once_and_a_broken_key_gives_the_first(world, settings, sort):
    people = CustomerUserFactory.create_batch(4, customer=world.fabrikam)
    for hours, user in enumerate(people):
        with after(hours=hours):
            delete(world, user)
    settings.PAGE_SIZE = 2
    with after(hours=9):
        visitor, address = Visitor(world.uma), reverse("deleted-users", args=[world.fabrikam.pk])
        page = visitor.get(f"{address}?sort={sort}")
        first, second = page.names, page.turn("Next").names
        assert sorted(first + second) == sorted(user.display_name for user in people)
        assert page.turn("Next").turn("Previous").names == first
        key = "WyJhYmMiLCAiMDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAwIl0"
        for word in ("after", "before"):
            assert visitor.get(f"{address}?sort={sort}&{word}={key}").status == 200


def test_living_users_and_strangers_are_not_restored(world):
    for ids in ((world.dana.pk,), (world.dana_of_namesake.pk,), ("x",)):
        page = Visitor(world.ava).open(start_address(world.fabrikam, "restore", *ids))
        assert page.messages == ["Restore users: select at least one user first."]
        assert page.headline == "Fabrikam, Inc. | Deleted users"


def test_from_the_result_of_a_deletion_one_step_leads_back(world):
    page = carry_out(start(world.uma, "delete", world.dana)).follow("Restore them")
    assert results(carry_out(page))["Dana Hudecova"][0] == "Done"
    assert CustomerUser.objects.alive().filter(pk=world.dana.pk).exists()
