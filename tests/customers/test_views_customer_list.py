"""The customer list, and the way from it into a customer."""

from urllib.parse import quote

import pytest
from django.urls import reverse

from customers.models import ResellerRelationship
from gdap.models import AdminRelationship
from partnercenter import clock
from partnercenter.accounts.models import User
from tests.factories import CustomerFactory
from tests.portal.visitor import Page, Visitor

LIST = "/customers/"


def open_list(user: User, query: str = "") -> Page:
    page = Visitor(user).get(f"{LIST}{query}")
    assert page.status == 200
    return page


def names(user: User, query: str = "") -> list[str]:
    page = open_list(user, query)
    return page.names if page.main.all("table") else []


def test_staff_see_every_customer_of_their_partner_and_no_other(world):
    for user in (world.ava, world.lea, world.harry, world.sam, world.nora):
        assert names(user) == ["Fabrikam, Inc.", "Northwind Traders", "Tailspin Toys"]


def test_another_partner_sees_exactly_its_own_customers(world):
    page = open_list(world.max)
    ids = [str(customer.pk) for customer in (world.fabrikam, world.namesake, world.proseware)]
    assert sorted(row[1] for row in page.rows) == sorted(ids)
    assert page.names == ["Fabrikam, Inc.", "Fabrikam, Inc.", "Proseware"]


def test_a_row_says_id_domain_and_how_the_partner_is_related(world):
    page = open_list(world.max, "?q=fabrikam")
    assert page.columns[:4] == ["Name", "Microsoft ID", "Primary domain name", "Relationship"]
    rows = {row[1]: [row[0], *row[2:4]] for row in page.rows}
    assert rows == {
        str(world.fabrikam.pk): ["Fabrikam, Inc.", "fabrikam.com", "Admin relationship only"],
        str(world.namesake.pk): ["Fabrikam, Inc.", "fabrikam.example", "Cloud Reseller"],
    }


def test_a_customer_whose_reseller_relationship_ended_is_gone_unless_an_admin_relationship_remains(world):
    ResellerRelationship.objects.filter(partner=world.contoso).update(ended_at=clock.now())
    page = open_list(world.ava)
    assert [[row[0], row[3]] for row in page.rows] == [
        ["Fabrikam, Inc.", "Admin relationship only"],
        ["Northwind Traders", "Admin relationship only"],
    ]
    assert names(world.nora) == ["Fabrikam, Inc.", "Northwind Traders"]
    AdminRelationship.objects.filter(partner=world.contoso).delete()
    assert names(world.nora) == names(world.ava) == []


ALL = ["Fabrikam, Inc.", "Northwind Traders", "Tailspin Toys"]


def test_search_finds_company_names_and_domains_by_any_part_of_them(world):
    expected = {
        "north": ["Northwind Traders"],
        "TRADERS": ["Northwind Traders"],
        "  tail  ": ["Tailspin Toys"],
        "fabrikam.com": ["Fabrikam, Inc."],
        "SPIN.exam": ["Tailspin Toys"],
        "onmicrosoft": ALL,
        "a": ALL,
        "proseware": [],
        "fabrikam.example": [],
        "%": [],
        "_": [],
        "no such company": [],
        "": ALL,
        "\0": ALL,
    }
    assert {query: names(world.ava, f"?q={quote(query)}") for query in expected} == expected


def test_search_finds_a_customer_by_microsoft_id_but_never_another_partners(world):
    assert names(world.ava, f"?q={world.tailspin.pk}") == ["Tailspin Toys"]
    assert names(world.ava, f"?q={str(world.tailspin.pk).upper()}") == ["Tailspin Toys"]
    assert names(world.ava, f"?q={world.namesake.pk}") == []
    assert names(world.max, f"?q={world.tailspin.pk}") == []


def test_a_search_that_finds_nothing_says_so_and_keeps_what_was_typed(world):
    page = open_list(world.ava, "?q=no+such+%22company%22")
    assert "No customer matches" in page.text
    assert page.main.all("input", name="q")[0]["value"] == 'no such "company"'


def test_the_list_is_searched_through_its_own_form(world):
    page = open_list(world.ava)
    assert page.search.submit(q="north").names == ["Northwind Traders"]


