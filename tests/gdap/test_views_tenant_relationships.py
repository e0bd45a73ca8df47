"""The partners of an organization: the list, one of them, and ending or narrowing what they may do."""

import pytest

from customers.permissions import CustomerPermission as P
from gdap.access import customers_visible_to
from gdap.access.customer_side import DECIDES
from gdap.models import AdminRelationship
from gdap.services.relationships import set_auto_extend, terminate_relationship
from partnercenter.audit.models import AuditRecord
from tests.cast import after, principal
from tests.factories import SYSTEM, AssignmentFactory, PartnerFactory, RelationshipFactory
from tests.tenant.visitor import TenantVisitor, admin_of

LIST = "/tenant/partner-relationships/"


@pytest.fixture
def admin(world):
    return TenantVisitor(world.global_admin)


@pytest.fixture
def mighty(world):
    """In force at Fabrikam, with Global Administrator in it, which the leads hold."""
    relationship = RelationshipFactory(
        partner=world.contoso,
        customer=world.fabrikam,
        display_name="All powers",
        roles=["Global Administrator", "License Administrator"],
    )
    AssignmentFactory(relationship=relationship, group=world.leads, roles=["Global Administrator"])
    return relationship


def address(relationship, page=""):
    return f"{LIST}{relationship.pk}/{page}"


def version_of(relationship):
    return AdminRelationship.objects.get(pk=relationship.pk).version


def test_the_list_names_partners_roles_and_state_and_nothing_of_another_customer(world, admin):
    page = admin.get(LIST)
    assert page.columns == ["Partner", "Relationship name", "Roles", "Duration", "Ends", "Status"]
    assert page.rows == [
        [
            "Contoso Cloud Partners",
            "Service desk",
            "Directory Writers, Helpdesk Administrator, License Administrator and 3 more",
            "730 days",
            "Nov 21, 2028",
            "Active",
        ],
        ["Litware Partners", "Service desk", "Helpdesk Administrator", "730 days", "Nov 21, 2028", "Active"],
    ]
    assert "Northwind" not in page.html
    assert [row.text for row in page.main.all(classes="resellers")[0].all("li")] == [
        "Contoso Cloud Partners since Nov 22, 2026"
    ]


def test_the_list_filters_by_state_counts_and_searches(world, admin):
    RelationshipFactory(partner=world.contoso, customer=world.fabrikam, display_name="Asked", active=False)
    RelationshipFactory(partner=world.contoso, customer=world.fabrikam, display_name="Short", duration_days=1)
    draft = RelationshipFactory(partner=world.contoso, customer=world.fabrikam, display_name="Draft", active=False)
    AdminRelationship.objects.filter(pk=draft.pk).update(approval_requested_at=None)
    with after(days=2):
        terminate_relationship(by=SYSTEM, relationship=world.litware_at_fabrikam)
        found = {word: sorted(row[1] for row in admin.get(f"{LIST}?show={word}").rows) for word in ("", "pending", "x")}
        assert found == {
            "": ["Asked", "Service desk", "Service desk", "Short"],
            "pending": ["Asked"],
            "x": ["Asked", "Service desk", "Service desk", "Short"],
        }
        page = admin.get(f"{LIST}?show=ended")
        assert [(row[1], row[5]) for row in page.rows] == [("Short", "Expired"), ("Service desk", "Terminated")]
        pills = [pill.text for pill in page.main.all(classes="pills")[0].all("a")]
        assert pills == ["All 4", "Waiting for approval 1", "Active 1", "Expired or terminated 2"]
        assert [row[0] for row in admin.get(f"{LIST}?q=litware").rows] == ["Litware Partners"]
        assert [row[1] for row in admin.get(f"{LIST}?q=ASK&show=pending").rows] == ["Asked"]
        assert admin.get(f"{LIST}?q=ask&show=ended").text.endswith(
            "Show all Resellers They sell to your organization. "
            "That alone lets them see no user and no setting. Contoso Cloud Partners since Nov 22, 2026"
        )
        for odd in ("q=%00", "q=%25", "after=x", "before=%00", "sort=-nothing", "show=%00&q=%ff"):
            assert admin.get(f"{LIST}?{odd}").status == 200


