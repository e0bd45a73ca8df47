"""Security groups: the list, their names, their members, and what they open where."""

import pytest
from django.urls import reverse
from zeal import zeal_ignore

from gdap.models import SecurityGroup
from partnercenter.audit.models import AuditRecord
from tests.cast import after
from tests.factories import AssignmentFactory, RelationshipFactory, SecurityGroupFactory, StaffFactory
from tests.portal.visitor import Page, Visitor

ALL_OF_CONTOSO = ["GDAP Directory writers", "GDAP Helpdesk", "GDAP Leads", "GDAP License desk", "GDAP User admins"]


@pytest.fixture
def ava(world) -> Visitor:
    return Visitor(world.ava)


def of(group: SecurityGroup, name: str = "security-group") -> str:
    return reverse(name, args=[group.pk])


def rows_written() -> tuple[object, ...]:
    return list(SecurityGroup.objects.order_by("pk").values()), AuditRecord.objects.count()


def test_the_list_counts_members_and_customers_by_the_clock(world, ava):
    page = ava.get(reverse("security-groups"))
    assert page.columns == ["Name", "Description", "Members", "Customers"]
    assert page.names == ALL_OF_CONTOSO
    numbers = {row[0]: (row[2], row[3].split()[0]) for row in page.rows}
    assert numbers["GDAP Leads"] == ("1", "2")
    assert numbers["GDAP License desk"] == ("1", "1")
    with after(days=730):
        assert {row[3].split()[0] for row in ava.get(reverse("security-groups")).rows} == {"0"}


def test_the_list_is_searched_sorted_and_paged(world, ava, settings):
    there = reverse("security-groups")
    assert ava.get(f"{there}?q=LICENSE").names == ["GDAP License desk"]
    assert ava.get(f"{there}?sort=-name").names == ALL_OF_CONTOSO[::-1]
    assert ava.get(f"{there}?sort=-customers").names[0] == "GDAP Leads"
    settings.PAGE_SIZE = 2
    page = ava.get(there)
    assert [*page.names, *page.turn("Next").names, *page.turn("Next").turn("Next").names] == ALL_OF_CONTOSO
    key = page.turn("Next").address.split("after=")[1]
    for sort in ("members", "customers"):
        assert ava.get(f"{there}?sort={sort}&after={key}").status == 200


def test_a_group_is_created_and_renamed(world, ava):
    page = ava.get(reverse("create-group")).form().submit(display_name="Night shift", description="On call")
    page = ava.arrive(page)
    assert page.messages == ["The security group Night shift was created. It has no members yet."]
    made = SecurityGroup.objects.get(display_name="Night shift")
    assert (made.partner, made.description, made.is_built_in) == (world.contoso, "On call", False)
    page = ava.arrive(ava.get(of(made, "rename-group")).form().submit(display_name="Day shift"))
    assert page.messages == ["The security group is called Day shift now."]
    records = AuditRecord.objects.filter(resource_id=str(made.pk)).order_by("occurred_at", "operation")
    assert [row.operation for row in records] == ["add_security_group", "update_security_group"]


def test_wrong_names_are_told_at_the_field_and_kept(world, ava):
    built_in = SecurityGroupFactory(partner=world.contoso, display_name="AdminAgents", is_built_in=True)
    taken = "You have a security group called gdap leads already."
    cases = [
        (reverse("create-group"), {"display_name": " "}, "display_name", "Give the group a name."),
        (reverse("create-group"), {"display_name": "gdap leads"}, "display_name", taken),
        (reverse("create-group"), {"display_name": "x" * 121}, "display_name", "120 characters at most, not 121."),
        (reverse("create-group"), {"description": "x" * 301}, "description", "300 characters at most, not 301."),
        (of(world.license_desk, "rename-group"), {"display_name": "gdap leads"}, "display_name", taken),
        (
            of(built_in, "rename-group"),
            {"display_name": "Others"},
            "display_name",
            "AdminAgents is built in and keeps its name.",
        ),
    ]
    before = rows_written()
    for address, wrong, field, message in cases:
        page = ava.get(address).form().submit({"display_name": "New", "description": "Text"} | wrong)
        assert (page.status in (400, 409), page.errors_of(field)) == (True, [message]), wrong
        assert page.form().values[field] == [wrong[field]]
    assert rows_written() == before


def members(page: Page) -> list[str]:
    return page.names if page.main.all("table") else []


def test_people_join_and_leave(world, ava):
    page = ava.get(of(world.license_desk, "add-members"))
    assert world.lea.username not in page.names
    assert world.max.username not in page.names
    assert len(page.names) == 6
    with zeal_ignore():  # each membership is a write of its own
        page = page.form("list-form").submit(selected=[str(world.sam.pk), str(world.nora.pk)])
    page = ava.arrive(page)
    assert page.messages == ["Nora Nogroup and Sam Sales joined GDAP License desk."]
    assert members(page) == [world.lea.username, world.nora.username, world.sam.username]
    users = reverse("users", args=[world.fabrikam.pk])
    assert Visitor(world.nora).get(users).status == 200
    asked = page.form("list-form").submit(selected=[str(world.nora.pk)], press="Remove members")
    assert "Leaving the group: Nora Nogroup." in asked.text
    assert "What the group opens at 1 customer ends for them now" in asked.text
    page = ava.arrive(asked.form().submit())
    assert page.messages == ["Nora Nogroup left GDAP License desk."]
    assert Visitor(world.nora).get(users).status == 403
    assert ava.arrive(asked.form().submit()).messages == ["Select at least one member."]


