"""The customer answers a partner's request: all roles or none, the right person, in time, once."""

import uuid

import pytest

from customers.models import CustomerUser
from gdap.models import AdminRelationship
from gdap.services.relationships import terminate_relationship
from partnercenter.audit.models import AuditRecord
from tests.cast import after
from tests.factories import SYSTEM, RelationshipFactory
from tests.portal.visitor import Visitor
from tests.tenant.visitor import TenantVisitor, admin_of

ROLES = ("License Administrator", "User Administrator")
DECIDES = "Only a Global Administrator or a Customer Delegated Admin Relationship Administrator decides about partners."


@pytest.fixture
def asked(world):
    return RelationshipFactory(
        partner=world.contoso, customer=world.tailspin, display_name="Toy desk", active=False, roles=ROLES
    )


@pytest.fixture
def admin(world):
    return admin_of(world.tailspin, display_name="Tara Toy")


def address(relationship, page=""):
    return f"/tenant/approve/{relationship.pk}/{page}"


def state(relationship):
    row = AdminRelationship.objects.get(pk=relationship.pk)
    return row.approved_at, row.terminated_at, row.version, row.customer_id


def latest():
    return AuditRecord.objects.order_by("occurred_at", "id").filter(resource_type="granular_admin_relationship")


def test_the_page_shows_who_asks_for_what_and_for_how_long(asked, admin):
    page = TenantVisitor(admin).get(address(asked))
    assert page.headline == "Approve partner roles"
    facts = [
        f"{row.all('dt')[0].text}: {row.all('dd')[0].text}" for row in page.main.all(classes="facts")[1].all("div")
    ]
    assert facts == [
        "Relationship type: Granular admin access",
        "Relationship name: Toy desk",
        "Status: Approval pending",
        "Duration: 730 days",
        "Auto extend: Off: it ends by itself.",
    ]
    assert [name.text for name in page.main.all(classes="role-list")[0].all("dt")] == [
        "License Administrator",
        "User Administrator Privileged",
    ]
    assert "Contoso Cloud Partners" in page.text
    assert page.reasons == []


@pytest.mark.parametrize("role", ["Global Administrator", "Customer Delegated Admin Relationship Administrator"])
def test_either_of_two_roles_approves_all_and_the_record_names_the_person(asked, world, role):
    person = admin_of(world.tailspin, roles=[role])
    page = TenantVisitor(person).get(address(asked))
    done = page.visitor.arrive(page.form_with("csrfmiddlewaretoken").submit(press="Approve all"))
    assert done.messages == [
        "You approved Toy desk. Contoso Cloud Partners may give these roles to its security groups now."
    ]
    asked.refresh_from_db()
    assert asked.status(asked.approved_at) == AdminRelationship.Status.ACTIVE
    found = latest().filter(operation="granular_admin_relationship_approved").get()
    assert (found.principal_kind, found.principal_id, found.principal_name, found.customer_id, found.door) == (
        "customer",
        str(person.pk),
        person.user_principal_name,
        world.tailspin.pk,
        "tenant_portal",
    )


def test_who_may_not_decide_sees_the_request_why_not_and_who_could(asked, world, admin):
    clerk = TenantVisitor(admin_of(world.tailspin, "clerk", roles=["User Administrator"]))
    page = clerk.get(address(asked))
    assert page.reasons == [f"{DECIDES} In your organization that is: Tara Toy (global.admin@tailspin.example)."]
    assert page.main.all("button") == []
    before = state(asked)
    for target in (address(asked), address(asked, "decline/")):
        refused = clerk.post(target)
        assert (refused.status, refused.messages) == (403, [f"Nothing was changed. {DECIDES}"])
    assert clerk.get(address(asked, "decline/")).location == address(asked)
    assert state(asked) == before


def test_where_nobody_may_decide_the_page_says_so(asked, world):
    page = TenantVisitor(admin_of(world.tailspin, "clerk", roles=())).get(address(asked))
    assert page.reasons == [f"{DECIDES} Nobody in your organization holds one of these roles now."]


def test_a_role_that_was_taken_away_since_the_sign_in_decides_no_more(asked, admin):
    visitor = TenantVisitor(admin)
    admin.directory_role_members.all().delete()
    before = state(asked)
    assert visitor.post(address(asked)).status == 403
    assert state(asked) == before


