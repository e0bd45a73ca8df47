"""Administer, GDAP analytics and help."""

import pytest
from django.urls import reverse

from customers.roles import role_id_by_name
from gdap.admin_centers import open_to
from tests.cast import after
from tests.factories import AssignmentFactory, CustomerFactory, RelationshipFactory
from tests.portal.visitor import Page, Visitor


@pytest.fixture
def ava(world) -> Visitor:
    return Visitor(world.ava)


def test_administer_shows_what_ones_own_roles_open(world):
    page = Visitor(world.lea).get(reverse("administer"))
    rows = {row[0]: row[1:] for row in page.rows}
    at_fabrikam = "Microsoft Entra ID of Fabrikam, Inc., Microsoft 365 Lighthouse of Fabrikam, Inc., "
    assert rows["Fabrikam, Inc."] == ["License Administrator", f"{at_fabrikam}Microsoft 365 of Fabrikam, Inc."]
    assert rows["Northwind Traders"] == ["None", "None. Why? What is missing at Northwind Traders"]
    assert page.links("Microsoft Entra ID of Fabrikam, Inc.") == [f"https://entra.microsoft.com/{world.fabrikam.pk}"]
    page = page.follow("Why? What is missing at Northwind Traders")
    assert (page.address.split("?")[0], page.names) == (
        reverse("person-access", args=[world.lea.pk]),
        ["Northwind Traders"],
    )
    with after(days=730):
        assert {row[1] for row in Visitor(world.lea).get(reverse("administer")).rows} == {"None"}
    assert {row[0] for row in Visitor(world.max).get(reverse("administer")).rows} == {"Fabrikam, Inc.", "Proseware"}


@pytest.mark.parametrize(
    ("role", "centers"),
    [
        ("Directory Readers", ["entra"]),
        ("Exchange Administrator", ["entra", "m365Lighthouse", "m365Admin", "exchange"]),
        ("Teams Administrator", ["entra", "m365Lighthouse", "m365Admin", "teams"]),
    ],
)
def test_a_role_opens_the_centers_that_its_actions_are_about(role, centers):
    assert [center.id for center in open_to([role_id_by_name()[role]])] == centers


def numbers(page: Page) -> dict[str, int]:
    found = {}
    for tile in page.main.all(classes="tiles")[0].all("a"):
        number, label = tile.text.split(" ", 1)
        found[label] = int(number)
    return found


def bars(page: Page) -> dict[str, str]:
    return {row.all("dt")[0].text: row.all("dd")[0].all("span")[0].text for row in page.main.all("dl")[0].all("div")}


def test_the_analytics_count_by_the_clock(world, ava):
    RelationshipFactory(partner=world.contoso, customer=world.tailspin, duration_days=40)
    RelationshipFactory(partner=world.contoso, customer=world.tailspin, roles=["Global Administrator"])
    RelationshipFactory(partner=world.contoso, customer=world.northwind, active=False, display_name="Asked for")
    page = ava.get(reverse("gdap-analytics"))
    assert numbers(page) == {
        "Customers with GDAP": 3,
        "Admin relationships": 5,
        "Active": 4,
        "Expiring in 60 days": 1,
        "Approval pending": 1,
    }
    assert bars(page) == {
        "Customers with GDAP": "100% (3 of 3)",
        "Active relationships with Global Administrator": "25% (1 of 4)",
        "Active relationships that extend themselves": "0% (0 of 4)",
    }
    charts = [
        {row.all("dt")[0].text: int(row.all("span")[0].text) for row in chart.all("div")}
        for chart in page.main.all("dl")[1:]
    ]
    assert charts[0] == {"January 2027": 1, "November 2028": 3}
    assert charts[1]["License Administrator"] == 3
    assert page.rows == [["Asked for", "Northwind Traders", "730 days", "Feb 20, 2027"]]
    with after(days=730):
        page = ava.get(reverse("gdap-analytics"))
        assert numbers(page) == {
            "Customers with GDAP": 0,
            "Admin relationships": 3,
            "Active": 0,
            "Expiring in 60 days": 0,
            "Approval pending": 0,
        }
        assert "0% (0 of 0)" in page.text


def test_help_leads_to_pages_that_are_there(world, ava):
    page = ava.get(reverse("customers"))
    page = page.follow("Help")
    assert page.headline == "Help"
    for link in page.main.all("a"):
        assert ava.open(link["href"]).status == 200


def test_each_page_asks_the_same_number_of_queries_for_one_row_and_for_three(world, ava, django_assert_num_queries):
    def grow(count: int) -> None:
        for _ in range(count):
            customer = CustomerFactory(sold_by=[world.contoso])
            relationship = RelationshipFactory(partner=world.contoso, customer=customer)
            AssignmentFactory(relationship=relationship, group=world.leads, roles=["License Administrator"])
            RelationshipFactory(partner=world.contoso, customer=customer, active=False)

    for count in (1, 2):
        grow(count)
        for name, queries in (("administer", 7), ("gdap-analytics", 13)):
            with django_assert_num_queries(queries):
                assert ava.get(reverse(name)).status == 200
