"""One subscription of the new commerce from its first day to its last, as every door shows it at each date."""

from datetime import timedelta

import pytest
from django.urls import reverse

from licensing.models import LicenseAssignment, Subscription
from licensing.queries import inventory
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.errors import LicensingError
from licensing.services.licenses import update_licenses
from partnercenter import clock
from tests.cast import NOW, after
from tests.factories import (
    SYSTEM,
    AssignmentFactory,
    CustomerUserFactory,
    RelationshipFactory,
    SubscriptionFactory,
    sku,
)
from tests.graph import Graph
from tests.partner_center import Api, body_of, code_of
from tests.portal.visitor import Visitor
from tests.tenant.visitor import TenantVisitor

PART = "POWER_BI_PRO"
RENEWED = NOW.replace(year=2027)
ENDS = NOW.replace(year=2028)
PASSED = "You have passed the 7-day window for reducing licenses of Power BI Pro"


class Doors:
    """What each door says of the one product of Fabrikam, at the moment of the clock."""

    def __init__(self, world):
        self.world = world
        self.api = Api(world.ava)
        self.graph = Graph(world.ava, at=world.fabrikam)
        self.staff = Visitor(world.ava)
        self.admin = TenantVisitor(world.global_admin)
        self.customer = f"/v1/customers/{world.fabrikam.pk}"

    def seats(self):
        """(total, consumed, over-assigned by): the pages of both sides and both APIs agree on them."""
        seats = inventory(self.world.fabrikam).seats[sku(PART)]
        (v1,) = body_of(self.api.get(f"{self.customer}/subscribedskus"))["items"]
        (graph,) = self.graph.get("/v1.0/subscribedSkus").json()["value"]
        units = graph["prepaidUnits"]
        assert (v1["activeUnits"], v1["warningUnits"], v1["suspendedUnits"], v1["consumedUnits"]) == (
            units["enabled"],
            units["warning"],
            units["suspended"],
            graph["consumedUnits"],
        )
        assert (v1["totalUnits"], v1["availableUnits"]) == (seats.total, seats.total - seats.consumed)
        assert v1["capabilityStatus"] == graph["capabilityStatus"]
        return seats, (units["enabled"], units["warning"], units["suspended"]), graph["capabilityStatus"]

    def partner_row(self):
        (row,) = self.staff.get(reverse("subscriptions", args=[self.world.fabrikam.pk])).rows
        return row[3], row[4]

    def tenant_rows(self):
        """Of Licenses (available, assigned) and Your products (status, renewal); None where the product is gone."""
        owned = [row[1:] for row in self.admin.get("/tenant/billing/licenses/").rows]
        bought = [row[3:] for row in self.admin.get("/tenant/billing/your-products/").rows]
        return owned[0] if owned else None, bought[0] if bought else None

    def subscription(self, subscription):
        body = body_of(self.api.get(f"{self.customer}/subscriptions/{subscription.pk}"))
        page = self.staff.get(reverse("subscription", args=[self.world.fabrikam.pk, subscription.pk]))
        facts = {line.all("dt")[0].text: line.all("dd")[0].text for line in page.main.all("dl")[0].all("div")}
        return body, page, facts

    def patch(self, subscription, **members):
        path = f"{self.customer}/subscriptions/{subscription.pk}"
        return self.api.patch(path, {"autoRenewEnabled": True} | members)


@pytest.fixture
def doors(world):
    return Doors(world)


@pytest.fixture
def bought(world):
    return SubscriptionFactory(customer=world.fabrikam, partner=world.contoso, product=PART, quantity=4)


def give(user):
    update_licenses(by=SYSTEM, user=user, update=LicenseUpdate(assign=(LicenseToAssign(sku(PART)),)))


def look_on(world):
    """Admin relationships last two years at most, and the subscription more than that."""
    later = RelationshipFactory(partner=world.contoso, customer=world.fabrikam, roles=["License Administrator"])
    AssignmentFactory(relationship=later, group=world.leads)


def show(doors, bought):
    """Everything that the doors say now, in one line of texts to compare."""
    seats, units, capability = doors.seats()
    body, _page, facts = doors.subscription(bought)
    assigned, status = doors.partner_row()
    owned, product = doors.tenant_rows()
    assert facts["Assigned"] == assigned
    assert (
        sum(item["quantity"] for item in body["refundableQuantity"]["details"])
        == body["refundableQuantity"]["totalQuantity"]
    )
    if product is not None:
        assert product == [facts["Status"].split()[0], status]
    return {
        "seats": (seats.total, seats.consumed, seats.over_assigned_by),
        "units": units,
        "capability": capability,
        "v1": (body["status"], body["quantity"], body["refundableQuantity"]["totalQuantity"]),
        "partner": (assigned, status),
        "licenses": owned,
        "products": product,
    }


