"""The admin relationships of a customer: the list, the details, and each step that pages take."""

from datetime import timedelta
from urllib.parse import urljoin

import pytest
from django.urls import reverse
from zeal import zeal_ignore

from customers.roles import GLOBAL_ADMINISTRATOR
from gdap.lifecycle import Status
from gdap.models import AccessAssignment, AdminRelationship
from gdap.services.relationships import (
    approve_relationship,
    create_relationship,
    remove_assignment,
    set_auto_extend,
    terminate_relationship,
)
from partnercenter.audit.models import AuditRecord
from tests.cast import NOW, after
from tests.factories import (
    SYSTEM,
    AssignmentFactory,
    CustomerFactory,
    RelationshipFactory,
    SecurityGroupFactory,
    role_ids,
)
from tests.portal.visitor import Page, Visitor

LICENSE, HELPDESK = (str(role) for role in role_ids("License Administrator", "Helpdesk Administrator"))
GLOBAL = str(GLOBAL_ADMINISTRATOR)
NONE = "\N{EN DASH}"
ROLES_OF_LEADS = (
    "Directory Writers, License Administrator, Privileged Authentication Administrator, "
    "Privileged Role Administrator, User Administrator"
)


@pytest.fixture
def ava(world) -> Visitor:
    return Visitor(world.ava)


def address(name: str, relationship: AdminRelationship, *more: object) -> str:
    return reverse(name, args=[relationship.customer_id, relationship.pk, *more])


def listing(world, visitor: Visitor, query: str = "") -> Page:
    return visitor.get(reverse("admin-relationships", args=[world.tailspin.pk]) + query)


def states(world) -> dict[str, AdminRelationship]:
    """One relationship of Contoso with Tailspin in each state that lasts, by its name."""

    def one(name: str, **more: object) -> AdminRelationship:
        return RelationshipFactory(partner=world.contoso, customer=world.tailspin, display_name=name, **more)

    draft = create_relationship(
        by=SYSTEM,
        partner=world.contoso,
        customer=world.tailspin,
        display_name="A draft",
        roles=role_ids("License Administrator"),
        duration_days=30,
    )
    made = [draft, one("B waits", active=False), one("c runs"), one("D short", duration_days=7), one("E ended")]
    terminate_relationship(by=SYSTEM, relationship=made[-1])
    AssignmentFactory(relationship=made[3], group=world.leads)
    return {row.display_name: row for row in made}


def rows_written() -> tuple[object, ...]:
    models = (AdminRelationship, AccessAssignment, AuditRecord)
    return tuple(list(model.objects.order_by("pk").values()) for model in models)


# The list -----------------------------------------------------------------------------------------------------------


def test_the_list_shows_every_state_with_its_dates(world, ava):
    states(world)
    page = listing(world, ava)
    assert page.columns == ["Admin relationship name", "Status", "Start date", "End date", "Auto extend"]
    warning = " No security group has roles here, so nobody gets access by it yet."
    assert [[row[0].replace(warning, "!"), *row[1:]] for row in page.rows] == [
        ["A draft", "Created", NONE, NONE, "Disabled"],
        ["B waits", "Approval pending", NONE, NONE, "Disabled"],
        ["c runs!", "Active", "Nov 22, 2026", "Nov 21, 2028", "Disabled"],
        ["D short", "Active Ends in 7 days", "Nov 22, 2026", "Nov 29, 2026", "Disabled"],
        ["E ended", "Terminated", "Nov 22, 2026", "Nov 22, 2026", "Disabled"],
    ]


def test_the_list_is_filtered_searched_and_sorted_in_its_address(world, ava):
    states(world)
    wanted = {
        "?status=draft": ["A draft"],
        "?status=pending": ["B waits"],
        "?status=active": ["c runs", "D short"],
        "?status=over": ["E ended"],
        "?status=nonsense": ["A draft", "B waits", "c runs", "D short", "E ended"],
        "?q=SHO": ["D short"],
        "?q=short&status=draft": [],
        "?sort=-name": ["E ended", "D short", "c runs", "B waits", "A draft"],
        "?sort=end&status=active": ["D short", "c runs"],
        "?sort=-start&after=garbage&status=active": ["D short", "c runs"],
    }
    found = {query: [name.partition(" No sec")[0] for name in names(listing(world, ava, query))] for query in wanted}
    found["?sort=-start&after=garbage&status=active"].sort()  # both began in one moment: their ids decide
    assert found == wanted


