"""Billing > Your products on the customer's side: what was bought, one row per subscription."""

import pytest

from licensing.models import Subscription
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.rules.subscriptions import SubscriptionChange
from licensing.services.licenses import update_licenses
from licensing.services.subscriptions import change_subscription
from tests.cast import after
from tests.factories import SYSTEM, SubscriptionFactory, sku
from tests.tenant.visitor import TenantVisitor, admin_of

HERE = "/tenant/billing/your-products/"
CLASSIC = Subscription.Commerce.CLASSIC


@pytest.fixture
def admin(world):
    return TenantVisitor(world.global_admin)


def buy(world, product, quantity, customer=None, **rest):
    rest.setdefault("partner", world.contoso)
    return SubscriptionFactory(customer=customer or world.fabrikam, product=product, quantity=quantity, **rest)


def test_each_subscription_has_a_row_also_what_nobody_can_be_assigned(world, admin):
    buy(world, "POWER_BI_PRO", 10, commerce=CLASSIC)
    buy(world, "POWER_BI_PRO", 3, friendly_name="Košice office", auto_renew=False)
    buy(world, "SHAREPOINTSTORAGE", 50, partner=world.litware)
    buy(world, "ATP_ENTERPRISE_FACULTY", 25, commerce=CLASSIC)
    buy(world, "VISIOCLIENT", 7, customer=world.namesake)
    update_licenses(by=SYSTEM, user=world.dana, update=LicenseUpdate(assign=(LicenseToAssign(sku("POWER_BI_PRO")),)))
    page = admin.get(HERE)
    assert page.headline == "Your products"
    assert page.columns == ["Product", "Purchased quantity", "Assigned licenses", "Status", "Renewal"]
    renews = "Auto renews on Nov 22, 2027"
    assert sorted(page.rows) == [
        [
            "Microsoft Defender for Office 365 (Plan 1) Faculty",
            "25",
            "Not assignable to users",
            "Active",
            renews,
        ],
        ["Office 365 Extra File Storage", "50", "Not Available", "Active", renews],
        ["Power BI Pro", "10", "1", "Active", renews],
        ["Power BI Pro Košice office", "3", "Not Available", "Active", "Ends on Nov 22, 2027"],
    ]


def test_status_and_renewal_go_by_the_clock_until_a_subscription_is_gone(world, admin):
    buy(world, "POWER_BI_PRO", 10)
    buy(world, "VISIOCLIENT", 3, auto_renew=False)
    paused = buy(world, "ENTERPRISEPACK", 2)
    cancelled = buy(world, "MCOMEETADV", 2)
    change_subscription(by=SYSTEM, subscription=paused, change=SubscriptionChange(status="suspended"))
    change_subscription(by=SYSTEM, subscription=cancelled, change=SubscriptionChange(status="deleted"))

    def seen(**time):
        with after(**time):
            return {row[0]: row[3:] for row in admin.get(HERE).rows}

    bi, visio, e3 = "Power BI Pro", "Visio Plan 2", "Office 365 E3"
    first = {bi: ["Active", "Auto renews on Nov 22, 2027"], visio: ["Active", "Ends on Nov 22, 2027"]}
    assert seen() == first | {e3: ["Suspended", "Suspended on Nov 22, 2026"]}
    assert seen(days=30) == first | {e3: ["Disabled", "Disabled on Dec 22, 2026"]}
    assert seen(days=119) == first | {e3: ["Disabled", "Disabled on Dec 22, 2026"]}
    assert seen(days=120) == first
    second = {bi: ["Active", "Auto renews on Nov 22, 2028"]}
    assert seen(days=365) == second | {visio: ["Expired", "Expired on Nov 22, 2027"]}
    assert seen(days=395) == second | {visio: ["Disabled", "Disabled on Dec 22, 2027"]}
    assert seen(days=484) == second | {visio: ["Disabled", "Disabled on Dec 22, 2027"]}
    assert seen(days=485) == second


def test_the_list_takes_the_same_queries_for_one_and_for_three_turns_its_pages_and_searches(
    world, settings, django_assert_max_num_queries
):
    visitor = TenantVisitor(admin_of(world.tailspin))
    assert visitor.get(HERE).main.all("h2")[0].text == "No products"
    counts = []
    for number, part in enumerate(("VISIOCLIENT", "POWER_BI_PRO", "ENTERPRISEPACK")):
        buy(world, part, number + 1, customer=world.tailspin, commerce=CLASSIC, friendly_name=f"Nick {number}")
        with django_assert_max_num_queries(8) as captured:
            assert len(visitor.get(HERE).rows) == number + 1
        counts.append(len(captured))
    assert len(set(counts)) == 1
    settings.PAGE_SIZE = 2
    first = visitor.get(f"{HERE}?sort=-quantity")
    assert (first.names, first.turn("Next").names) == (
        ["Office 365 E3 Nick 2", "Power BI Pro Nick 1"],
        ["Visio Plan 2 Nick 0"],
    )
    assert visitor.get(f"{HERE}?q=nick+1").names == ["Power BI Pro Nick 1"]
    assert visitor.get(f"{HERE}?q=nothing").main.all("h2")[0].text == "No product matches"
    for odd in ("q=%00", "q=%25", "after=x", "before=%00", "sort=-nothing", "sort=quantity&after=WyJ4IiwieCJd"):
        assert visitor.get(f"{HERE}?{odd}").status == 200


def test_everybody_of_the_organization_may_look(world):
    buy(world, "POWER_BI_PRO", 10)
    assert TenantVisitor(world.dana).get(HERE).names == ["Power BI Pro"]
