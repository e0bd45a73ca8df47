"""Action center: what needs a decision by a date, for whom, in which order, and what is left out."""

from datetime import timedelta

import pytest

from licensing.models import SubscribedSku, Subscription
from licensing.services.subscriptions import SubscriptionChange, add_seats, change_subscription
from tests.cast import NOW, after
from tests.factories import SYSTEM, CustomerFactory, RelationshipFactory, SubscriptionFactory, product
from tests.portal.visitor import Visitor

HERE = "/action-center/"


def lines(user, query=""):
    page = Visitor(user).get(f"{HERE}{query}")
    return page.rows if page.main.all("table") else []


def titles(user, query=""):
    """What each line is about, up to its explanation, and for whom."""
    page = Visitor(user).get(f"{HERE}{query}")
    return [(line.all("th")[0].all("a")[0].text, line.all("td")[0].text) for line in page.main.all("tr")[1:]]


def sold(world, customer, name, *, days_ago=0, **rest):
    with after(days=-days_ago):
        return SubscriptionFactory(customer=customer, partner=world.contoso, product=name, **rest)


def ending(world, customer, *, days, name="VISIOCLIENT", **rest):
    """A subscription that does not renew itself and ends in so many days."""
    found = sold(world, customer, name, days_ago=300, **rest)
    Subscription.objects.filter(pk=found.pk).update(auto_renew=False, term_ends_at=NOW + timedelta(days=days))
    found.refresh_from_db()
    return found


def over(world, customer, by=2):
    sold(world, customer, "POWER_BI_PRO", days_ago=100, quantity=1)
    SubscribedSku.objects.filter(customer=customer, product=product("POWER_BI_PRO")).update(consumed_units=1 + by)


def everything(world):
    RelationshipFactory(partner=world.contoso, customer=world.tailspin, display_name="Care", duration_days=10)
    ending(world, world.tailspin, days=20)
    sold(world, world.northwind, "ENTERPRISEPACK", days_ago=2, quantity=8)
    over(world, world.fabrikam)


def test_each_line_says_what_is_to_be_decided_by_when_and_leads_there(world):
    everything(world)
    assert lines(world.ava) == [
        [
            (
                "Power BI Pro is over-assigned by 2 2 users more than licenses; nobody new can be assigned it. "
                "Buy more or take licenses back."
            ),
            "Fabrikam, Inc.",
            "Now",
        ],
        [
            "Licenses of Office 365 E3 can be given back 8 of 8, until the window closes.",
            "Northwind Traders",
            "Nov 27, 2026 5 days left",
        ],
        [
            (
                "The admin relationship Care expires What has expired can't be revived: enable auto extend in time, or "
                "request a new one."
            ),
            "Tailspin Toys",
            "Dec 2, 2026 10 days left",
        ],
        [
            "Visio Plan 2 ends It does not renew itself: switch that on, or let it end.",
            "Tailspin Toys",
            "Dec 12, 2026 20 days left",
        ],
    ]
    page = Visitor(world.ava).get(HERE)
    for line in page.main.all("tbody")[0].all("a"):
        assert page.visitor.open(line["href"]).status == 200


def test_what_renews_or_extends_itself_has_no_line(world):
    RelationshipFactory(
        partner=world.contoso, customer=world.tailspin, display_name="Rolls", duration_days=5, auto_extend=True
    )
    monthly = sold(world, world.tailspin, "VISIOCLIENT", days_ago=32)
    Subscription.objects.filter(pk=monthly.pk).update(term="P1M", term_ends_at=NOW - timedelta(days=1))
    yearly = sold(world, world.tailspin, "ENTERPRISEPACK", days_ago=360)
    assert (monthly.auto_renew, yearly.auto_renew) == (True, True)
    assert lines(world.ava) == []
    page = Visitor(world.ava).get(HERE)
    assert page.main.all("h2")[0].text == "Nothing to decide"


def test_lines_come_and_go_by_the_clock_and_by_decisions(world):
    ended = ending(world, world.tailspin, days=31)
    assert titles(world.ava) == []
    with after(days=1):
        assert lines(world.ava)[0][2] == "Dec 23, 2026 30 days left"
    with after(days=31):
        assert [row[0].split(" Users")[0] for row in lines(world.ava)] == ["Visio Plan 2 has expired"]
        assert lines(world.ava)[0][2] == "Jan 22, 2027 30 days left"
        change_subscription(by=SYSTEM, subscription=ended, change=SubscriptionChange(auto_renew=True))
        assert lines(world.ava) == []
    with after(days=61):
        assert lines(world.ava) == []


def test_suspended_and_newly_added_seats_are_asked_about(world):
    old = sold(world, world.tailspin, "ENTERPRISEPACK", days_ago=100, quantity=5)
    with after(days=-3):
        old = add_seats(by=SYSTEM, subscription=old, quantity=8)
    (line,) = lines(world.ava)
    assert "3 of 8, until the window closes." in line[0]
    assert line[2] == "Nov 26, 2026 4 days left"
    change_subscription(by=SYSTEM, subscription=old, change=SubscriptionChange(status="suspended"))
    (line,) = lines(world.ava)
    assert line[0].startswith("Office 365 E3 is suspended")
    assert line[2] == "Dec 22, 2026 30 days left"
    with after(days=30):
        assert lines(world.ava) == []