def names(page: Page) -> list[str]:
    return page.names if page.main.all("table") else []


def test_the_filters_count_and_only_those_that_lead_somewhere_are_shown(world, ava):
    RelationshipFactory(partner=world.contoso, customer=world.tailspin)
    page = listing(world, ava)
    assert [pill.text for pill in page.main.all(classes="pills")[0].all("a")] == ["All 1", "Active 1"]


@pytest.mark.parametrize("sort", ["name", "-name", "status", "-status", "start", "-start", "end", "-end"])
def test_pages_by_key_show_each_relationship_once(world, ava, settings, sort):
    states(world)
    settings.PAGE_SIZE = 2
    page, found = listing(world, ava, f"?sort={sort}"), []
    for _ in range(3):
        found.append(names(page))
        page = page.turn("Next") if page.can_turn("Next") else page
    assert sorted(len(rows) for rows in found) == [1, 2, 2]
    assert len({name for rows in found for name in rows}) == 5
    assert names(page.turn("Previous")) == found[1]


def test_a_key_of_another_sort_gives_the_first_page(world, ava, settings):
    states(world)
    settings.PAGE_SIZE = 2
    key = listing(world, ava).turn("Next").address.split("after=")[1]
    for sort in ("start", "end"):
        page = listing(world, ava, f"?sort={sort}&after={key}")
        assert (page.status, page.can_turn("Previous")) == (200, False)


def test_a_customer_without_any_says_what_to_do(world, ava):
    page = listing(world, ava)
    assert "No admin relationships here" in page.text
    assert page.links("Request new relationship") == [reverse("request-relationship", args=[world.tailspin.pk])]


def test_terminating_from_the_list_needs_a_selection_and_asks_first(world, ava):
    runs = states(world)["c runs"]
    page = listing(world, ava)
    asked = page.form("list-form").submit(press="Terminate relationship")
    assert asked.messages == ["Select an admin relationship first."]
    asked = page.form("list-form").submit(selected=str(runs.pk), press="Terminate relationship")
    assert asked.address == address("terminate-relationship", runs)
    runs.refresh_from_db()
    assert runs.status(NOW) is Status.ACTIVE


def test_who_may_not_request_reads_why_on_the_button(world):
    page = Visitor(world.sam).get(reverse("admin-relationships", args=[world.northwind.pk]))
    needs = "Requesting and ending admin relationships needs the partner role Admin agent."
    assert page.reasons[:2] == [f"{needs} A Global admin of your partner account can assign it."] * 2


# Requesting ---------------------------------------------------------------------------------------------------------


def ask_for(world, visitor: Visitor, press: str = "Finalize request", **values: object) -> Page:
    page = visitor.get(reverse("request-relationship", args=[world.tailspin.pk]))
    filled = {"display_name": "Tailspin care", "duration_days": "90", "roles": [LICENSE, HELPDESK], "auto_extend": "no"}
    return page.form("terms-form").submit(filled | values, press=press)


def test_a_request_leads_to_the_invitation(world, ava):
    page = ava.arrive(ask_for(world, ava, auto_extend="yes"))
    made = AdminRelationship.objects.get(display_name="Tailspin care")
    assert (made.status(NOW), made.customer, made.duration_days, made.auto_extend) == (
        Status.APPROVAL_PENDING,
        world.tailspin,
        90,
        True,
    )
    assert page.address == address("relationship-requested", made)
    link = page.document.with_id("invitation-link")
    assert link is not None
    assert link.text == f"http://testserver/tenant/approve/{made.pk}/"
    letter = page.document.with_id("invitation-text")
    assert letter is not None
    assert "Contoso Cloud Partners asks to administer services in your tenant." in letter.text
    assert "Duration: 90 days from your approval. It extends itself by 180 days" in letter.text
    assert "- License Administrator:" in letter.text
    assert link.text in letter.text
    assert AuditRecord.objects.filter(resource_id=str(made.pk), principal_name=world.ava.username).count() == 2