def test_strangers_can_not_be_added(world, ava):
    for selected in ([str(world.max.pk)], [str(world.nora.pk), str(world.max.pk)], [str(world.fabrikam.pk)]):
        page = ava.post(of(world.license_desk, "add-members"), {"selected": selected})
        assert (page.status, page.messages) == (400, ["Somebody who was chosen is no staff of your company."])
    assert ava.arrive(ava.post(of(world.license_desk, "add-members"), {"selected": ["x"]})).messages == [
        "Nobody was selected."
    ]
    assert list(world.license_desk.group.user_set.all()) == [world.lea]


def test_what_a_group_opens_where_follows_the_clock(world, ava):
    page = ava.get(of(world.leads, "security-group-access"))
    assert [row[:3] for row in page.rows] == [
        ["Fabrikam, Inc.", "Service desk", "Active"],
        ["Northwind Traders", "Northwind leads", "Active"],
    ]
    with after(days=730):
        assert {row[2] for row in ava.get(of(world.leads, "security-group-access")).rows} == {"Expired"}
    with after(days=1095):
        assert "It opens nothing yet" in ava.get(of(world.leads, "security-group-access")).text


def test_who_may_not_change_groups_reads_why(world):
    lea = Visitor(world.lea)
    page = lea.get(of(world.license_desk))
    needs = "Changing the members of security groups needs the partner role Global admin or User management admin."
    assert page.reasons == [f"{needs} A Global admin of your partner account can assign it."] * 4
    for name in ("add-members", "remove-members", "rename-group", "delete-group"):
        assert lea.get(of(world.license_desk, name)).status == 403
        assert lea.post(of(world.license_desk, name), {"selected": [str(world.lea.pk)]}).status == 403
    assert lea.post(reverse("create-group"), {"display_name": "Mine"}).status == 403


def test_a_group_of_another_partner_is_not_there(world, ava):
    names = ("security-group", "security-group-access", "rename-group", "delete-group", "add-members", "remove-members")
    for name in names:
        assert ava.get(of(world.litware_desk, name)).status == 404
        assert ava.post(of(world.litware_desk, name), {"display_name": "Stolen"}).status == 404
    assert "Litware" not in ava.get(reverse("security-groups")).html


def test_a_group_is_deleted_where_nothing_uses_it_and_says_what_does(world, ava):
    page = ava.get(of(world.leads)).follow("Delete group")
    assert page.reasons == ["It is used by Northwind leads and Service desk. Remove it there first."]
    before = rows_written()
    refused = ava.post(of(world.leads, "delete-group"))
    assert (refused.status, rows_written()) == (400, before)
    assert "GDAP Leads is used by Northwind leads and Service desk. Remove it there first." in refused.messages[0]
    built_in = SecurityGroupFactory(partner=world.contoso, display_name="AdminAgents", is_built_in=True)
    assert "A built-in group can't be deleted." in ava.get(of(built_in, "delete-group")).reasons
    assert ava.post(of(built_in, "delete-group")).status == 400
    idle = SecurityGroupFactory(partner=world.contoso, display_name="Night shift, Inc.", members=[world.nora])
    page = ava.get(of(idle)).follow("Delete group")
    assert "Its 1 member only leaves it." in page.text
    page = ava.arrive(page.post_form.submit(press="Delete the group"))
    assert (page.address, page.names) == (reverse("security-groups"), ["AdminAgents Built in", *ALL_OF_CONTOSO])
    assert page.messages == ["You deleted the security group Night shift, Inc."]
    assert ava.get(of(idle)).status == 404


def test_each_page_asks_the_same_number_of_queries_for_one_row_and_for_three(world, ava, django_assert_num_queries):
    group = SecurityGroupFactory(partner=world.contoso)

    def grow(count: int) -> None:
        for _ in range(count):
            SecurityGroupFactory(partner=world.contoso, members=[world.ava])
            group.group.user_set.add(StaffFactory(partner=world.contoso))
            StaffFactory(partner=world.contoso)
            AssignmentFactory(relationship=RelationshipFactory(partner=world.contoso), group=group)

    asks = {
        reverse("security-groups"): 6,
        of(group): 7,
        of(group, "add-members"): 7,
        of(group, "security-group-access"): 9,
    }
    for count in (1, 2):
        grow(count)
        for here, queries in asks.items():
            with django_assert_num_queries(queries):
                assert ava.get(here).status == 200