def test_what_is_over_for_a_year_and_what_lapsed_is_gone_from_the_list_and_by_address(world, admin):
    lapsed = RelationshipFactory(partner=world.contoso, customer=world.fabrikam, active=False)
    terminate_relationship(by=SYSTEM, relationship=world.litware_at_fabrikam)
    with after(days=365):
        assert [row[0] for row in admin.get(LIST).rows] == ["Contoso Cloud Partners"]
        assert [admin.get(address(one)).status for one in (lapsed, world.litware_at_fabrikam)] == [404, 404]


def test_the_list_takes_the_same_queries_for_one_and_for_three_and_turns_its_pages(
    world, settings, django_assert_max_num_queries
):
    visitor = TenantVisitor(admin_of(world.tailspin))
    with django_assert_max_num_queries(8) as captured:
        assert visitor.get(LIST).main.all(classes="empty")[0].all("h2")[0].text == "No partner has admin roles here"
    counts = []
    for number in range(3):
        partner = PartnerFactory(name=f"Partner {number}")
        RelationshipFactory(partner=partner, customer=world.tailspin, roles=["License Administrator"])
        with django_assert_max_num_queries(10) as captured:
            assert len(visitor.get(LIST).rows) == number + 1
        counts.append(len(captured))
    assert len(set(counts)) == 1
    settings.PAGE_SIZE = 2
    first = visitor.get(f"{LIST}?sort=-partner")
    assert [row[0] for row in first.rows] == ["Partner 2", "Partner 1"]
    assert [row[0] for row in first.follow("Next").rows] == ["Partner 0"]


def test_the_page_of_one_shows_its_terms_and_roles(world, admin):
    page = admin.get(address(world.litware_at_fabrikam))
    assert page.headline == "Service desk | Litware Partners"
    assert [role.text for role in page.main.all("dt")][-1] == "Helpdesk Administrator Privileged"
    assert page.links("Terminate relationship") == [address(world.litware_at_fabrikam, "terminate/")]
    assert page.links("Remove Global Administrator") == []
    assert "GDAP" not in page.text  # the partner's own groups are its own business


def test_terminating_says_what_the_partner_loses_and_what_it_keeps(world, admin):
    RelationshipFactory(
        partner=world.contoso, customer=world.fabrikam, display_name="Spare", roles=["License Administrator"]
    )
    page = admin.get(address(world.at_fabrikam, "terminate/"))
    assert page.headline == "Terminate relationship? | Service desk"
    assert [line.text for line in page.main.all("p")] == [
        "Contoso Cloud Partners loses these roles in your organization at once. This can't be taken back.",
        "5 security groups of the partner act with them now.",
        "What your organization bought stays, and the partner can go on selling to it.",
    ]
    texts = [text.text for text in page.main.all("dd") if "keeps" in text.text]
    assert [text.partition(". ")[2] for text in texts] == ["The partner keeps it through Spare."]


def test_terminated_by_the_customer_every_right_is_gone_at_once_and_the_record_names_who(world, admin):
    assert world.lea.has_perm("assign_licenses", world.fabrikam)
    page = admin.get(address(world.at_fabrikam, "terminate/"))
    done = admin.arrive(page.form_with("version").submit(press="Terminate relationship"))
    assert done.messages == ["Service desk is terminated. Contoso Cloud Partners has lost the roles that it gave."]
    assert done.reasons == [
        "Only a relationship that is active can be changed or terminated. Service desk is: Terminated."
    ]
    assert world.fabrikam not in customers_visible_to(principal(world.lea), P.ASSIGN_LICENSES)
    found = AuditRecord.objects.get(operation="granular_admin_relationship_terminated")
    assert (found.principal_kind, found.principal_name) == ("customer", "global.admin@fabrikam.com")
    again = admin.send(address(world.at_fabrikam, "terminate/"), page.form_with("version").values)
    assert (again.status, again.messages) == (
        412,
        ["Nothing was changed. Service desk was changed meanwhile. Look at it again."],
    )
    assert admin.get(address(world.at_fabrikam, "terminate/")).location == address(world.at_fabrikam)