def test_the_picker_offers_what_gdap_offers_in_seven_groups(world, ava):
    page = ava.get(reverse("request-relationship", args=[world.tailspin.pk]))
    groups = [summary.text.rstrip("0123456789 ") for summary in page.main.all("summary")]
    collaboration, *rest = [name for name in groups if "not available" not in name]
    assert (collaboration, rest) == (
        "Collaboration",
        ["Devices", "Global", "Identity", "Other", "Read-only", "Security & compliance"],
    )
    assert len(page.form().offered("roles")) == 105


def test_a_draft_is_changed_sent_or_thrown_away(world, ava):
    page = ava.arrive(ask_for(world, ava, press="Save as draft"))
    draft = AdminRelationship.objects.get(display_name="Tailspin care")
    assert page.address == address("admin-relationship", draft)
    page = ava.get(address("edit-relationship", draft))
    assert sorted(page.form().values["roles"]) == sorted([LICENSE, HELPDESK])
    page = ava.arrive(page.form().submit(display_name="Other name", roles=[LICENSE], duration_days="30", press="Save"))
    assert page.messages == ["Other name was changed."]
    page = ava.get(address("send-relationship", draft))
    page = ava.arrive(page.form().submit(press="Send for approval"))
    assert page.address == address("relationship-requested", draft)
    draft.refresh_from_db()
    assert (draft.display_name, draft.duration_days, draft.status(NOW)) == ("Other name", 30, Status.APPROVAL_PENDING)
    assert ava.get(address("delete-relationship", draft)).location == address("admin-relationship", draft)

    ava.arrive(ask_for(world, ava, press="Save as draft"))
    other = AdminRelationship.objects.get(display_name="Tailspin care")
    page = ava.arrive(ava.get(address("delete-relationship", other)).form().submit(press="Delete the draft"))
    assert page.messages == ["The draft Tailspin care was deleted."]
    assert not AdminRelationship.objects.filter(pk=other.pk).exists()


FIFTY_ONE = "x" * 51


def test_wrong_terms_are_told_at_the_field_and_kept(world, ava):
    """Input -> the field, and what stands there."""
    RelationshipFactory(partner=world.contoso, customer=world.northwind, display_name="Taken", active=False)
    cases = [
        ({"duration_days": "0"}, "duration_days", "An admin relationship lasts 1 to 730 days, not 0."),
        ({"duration_days": "731"}, "duration_days", "An admin relationship lasts 1 to 730 days, not 731."),
        ({"duration_days": "9" * 40}, "duration_days", f"An admin relationship lasts 1 to 730 days, not {'9' * 40}."),
        ({"duration_days": "a week"}, "duration_days", "Enter a whole number."),
        ({"duration_days": ""}, "duration_days", "Enter a number of days, 1 to 730."),
        ({"display_name": FIFTY_ONE}, "display_name", "The name has 51 characters, 50 at most are possible."),
        ({"display_name": "  "}, "display_name", "Give the admin relationship a name."),
        ({"display_name": "Taken"}, "display_name", "You have an admin relationship called Taken already."),
        ({"roles": []}, "roles", "Choose at least one role."),
        (
            {"roles": [GLOBAL], "auto_extend": "yes"},
            "auto_extend",
            "A relationship with the role Global Administrator can't extend itself.",
        ),
    ]
    before = rows_written()
    for wrong, field, message in cases:
        page = ask_for(world, ava, **wrong)
        assert page.status in (400, 409), wrong
        assert page.errors_of(field) == [message], wrong
        shown = page.form().values
        kept = {"display_name": "Tailspin care", "duration_days": "90", "roles": [LICENSE, HELPDESK]} | wrong
        assert shown["display_name"] == [kept["display_name"]]
        assert shown["duration_days"] == [kept["duration_days"]]
        assert sorted(shown.get("roles", [])) == sorted(kept["roles"])
    assert rows_written() == before


