"""The clock as a page: for ops, in the demo, and what it says is what every page goes by."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings

from customers.models import CustomerUser
from gdap.models import AdminRelationship
from partnercenter import clock
from partnercenter.accounts.models import User
from partnercenter.emulator import services
from tests.factories import SYSTEM, CustomerFactory, PartnerFactory, RelationshipFactory, SubscriptionFactory
from tests.portal.visitor import Visitor

pytestmark = pytest.mark.usefixtures("shared")

PAGE = "/emulator/clock/"
PAGES = (PAGE, "/emulator/mailbox/", "/emulator/mailbox/00000000-0000-4000-8000-000000000000/")
THEN = datetime(2027, 3, 1, 9, tzinfo=UTC)
MOMENT = timedelta(seconds=30)


@pytest.fixture
def ops(db):
    return Visitor(User.objects.create_superuser("ops", password="demo"))


def press(visitor, text, **typed):
    page = visitor.get(PAGE)
    (form,) = [form for form in page.forms if any(button.text == text for button in form.element.all("button"))]
    return visitor.arrive(form.submit(press=text, **typed))


def state():
    setting = services.current()
    return setting.frozen_at, setting.offset


def test_the_pages_of_the_emulator_are_for_ops_only(world, ops):
    for page in PAGES:
        assert Visitor().get(page).location == f"/sign-in/?next={page}"
        assert {Visitor(person).get(page).status for person in (world.ava, world.nora)} == {404}
    assert Visitor(world.ava).post(PAGE, {"go": "freeze"}).status == 404
    assert [ops.get(page).status for page in PAGES] == [200, 200, 404]
    with override_settings(DEMO_MODE=False):
        assert [ops.get(page).status for page in PAGES] == [404, 404, 404]


def test_ops_find_both_pages_from_the_admin_in_the_demo_only(ops):
    assert PAGE in ops.get("/admin/").links("Clock: see and move the time")
    with override_settings(DEMO_MODE=False):
        assert "Mailbox" not in ops.client.get("/admin/").content.decode()


def test_the_clock_is_stopped_moved_and_put_back(ops):
    press(ops, "Stop it here")
    frozen, _ = state()
    assert abs(frozen - clock.wall()) < MOMENT
    press(ops, "7 days")
    assert state() == (frozen + timedelta(days=7), timedelta())
    press(ops, "Stand still there", moment="2027-03-01T09:00:00")
    assert state()[0] == clock.now() == THEN
    page = press(ops, "Let it run from here")
    assert page.messages[0].startswith("It is March 1, 2027, 09:00:")
    assert state()[0] is None
    assert abs(clock.now() - THEN) < MOMENT
    press(ops, "Back to the wall clock")
    assert state() == (None, timedelta())
    press(ops, "Set, and run on", moment="2027-03-01T09:00")
    assert abs(clock.now() - THEN) < MOMENT
    assert services.current().set_by == "ops"


@pytest.mark.parametrize(
    "sent",
    [
        {"go": "set", "moment": ""},
        {"go": "set", "moment": "tomorrow"},
        {"go": "freeze_at", "moment": "2027-02-30T09:00"},
        {"go": "jump", "moment": "9999-01-01T00:00"},
        {"go": "jump", "moment": "1999-01-01T00:00\0"},
        {"go": "P99999999D"},
        {"go": "\0"},
        {},
    ],
)
def test_what_is_no_moment_or_step_changes_nothing_and_keeps_what_was_typed(ops, sent):
    before = state()
    page = ops.post(PAGE, sent)
    assert page.status == 400
    assert page.messages[0].startswith("The clock was not moved.")
    (field,) = page.main.all("input", name="moment")
    assert field["value"].startswith(sent.get("moment", "").rstrip("\0"))
    assert state() == before


def test_it_lists_what_ends_next_and_jumps_there_in_one_click(lasting_world, ops):
    world = lasting_world
    services.freeze(by=SYSTEM, at=THEN)
    AdminRelationship.objects.update(ends_at=THEN + timedelta(days=900))
    soon = RelationshipFactory(partner=world.contoso, customer=world.tailspin, display_name="Toy desk", duration_days=2)
    SubscriptionFactory(customer=world.tailspin, partner=world.contoso, auto_renew=False)
    CustomerUser.objects.filter(pk=world.dana.pk).update(deleted_at=THEN - timedelta(days=29))
    page = ops.get(PAGE)
    assert [row[:3] for row in page.rows[:3]] == [
        ["Mar 2, 2027, 09:00", "Dana Hudecova is gone for good", "Fabrikam, Inc."],
        ["Mar 3, 2027, 09:00", "Admin relationship Toy desk expires", "Tailspin Toys"],
        ["Mar 1, 2028, 09:00", "Term of Office 365 E3 ends", "Tailspin Toys"],
    ]
    press(ops, "A minute before: Admin relationship Toy desk expires")
    assert soon.status(clock.now()) == "active"
    press(ops, "Just then: Admin relationship Toy desk expires")
    assert (clock.now(), soon.status(clock.now())) == (soon.ends_at, "expired")
    assert "Toy desk" not in ops.get(PAGE).text


def test_the_page_takes_the_same_queries_for_one_ending_and_for_three(ops, django_assert_max_num_queries):
    customer, partner = CustomerFactory(), PartnerFactory()
    seen = []
    for _ in range(3):
        SubscriptionFactory(customer=customer, partner=partner)
        with django_assert_max_num_queries(14) as captured:
            rows = ops.get(PAGE).rows
        seen.append((len(rows), len(captured)))
    assert [rows for rows, _ in seen] == [1, 2, 3]
    assert len({queries for _, queries in seen}) == 1


def test_every_page_says_when_the_time_is_not_the_walls(lasting_world):
    visitor = Visitor(lasting_world.ava)

    def banner():
        return [found.text for found in visitor.get("/customers/").document.all(classes="emulated-time")]

    assert banner() == []
    services.freeze(by=SYSTEM, at=THEN)
    assert banner() == ["Emulated time: Mar 1, 2027, 09:00 UTC, and it stands still"]
    services.set_time(by=SYSTEM, to=THEN)
    assert banner() == ["Emulated time: Mar 1, 2027, 09:00 UTC"]
    services.reset(by=SYSTEM)
    assert banner() == []
