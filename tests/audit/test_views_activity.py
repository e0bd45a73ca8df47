"""The activity log of a partner and of a customer's own admins."""

import csv
import io
from dataclasses import replace

import pytest
from django.urls import reverse

from customers.services import UserInfo, update_user
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from partnercenter.accounts.principals import Door
from partnercenter.audit.models import AuditRecord, Operation, ResourceType
from partnercenter.audit.services import record
from tests.cast import after, forget_records, principal
from tests.factories import sku, stock
from tests.portal.visitor import Page, Visitor
from tests.tenant.visitor import TenantVisitor, admin_of

HERE = "/activity/"


def rename(user, by, first_name):
    update_user(by=by, user=user, info=replace(UserInfo.of(user), first_name=first_name))
    user.refresh_from_db()


@pytest.fixture
def done(world):
    """Lea gives Dana a license, Ava renames her by Graph and changes a group, Max of Litware does his own."""
    stock(world.fabrikam, "ENTERPRISEPACK", seats=1)
    forget_records()
    with after(minutes=1):
        update = LicenseUpdate(assign=(LicenseToAssign(sku("ENTERPRISEPACK")),))
        update_licenses(by=principal(world.lea), user=world.dana, update=update)
    with after(days=1):
        rename(world.dana, principal(world.ava, door=Door.GRAPH), "Danka")
        plain(world.ava, Operation.UPDATE_GROUP, ResourceType.SECURITY_GROUP, "Desk")
        rename(world.dana_of_northwind, principal(world.ava), "Northa")
    with after(days=2):
        rename(world.dana_of_namesake, principal(world.max), "Other")
        plain(world.max, Operation.UPDATE_CUSTOMER_USER, ResourceType.CUSTOMER_USER, "of Litware", world.fabrikam)


def plain(user, operation, resource_type, name, customer=None):
    record(
        by=principal(user),
        operation=operation,
        resource_type=resource_type,
        resource_id=name,
        resource_name=name,
        customer_id=customer.pk if customer else None,
        customer_name=str(customer or ""),
    )


def lines(page: Page) -> list[tuple[str, str]]:
    """What was done, and to which thing."""
    assert page.status == 200
    if not page.main.all("table"):
        return []
    rows = page.main.all("tbody")[0].all("tr")
    return [tuple(cell.text for cell in row.all("td")[:2]) for row in rows]


def things(page: Page) -> set[str]:
    return {thing for _, thing in lines(page)}


LICENSES = ("Update customer user licenses", "dana.hudecova@fabrikam.com")
RENAMED = ("Update customer user", "dana.hudecova@fabrikam.com")


def test_the_log_shows_what_the_partners_own_people_did_and_nothing_of_others(world, done):
    page = Visitor(world.ava).get(HERE)
    assert things(page) == {"dana.hudecova@fabrikam.com", "Desk", world.dana_of_northwind.user_principal_name}
    assert things(Visitor(world.max).get(HERE)) == {world.dana_of_namesake.user_principal_name, "of Litware"}
    inside = Visitor(world.ava).get(reverse("customer-activity", args=[world.fabrikam.pk]))
    assert lines(inside) == [RENAMED, LICENSES]


def test_a_record_of_another_partner_is_not_there(world, done):
    for entry in AuditRecord.objects.all():
        mine = entry.partner_id == world.contoso.pk
        address = reverse("activity-record", args=[entry.pk])
        assert Visitor(world.ava).get(address).status == (200 if mine else 404)
        assert Visitor(world.max).get(address).status == (404 if mine else 200)


def test_who_is_no_admin_is_told_which_roles_would_do(world, done):
    for address in (HERE, reverse("customer-activity", args=[world.fabrikam.pk])):
        page = Visitor(world.sam).get(address)
        assert page.status == 403
        assert "Reading the activity log needs the partner role Admin agent or Global admin." in page.text


def test_the_log_is_narrowed_by_each_of_its_filters_and_says_so_in_the_address(world, done):
    ava = Visitor(world.ava)
    wanted = {
        "who=LEA.licenses": [LICENSES],
        "thing=hudecova@fabrikam.com": [RENAMED, LICENSES],
        "customer=northwind": [("Update customer user", world.dana_of_northwind.user_principal_name)],
        "operation=update_security_group": [("Update group", "Desk")],
        "door=graph": [RENAMED],
        "since=2026-11-23&customer=fabrikam": [RENAMED],
        "until=2026-11-22": [LICENSES],
        "who=nobody": [],
        "who=%00lea": [LICENSES],
    }
    assert {query: lines(ava.get(f"{HERE}?{query}")) for query in wanted} == wanted


def test_what_no_filter_understands_is_said_and_kept(world, done):
    ava = Visitor(world.ava)
    for query, said in (
        ("since=yesterday", "Enter a valid date."),
        ("since=2026-11-23&until=2026-11-22", "The last day is before the first."),
        ("door=window", "Select a valid choice. window is not one of the available choices."),
        ("until=9999-12-31&since=0001-01-01&after=x&before=y&sort=z", ""),
    ):
        page = ava.get(f"{HERE}?{query}")
        assert page.status == 200
        assert said in page.text
        assert query.split("&")[0].split("=")[1] in page.html


