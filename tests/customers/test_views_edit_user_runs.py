"""Runs of the wizard: whose they are, how long they last, and that each is completed once."""

import uuid

import pytest
from django.urls import reverse

from customers.models import CustomerUser
from partnercenter.audit.models import AuditRecord
from partnercenter.portal.models import WizardRun
from tests.cast import after
from tests.factories import CustomerUserFactory, StaffFactory, sku, stock
from tests.portal.editing import STEPS, Editing, audited, seats_taken, stored
from tests.portal.visitor import Visitor

POWER_BI = str(sku("POWER_BI_PRO"))


@pytest.fixture
def editing(world) -> Editing:
    return Editing(world.ava, world.dana)


# Whose run it is ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["lea", "nora", "max", "sam"])
def test_nobody_else_finds_the_run_not_even_with_the_same_rights(world, editing, who):
    editing.to_review(info={"first_name": "Diana"})
    colleague = Visitor(getattr(world, who))
    twin = StaffFactory(partner=world.contoso)
    twin.groups.set(world.ava.groups.all())
    for visitor in (colleague, Visitor(twin)):
        for step in STEPS:
            assert visitor.get(editing.url(step)).status in (403, 404)
            assert visitor.post(editing.url(step), {"go": "next", "first_name": "Mallory"}).status in (403, 404)
        assert visitor.get(editing.result_url).status in (403, 404)
    assert Visitor(twin).get(editing.url("info")).status == 404
    assert editing.run.data["info"]["first_name"] == ["Diana"]
    assert stored(world.dana)["first_name"] == "Dana"


def test_a_run_serves_only_its_own_user_and_customer(world, editing):
    for user in (world.global_admin, world.dana_of_northwind):
        stray = reverse("edit-user-step", args=[user.customer_id, user.pk, editing.run_id, "info"])
        assert editing.visitor.get(stray).status == 404
        assert editing.visitor.post(stray, {"go": "next", "first_name": "Mallory"}).status == 404
    mixed = reverse("edit-user-step", args=[world.northwind.pk, world.dana.pk, editing.run_id, "info"])
    assert editing.visitor.get(mixed).status == 404
    assert editing.run.data["info"]["first_name"] == ["Dana"]


def test_a_run_of_another_kind_of_wizard_is_not_there(editing):
    WizardRun.objects.filter(pk=editing.run_id).update(kind="something_else")
    assert editing.visitor.get(editing.url("info")).status == 404


@pytest.mark.parametrize("step", ["done", "complete", "licences", "0", "admin"])
def test_a_step_that_does_not_exist_is_not_there(editing, step):
    assert editing.visitor.get(editing.url(step)).status == 404
    assert editing.visitor.post(editing.url(step), {"go": "next"}).status == 404


@pytest.mark.parametrize("run", ["garbage", "1", "../../x", str(uuid.UUID(int=0))])
def test_a_made_up_run_is_not_there(world, editing, run):
    stray = editing.url("info").replace(str(editing.run_id), run)
    assert editing.visitor.get(stray).status == 404
    assert editing.visitor.post(stray, {"go": "next"}).status == 404


def test_every_start_is_a_run_of_its_own(editing):
    other = Editing(editing.visitor, editing.user)
    assert other.run_id != editing.run_id
    assert other.form.values["first_name"] == ["Dana"]


# How long it lasts --------------------------------------------------------------------------------------------------


def test_a_run_left_for_too_long_says_so_and_offers_a_new_start(world, editing):
    editing.to_review(info={"first_name": "Diana"})
    with after(hours=23, minutes=59):
        assert editing.visitor.get(editing.url("review")).status == 200
    with after(hours=24):
        page = editing.complete()
        assert (page.status, page.headline) == (410, "This edit has expired")
        assert editing.visitor.get(editing.url("info")).status == 410
        assert stored(world.dana)["first_name"] == "Dana"
        page = page.follow("Start again")
        assert page.form("wizard-form").values["first_name"] == ["Dana"]


def test_the_result_of_a_completed_run_stays_readable(editing):
    editing.to_review(info={"first_name": "Diana"})
    editing.complete()
    with after(days=30):
        page = editing.visitor.get(editing.result_url)
        assert page.messages == ["Dana Hudecova was updated."]
        assert editing.visitor.get(editing.url("info")).location == editing.result_url


def test_the_result_says_what_was_done_then_though_the_user_has_changed_since(world, editing):
    editing.to_review(info={"first_name": "Diana"})
    editing.complete()
    CustomerUser.objects.filter(pk=world.dana.pk).update(first_name="Later")
    assert "was Dana now Diana" in editing.visitor.get(editing.result_url).text


# Out of order, and twice --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["permissions", "licenses", "review"])
def test_a_step_posted_out_of_order_shows_the_first_open_one_and_stores_nothing(world, editing, step):
    before = stored(world.dana)
    page = editing.visitor.post(editing.url(step), {"go": "next", "kind": "global", "product": POWER_BI})
    assert page.status == 400
    assert page.headline == "Edit user | User info"
    assert page.messages == ["Finish this step first; the one you asked for comes after it."]
    assert page.form("wizard-form").element["action"] == editing.url("info")
    assert stored(world.dana) == before
    assert editing.run.data["permissions"]["kind"] == ["user"]


