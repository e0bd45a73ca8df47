"""Relationships that come to an end: tiles, the list, and auto extend for many."""

import pytest
from django.urls import reverse
from zeal import zeal_ignore

from gdap.models import AdminRelationship
from partnercenter.audit.models import AuditRecord
from tests.cast import after
from tests.factories import AssignmentFactory, RelationshipFactory
from tests.portal.visitor import Page, Visitor

HERE = "/customers/expiring-relationships/"


@pytest.fixture
def ava(world) -> Visitor:
    return Visitor(world.ava)


def lasting(world, **days: int) -> dict[str, AdminRelationship]:
    return {
        name: RelationshipFactory(
            partner=world.contoso, customer=world.tailspin, display_name=name, duration_days=duration
        )
        for name, duration in days.items()
    }


def tiles(page: Page) -> dict[str, int]:
    found = {}
    for tile in page.main.all(classes="tiles")[0].all("a"):
        number, label = tile.text.split(" ", 1)
        found[label.rpartition(" ")[0]] = int(number)
    return found


def names(page: Page) -> list[str]:
    return page.names if page.main.all("table") else []


def test_the_tiles_count_and_filter_by_the_clock(world, ava):
    lasting(world, day=1, week=7, month=30, quarter=90)
    RelationshipFactory(partner=world.contoso, customer=world.tailspin, display_name="rolls", auto_extend=True)
    page = ava.get(HERE)
    assert tiles(page) == {
        "With an end in sight": 6,
        "Within 1 day": 1,
        "Within 7 days": 2,
        "Within 30 days": 3,
        "Within 60 days": 3,
        "Within 90 days": 4,
        "After 90 days": 2,
        "Extends itself": 1,
        "Expired in the last year": 0,
    }
    assert names(page)[:4] == ["day", "week", "month", "quarter"]
    assert sorted(names(page)[4:]) == ["Northwind leads", "Service desk"]  # both end in one moment
    assert names(ava.get(f"{HERE}?within=7")) == ["day", "week"]
    assert names(ava.get(f"{HERE}?within=auto")) == ["rolls"]
    assert names(ava.get(f"{HERE}?within=nonsense")) == names(page)
    with after(days=8):
        page = ava.get(HERE)
        assert tiles(page)["Expired in the last year"] == 2
        assert names(ava.get(f"{HERE}?within=expired")) == ["day", "week"]
    with after(days=400):
        assert tiles(ava.get(HERE))["Expired in the last year"] == 1  # the quarter; the month is cleaned up


def test_the_list_is_searched_by_customer_and_name_sorted_and_paged(world, ava, settings):
    lasting(world, early=3, later=5)
    assert names(ava.get(f"{HERE}?q=TAILSPIN")) == ["early", "later"]
    assert names(ava.get(f"{HERE}?q=desk")) == ["Service desk"]
    assert names(ava.get(f"{HERE}?sort=-name")) == ["Service desk", "Northwind leads", "later", "early"]
    assert ava.get(f"{HERE}?sort=customer").rows[0][1] == "Fabrikam, Inc."
    settings.PAGE_SIZE = 3
    for sort in ("end", "-end", "name", "customer"):
        page = ava.get(f"{HERE}?sort={sort}")
        assert len({*page.names, *page.turn("Next").names}) == 4
        assert ava.get(f"{HERE}?sort={sort}&after=garbage").status == 200


def test_auto_extend_for_many_names_what_became_of_each(world, ava):
    rows = lasting(world, early=3, later=5)
    powerful = RelationshipFactory(
        partner=world.contoso, customer=world.tailspin, display_name="powerful", roles=["Global Administrator"]
    )
    page = ava.get(HERE)
    chosen = [str(row.pk) for row in (*rows.values(), powerful)]
    asked = page.form("list-form").submit(selected=chosen, press="Enable auto extend")
    refused = "A relationship with the role Global Administrator can't extend itself."
    assert sorted(asked.rows) == [
        ["early", "Tailspin Toys", "Extends itself by 180 days from its last day on"],
        ["later", "Tailspin Toys", "Extends itself by 180 days from its last day on"],
        ["powerful", "Tailspin Toys", f"Stays as it is: {refused}"],
    ]
    with zeal_ignore():  # each is a write of its own
        done = asked.form().submit(press="Enable")
    assert sorted(done.rows) == [
        ["early", "Tailspin Toys", "Enabled"],
        ["later", "Tailspin Toys", "Enabled"],
        ["powerful", "Tailspin Toys", f"Not changed {refused}"],
    ]
    extended = AdminRelationship.objects.filter(auto_extend=True)
    assert sorted(row.display_name for row in extended) == ["early", "later"]
    with after(days=6):
        assert sorted(names(ava.get(f"{HERE}?within=auto"))) == ["early", "later"]
    asked = ava.get(f"{reverse('disable-auto-extend')}?selected={rows['early'].pk}")
    assert asked.rows == [["early", "Tailspin Toys", "Ends for good on its end date"]]
    assert asked.form().submit(press="Disable").rows == [["early", "Tailspin Toys", "Disabled"]]


def test_nothing_is_switched_without_a_selection_for_strangers_or_for_too_many(world, ava):
    before = AuditRecord.objects.count()
    enable = reverse("enable-auto-extend")
    assert ava.arrive(ava.get(enable)).messages == ["Select at least one admin relationship."]
    assert ava.arrive(ava.post(f"{enable}?selected=x")).messages == ["Select at least one admin relationship."]
    theirs = ava.post(f"{enable}?selected={world.litware_at_fabrikam.pk}")
    assert (theirs.status, theirs.rows) == (200, [])
    many = "&".join(f"selected={n:032x}" for n in range(101))
    page = ava.post(f"{enable}?{many}")
    assert (page.status, page.messages) == (400, ["101 are selected, 100 at most go at once. Nothing was changed."])
    sam = Visitor(world.sam)
    assert sam.post(f"{enable}?selected={world.at_northwind.pk}").status == 403
    assert len(sam.get(HERE).reasons) == 2
    assert AuditRecord.objects.count() == before
    assert not AdminRelationship.objects.filter(auto_extend=True).exists()


def test_another_partners_relationships_are_not_counted(world):
    page = Visitor(world.max).get(HERE)
    assert tiles(page)["With an end in sight"] == 3
    assert "Contoso" not in page.html


def test_it_asks_the_same_number_of_queries_for_one_row_and_for_three(world, ava, django_assert_num_queries):
    for count in (1, 2):
        for _ in range(count):
            AssignmentFactory(relationship=RelationshipFactory(partner=world.contoso), group=world.leads)
        with django_assert_num_queries(7):
            assert ava.get(HERE).status == 200