def test_the_log_is_paged_by_key(world, done, settings):
    settings.PAGE_SIZE = 2
    first = Visitor(world.ava).get(f"{HERE}?door=portal&who=ava")
    assert len(lines(first)) == 2
    settings.PAGE_SIZE = 1
    seen, page = [], Visitor(world.ava).get(HERE)
    while True:
        seen += lines(page)
        following = [link for link in page.main.all("a") if link.attributes.get("rel") == "next"]
        if not following:
            break
        page = Visitor(world.ava).get(HERE + following[0].attributes["href"])
    assert (len(seen), seen[-1]) == (4, LICENSES)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_log_takes_the_same_queries_however_many_records(world, rows, django_assert_num_queries):
    forget_records()
    for number in range(rows):
        plain(world.ava, Operation.UPDATE_GROUP, ResourceType.SECURITY_GROUP, str(number))
    visitor = Visitor(world.ava)
    visitor.get(HERE)
    with django_assert_num_queries(6):  # two of them are the list's
        assert len(lines(visitor.get(HERE))) == rows


def test_a_record_tells_before_and_after_and_the_chain_that_granted_it(world, done):
    entry = AuditRecord.objects.get(operation="update_customer_user_licenses")
    page = Visitor(world.ava).get(reverse("activity-record", args=[entry.pk]))
    facts = {row.all("dt")[0].text: row.all("dd")[0].text for row in page.main.all("dl")[0].all("div")}
    assert (facts["Who"], facts["Through"], facts["Partner roles"]) == (world.lea.username, "Portal", "Admin agent")
    assert (facts["Request id"], facts["Correlation id"]) == ("request", "request")
    (chain,) = page.main.all(classes="chain-list")[0].all("li")
    assert [part.text for part in chain.all("span")] == ["Service desk", "GDAP License desk", "License Administrator"]
    (row,) = page.main.all("tbody")[0].all("tr")
    assert [cell.text for cell in [*row.all("th"), *row.all("td")]] == ["Licenses", "\N{EN DASH}", "Office 365 E3"]


def exported(page: Page) -> list[list[str]]:
    text = b"".join(page.response.streaming_content).decode()
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_file_holds_what_the_list_shows_and_no_formula(world, done):
    plain(world.ava, Operation.UPDATE_GROUP, ResourceType.SECURITY_GROUP, "=HYPERLINK(1)")
    visitor = Visitor(world.ava)
    head, *rows = exported(visitor.get(f"{HERE}?operation=update_security_group&format=csv"))
    assert head[:6] == ["Time (UTC)", "Who", "Customer", "What", "Thing", "Through"]
    assert sorted(row[4] for row in rows) == ["'=HYPERLINK(1)", "Desk"]
    (licenses,) = exported(visitor.get(f"{HERE}?who=lea&format=csv"))[1:]
    assert licenses[7] == "Service desk > GDAP License desk > License Administrator"
    assert "Office 365 E3" in licenses[9]


# The customer's side


def test_a_customers_admin_sees_what_anybody_did_in_the_tenant(world, done):
    plain(world.ava, Operation.UPDATE_CUSTOMER_TAGS, ResourceType.CUSTOMER, "Gold", world.fabrikam)
    page = TenantVisitor(admin_of(world.fabrikam, "their.admin")).get("/tenant/activity/")
    assert lines(page) == [("Update customer user", "of Litware"), RENAMED, LICENSES]
    other = TenantVisitor(admin_of(world.northwind, "other.admin")).get("/tenant/activity/")
    assert things(other) == {world.dana_of_northwind.user_principal_name}


def test_records_of_another_tenant_and_of_the_partners_own_order_are_not_there(world, done):
    plain(world.ava, Operation.UPDATE_CUSTOMER_TAGS, ResourceType.CUSTOMER, "Gold", world.fabrikam)
    visitor = TenantVisitor(admin_of(world.fabrikam, "their.admin"))
    for entry in AuditRecord.objects.all():
        mine = entry.customer_id == world.fabrikam.pk and entry.operation != "update_customer_tags"
        assert visitor.get(reverse("tenant-activity-record", args=[entry.pk])).status == (200 if mine else 404)


def test_in_the_tenant_the_log_takes_a_role(world, done):
    clerk = TenantVisitor(admin_of(world.fabrikam, "clerk", roles=["User Administrator"]))
    page = clerk.get("/tenant/activity/")
    assert page.status == 403
    assert "The audit log is for the roles Global Administrator, Global Reader," in page.text
    reader = TenantVisitor(admin_of(world.fabrikam, "reader", roles=["Reports Reader"]))
    assert len(exported(reader.get("/tenant/activity/?format=csv"))) == 4