def test_a_confirmation_of_something_else_than_what_is_there_changes_nothing(world, admin):
    page = admin.get(address(world.at_fabrikam, "terminate/"))
    set_auto_extend(by=SYSTEM, relationship=world.at_fabrikam, enabled=True)
    before = version_of(world.at_fabrikam)
    values = page.form_with("version").values
    for version in (values["version"], "", "x", "-1", "1" * 40, "\u0661", None):
        refused = admin.send(address(world.at_fabrikam, "terminate/"), values | {"version": version})
        assert refused.status == 412
    assert version_of(world.at_fabrikam) == before


def test_what_is_not_active_can_neither_be_terminated_nor_narrowed(world, admin):
    asked = RelationshipFactory(partner=world.contoso, customer=world.fabrikam, active=False, display_name="Asked")
    for page in ("terminate/", "remove-global-administrator/", "auto-extend/"):
        refused = admin.post(address(asked, page), {"version": version_of(asked), "enabled": "true"})
        assert (refused.status, refused.messages) == (400, ["Nothing was changed. Asked is not in force."])
    assert admin.get(address(asked)).links("Review the request") == [f"/tenant/approve/{asked.pk}/"]


def test_global_administrator_is_removed_and_the_groups_lose_it(world, mighty, admin):
    page = admin.get(address(mighty)).follow("Remove Global Administrator")
    assert [role.text for role in page.main.all("dt")] == ["Global Administrator Privileged"]
    done = admin.arrive(page.form_with("version").submit(press="Remove Global Administrator"))
    assert done.messages == ["All powers is without Global Administrator now."]
    assert [role.text for role in done.main.all("dt")][-1] == "License Administrator"
    assert mighty.access_assignments.get().deletion_requested_at is not None
    assert admin.get(address(mighty, "remove-global-administrator/")).location == address(mighty)


def test_global_administrator_as_the_only_role_is_terminated_instead(world, admin):
    only = RelationshipFactory(
        partner=world.contoso, customer=world.fabrikam, display_name="Only", roles=["Global Administrator"]
    )
    refused = admin.post(address(only, "remove-global-administrator/"), {"version": version_of(only)})
    assert (refused.status, refused.messages) == (
        400,
        ["Nothing was changed. Only has no other role: terminate it instead."],
    )


def test_auto_extend_is_switched_and_refused_with_global_administrator(world, mighty, admin):
    at = world.at_fabrikam
    done = admin.arrive(admin.get(address(at)).form_with("version").submit(press="Switch auto extend on"))
    assert done.messages == ["Auto extend of Service desk is on now."]
    done = admin.arrive(done.form_with("version").submit(press="Switch auto extend off"))
    assert done.messages == ["Auto extend of Service desk is off now."]
    refused = admin.post(address(mighty, "auto-extend/"), {"version": version_of(mighty), "enabled": "true"})
    assert (refused.status, refused.messages) == (
        400,
        ["Nothing was changed. A relationship with the role Global Administrator can't extend itself."],
    )


def test_who_may_not_decide_looks_but_changes_nothing(world, mighty):
    clerk = TenantVisitor(admin_of(world.fabrikam, "clerk", roles=["Privileged Role Administrator"]))
    page = clerk.get(address(mighty))
    who = "In your organization that is: Global Admin (global.admin@fabrikam.com)."
    assert page.reasons == [f"{DECIDES} {who}"]
    assert page.main.all("button") == []
    before = version_of(mighty)
    for target in ("terminate/", "remove-global-administrator/", "auto-extend/"):
        assert clerk.post(address(mighty, target), {"version": before, "enabled": "true"}).status == 403
    assert version_of(mighty) == before


def test_the_first_page_says_what_waits(world):
    visitor = TenantVisitor(admin_of(world.tailspin))
    assert "No request waits for an answer. 0 active relationships" in visitor.get("/tenant/").text
    for number in range(3):
        asked = RelationshipFactory(
            partner=world.contoso, customer=world.tailspin, active=False, display_name=f"Asked {number}"
        )
    page = visitor.get("/tenant/")
    assert "3 requests for admin roles wait for an answer:" in page.text
    assert page.links("Asked 2") == [f"/tenant/approve/{asked.pk}/"]
