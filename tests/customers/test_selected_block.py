"""Blocking and unblocking sign-in, for one and for many."""

import pytest
from django.urls import reverse

from customers.models import CustomerUser
from tests.factories import CustomerUserFactory
from tests.portal.selecting import carry_out, results, start, who_may
from tests.portal.visitor import Visitor

STAFF = ("ava", "lea", "dan", "uma", "harry", "sam", "nora", "max")


def blocked(*users):
    return [CustomerUser.objects.get(pk=user.pk).sign_in_blocked for user in users]


@pytest.mark.parametrize("verb", ["block", "unblock"])
def test_who_may_block_and_unblock_whom(world, verb):
    helper = CustomerUserFactory(
        customer=world.fabrikam, display_name="Hana Helps", local_part="hana", roles=["Helpdesk Administrator"]
    )
    people = {name: getattr(world, name) for name in STAFF}
    assert who_may(verb, people, world.dana, helper, world.global_admin) == {
        "ava": ["Dana Hudecova", "Global Admin", "Hana Helps"],
        "uma": ["Dana Hudecova", "Hana Helps"],
        "dan": ["Dana Hudecova"],
        "lea": 403,
        "harry": 403,
        "sam": 403,
        "nora": 403,
        "max": 403,
    }


def test_many_are_blocked_and_unblocked_and_who_was_already_is_unchanged(world):
    other = CustomerUserFactory(customer=world.fabrikam, display_name="Zora", sign_in_blocked=True)
    page = start(world.uma, "block", world.dana, other)
    assert [row[2] for row in page.rows] == ["Block.", "Is blocked already."]
    assert results(carry_out(page)) == {
        "Dana Hudecova": ("Done", "Can't sign in any more."),
        "Zora": ("Unchanged", "Is blocked already."),
    }
    assert blocked(world.dana, other) == [True, True]
    page = carry_out(start(world.uma, "unblock", world.dana, other))
    assert page.messages == ["2 done, 0 unchanged, 0 failed."]
    assert blocked(world.dana, other) == [False, False]


def test_the_pane_offers_the_one_that_makes_sense(world):
    address = f"{reverse('users', args=[world.fabrikam.pk])}?user={world.dana.pk}"
    page = Visitor(world.uma).get(address).follow("Block sign-in")
    assert carry_out(page).messages == ["1 done, 0 unchanged, 0 failed."]
    pane = Visitor(world.uma).get(address).document.with_id("pane")
    assert [link.text for link in pane.all("a", classes="command")] == [
        "Reset password",
        "Unblock sign-in",
        "Delete user",
        "Add one like this",
    ]