@pytest.mark.parametrize("user", ["sam", "nora", "harry"])
def test_each_person_sees_lines_of_visible_customers_of_the_own_partner_only(world, user):
    everything(world)
    ours_alone = CustomerFactory(company_name="Unsold")  # approved us, never bought: in sight (docs/adr/0023)
    RelationshipFactory(partner=world.contoso, customer=ours_alone, display_name="Blind", duration_days=3)
    assert titles(getattr(world, user)) == titles(world.ava)
    assert len(titles(world.ava)) == 5
    assert titles(world.max) == []
    SubscriptionFactory(customer=world.proseware, partner=world.litware, product="VISIOCLIENT")
    assert titles(world.max) == [("Licenses of Visio Plan 2 can be given back", "Proseware")]


def test_the_list_is_filtered_searched_and_sorted_in_the_address(world):
    everything(world)
    page = Visitor(world.ava).get(HERE)
    pills = [pill.text for pill in page.main.all(classes="pills")[0].all("a")]
    assert pills == [
        "All 4",
        "Over-assigned 1",
        "Licenses to reduce 1",
        "Ending terms 1",
        "Expiring admin relationships 1",
    ]
    assert [row[1] for row in lines(world.ava, "?kind=gdap")] == ["Tailspin Toys"]
    assert len(lines(world.ava, "?kind=nonsense")) == 4
    assert [row[1] for row in lines(world.ava, "?q=NORTH")] == ["Northwind Traders"]
    assert lines(world.ava, "?kind=gdap&q=north") == []
    by_customer = [row[1] for row in lines(world.ava, "?sort=customer")]
    assert by_customer == ["Fabrikam, Inc.", "Northwind Traders", "Tailspin Toys", "Tailspin Toys"]
    assert [row[1] for row in lines(world.ava, "?sort=-customer")] == by_customer[::-1]
    assert titles(world.ava, "?sort=-due") == titles(world.ava)[::-1]


def test_pages_turn_without_losing_or_repeating_a_line_in_either_direction(world, settings):
    everything(world)
    both = sold(world, world.fabrikam, "VISIOCLIENT", days_ago=1)  # two lines of one subscription
    Subscription.objects.filter(pk=both.pk).update(auto_renew=False, term_ends_at=NOW + timedelta(days=6))
    for number in range(3):
        ending(world, world.northwind, days=20, name="EXCHANGESTANDARD", friendly_name=f"Mail {number}")
    for sort in ("due", "-due", "customer", "-customer"):
        settings.PAGE_SIZE = 50
        whole = titles(world.ava, f"?sort={sort}")
        assert len(whole) == 9
        for size in (1, 2, 4):
            settings.PAGE_SIZE = size
            assert walked(world, f"?sort={sort}") == (whole, whole)
    for broken in (
        f"after={'9' * 5000}.x",
        "after=garbage",
        "after=0.garbage",
        "before=9.x",
        "after=0.WyJ4Iiwi",
        "after=%00",
    ):
        assert titles(world.ava, f"?{broken}") == titles(world.ava)


def walked(world, query):
    """All lines by Next to the end, and by Previous back to the start."""
    page, there, back = Visitor(world.ava).get(f"{HERE}{query}"), [], []

    def on(page):
        return [(line.all("th")[0].all("a")[0].text, line.all("td")[0].text) for line in page.main.all("tr")[1:]]

    there += on(page)
    while page.can_turn("Next"):
        page = page.turn("Next")
        there += on(page)
    back = on(page)
    while page.can_turn("Previous"):
        page = page.turn("Previous")
        back = on(page) + back
    return there, back


def test_the_page_asks_the_same_queries_for_one_line_of_each_kind_and_for_three(world, django_assert_max_num_queries):
    counts = []
    visitor = Visitor(world.ava)
    for number in range(3):
        customer = CustomerFactory(sold_by=[world.contoso])
        RelationshipFactory(partner=world.contoso, customer=customer, display_name=f"Care {number}", duration_days=10)
        ending(world, customer, days=20)
        sold(world, customer, "ENTERPRISEPACK", days_ago=2)
        over(world, customer)
        with django_assert_max_num_queries(14) as captured:
            assert len(visitor.get(HERE).rows) == 4 * (number + 1)
        counts.append(len(captured))
    assert len(set(counts)) == 1


def test_the_bell_leads_there_from_every_page(world):
    assert Visitor(world.sam).get("/customers/").follow("Action center").headline == "Action center"


def test_saas_and_usage_have_no_seats_to_give_back_and_what_waits_for_its_publisher_does_not_end(world):
    for name in ("RELECLOUD_BACKUP", "AZURE_PLAN"):
        sold(world, world.fabrikam, name, days_ago=2)
    ending(world, world.tailspin, days=20, name="RELECLOUD_BACKUP")
    assert titles(world.ava) == []
    active = ending(world, world.tailspin, days=20, name="RELECLOUD_BACKUP")
    Subscription.objects.filter(pk=active.pk).update(activated_at=NOW)
    assert titles(world.ava) == [("Relecloud Backup ends", "Tailspin Toys")]
