"""A form that was on its way when the session ended."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from zeal import zeal_ignore

from partnercenter.accounts.models import User
from partnercenter.portal.models import WizardRun
from tests.factories import sku, stock
from tests.portal.editing import Editing, stored
from tests.portal.visitor import Page

POWER_BI = str(sku("POWER_BI_PRO"))
BACK = "You are signed in again. What you had typed is still here."


@pytest.fixture
def editing(world) -> Editing:
    stock(world.fabrikam, "POWER_BI_PRO", seats=3)
    User.objects.update(password=make_password("demo"))
    world.ava.refresh_from_db()
    return Editing(world.ava, world.dana)


def lose_session(editing: Editing) -> None:
    """As when it ended on the server; the browser still has its cookies."""
    Session.objects.all().delete()


def sign_in(page: Page, user: User) -> Page:
    """Through the form on the sign-in page that `page` redirects to."""
    form = page.visitor.arrive(page).form_with("password")
    with zeal_ignore():  # the session is read again under its new key
        answer = form.submit(username=user.username, password="demo", press="Sign in")
    return page.visitor.arrive(answer)


def test_what_was_typed_is_there_again_after_the_sign_in(world, editing):
    lose_session(editing)
    page = editing.form.submit(first_name="Diana", last_name="", display_name="Diana <H>", press="Next")
    assert page.status == 302
    assert parse_qs(urlsplit(page.location).query) == {"next": [editing.url("info")]}
    editing.page = sign_in(page, world.ava)
    assert editing.page.address == editing.url("info")
    assert editing.page.messages == [BACK]
    shown = editing.form.shown
    assert (shown["first_name"], shown["last_name"], shown["display_name"]) == (["Diana"], [""], ["Diana <H>"])
    assert stored(world.dana)["first_name"] == "Dana"
    editing.to_review()
    editing.complete()
    assert stored(world.dana)["display_name"] == "Diana <H>"


def test_it_is_there_once_and_then_the_run_has_it(world, editing):
    lose_session(editing)
    editing.page = sign_in(editing.form.submit(first_name="Diana", press="Next"), world.ava)
    page = editing.visitor.get(editing.url("info"))
    assert page.messages == []
    assert page.form("wizard-form").values["first_name"] == ["Diana"]


def test_the_same_goes_for_roles_and_licenses(world, editing):
    editing.next()
    lose_session(editing)
    editing.page = sign_in(editing.form.submit(kind="global", press="Next"), world.ava)
    assert editing.form.values["kind"] == ["global"]
    editing.next()
    lose_session(editing)
    editing.page = sign_in(editing.form.submit(product=[POWER_BI], press="Next"), world.ava)
    assert editing.form.values["product"] == [POWER_BI]


def test_wrong_input_is_kept_as_well_and_refused_when_sent(world, editing):
    lose_session(editing)
    editing.page = sign_in(editing.form.submit(local_part="two words", press="Next"), world.ava)
    assert editing.form.values["local_part"] == ["two words"]
    editing.next()
    assert editing.page.status == 400


def test_complete_is_not_carried_out_by_signing_in(world, editing):
    editing.to_review(info={"first_name": "Diana"})
    lose_session(editing)
    editing.page = sign_in(editing.form.submit(press="Complete"), world.ava)
    assert editing.step == "review"
    assert stored(world.dana)["first_name"] == "Dana"
    editing.complete()
    assert stored(world.dana)["first_name"] == "Diana"


def test_cancel_is_not_carried_out_by_signing_in_either(world, editing):
    lose_session(editing)
    editing.page = sign_in(editing.form.submit(first_name="Diana", press="Cancel"), world.ava)
    assert editing.step == "info"
    assert WizardRun.objects.filter(pk=editing.run_id).exists()


@pytest.mark.parametrize("who", ["lea", "max", "nora"])
def test_another_person_who_signs_in_does_not_see_it(world, editing, who):
    lose_session(editing)
    page = sign_in(editing.form.submit(first_name="Diana", press="Next"), getattr(world, who))
    assert page.status in (403, 404)
    assert "Diana" not in page.html
    own = Editing(editing.visitor, world.dana_of_namesake) if who == "max" else None
    assert own is None or own.form.values["first_name"] == ["Dana"]
    assert editing.run.data["info"]["first_name"] == ["Dana"]


def test_another_address_does_not_get_it(world, editing):
    other = Editing(editing.visitor, world.global_admin)
    lose_session(editing)
    page = editing.form.submit(first_name="Diana", press="Next")
    sign_in(page, world.ava)
    assert other.open("info").form("wizard-form").values["first_name"] == other.run.data["info"]["first_name"]
    assert "Diana" not in other.page.html


def test_too_large_a_form_is_not_kept(world, editing):
    lose_session(editing)
    editing.page = sign_in(editing.form.submit(first_name="D" * 20_000, press="Next"), world.ava)
    assert editing.page.messages == []
    assert editing.form.values["first_name"] == ["Dana"]


def test_a_form_sent_as_multipart_is_kept_like_any_other(world, editing):
    lose_session(editing)
    data = {name: values[0] for name, values in editing.form.values.items()} | {"first_name": "Diana"}
    client = editing.visitor.client
    page = Page(editing.visitor, editing.url("info"), client.post(editing.url("info"), data))
    assert page.status == 302
    editing.page = sign_in(page, world.ava)
    assert editing.form.values["first_name"] == ["Diana"]


def test_neither_a_password_nor_a_token_is_kept_of_it(world, editing):
    lose_session(editing)
    page = editing.form.submit(first_name="Diana", press="Next")
    kept = page.visitor.client.session["interrupted_post"]
    assert set(kept) == {"path", "data"}
    assert "csrfmiddlewaretoken" not in parse_qs(kept["data"])


def test_a_plain_visit_while_signed_out_keeps_nothing(world, editing):
    lose_session(editing)
    page = editing.visitor.get(editing.url("info"))
    assert page.status == 302
    assert Session.objects.count() == 0
