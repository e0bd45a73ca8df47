"""Pages and searches of a customer's users as the customer grows: the queries of the lists, without rendering.

    make bench ARGS="growth --users 1000000"

One customer has all the users. A page is the product's own `key_page` (the portal, with its capped count) and `window`
(the API, which counts nothing), the searches are those of portal and API. The negative control is a page by OFFSET.
"""

import json
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable

import databases
import harness
from databases import IS_SQLITE
from django.http import QueryDict
from harness import Goal

from customers.api.users import FILTERS
from customers.models import Customer, CustomerUser, CustomerUserQuerySet
from customers.queries import matching_users
from licensing.services.bulk import sql
from partnercenter import clock
from partnercenter.portal.paging import Page, key_page
from partnercenter.wire.partner_center.filters import conditions, parse_filter
from partnercenter.wire.partner_center.paging import Listing, Seek, window

SIZE = 50
DEEP = 50_000
NAMES = ("Maria", "Leo", "Anna", "Peter", "Zuzana", "Jan", "Eva", "Tomas", "Igor", "Ursula")
BLANK = (
    "immutable_id",
    "phone_number",
    "mobile_phone",
    "job_title",
    "department",
    "office_location",
    "preferred_language",
    "password",
)
LISTING = Listing(path="/users", sorts={"displayname": "sort_name"})


def fill(customer: Customer, users: int) -> None:
    """By SQL alone; every tenth is called Maria, one of 100,000 Quentin."""
    numbers = f"SELECT generate_series(0, {users - 1})"
    padded, now, false, true = "lpad(((i * 7919) %% 1000003)::text, 7, '0')", "now()", "false", "true"
    key = str(customer.pk)
    if IS_SQLITE:
        numbers = f"SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {users}"  # noqa: S608  a number
        padded, now, false, true = "substr('000000' || ((i * 7919) %% 1000003), -7)", "'2026-01-01 00:00:00'", "0", "1"
        key = customer.pk.hex
    names = " ".join(f"WHEN {number} THEN '{name}'" for number, name in enumerate(NAMES))
    first = f"CASE WHEN i %% 100000 = 77777 THEN 'Quentin' ELSE CASE i %% 10 {names} END END"
    new_id = sql.words().new_id.replace("%s", "'019a000000007'")
    mail = "lower(f) || '.' || s || '.' || i || '@big.example'"
    values = {
        "id": new_id,
        "customer_id": f"'{key}'",
        "user_principal_name": mail,
        "first_name": "f",
        "last_name": "s",
        "display_name": "f || ' ' || s",
        "sort_name": "lower(f || ' ' || s)",
        "sort_principal_name": mail,
        "usage_location": "'SK'",
        **dict.fromkeys(BLANK, "''"),
        "sign_in_blocked": false,
        "force_change_password": true,
        "version": "1",
        "created_at": now,
        "modified_at": now,
        "licenses_when_deleted": "'[]'",
    }
    sql.execute(
        f"INSERT INTO {sql.USERS} ({', '.join(values)}) "  # noqa: S608  our own words
        f"WITH RECURSIVE n(i) AS ({numbers}), p AS (SELECT i, {first} AS f, {padded} AS s FROM n) "
        f"SELECT {', '.join(values.values())} FROM p"
    )