def test_approving_twice_changes_nothing_the_second_time(asked, admin):
    visitor = TenantVisitor(admin)
    visitor.arrive(visitor.post(address(asked)))
    before, records = state(asked), latest().count()
    again = visitor.post(address(asked))
    assert (again.status, again.messages) == (
        400,
        [
            "Nothing was changed. Toy desk does not wait for approval.",
            "There is nothing to approve. Your organization has approved this request already.",
        ],
    )
    assert (state(asked), latest().count()) == (before, records)
    assert visitor.get(address(asked)).messages == [again.messages[1]]


def test_declining_is_asked_once_more_and_final(asked, admin):
    visitor = TenantVisitor(admin)
    page = visitor.get(address(asked, "decline/"))
    assert page.headline == "Decline the request? | Toy desk"
    done = visitor.arrive(page.form_with("version").submit(press="Decline"))
    assert done.messages == ["You declined Toy desk. Contoso Cloud Partners gets none of the roles."]
    said = "There is nothing to approve. Your organization declined this request."
    assert visitor.get(address(asked)).messages == [said]
    refused = visitor.post(address(asked))
    assert (refused.status, refused.messages[1]) == (400, said)
    assert state(asked)[0] is None


def test_what_is_over_says_so(asked, admin):
    visitor = TenantVisitor(admin)
    visitor.arrive(visitor.post(address(asked)))
    terminate_relationship(by=SYSTEM, relationship=asked)
    assert visitor.get(address(asked)).messages == [
        "There is nothing to approve. This request was approved, and the relationship is over: Terminated."
    ]


def test_after_90_days_it_has_lapsed_for_good(asked, admin):
    visitor = TenantVisitor(admin)
    before = state(asked)
    with after(days=89.9):
        assert visitor.get(address(asked)).status == 200
    with after(days=90):
        for page in (
            visitor.get(address(asked)),
            visitor.post(address(asked)),
            visitor.post(address(asked, "decline/")),
        ):
            assert (page.status, page.headline) == (404, "This request has lapsed")
    assert state(asked) == before


def test_forged_links_and_those_of_other_customers_lead_nowhere(asked, world):
    draft = RelationshipFactory(partner=world.contoso, customer=world.fabrikam, active=False)
    AdminRelationship.objects.filter(pk=draft.pk).update(approval_requested_at=None)
    visitor = TenantVisitor(world.global_admin)
    for target in (address(asked), address(draft), f"/tenant/approve/{uuid.uuid4()}/", "/tenant/approve/x/"):
        before = state(asked)
        pages = [visitor.get(target), visitor.post(target), visitor.get(f"{target}decline/")]
        assert [(page.status, page.headline) for page in pages] == [(404, "There is nothing at this address")] * 3
        assert state(asked) == before


def test_an_invitation_that_names_nobody_is_accepted_once_by_whoever_comes_first(world, admin):
    open_to_all = RelationshipFactory(partner=world.contoso, customer=None, active=False, display_name="Open")
    page = TenantVisitor(admin).get(address(open_to_all))
    assert "the first organization that approves it becomes the customer" in page.text
    assert page.links("Decline") == []
    first = page.form_with("csrfmiddlewaretoken").submit(press="Approve all")
    assert first.status == 302
    open_to_all.refresh_from_db()
    assert open_to_all.customer == world.tailspin
    assert TenantVisitor(world.global_admin).post(address(open_to_all)).status == 404
    open_to_all.refresh_from_db()
    assert open_to_all.customer == world.tailspin


def test_nobody_declines_for_everybody(world, admin):
    open_to_all = RelationshipFactory(partner=world.contoso, customer=None, active=False, display_name="Open")
    refused = TenantVisitor(admin).post(address(open_to_all, "decline/"))
    assert refused.status == 400
    assert refused.messages == [
        "Nothing was changed. Open is open to any customer: one that does not want it leaves it alone."
    ]


def test_global_administrator_among_the_roles_is_warned_of(world, admin):
    mighty = RelationshipFactory(
        partner=world.contoso, customer=world.tailspin, active=False, roles=("Global Administrator",)
    )
    (bar,) = TenantVisitor(admin).get(address(mighty)).messages
    assert bar.startswith("Global Administrator is among them.")


def test_staff_do_not_approve_for_the_customer(asked, world):
    before = state(asked)
    assert Visitor(world.ava).post(address(asked)).location.startswith("/tenant/sign-in/")
    assert state(asked) == before


def test_somebody_blocked_between_two_clicks_approves_nothing(asked, admin):
    visitor = TenantVisitor(admin)
    CustomerUser.objects.filter(pk=admin.pk).update(sign_in_blocked=True)
    before = state(asked)
    assert visitor.post(address(asked)).location.startswith("/tenant/sign-in/")
    assert state(asked) == before