def test_forged_roles_are_refused_by_name(world, ava):
    here = reverse("request-relationship", args=[world.tailspin.pk])
    (not_offered,) = role_ids("Partner Tier2 Support")
    terms = {"display_name": "Tailspin care", "duration_days": "90", "auto_extend": "no"}
    before = rows_written()
    for role, message in (
        (str(not_offered), "Not offered in admin relationships: Partner Tier2 Support."),
        ("garbage", "There is no such role."),
        (str(world.fabrikam.pk), "There is no such role."),
        ("\0", "There is no such role."),
    ):
        page = ava.post(here, terms | {"roles": [LICENSE, role]})
        assert (page.status, page.errors_of("roles")) == (400, [message])
    assert ava.post(here, {}).status == 400
    assert ava.post(here, terms | {"roles": [LICENSE], "auto_extend": "maybe"}).errors_of("auto_extend") == [
        "Choose Yes or No."
    ]
    assert rows_written() == before


# Details ------------------------------------------------------------------------------------------------------------


def test_the_details_follow_the_clock(world, ava):
    seen = {}
    for days in (0, 701, 729, 730, 1094):
        with after(days=days):
            page = ava.get(address("admin-relationship", world.at_northwind))
            facts = {row.all("dt")[0].text: row.all("dd")[0].text for row in page.main.all("dl")[0].all("div")}
            seen[days] = facts["Status"], facts["End date"]
    end = "Nov 21, 2028, 12:00 UTC"
    assert seen == {
        0: ("Active", end),
        701: ("Active Ends in 29 days", end),
        729: ("Active Ends in 1 day", end),
        730: ("Expired", end),
        1094: ("Expired", end),
    }
    with after(days=1095):
        assert ava.get(address("admin-relationship", world.at_northwind)).status == 404


def test_the_details_name_roles_groups_and_what_happened(world, ava):
    page = ava.get(address("admin-relationship", world.at_northwind))
    assert page.headline == "Admin relationships | Northwind leads"
    groups, history = page.main.all("tbody")
    assert [[cell.text for cell in line.all("th", "td")][1:] for line in groups.all("tr")] == [
        [
            "GDAP Leads",
            "Active",
            "1",
            ROLES_OF_LEADS,
        ]
    ]
    assert sorted(line.all("td")[0].text for line in history.all("tr")) == [
        "Access assignment created",
        "Relationship activated",
        "Relationship created",
        "Relationship locked for approval",
    ]
    assert page.reasons == []


def test_every_button_that_is_off_says_why(world, ava):
    ended = states(world)["E ended"]
    page = ava.get(address("admin-relationship", ended))
    assert page.reasons == [
        "Auto extend can be changed in a draft and while the relationship is active. It is: Terminated.",
        "Only an active admin relationship can be terminated. It is: Terminated.",
        "Security groups get roles only while the relationship is active. It is: Terminated.",
    ]
    page = ava.get(address("edit-relationship", ended))
    assert page.form().open_fields == []
    assert page.reasons == [
        "The customer approved it under this name, so the name stays.",
        "Auto extend can be changed in a draft and while the relationship is active. It is: Terminated.",
    ]


# Changing -----------------------------------------------------------------------------------------------------------


def test_auto_extend_is_switched_and_refused_with_global_administrator(world, ava):
    page = ava.get(address("edit-relationship", world.at_northwind))
    page = ava.arrive(page.form().submit(auto_extend="yes", press="Save"))
    assert page.messages == ["Auto extend of Northwind leads is enabled."]
    world.at_northwind.refresh_from_db()
    assert world.at_northwind.auto_extend

    powerful = RelationshipFactory(
        partner=world.contoso, customer=world.tailspin, roles=["Global Administrator", "License Administrator"]
    )
    page = ava.get(address("edit-relationship", powerful)).form().submit(auto_extend="yes", press="Save")
    assert (page.status, page.errors_of("auto_extend")) == (
        400,
        ["A relationship with the role Global Administrator can't extend itself."],
    )
    page = ava.get(address("drop-global-administrator", powerful))
    page = ava.arrive(page.form().submit(press="Remove Global Administrator"))
    assert page.messages[0] == f"{powerful} no longer covers Global Administrator."
    page = ava.arrive(ava.get(address("edit-relationship", powerful)).form().submit(auto_extend="yes", press="Save"))
    assert page.messages[0] == f"Auto extend of {powerful} is enabled."