def test_a_step_that_became_wrong_shuts_the_ones_behind_it(world, editing):
    editing.to_review(info={"local_part": "diana"})
    editing.open("info")
    editing.next(local_part="")
    page = editing.visitor.post(editing.url("review"), {"go": "next"})
    assert (page.status, page.headline) == (400, "Edit user | User info")
    assert page.messages[0] == "This step needs another look before you can go on."


def test_a_completed_run_posted_again_shows_its_result_and_writes_nothing_more(world, editing):
    editing.to_review(info={"first_name": "Diana"})
    review = editing.page
    editing.complete()
    done = stored(world.dana)
    CustomerUser.objects.filter(pk=world.dana.pk).update(first_name="Later")
    for page in (
        review.form("wizard-form").submit(press="Complete"),
        editing.visitor.post(editing.url("info"), {"go": "next", "first_name": "Again"}),
        editing.visitor.post(editing.url("licenses"), {"go": "cancel", "discard": "1"}),
        editing.visitor.get(editing.url("permissions")),
    ):
        assert page.location == editing.result_url
    assert stored(world.dana) == done | {"first_name": "Later"}
    assert len(audited(world.dana)) == 1


def test_the_result_of_a_run_under_way_leads_back_into_it(editing):
    assert editing.visitor.get(editing.result_url).location == editing.url("info")


def tabs(number: int, editing: Editing) -> list[Visitor]:
    """More browsers in the same session."""
    found = []
    for _ in range(number):
        visitor = Visitor()
        visitor.client.cookies.update(editing.visitor.client.cookies)
        found.append(visitor)
    return found


@pytest.mark.race
def test_a_run_completed_by_two_clicks_at_once_is_written_once(lasting_world, race):
    world = lasting_world
    stock(world.fabrikam, "POWER_BI_PRO", seats=5)
    editing = Editing(world.ava, world.dana)
    editing.to_review(info={"first_name": "Diana"}, licenses={"product": [POWER_BI]})
    version = stored(world.dana)["version"]
    clicks = [lambda tab=tab: tab.post(editing.url("review"), {"go": "next"}) for tab in tabs(2, editing)]
    first, second = race(clicks)
    assert {first.location, second.location} == {editing.result_url}
    assert stored(world.dana)["version"] == version + 1
    assert len(audited(world.dana)) == 2
    assert seats_taken(world.fabrikam.pk) == {"POWER_BI_PRO": 1}


@pytest.mark.race
def test_a_removal_completed_by_two_clicks_at_once_gives_one_seat_back(lasting_world, race):
    world = lasting_world
    stock(world.fabrikam, "POWER_BI_PRO", seats=5)
    first = Editing(world.ava, world.dana)
    first.to_review(licenses={"product": [POWER_BI]})
    first.complete()
    editing = Editing(first.visitor, world.dana)
    editing.to_review(licenses={"product": []})
    clicks = [lambda tab=tab: tab.post(editing.url("review"), {"go": "next"}) for tab in tabs(3, editing)]
    assert {page.location for page in race(clicks)} == {editing.result_url}
    assert seats_taken(world.fabrikam.pk) == {"POWER_BI_PRO": 0}
    assert AuditRecord.objects.filter(resource_id=str(world.dana.pk), door="portal").count() == 2


@pytest.mark.race
def test_of_two_who_complete_for_the_last_seat_one_gets_it_and_the_other_is_told(lasting_world, race):
    world = lasting_world
    stock(world.fabrikam, "POWER_BI_PRO", seats=1)
    edits = [Editing(world.ava, world.dana), Editing(world.uma, world.global_admin)]
    for editing in edits:
        editing.to_review(info={"first_name": "Both"}, licenses={"product": [POWER_BI]})
    pages = race([editing.complete for editing in edits])
    assert sorted(page.status for page in pages) == [200, 400]
    (loser,) = [editing for editing in edits if editing.page.status == 400]
    assert loser.page.headline == "Edit user | Assign licenses"
    assert "Power BI Pro has no available license left." in loser.page.text
    assert stored(loser.user)["first_name"] != "Both"
    assert loser.run.completed_at is None
    assert seats_taken(world.fabrikam.pk) == {"POWER_BI_PRO": 1}


@pytest.mark.race
def test_of_two_who_complete_for_the_same_email_one_gets_it_and_the_other_is_told(lasting_world, race):
    world = lasting_world
    colleague = CustomerUserFactory(customer=world.fabrikam)
    edits = [Editing(world.ava, world.dana), Editing(world.uma, colleague)]
    for editing in edits:
        editing.to_review(info={"local_part": "shared", "last_name": "Both"})
    pages = race([editing.complete for editing in edits])
    assert sorted(page.status for page in pages) == [200, 400]
    (loser,) = [editing for editing in edits if editing.page.status == 400]
    assert loser.page.headline == "Edit user | User info"
    (message,) = loser.page.errors_of("local_part")
    assert message.startswith("shared@fabrikam.com is already in use")
    assert stored(loser.user)["last_name"] != "Both"
