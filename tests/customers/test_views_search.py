"""One search over the users of all customers that somebody may read."""

from urllib.parse import quote

from django.urls import reverse

from customers.models import CustomerUser
from gdap.services.relationships import terminate_relationship
from partnercenter import clock
from partnercenter.accounts.models import User
from tests.factories import SYSTEM, CustomerUserFactory
from tests.portal.visitor import Page, Visitor


def find(user: User, query: str) -> Page:
    page = Visitor(user).get(f"{reverse('search')}?q={quote(query)}")
    assert page.status == 200
    return page


def rows(user: User, query: str) -> list[list[str]]:
    page = find(user, query)
    return page.rows if page.main.all("table") else []


DANA = ["Dana Hudecova", "dana.hudecova@fabrikam.com", "Fabrikam, Inc."]
DANA_OF_NORTHWIND = ["Dana Hudecova", "dana.hudecova@northwind.example", "Northwind Traders"]
DANA_OF_NAMESAKE = ["Dana Hudecova", "dana.hudecova@fabrikam.example", "Fabrikam, Inc."]


def test_the_search_finds_users_at_every_customer_that_the_person_may_read(world):
    assert sorted(rows(world.ava, "hudecova")) == [DANA, DANA_OF_NORTHWIND]
    assert sorted(rows(world.lea, "HUDECOVA")) == [DANA]
    assert sorted(rows(world.max, "dana")) == [DANA, DANA_OF_NAMESAKE]


def test_who_reads_no_directory_finds_nobody(world):
    for user in (world.nora, world.sam):
        assert rows(user, "dana") == []
        assert "Nobody found" in find(user, "dana").text


def test_deleted_users_and_users_at_customers_out_of_reach_are_not_found(world):
    CustomerUserFactory(customer=world.tailspin, first_name="Dana", last_name="Out of reach")
    CustomerUser.objects.filter(pk=world.dana.pk).update(deleted_at=clock.now())
    assert rows(world.ava, "dana") == [DANA_OF_NORTHWIND]
    terminate_relationship(by=SYSTEM, relationship=world.at_northwind)
    assert rows(world.ava, "dana") == []


def test_without_words_there_is_a_form_and_nobody_is_listed(world):
    page = find(world.ava, "  ")
    assert page.main.all("table") == []
    page = page.form().submit(q="global")
    assert page.rows == [["Global Admin", "global.admin@fabrikam.com", "Fabrikam, Inc."]]
    assert page.title.startswith("global")


def test_the_search_of_the_top_bar_leads_here_from_every_page(world):
    page = Visitor(world.ava).get(reverse("customers"))
    (form,) = [form for form in page.document.all("header")[0].all("form") if form.all("input", name="q")]
    assert form["action"] == reverse("search")


def test_a_row_opens_the_user_in_the_list_of_the_customer(world):
    page = find(world.max, "fabrikam.example").follow("Dana Hudecova")
    assert page.address == f"{reverse('users', args=[world.namesake.pk])}?user={world.dana_of_namesake.pk}"
    assert "dana.hudecova@fabrikam.example" in page.document.with_id("pane").text


def test_results_are_sorted_and_paged(world, settings):
    settings.PAGE_SIZE = 1
    page = find(world.ava, "dana").follow("Email")
    assert [row[1] for row in page.rows] == ["dana.hudecova@fabrikam.com"]
    page = page.turn("Next")
    assert [row[1] for row in page.rows] == ["dana.hudecova@northwind.example"]
    assert not page.can_turn("Next")
    assert [row[1] for row in page.turn("Previous").rows] == ["dana.hudecova@fabrikam.com"]
    assert [row[1] for row in page.follow("Email").rows] == ["dana.hudecova@northwind.example"]


def test_odd_words_find_nobody_and_break_nothing(world):
    for words in ("%", "_", "\\", "'", '"><script>', "x" * 3000):
        assert rows(world.ava, words) == []
    assert find(world.ava, "\0").main.all("table") == []