def test_the_only_role_can_not_be_removed(world, ava):
    powerful = RelationshipFactory(partner=world.contoso, customer=world.tailspin, roles=["Global Administrator"])
    page = ava.get(address("drop-global-administrator", powerful)).form().submit(press="Remove Global Administrator")
    assert page.status == 400
    assert f"{powerful} has no other role: terminate it instead." in page.messages[0]


def test_a_page_that_is_out_of_date_changes_nothing_and_works_the_second_time(world, ava):
    edit, terminate = (
        ava.get(address(name, world.at_northwind)) for name in ("edit-relationship", "terminate-relationship")
    )
    set_auto_extend(by=SYSTEM, relationship=world.at_northwind, enabled=True)
    before = rows_written()
    told = "Northwind leads was changed meanwhile. Look at it again."
    page = edit.form().submit(auto_extend="no", press="Save")
    assert page.status == 412
    assert told in page.messages[0]
    assert page.form().values["auto_extend"] == ["no"]
    asked = terminate.form().submit(press="Terminate relationship")
    assert asked.status == 412
    assert told in asked.messages[0]
    assert rows_written() == before
    page.form().submit(press="Save")
    world.at_northwind.refresh_from_db()
    assert not world.at_northwind.auto_extend
    here = address("terminate-relationship", world.at_northwind)
    for version in ("", "x", "999999999999999999999", "-1"):
        assert ava.post(here, {"version": version}).status in (400, 412)
    world.at_northwind.refresh_from_db()
    assert world.at_northwind.status(NOW) is Status.ACTIVE


def test_terminating_names_who_loses_what_first(world, ava):
    page = ava.get(address("terminate-relationship", world.at_fabrikam))
    assert [row[:2] for row in page.rows][2:4] == [
        ["Harry Helpdesk", "Helpdesk Administrator"],
        ["Lea Licenses", "License Administrator"],
    ]
    assert page.rows[3][2].startswith("see users, change usage locations, assign and remove licenses, ")
    page = ava.arrive(page.form().submit(press="Terminate relationship"))
    assert page.messages == ["Service desk is terminated."]
    world.at_fabrikam.refresh_from_db()
    assert world.at_fabrikam.status(NOW) is Status.TERMINATED
    users = reverse("users", args=[world.fabrikam.pk])
    assert Visitor(world.lea).get(users).status == 403
    assert Visitor(world.max).get(users).status == 200


def test_what_another_relationship_still_gives_is_not_lost(world, ava):
    second = RelationshipFactory(
        partner=world.contoso, customer=world.fabrikam, roles=["License Administrator", "User Administrator"]
    )
    AssignmentFactory(relationship=second, group=world.license_desk, roles=["License Administrator"])
    AssignmentFactory(relationship=second, group=world.leads, roles=["User Administrator"])
    page = ava.get(address("terminate-relationship", world.at_fabrikam))
    losers = {row[0]: row[1:] for row in page.rows}
    assert "Lea Licenses" not in losers
    assert losers["Ava Admin"][1] == "change directory roles"
    page = ava.get(address("terminate-relationship", second))
    assert "Nobody loses access" in page.text


def test_nobody_else_can_terminate(world):
    for user in (world.sam, world.harry):
        page = Visitor(user).post(address("terminate-relationship", world.at_fabrikam), {"version": "2"})
        assert page.status == 403
    world.at_fabrikam.refresh_from_db()
    assert world.at_fabrikam.status(NOW) is Status.ACTIVE


# Security groups ----------------------------------------------------------------------------------------------------