def test_the_list_is_sorted_by_name_and_by_domain_both_ways(world):
    CustomerFactory(company_name="adatum", primary_domain="zeta.example", sold_by=[world.contoso])
    by_name = ["adatum", "Fabrikam, Inc.", "Northwind Traders", "Tailspin Toys"]
    by_domain = ["Fabrikam, Inc.", "Northwind Traders", "Tailspin Toys", "adatum"]
    page = open_list(world.ava)
    assert page.names == by_name
    assert page.follow("Name").names == by_name[::-1]
    page = page.follow("Primary domain name")
    assert page.names == by_domain
    assert page.follow("Primary domain name").names == by_domain[::-1]
    assert page.follow("Primary domain name").follow("Primary domain name").names == by_domain


def test_the_sorted_column_says_so_to_a_screen_reader(world):
    def sorts(query: str) -> list[str]:
        return [head["aria-sort"] for head in open_list(world.ava, query).main.all("th", scope="col")][:4]

    assert sorts("") == ["ascending", "", "", ""]
    assert sorts("?sort=-name") == ["descending", "", "", ""]
    assert sorts("?sort=domain") == ["", "", "ascending", ""]
    assert sorts("?sort=password") == ["ascending", "", "", ""]


def pages_of(first: Page, button: str) -> list[list[str]]:
    """Ids on this page and on all that follow by one of the pager's links."""
    pages, page = [], first
    while True:
        pages.append([row[1] for row in page.rows])
        if not page.can_turn(button):
            return pages
        page = page.turn(button)


@pytest.mark.parametrize("sort", ["name", "-name", "domain", "-domain"])
def test_pages_go_forward_and_back_over_every_customer_once_even_among_namesakes(world, settings, sort):
    settings.PAGE_SIZE = 2
    for number in range(5):
        CustomerFactory(company_name="Fabrikam, Inc.", primary_domain=f"f{number}.example", sold_by=[world.litware])
    page = open_list(world.max, f"?sort={sort}")
    forward = pages_of(page, "Next")
    assert [len(rows) for rows in forward] == [2, 2, 2, 2]
    everybody = [key for rows in forward for key in rows]
    assert len(set(everybody)) == 8
    last = page.turn("Next").turn("Next").turn("Next")
    assert not last.can_turn("Next")
    assert pages_of(last, "Previous") == forward[::-1]
    settings.PAGE_SIZE = 50
    assert [row[1] for row in open_list(world.max, f"?sort={sort}").rows] == everybody


def test_a_page_tells_how_much_of_the_list_it_shows(world, settings):
    settings.PAGE_SIZE = 2
    page = open_list(world.ava)
    assert page.main.all(classes="pager")[0].all(role="status")[0].text == "Showing 2 of 3"
    assert page.turn("Next").main.all(classes="pager")[0].all(role="status")[0].text == "Showing 1 of 3"


def test_a_list_that_shrank_or_grew_between_two_pages_skips_and_repeats_nobody(world, settings):
    settings.PAGE_SIZE = 2
    first = open_list(world.ava)
    ResellerRelationship.objects.filter(customer=world.fabrikam).update(ended_at=clock.now())
    world.at_fabrikam.delete()
    CustomerFactory(company_name="Alpine", sold_by=[world.contoso])
    assert first.turn("Next").names == ["Tailspin Toys"]
    assert first.turn("Next").turn("Previous").names == ["Alpine", "Northwind Traders"]


def test_a_broken_address_shows_the_first_page(world):
    broken = [
        "?after=garbage",
        "?after=%FF%FE",
        "?after=WzFd",  # [1]
        "?after=bnVsbA",  # null
        "?after=WyJhIiwgImIiXQ",  # ["a", "b"]
        f"?after={'W1tb' * 1000}",  # [[[[ and so on
        "?before=garbage",
        "?after=&before=",
        "?sort=&sort=sort_name",
        "?sort=--name",
        "?sort=primary_domain",
        "?q=&after=é",
    ]
    assert {query: names(world.ava, query) for query in broken} == dict.fromkeys(broken, ALL)


def test_a_page_key_with_a_character_that_no_database_stores_is_a_broken_key(world):
    key = "WyJcdTAwMDAiLCAiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwIl0"  # ["\0", id]
    assert names(world.ava, f"?after={key}") == ["Fabrikam, Inc.", "Northwind Traders", "Tailspin Toys"]


def test_a_name_opens_the_customer_and_a_name_full_of_markup_stays_text(world):
    odd = CustomerFactory(company_name="<script>alert(1)</script>", sold_by=[world.contoso])
    page = open_list(world.ava)
    assert page.names[0] == "<script>alert(1)</script>"
    assert page.links("<script>alert(1)</script>") == [reverse("customer", args=[odd.pk])]
    page = page.follow("Northwind Traders")
    assert page.status == 200
    assert page.address == reverse("users", args=[world.northwind.pk])
