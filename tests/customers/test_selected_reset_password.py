"""Resetting passwords: shown once on the page, once behind a link, and kept nowhere else."""

import logging
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.hashers import check_password
from django.contrib.sessions.models import Session

from customers.models import CustomerUser, OneTimeSecret
from customers.services import reset_password
from partnercenter.audit.models import AuditRecord
from partnercenter.portal.models import WizardRun
from tests.cast import after, principal
from tests.factories import CustomerUserFactory
from tests.portal.selecting import buttons, carry_out, results, start, who_may
from tests.portal.visitor import Visitor

STAFF = ("ava", "lea", "dan", "uma", "harry", "sam", "nora", "max")


@pytest.fixture
def helper(world):
    return CustomerUserFactory(
        customer=world.fabrikam, display_name="Hana Helps", local_part="hana", roles=["Helpdesk Administrator"]
    )


@pytest.fixture
def reader(world):
    return CustomerUserFactory(
        customer=world.fabrikam, display_name="Rita Reads", local_part="rita", roles=["License Administrator"]
    )


def shown(page):
    """Name -> password and path of the link."""
    passwords = [code.text for secret in page.main.all(classes="secret") for code in secret.all("code")]
    links = [urlsplit(box["value"]).path for box in page.main.all("input", type="text") if "readonly" in box]
    return dict(zip(page.names, zip(passwords, links, strict=True), strict=True))


def test_who_may_reset_whose_password(world, helper, reader):
    people = {name: getattr(world, name) for name in STAFF}
    targets = (world.dana, helper, reader, world.global_admin)
    assert who_may("reset-password", people, *targets) == {
        "ava": ["Dana Hudecova", "Global Admin", "Hana Helps", "Rita Reads"],
        "uma": ["Dana Hudecova", "Hana Helps"],
        "harry": ["Dana Hudecova", "Hana Helps"],
        "max": ["Dana Hudecova", "Hana Helps"],
        "dan": 403,
        "lea": 403,
        "sam": 403,
        "nora": 403,
    }


def test_the_password_is_on_the_page_once_and_nowhere_else(world, helper, caplog):
    caplog.set_level(logging.DEBUG)
    visitor = Visitor(world.uma)
    page = carry_out(start(visitor, "reset-password", world.dana, helper))
    found = shown(page)
    assert list(found) == ["Dana Hudecova", "Hana Helps"]
    assert page.response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    for user in (world.dana, helper):
        stored = CustomerUser.objects.get(pk=user.pk)
        assert check_password(found[user.display_name][0], stored.password)
        assert stored.force_change_password
    again = visitor.open(page.address)
    assert shown_nothing(again)
    assert "The temporary passwords were shown once and are not kept. If one was lost, reset it again." in again.text
    assert {state for state, _ in results(again).values()} == {"Done"}
    written = [row for model in (AuditRecord, WizardRun, OneTimeSecret, CustomerUser) for row in rows_of(model)]
    written += [str(session.get_decoded()) for session in Session.objects.all()]
    for password, link in found.values():
        token = link.strip("/").rpartition("/")[2]
        everything = "\n".join([*written, caplog.text])
        assert password not in everything
        assert token not in everything


def shown_nothing(page):
    return not page.main.all(classes="secret") and not page.main.all("input", type="text")


def rows_of(model):
    return [str(values) for values in model.objects.values_list()]


def test_the_link_shows_the_password_once_to_whoever_has_it(world):
    password, link = shown(carry_out(start(world.uma, "reset-password", world.dana)))["Dana Hudecova"]
    stranger = Visitor()
    for _ in range(2):  # looking at it uses nothing up
        asked = stranger.get(link)
        assert (asked.status, asked.headline) == (200, "A temporary password for you")
        assert password not in asked.html
        assert "Dana" not in asked.html
    opened = stranger.post(link)
    assert (opened.status, opened.headline) == (200, "Your temporary password")
    assert password in opened.html
    assert "dana.hudecova@fabrikam.com" in opened.html
    assert opened.response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    for spent in (stranger.get(link), stranger.post(link), Visitor(world.ava).get(link)):
        assert (spent.status, spent.headline) == (410, "This link does not work any more")
    assert OneTimeSecret.objects.count() == 0


def test_a_link_ends_with_the_clock_and_with_the_next_password(world):
    _, old = shown(carry_out(start(world.uma, "reset-password", world.dana)))["Dana Hudecova"]
    with after(hours=71, minutes=59):
        assert Visitor().get(old).status == 200
    with after(hours=72):
        assert Visitor().get(old).status == 410
        assert Visitor().post(old).status == 410
    _, new = shown(carry_out(start(world.uma, "reset-password", world.dana)))["Dana Hudecova"]
    assert (Visitor().get(old).status, Visitor().get(new).status) == (410, 200)
    reset_password(by=principal(world.uma), user=world.dana)
    assert Visitor().get(new).status == 410


def test_a_row_that_was_tampered_with_opens_nothing_and_breaks_nothing(world):
    _, link = shown(carry_out(start(world.uma, "reset-password", world.dana)))["Dana Hudecova"]
    row = OneTimeSecret.objects.get()
    row.sealed = row.sealed[:-6] + "AAAAA="
    row.save()
    assert Visitor().post(link).status in (200, 410)
    for garbage in ("x", "ä" * 40, "0" * 4000):
        assert Visitor().get(f"/password/{garbage}/").status == 410


def test_sending_it_again_resets_nothing(world):
    visitor = Visitor(world.uma)
    page = start(visitor, "reset-password", world.dana)
    found = shown(carry_out(page))
    again = visitor.arrive(visitor.post(page.address))
    assert shown_nothing(again)
    assert check_password(found["Dana Hudecova"][0], CustomerUser.objects.get(pk=world.dana.pk).password)
    assert AuditRecord.objects.filter(operation="reset_customer_user_password").count() == 1


def test_whom_the_person_may_not_touch_keeps_the_password(world):
    before = world.global_admin.password
    page = start(world.harry, "reset-password", world.dana, world.global_admin)
    assert buttons(page) == ["Reset 1 user"]
    page = carry_out(page)
    assert [name for name, (state, _) in results(page).items() if state == "Failed"] == ["Global Admin"]
    assert CustomerUser.objects.get(pk=world.global_admin.pk).password == before
