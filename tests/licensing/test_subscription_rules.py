"""The life of a subscription by the clock, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from licensing.rules.subscriptions import (
    Batch,
    Reducible,
    Standing,
    SubscriptionChange,
    Terms,
    added_after,
    cancellable_until,
    changed_members,
    check_change,
    months_later,
    reducible,
    schedule,
    standing,
    term_end,
    term_start,
)

BOUGHT = datetime(2026, 11, 22, 12, tzinfo=UTC)
ENDS = datetime(2027, 11, 22, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
INSTANT = timedelta(microseconds=1)
TERMS = Terms(
    name="Office 365 E3",
    is_classic=False,
    status="active",
    quantity=10,
    auto_renew=True,
    term="P1Y",
    created_at=BOUGHT,
    term_ends_at=ENDS,
)
ENDING = replace(TERMS, auto_renew=False)
CLASSIC = replace(TERMS, is_classic=True)
SUSPENDED = replace(ENDING, status="suspended", suspended_at=BOUGHT + WEEK)
DELETED = replace(ENDING, status="deleted")


def day(number):
    return BOUGHT + timedelta(days=number)


def codes(terms, now, **change):
    return [problem.code for problem in check_change(terms, SubscriptionChange(**change), now)]


def test_a_month_later_is_the_same_day_or_the_last_one():
    known = {
        ("2027-01-31", 1): "2027-02-28",
        ("2028-02-29", 12): "2029-02-28",
        ("2026-12-15", 1): "2027-01-15",
        ("2027-01-15", -1): "2026-12-15",
        ("2026-11-22", 36): "2029-11-22",
    }
    found = {(day, months): months_later(datetime.fromisoformat(day), months) for day, months in known}
    assert {asked: f"{moment:%Y-%m-%d}" for asked, moment in found.items()} == known


@pytest.mark.parametrize(
    ("terms", "moments"),
    [
        (TERMS, [(BOUGHT, "active"), (ENDS + timedelta(days=5000), "active")]),
        (
            ENDING,
            [
                (ENDS - INSTANT, "active"),
                (ENDS, "expired"),
                (ENDS + timedelta(days=30) - INSTANT, "expired"),
                (ENDS + timedelta(days=30), "disabled"),
                (ENDS + timedelta(days=120) - INSTANT, "disabled"),
                (ENDS + timedelta(days=120), "deleted"),
            ],
        ),
        (
            SUSPENDED,
            [(day(7), "suspended"), (day(37) - INSTANT, "suspended"), (day(37), "disabled"), (day(127), "deleted")],
        ),
        (DELETED, [(BOUGHT, "deleted")]),
    ],
)
def test_where_a_subscription_stands_follows_from_the_clock(terms, moments):
    assert [(moment, standing(terms, moment).value) for moment, _ in moments] == moments


def test_the_schedule_agrees_with_the_standing_at_every_date():
    """What gives seats is active or expired; what is suspended or disabled gives suspended ones; else none."""
    kinds = {
        Standing.ACTIVE: ["active"],
        Standing.EXPIRED: ["warning"],
        Standing.SUSPENDED: ["suspended"],
        Standing.DISABLED: ["suspended"],
        Standing.DELETED: [],
    }
    for terms in (TERMS, ENDING, CLASSIC, SUSPENDED, DELETED):
        for number in range(8, 520, 3):
            now = day(number)
            opened = [
                kind for kind, opens, closes in schedule(terms) if opens <= now and (closes is None or now < closes)
            ]
            assert (number, opened) == (number, kinds[standing(terms, now)])


def test_a_term_renews_itself_on_the_same_day():
    assert [term_end(TERMS, moment) for moment in (BOUGHT, ENDS - INSTANT, ENDS, ENDS + timedelta(days=800))] == [
        ENDS,
        ENDS,
        datetime(2028, 11, 22, 12, tzinfo=UTC),
        datetime(2030, 11, 22, 12, tzinfo=UTC),
    ]
    assert (term_start(TERMS, BOUGHT), term_start(TERMS, ENDS), term_end(ENDING, ENDS + WEEK)) == (BOUGHT, ENDS, ENDS)


def test_seats_can_be_given_back_for_seven_days_after_they_were_added():
    more = replace(TERMS, quantity=15, added=(Batch(5, day(5)),))
    assert reducible(more, day(6)) == (Reducible(10, day(7)), Reducible(5, day(12)))
    assert reducible(more, day(7)) == (Reducible(5, day(12)),)
    assert reducible(more, day(12)) == ()
    assert reducible(CLASSIC, day(300)) == (Reducible(10, None),)
    assert reducible(SUSPENDED, day(7)) == reducible(ENDING, ENDS) == ()


def test_a_renewal_opens_the_window_for_all_seats_again():
    more = replace(TERMS, quantity=15, added=(Batch(5, ENDS - timedelta(days=2)),))
    assert reducible(more, ENDS - INSTANT) == (Reducible(5, ENDS + timedelta(days=5)),)
    assert reducible(more, ENDS) == (Reducible(15, ENDS + WEEK),)
    assert reducible(more, ENDS + WEEK) == ()


def test_cancelling_is_open_for_seven_days_of_each_term():
    assert [cancellable_until(TERMS, moment) for moment in (BOUGHT, day(7) - INSTANT, day(7), ENDS, ENDS + WEEK)] == [
        day(7),
        day(7),
        None,
        ENDS + WEEK,
        None,
    ]
    assert cancellable_until(CLASSIC, BOUGHT) is cancellable_until(DELETED, BOUGHT) is None


def test_what_is_given_back_comes_out_of_the_newest_seats():
    more = replace(TERMS, quantity=15, added=(Batch(2, day(3)), Batch(3, day(5))))
    assert {quantity: added_after(more, quantity, day(6)) for quantity in (18, 15, 14, 12, 11, 8)} == {
        18: (*more.added, Batch(3, day(6))),
        15: more.added,
        14: (Batch(2, day(3)), Batch(2, day(5))),
        12: (Batch(2, day(3)),),
        11: (Batch(1, day(3)),),
        8: (),
    }
    assert added_after(more, 16, day(11)) == (Batch(3, day(5)), Batch(1, day(11)))


def test_what_is_refused_when():
    wrong = [
        (asked, found, expected)
        for asked, expected in (
            ((TERMS, day(300), {"quantity": 11}), []),
            ((TERMS, day(3), {"quantity": 1}), []),
            ((TERMS, day(8), {"quantity": 9}), ["reduction_window_passed"]),
            ((TERMS, day(3), {"quantity": 0}), ["quantity_out_of_range"]),
            ((TERMS, day(3), {"quantity": -5}), ["quantity_out_of_range"]),
            ((TERMS, day(3), {"quantity": 1_000_000}), ["quantity_out_of_range"]),
            ((CLASSIC, day(300), {"quantity": 1}), []),
            ((CLASSIC, day(300), {"status": "deleted"}), []),
            ((TERMS, day(3), {"status": "deleted"}), []),
            ((TERMS, day(8), {"status": "deleted"}), ["cancellation_window_passed"]),
            ((TERMS, day(8), {"status": "suspended"}), []),
            ((TERMS, day(3), {"status": "suspended", "quantity": 11}), ["subscription_not_active"]),
            ((SUSPENDED, day(8), {"quantity": 11}), ["subscription_not_active"]),
            ((SUSPENDED, day(8), {"status": "active"}), []),
            ((SUSPENDED, day(100), {"status": "active"}), []),
            ((SUSPENDED, day(100), {"status": "active", "auto_renew": True}), []),
            ((SUSPENDED, day(127), {"status": "active"}), ["subscription_deleted"]),
            ((DELETED, day(3), {"status": "active"}), ["subscription_deleted"]),
            ((DELETED, day(3), {"status": "deleted"}), ["subscription_deleted"]),
            ((DELETED, day(3), {}), []),
            ((ENDING, ENDS, {"quantity": 11}), ["subscription_not_active"]),
            ((ENDING, ENDS, {"status": "suspended"}), ["subscription_not_active"]),
            ((ENDING, ENDS, {"auto_renew": True}), []),
            ((ENDING, ENDS + timedelta(days=30), {"auto_renew": True}), ["subscription_not_active"]),
            ((ENDING, ENDS + timedelta(days=120), {"auto_renew": True}), ["subscription_deleted"]),
            ((TERMS, day(3), {"friendly_name": "x" * 201}), ["nickname_invalid"]),
            ((TERMS, day(3), {"friendly_name": "a\nb"}), ["nickname_invalid"]),
            ((TERMS, day(3), {"friendly_name": "Košice"}), []),
        )
        if (found := codes(asked[0], asked[1], **asked[2])) != expected
    ]
    assert wrong == []


def test_a_term_that_ended_during_the_suspension_is_not_taken_up_again():
    late = replace(ENDING, status="suspended", suspended_at=ENDS - WEEK)
    assert codes(late, ENDS + timedelta(days=29), status="active") == []
    over = ENDS + timedelta(days=31)
    assert codes(late, over, status="active") == ["subscription_not_active"]
    assert codes(late, over, status="active", auto_renew=True) == ["subscription_not_active"] * 2
    assert codes(replace(late, is_classic=True), over, auto_renew=True) == ["subscription_not_active"]


def test_what_is_suspended_in_the_new_commerce_does_not_renew_itself():
    renewing = SubscriptionChange(auto_renew=True)
    assert changed_members(SUSPENDED, renewing) == {}
    assert changed_members(replace(SUSPENDED, is_classic=True), renewing) == {"auto_renew": True}
    assert changed_members(TERMS, SubscriptionChange(status="suspended")) == {
        "status": "suspended",
        "auto_renew": False,
    }


def test_the_sentence_says_how_many_can_be_given_back():
    more = replace(TERMS, quantity=15, added=(Batch(5, day(5)),))
    (problem,) = check_change(more, SubscriptionChange(quantity=9), day(8))
    assert problem.message == (
        "You have passed the 7-day window for reducing licenses of Office 365 E3: 5 of the 15 can be given back now."
    )