class Lists:
    def __init__(self, customer: Customer, users: int) -> None:
        self.users = CustomerUser.objects.alive().filter(customer=customer)
        keys = list(self.users.order_by("sort_name", "pk").values_list("sort_name", "pk")[DEEP - 1 : DEEP])
        keys += reversed(self.users.order_by("-sort_name", "-pk").values_list("sort_name", "pk")[SIZE : SIZE + 1])
        self.keys = {"0": None, f"{DEEP:,}": keys[0], f"{users:,}": keys[1]}
        self.last = users - SIZE - 1

    def page(self, key: tuple[str, object] | None, found: CustomerUserQuerySet | None = None) -> Page[CustomerUser]:
        params = QueryDict(mutable=True)
        if key:
            params["after"] = urlsafe_b64encode(json.dumps([key[0], str(key[1])]).encode()).decode().rstrip("=")
        return key_page(
            self.users if found is None else found, params, sorts={"name": "sort_name"}, default_sort="name", size=SIZE
        )

    def seek(self, key: tuple[str, object] | None, users: CustomerUserQuerySet | None = None) -> int:
        seek = Seek(
            listing=LISTING,
            operation="Next" if key else "First",
            size=SIZE,
            filter="",
            sort="displayname",
            descending=False,
            last=[str(part) for part in key or ()],
        )
        return len(window((self.users if users is None else users).values("id", "sort_name"), seek).rows)

    def by_offset(self) -> int:
        return len(self.users.order_by("sort_name", "pk")[self.last : self.last + SIZE])

    def substring(self, text: str) -> int:
        return len(self.page(None, matching_users(self.users, text)).rows)

    def prefix(self, text: str) -> int:
        asked = parse_filter(json.dumps({"Field": "DisplayName", "Value": text, "Operator": "starts_with"}))
        return self.seek(None, self.users.filter(conditions(asked, FILTERS)))


def main() -> int:
    options = harness.options(__doc__ or "", users=1_000_000)
    databases.prepare()
    customer = Customer.objects.create(company_name="Big", primary_domain="big.example")
    fill(customer, options.users)
    databases.analyze()
    lists, processes = Lists(customer, options.users), databases.processes()
    assert lists.users.count() == options.users
    assert clock.now()
    works: dict[str, Callable[[], object]] = {
        **{f"page at {name}": (lambda key=key: lists.page(key)) for name, key in lists.keys.items()},  # type: ignore[misc]
        **{f"API page at {name}": (lambda key=key: lists.seek(key)) for name, key in lists.keys.items()},  # type: ignore[misc]
        "negative control: page by OFFSET": lists.by_offset,
        "prefix 'maria 00'": lambda: lists.prefix("Maria 00"),
        "prefix 'quentin'": lambda: lists.prefix("Quentin"),
        "substring, common ('leo')": lambda: lists.substring("leo"),
        "substring, rare ('quentin')": lambda: lists.substring("quentin"),
        "substring, none ('xyzzy')": lambda: lists.substring("xyzzy"),
    }
    for name, expected in (("common ('leo')", SIZE), ("rare ('quentin')", 10), ("none ('xyzzy')", 0)):
        found = works[f"substring, {name}"]()
        assert found == expected or options.users < 1_000_000, (name, found)
    found = harness.alternate(
        {name: lambda work=work: harness.timed(work, processes=processes) for name, work in works.items()},  # type: ignore[misc]
        options.rounds,
    )
    report = harness.Report(f"growth-{databases.VENDOR}")
    report.speeds(found)
    goals(report, found, f"{options.users:,}")
    return report.end()


def goals(report: harness.Report, found: harness.Found, users: str) -> None:
    def times(slow: str, fast: str) -> float:
        return harness.ratio(found, fast, slow).wall

    for kind in ("page", "API page"):
        for depth in (f"{DEEP:,}", users):
            name = f"{kind} at {depth} / at 0"
            deep = times(f"{kind} at {depth}", f"{kind} at 0")
            report.goal(Goal(number=17, name=name, found=deep, must=1.5, aim=1.1, at_most=True))
    total = times("page at 0", "API page at 0")
    report.goal(Goal(number=18, name="page with total / without", found=total, must=4, aim=2.1, at_most=True))
    for name in ("prefix 'maria 00'", "prefix 'quentin'"):
        ratio = times(name, "API page at 0")
        report.goal(Goal(number=19, name=f"{name} / page", found=ratio, must=5, aim=1.5, at_most=True))
    for name in ("common ('leo')", "rare ('quentin')", "none ('xyzzy')"):
        ratio = times(f"substring, {name}", "page at 0")
        report.goal(Goal(number=20, name=f"substring, {name} / page", found=ratio, must=20, aim=10, at_most=True))
    control = times("negative control: page by OFFSET", "API page at 0")
    report.goal(Goal(number=0, name="negative control: page by OFFSET / page", found=control, must=20))


if __name__ == "__main__":
    sys.exit(main())
