"""Reports about the licenses of a customer, on the page, as CSV and to print."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import CustomerUser
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from tests.factories import SYSTEM, CustomerUserFactory, sku, stock
from tests.portal.visitor import Visitor

REPORTS = ("products", "users", "unused", "idle", "unlicensed")
STAFF = ("ava", "lea", "dan", "uma", "harry", "sam", "nora", "max")


def address(customer, report):
    return reverse("license-report", args=[customer.pk, report])


def give(user, part_number="ENTERPRISEPACK"):
    update_licenses(by=SYSTEM, user=user, update=LicenseUpdate(assign=(LicenseToAssign(sku(part_number)),)))


@pytest.fixture
def licensed(world):
    """Two of three seats taken, one by somebody blocked; a full product; somebody of another customer with the same."""
    stock(world.fabrikam, "ENTERPRISEPACK", seats=3)
    stock(world.fabrikam, "FLOW_FREE", seats=1)
    stock(world.namesake, "ENTERPRISEPACK", seats=3)
    blocked = CustomerUserFactory(
        customer=world.fabrikam, display_name="=Blocked()", local_part="blocked", sign_in_blocked=True
    )
    give(world.dana)
    give(world.dana, "FLOW_FREE")
    give(blocked)
    give(world.dana_of_namesake)
    return world


DANA = ["Dana Hudecova", "dana.hudecova@fabrikam.com", "SK", "Microsoft Power Automate Free, Office 365 E3", "Active"]
BLOCKED = ["=Blocked()", "blocked@fabrikam.com", "SK", "Office 365 E3", "Sign-in blocked"]
ADMIN = ["Global Admin", "global.admin@fabrikam.com", "SK", "", "Active"]
ROWS = {
    "products": [["Microsoft Power Automate Free", "1", "1", "0", "0"], ["Office 365 E3", "3", "2", "1", "0"]],
    "users": [BLOCKED, DANA],
    "unused": [["Office 365 E3", "3", "1"]],
    "idle": [BLOCKED],
    "unlicensed": [ADMIN],
}


def test_who_may_see_the_reports(licensed):
    found = {name: Visitor(getattr(licensed, name)).open(address(licensed.fabrikam, "users")).status for name in STAFF}
    assert found == dict.fromkeys(STAFF, 200) | {"sam": 403, "nora": 403}


def test_each_report_shows_its_rows_on_the_page_and_in_print(licensed):
    visitor = Visitor(licensed.ava)
    for query in ("", "?print=1"):
        assert {name: visitor.open(address(licensed.fabrikam, name) + query).rows for name in REPORTS} == ROWS
    page = visitor.open(reverse("license-reports", args=[licensed.fabrikam.pk]))
    assert page.headline == "Fabrikam, Inc. | By product"
    assert page.follow("Unused seats").rows == ROWS["unused"]


def test_each_report_is_a_file_with_formulas_defused(licensed):
    client = Visitor(licensed.ava).client
    for name in REPORTS:
        answer = client.get(f"{address(licensed.fabrikam, name)}?format=csv")
        lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        defused = [[f"'{cell}" if cell.startswith("=") else cell for cell in row] for row in ROWS[name]]
        assert lines[1:] == defused, name


def test_a_customer_without_anything_and_an_unknown_report_say_so(world):
    page = Visitor(world.ava).open(address(world.northwind, "unused"))
    assert "Nothing to report" in page.text
    assert Visitor(world.ava).get(address(world.northwind, "secrets")).status == 404


def test_a_report_is_paged_and_the_print_view_and_the_file_have_everybody(licensed, settings):
    settings.PAGE_SIZE = 1
    page = Visitor(licensed.ava).open(address(licensed.fabrikam, "users"))
    assert page.names + page.turn("Next").names == ["=Blocked()", "Dana Hudecova"]
    assert len(Visitor(licensed.ava).open(f"{address(licensed.fabrikam, 'users')}?print=1").rows) == 2


def test_a_report_asks_the_same_number_of_queries_for_one_row_and_three(licensed):
    visitor = Visitor(licensed.ava)
    CustomerUser.objects.filter(display_name="=Blocked()").delete()

    def asked():
        counts = {}
        for name in REPORTS:
            with CaptureQueriesContext(connection) as queries:
                visitor.open(address(licensed.fabrikam, name))
            counts[name] = len(queries)
        return counts

    asked()
    before = asked()
    stock(licensed.fabrikam, "ENTERPRISEPACK", seats=9)
    for _ in range(2):
        user = CustomerUserFactory(customer=licensed.fabrikam, sign_in_blocked=True)
        give(user)
        CustomerUserFactory(customer=licensed.fabrikam)
    after = asked()
    assert after | {"idle": 0} == before | {"idle": 0}
    assert after["idle"] == after["users"]