def test_seats_pages_and_both_apis_from_the_purchase_through_window_and_renewal_to_the_end(world, doors, bought):
    for user in (world.dana, world.global_admin):
        give(user)
    running = {"seats": (4, 2, 0), "units": (4, 0, 0), "capability": "Enabled"}
    shown = "Auto renews on Nov 22, 2027"
    first = running | {
        "partner": ("2 of 4", shown),
        "licenses": ["2", "2/4"],
        "products": ["Active", shown],
    }
    assert show(doors, bought) == first | {"v1": ("active", 4, 4)}

    # The window: open to its last moment, then closed in every door.
    with after(days=7, microseconds=-1):
        body, page, _ = doors.subscription(bought)
        assert body["cancellationAllowedUntilDate"] == "2026-11-29T12:00:00Z"
        assert "4 licenses until Nov 29, 2026, 12:00 UTC" in page.text
        assert doors.patch(bought, quantity=3).status_code == 200
        assert show(doors, bought)["units"] == (3, 0, 0)
    with after(days=7):
        body, page, _ = doors.subscription(bought)
        assert "cancellationAllowedUntilDate" not in body
        assert "None can be given back now." in page.text
        assert code_of(doors.patch(bought, quantity=2)) == (400, 900257)
        assert code_of(doors.patch(bought, status="deleted")) == (400, 900214)
        (refusal,) = page.post_form.submit(quantity="2").errors_of("quantity")
        assert refusal == f"{PASSED}: none can be given back now."
        assert doors.patch(bought, quantity=5).status_code == 200
        assert show(doors, bought)["v1"] == ("active", 5, 2)
    with after(days=14):
        assert show(doors, bought)["v1"] == ("active", 5, 0)

    # The renewal opens it again, for all seats: so far down that more users are left than licenses.
    with clock.frozen(RENEWED - timedelta(microseconds=1)):
        assert show(doors, bought)["partner"] == ("2 of 5", shown)
        assert code_of(doors.patch(bought, quantity=1)) == (400, 900257)
    with clock.frozen(RENEWED):
        again = "Auto renews on Nov 22, 2028"
        assert show(doors, bought)["v1"] == ("active", 5, 5)
        assert show(doors, bought)["products"] == ["Active", again]
        assert doors.patch(bought, quantity=1).status_code == 200
        assert show(doors, bought) == {
            "seats": (1, 2, 1),
            "units": (1, 0, 0),
            "capability": "Enabled",
            "v1": ("active", 1, 1),
            "partner": ("2 of 1 Over-assigned by 1", again),
            "licenses": ["0 Over-assigned by 1", "2/1"],
            "products": ["Active", again],
        }
        assert LicenseAssignment.objects.count() == 2
        with pytest.raises(LicensingError):
            give(CustomerUserFactory(customer=world.fabrikam))
        assert doors.patch(bought, quantity=4).status_code == 200
        give(CustomerUserFactory(customer=world.fabrikam))

    # Told not to renew: it runs to the end of the term, then fades by itself.
    with clock.frozen(RENEWED + timedelta(days=100)):
        look_on(world)
        assert body_of(doors.patch(bought, autoRenewEnabled=False))["commitmentEndDate"] == "2028-11-22T12:00:00Z"
    used = {"seats": (4, 3, 0), "units": (4, 0, 0), "capability": "Enabled", "licenses": ["1", "3/4"]}
    lost = {"seats": (0, 3, 3), "licenses": ["0 Over-assigned by 3", "3/0"]}
    over, gone = "3 of 0 Over-assigned by 3", "Disabled on Dec 22, 2028"
    expected = {
        timedelta(microseconds=-1): used
        | {"v1": ("active", 4, 0), "partner": ("3 of 4", "Ends on Nov 22, 2028"), "products": "Active"},
        timedelta(0): used
        | {"units": (0, 4, 0), "capability": "Warning", "products": "Expired"}
        | {"v1": ("expired", 4, 0), "partner": ("3 of 4", "Expired on Nov 22, 2028")},
        timedelta(days=30, microseconds=-1): used
        | {"units": (0, 4, 0), "capability": "Warning", "products": "Expired"}
        | {"v1": ("expired", 4, 0), "partner": ("3 of 4", "Expired on Nov 22, 2028")},
        timedelta(days=30): lost
        | {"units": (0, 0, 4), "capability": "Suspended", "products": "Disabled"}
        | {"v1": ("disabled", 4, 0), "partner": (over, gone)},
        timedelta(days=120, microseconds=-1): lost
        | {"units": (0, 0, 4), "capability": "Suspended", "products": "Disabled"}
        | {"v1": ("disabled", 4, 0), "partner": (over, gone)},
        timedelta(days=120): lost
        | {"units": (0, 0, 0), "capability": "Deleted", "products": None}
        | {"v1": ("deleted", 4, 0), "partner": (over, "Deleted")},
    }
    for moment, wanted in expected.items():
        with clock.frozen(ENDS + moment):
            found = show(doors, bought)
        found["products"] = found["products"] and found["products"][0]
        assert (moment, found) == (moment, wanted)
    assert LicenseAssignment.objects.count() == 3
    assert Subscription.objects.get().status == "active"  # nothing had to run