def test_groups_get_roles_other_roles_and_none(world, ava):
    helpers = [SecurityGroupFactory(partner=world.contoso, display_name=f"Helpers {n}") for n in (1, 2)]
    page = ava.get(address("assign-groups", world.at_northwind))
    assert page.form().offered("groups")
    assert str(world.leads.pk) not in page.form().offered("groups")
    with zeal_ignore():  # each group is a write of its own
        page = page.form().submit(groups=[str(group.pk) for group in helpers], roles=[LICENSE], press="Save")
    page = ava.arrive(page)
    assert page.messages == ["2 security groups got roles in Northwind leads."]
    first = AccessAssignment.objects.get(security_group=helpers[0])
    change = ava.get(address("edit-assignment", world.at_northwind, first.pk))
    assert change.form().values["roles"] == [LICENSE]
    writer = str(role_ids("Directory Writers")[0])
    page = ava.arrive(change.form().submit(roles=[LICENSE, writer], press="Save"))
    assert page.messages == ["Helpers 1 has other roles now."]
    assert first.roles.count() == 2
    again = ava.get(change.address).form().submit(press="Save")
    assert ava.arrive(again).messages == ["Helpers 1 has these roles already, so nothing was changed."]
    stale = change.form().submit(roles=[LICENSE], press="Save")
    assert stale.status == 412
    assert first.roles.count() == 2

    details = ava.get(address("admin-relationship", world.at_northwind))
    asked = details.form("list-form").submit(selected=[str(first.pk)], press="Remove security groups")
    assert "All roles in Northwind leads end now for Helpers 1." in asked.text
    assert "Nobody loses access" in asked.text
    page = ava.arrive(asked.form().submit(press="Remove security groups"))
    assert page.messages == ["Helpers 1 no longer has roles in Northwind leads."]
    assert asked.form().submit(press="Remove security groups").location == details.address


def test_a_group_that_was_changed_since_the_question_keeps_its_roles(world, ava):
    assignment = world.at_northwind.access_assignments.get()
    here = f"{address('remove-assignments', world.at_northwind)}?selected={assignment.pk}"
    asked = ava.get(here)
    AccessAssignment.objects.filter(pk=assignment.pk).update(version=9)
    page = asked.form().submit(press="Remove security groups")
    assert page.status == 412
    assert "Something that is selected here was changed meanwhile." in page.messages[0]
    assert assignment.roles.count() == 5
    assert page.form().submit(press="Remove security groups").status == 302


def test_what_no_group_can_get_is_refused(world, ava):
    here = address("assign-groups", world.at_northwind)
    free = SecurityGroupFactory(partner=world.contoso)
    cases = [
        ({"groups": [str(world.litware_desk.pk)]}, "groups", "There is no such security group."),
        ({"groups": [str(world.fabrikam.pk)]}, "groups", "There is no such security group."),
        ({"groups": ["garbage"]}, "groups", "There is no such security group."),
        ({"groups": []}, "groups", "Choose at least one group."),
        ({"groups": [str(world.leads.pk)]}, "groups", "GDAP Leads has roles in Northwind leads already."),
        ({"roles": [HELPDESK]}, "roles", "Northwind leads does not cover all of these roles."),
        ({"roles": []}, "roles", "Choose at least one role."),
        ({"roles": ["garbage"]}, "roles", "There is no such role."),
    ]
    before = rows_written()
    for wrong, field, message in cases:
        page = ava.post(here, {"groups": [str(free.pk)], "roles": [LICENSE]} | wrong)
        assert (page.status in (400, 409), page.errors_of(field)) == (True, [message]), wrong
        if "roles" not in wrong:
            assert page.form().values["roles"] == [LICENSE]
    assert rows_written() == before
    with zeal_ignore():
        both = ava.post(here, {"groups": [str(free.pk), str(world.leads.pk)], "roles": [LICENSE]})
    assert both.status == 409
    assert rows_written() == before


def test_only_an_active_relationship_takes_groups(world, ava):
    waiting = RelationshipFactory(partner=world.contoso, customer=world.tailspin, active=False)
    free = SecurityGroupFactory(partner=world.contoso)
    page = ava.open(address("assign-groups", waiting))
    assert page.messages == [
        "Security groups get roles only while the relationship is active. It is: Approval pending."
    ]
    page = ava.post(address("assign-groups", waiting), {"groups": [str(free.pk)], "roles": [LICENSE]})
    assert page.status == 400
    assert f"{waiting} is not in force." in page.messages[0]
    with after(days=731):
        page = ava.post(address("assign-groups", world.at_northwind), {"groups": [str(free.pk)], "roles": [LICENSE]})
        assert page.status == 400
    assert AccessAssignment.objects.filter(security_group=free).count() == 0


