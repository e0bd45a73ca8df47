"""Pages by key: walked forwards and backwards they are the list itself, whatever it holds and however deep."""

import base64
import json
import uuid
from itertools import pairwise

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Customer, CustomerUser
from partnercenter.fields import sort_key
from partnercenter.portal import paging
from partnercenter.portal.paging import key_page
from tests.factories import CustomerFactory, CustomerUserFactory

SORTS = {"name": "sort_name", "email": "sort_principal_name"}
NAMES = [
    "Dana",
    "dana",
    "Eva",
    "Eva",
    "Eva",
    "\u00c9va",
    "\U0001f600",
    "\u05d3\u05e0\u05d4",
    "Adam",
    "Zoe",
    "_",
    "10",
    "9",
]


@pytest.fixture
def users(db):
    customer = CustomerFactory()
    for name in NAMES:
        CustomerUserFactory(customer=customer, display_name=name)
    CustomerUserFactory(display_name="Eva")  # of another customer
    return CustomerUser.objects.filter(customer=customer)


def page(rows, address="", *, size=4, sorts=None):
    return key_page(rows, QueryDict(address.removeprefix("?")), sorts=sorts or SORTS, default_sort="name", size=size)


def walk(rows, address="", **options):
    """Every page from the one at `address` to the last."""
    pages = [page(rows, address, **options)]
    while pages[-1].next_url:
        pages.append(page(rows, pages[-1].next_url, **options))
    return pages


def walk_back(rows, last, **options):
    pages = [last]
    while pages[0].previous_url:
        pages.insert(0, page(rows, pages[0].previous_url, **options))
    return pages


def rows_of(pages):
    return [row for one in pages for row in one.rows]


def whole(users, sort="name"):
    field = SORTS[sort.removeprefix("-")]
    sign = "-" if sort.startswith("-") else ""
    return list(users.order_by(f"{sign}{field}", f"{sign}pk"))


@pytest.mark.parametrize("sort", ["name", "-name", "email", "-email"])
@pytest.mark.parametrize("size", [1, 3, 4, 12, 13, 14])
def test_forwards_and_backwards_they_are_the_whole_list(users, sort, size):
    forwards = walk(users, f"sort={sort}", size=size)
    assert rows_of(forwards) == whole(users, sort)
    assert {len(one.rows) for one in forwards[:-1]} <= {size}
    backwards = walk_back(users, forwards[-1], size=size)
    assert rows_of(backwards) == whole(users, sort)
    assert (backwards[0].previous_url, forwards[-1].next_url, forwards[0].previous_url) == ("", "", "")


def test_pages_of_equal_keys_are_told_apart_by_id(db):
    customer = CustomerFactory()
    for _ in range(9):
        CustomerUserFactory(customer=customer, display_name="Same Name")
    rows = CustomerUser.objects.filter(customer=customer)
    for sort in ("name", "-name"):
        forwards = walk(rows, f"sort={sort}", size=2)
        assert rows_of(forwards) == whole(rows, sort)
        assert rows_of(walk_back(rows, forwards[-1], size=2)) == whole(rows, sort)


def test_the_previous_page_of_a_page_is_the_one_it_came_from(users):
    for earlier, later in pairwise(walk(users)):
        assert page(users, later.previous_url).rows == earlier.rows


def test_a_row_that_goes_or_comes_between_two_pages_shifts_nothing(users):
    first = page(users)
    expected = [row for row in whole(users) if row not in first.rows]
    first.rows[-1].delete()
    CustomerUserFactory(customer=first.rows[0].customer, display_name="!")
    assert rows_of(walk(users, first.next_url)) == expected


def test_a_page_beyond_the_last_row_is_empty_and_ends_there(users):
    last = whole(users)[-1]
    beyond = page(users, f"after={encoded(last.sort_name, last.pk)}")
    assert (beyond.rows, beyond.next_url, beyond.previous_url) == ([], "", "")


def test_an_empty_list_is_one_empty_page(db):
    empty = page(CustomerUser.objects.all())
    assert (empty.rows, empty.next_url, empty.previous_url, empty.summary) == ([], "", "", "Showing 0 of 0")