def test_an_assignment_that_is_gone_is_not_there(world, ava):
    assignment = world.at_northwind.access_assignments.get()
    remove_assignment(by=SYSTEM, assignment=assignment)
    assert ava.get(address("edit-assignment", world.at_northwind, assignment.pk)).status == 404
    page = ava.open(f"{address('remove-assignments', world.at_northwind)}?selected={assignment.pk}&selected=x")
    assert page.messages == [
        "Select at least one security group that has roles here.",
        "No security group has roles here, so nobody gets access by it yet.",
    ]


# Queries ------------------------------------------------------------------------------------------------------------


def test_each_page_asks_the_same_number_of_queries_for_one_row_and_for_three(world, ava, django_assert_num_queries):
    def grow(count: int) -> None:
        for _ in range(count):
            more = RelationshipFactory(partner=world.contoso, customer=world.tailspin)
            for relationship in (more, world.at_northwind):
                group = SecurityGroupFactory(partner=world.contoso, members=[world.ava, world.lea])
                AssignmentFactory(relationship=relationship, group=group, roles=["License Administrator"])

    asks = {
        reverse("admin-relationships", args=[world.tailspin.pk]): 8,
        reverse("request-relationship", args=[world.tailspin.pk]): 7,
        address("admin-relationship", world.at_northwind): 15,
        address("terminate-relationship", world.at_northwind): 8,
        address("assign-groups", world.at_northwind): 11,
    }
    for count in (1, 2):
        grow(count)
        for here, queries in asks.items():
            with django_assert_num_queries(queries):
                assert ava.get(here).status == 200


def test_the_end_of_one_that_extends_itself_rolls_on(world, ava):
    rolling = RelationshipFactory(
        partner=world.contoso, customer=world.tailspin, duration_days=30, auto_extend=True, display_name="Rolling"
    )
    with after(days=31):
        row = listing(world, ava).rows[0]
    expected = NOW + timedelta(days=210)
    assert row[3:] == [f"{expected:%b %-d, %Y}", "Enabled"]
    assert rolling.auto_extend


def test_what_is_over_stays_readable_where_nothing_else_of_the_customer_is(world, ava):
    """An open invitation, accepted by a stranger to whom nobody sells: in sight while it lasts, then its pages only."""
    stranger = CustomerFactory(company_name="Adatum", sold_by=[])
    waiting = RelationshipFactory(
        partner=world.contoso, customer=None, display_name="Open", active=False, duration_days=30
    )
    address = reverse("admin-relationships", args=[stranger.pk])
    one = reverse("admin-relationship", args=[stranger.pk, waiting.pk])
    assert {Visitor(world.nora).get(there).status for there in (address, one)} == {404}
    approve_relationship(by=SYSTEM, relationship=waiting, customer=stranger)
    nora = Visitor(world.nora)
    assert "Adatum" in nora.get("/customers/").names
    assert list(nora.get(address).links("Open")) == [one]
    assert nora.get(reverse("users", args=[stranger.pk])).status == 403
    with after(days=31):
        assert "Adatum" not in nora.get("/customers/").names
        assert nora.get(reverse("users", args=[stranger.pk])).status == 404
        page = nora.get(reverse("expiring-relationships") + "?within=expired").follow("Open")
        assert (page.status, page.address) == (200, one)
        entries = {link.text for link in page.document.all(classes="menu-item") if str(stranger.pk) in link["href"]}
        assert entries == {"Admin relationships", "Who can do what here"}
        links = {link["href"] for link in page.document.all("a") if str(stranger.pk) in link["href"]}
        assert {nora.get(urljoin(one, link)).status for link in links} == {200}
        assert ava.get(reverse("request-relationship", args=[stranger.pk])).status == 200
        assert Visitor(world.max).get(one).status == 404
    with after(days=31 + 365):
        assert {nora.get(there).status for there in (address, one)} == {404}