# --- Addresses ---


def encoded(*key):
    return base64.urlsafe_b64encode(json.dumps([str(part) for part in key]).encode()).decode().rstrip("=")


def as_key(value):
    return base64.urlsafe_b64encode(value if isinstance(value, bytes) else json.dumps(value).encode()).decode()


ID = "00000000-0000-4000-8000-000000000001"
BROKEN = [
    "x",
    "%",
    "====",
    "\u017e",
    as_key(b"\xff\xfe"),
    as_key(b"not json"),
    as_key(None),
    as_key(7),
    as_key("text"),
    as_key([]),
    as_key(["only one"]),
    as_key(["one", "two"]),
    as_key(["one", 7]),
    as_key(["one", None]),
    as_key(["one", ID, "three"]),
    as_key({"one": 1, "two": 2}),
    as_key(["\0", ID]),
    as_key(["\ud800", ID]),
    as_key(b"[" * 5000),
]


@pytest.mark.parametrize("key", BROKEN)
@pytest.mark.parametrize("direction", ["after", "before"])
def test_a_broken_key_gives_the_first_page(users, direction, key):
    asked = QueryDict(mutable=True)
    asked[direction] = key
    found = page(users, asked.urlencode())
    assert (found.rows, found.previous_url) == (whole(users)[:4], "")


@pytest.mark.parametrize("sort", ["", "size", "--name", "sort_name", "name,email", "-"])
def test_an_unknown_order_is_the_default_order(users, sort):
    found = page(users, f"sort={sort}")
    assert (found.sort, found.rows) == ("name", whole(users)[:4])


def test_other_parameters_stay_and_the_old_key_and_the_open_row_go(users):
    first = page(users, "q=eva&sort=-name&size=large")
    second = page(users, f"{first.next_url}&user=7")
    for url in (second.next_url, second.previous_url):
        asked = QueryDict(url.removeprefix("?"))
        assert (asked["q"], asked["sort"], asked["size"]) == ("eva", "-name", "large")
        assert len(asked.getlist("after") + asked.getlist("before")) == 1
        assert "user" not in asked


def test_of_two_keys_the_one_forwards_counts(users):
    second = page(users, page(users).next_url)
    both = f"{second.next_url}&{second.previous_url.removeprefix('?')}"
    assert page(users, both).rows == page(users, second.next_url).rows


# --- How many there are ---


def test_the_total_is_that_of_the_list_on_every_page(users):
    assert {(one.total, one.total_is_exact) for one in walk(users)} == {(len(NAMES), True)}
    assert page(users).summary == "Showing 4 of 13"


def test_beyond_some_number_it_is_not_counted_on(users, monkeypatch):
    monkeypatch.setattr(paging, "MOST_COUNTED", len(NAMES))
    assert page(users).total_is_exact
    monkeypatch.setattr(paging, "MOST_COUNTED", 10)
    many = page(users)
    assert (many.total, many.total_is_exact, many.summary) == (10, False, "Showing 4 of more than 10")


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_a_page_takes_two_queries_however_many_rows_and_however_deep(db, django_assert_num_queries, rows):
    for _ in range(rows):
        CustomerFactory()
    for one in walk(Customer.objects.all(), size=10, sorts={"name": "sort_name"}):
        with django_assert_num_queries(2):
            page(Customer.objects.all(), one.next_url or one.previous_url, size=10, sorts={"name": "sort_name"})


# --- Any list ---


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5), max_size=12))
def test_any_names_page_like_the_list(db, names):
    customer = CustomerFactory()
    users = [
        CustomerUser(customer=customer, display_name=name, user_principal_name=str(uuid.uuid4())) for name in names
    ]
    for user in users:
        user.derive_sort_keys()
    CustomerUser.objects.bulk_create(users)
    rows = CustomerUser.objects.filter(customer=customer)
    forwards = walk(rows, size=3)
    expected = sorted(users, key=lambda user: (sort_key(user.display_name), user.pk))
    assert rows_of(forwards) == rows_of(walk_back(rows, forwards[-1], size=3)) == expected
