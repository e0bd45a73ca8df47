"""Every address of the portal, tried by those who may not."""

import uuid
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote

import pytest
from django.urls import URLResolver, get_resolver, reverse

from customers.models import Tag, UserTemplate, UserUpload
from gdap.services.relationships import Wish
from gdap.services.templates import create_template, request_from_template
from licensing.models import SoftwarePurchase, Subscription
from partnercenter.accounts.models import PartnerRole, User
from partnercenter.audit.models import AuditRecord, Operation, ResourceType
from partnercenter.audit.services import record
from tests.cast import World, principal
from tests.factories import SYSTEM, StaffFactory, SubscriptionFactory, role_ids
from tests.portal.editing import Editing
from tests.portal.visitor import Visitor

WORKERS = "Admin agent, Global admin, Helpdesk agent, Sales agent or User management admin"
POSTED = {"go": "next", "first_name": "Mallory", "quantity": "99", "version": "1"}


class Route(NamedTuple):
    name: str
    arguments: frozenset[str]

    def address(self, known: Mapping[str, object]) -> str:
        missing = self.arguments - known.keys()
        assert not missing, f"say what {missing} of {self.name} shall be, so that it can be tried"
        return reverse(self.name, kwargs={name: known[name] for name in self.arguments})


PORTAL = (
    "customers.views",
    "licensing.views",
    "gdap.views",
    "partnercenter.audit.views",
    "partnercenter.portal.views",
    "partnercenter.openapi.views",
)


def routes(resolver: URLResolver | None = None) -> Iterator[Route]:
    """Every address of the portal, by what its path holds. The admin, the APIs, the sign-in and the customer's side
    (tests/tenant) are other doors.
    """
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry)
        elif entry.callback.__module__.startswith(PORTAL) and ".tenant" not in entry.callback.__module__:
            yield Route(entry.name, frozenset(entry.pattern.regex.groupindex))


OPEN_TO_ALL = {"theme", "software-file", "password-link", "schema"}
ALL = [route for route in routes() if route.name not in OPEN_TO_ALL]
INSIDE = [route for route in ALL if "customer_id" in route.arguments]


def _software(world: World) -> SoftwarePurchase:
    return SoftwarePurchase.objects.get_or_create(customer=world.northwind, partner=world.contoso, name="Server")[0]


def at_northwind(world: World) -> dict[str, object]:
    """Things that are all there, at a customer of Contoso alone."""
    return {
        "customer_id": world.northwind.pk,
        "user_id": world.dana_of_northwind.pk,
        "run_id": Editing(world.ava, world.dana_of_northwind).run_id,
        "step": "info",
        "page": "users",
        "operation_id": "listUsers",
        "verb": "delete",
        "report": "users",
        "tag_id": Tag.objects.get_or_create(partner=world.contoso, name="Gold")[0].pk,
        "relationship_id": world.at_northwind.pk,
        "purchase_id": _software(world).pk,
        "group_id": world.license_desk.pk,
        "person_id": world.lea.pk,
        **a_template(world),
        "assignment_id": world.at_northwind.access_assignments.get().pk,
        "template_id": _template(world).pk,
        "upload_id": UserUpload.objects.create(customer=world.northwind, made_by=world.ava).pk,
        "subscription_id": _sold(world).pk,
        "product_id": _sold(world).product_id,
        "offer": "office-ltsc-standard",
        "change": "suspend",
        "record_id": _done(world).pk,
    }


def _done(world: World) -> AuditRecord:
    return record(
        by=principal(world.ava),
        operation=Operation.UPDATE_CUSTOMER_USER,
        resource_type=ResourceType.CUSTOMER_USER,
        resource_id=world.dana_of_northwind.pk,
        resource_name="Dana of Northwind",
        customer_id=world.northwind.pk,
        customer_name="Northwind Traders",
    )


def _sold(world: World) -> Subscription:
    sold = Subscription.objects.filter(customer=world.northwind, partner=world.contoso).first()
    return sold or SubscriptionFactory(customer=world.northwind, partner=world.contoso, product="VISIOCLIENT")


def _template(world: World) -> UserTemplate:
    template, _ = UserTemplate.objects.get_or_create(customer=world.northwind, partner=world.contoso, name="Office")
    return template


def a_template(world: World) -> dict[str, object]:
    wish = Wish(display_name=uuid.uuid4().hex, duration_days=30, roles=frozenset(role_ids("License Administrator")))
    template = create_template(by=SYSTEM, partner=world.contoso, wish=wish)
    batch_id = request_from_template(by=SYSTEM, template=template, customers=[world.northwind.pk])
    return {"relationship_template_id": template.pk, "batch_id": batch_id}


def answers(user: User | None, known: Mapping[str, object], among: list[Route] = INSIDE) -> dict[str, int]:
    """URL name -> status of a GET."""
    visitor = Visitor(user)
    return {route.name: visitor.get(route.address(known)).status for route in among}


def all_of(status: int, among: list[Route] = INSIDE) -> dict[str, int]:
    return {route.name: status for route in among}


def test_the_walk_finds_the_addresses_of_the_portal():
    assert {"home", "customers", "search"} <= {route.name for route in ALL}
    assert {"customer", "users", "subscriptions", "edit-user-step", "buy-more"} <= {route.name for route in INSIDE}


def test_what_belongs_to_another_partners_customer_is_not_there(world):
    assert answers(world.max, at_northwind(world)) == all_of(404)


def test_nor_is_it_for_a_post(world):
    known, visitor = at_northwind(world), Visitor(world.max)
    assert {visitor.post(route.address(known), POSTED).status for route in INSIDE} <= {404, 405}


def test_a_customer_that_does_not_exist_looks_the_same_as_another_partners(world):
    known = at_northwind(world)
    ghost = known | {"customer_id": uuid.uuid4()}
    assert answers(world.ava, ghost) == all_of(404)
    theirs = {Visitor(world.max).get(route.address(known)).text for route in INSIDE}
    nobodys = {Visitor(world.ava).get(route.address(ghost)).text for route in INSIDE}
    assert theirs == nobodys


@pytest.mark.parametrize("name", ["user_id", "run_id", "relationship_id", "assignment_id", "template_id", "upload_id"])
def test_what_no_row_has_the_id_of_is_not_there(world, name):
    among = [route for route in INSIDE if name in route.arguments]
    assert answers(world.ava, at_northwind(world) | {name: uuid.uuid4()}, among) == all_of(404, among)


def test_a_user_of_another_customer_is_not_there(world):
    among = [route for route in INSIDE if "user_id" in route.arguments]
    for stranger in (world.dana, world.dana_of_namesake):
        assert answers(world.ava, at_northwind(world) | {"user_id": stranger.pk}, among) == all_of(404, among)


def test_a_relationship_of_another_customer_or_partner_is_not_there(world):
    among = [route for route in INSIDE if "relationship_id" in route.arguments]
    for stranger in (world.at_fabrikam, world.litware_at_fabrikam):
        known = at_northwind(world) | {"relationship_id": stranger.pk}
        assert answers(world.ava, known, among) == all_of(404, among)
    at_fabrikam = at_northwind(world) | {"customer_id": world.fabrikam.pk, "relationship_id": world.at_fabrikam.pk}
    assert answers(world.max, at_fabrikam, among) == all_of(404, among)


def test_a_stranger_is_sent_to_the_sign_in_and_back(world):
    known, visitor = at_northwind(world), Visitor()
    sent = {route.name: visitor.get(f"{route.address(known)}?q=a").location for route in ALL}
    assert sent == {route.name: f"/sign-in/?next={route.address(known)}%3Fq%3Da" for route in ALL}


def test_a_pane_asked_for_by_script_after_the_session_ended_takes_the_whole_page_to_the_sign_in(world):
    there = f"/customers/{world.fabrikam.pk}/users/?user={world.dana.pk}"
    answer = Visitor().client.get(there, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == f"/sign-in/?next={quote(there)}"
    assert answer.content == b""


def test_ops_are_sent_to_the_admin(world):
    ops = Visitor(User.objects.create_superuser("ops", password="demo"))
    known = at_northwind(world)
    assert {ops.get(route.address(known)).location for route in ALL} == {"/admin/"}


@pytest.mark.parametrize("roles", [[], [PartnerRole.BILLING_ADMIN], [PartnerRole.ACCOUNT_ADMIN]])
def test_staff_without_a_customer_facing_role_are_told_which_roles_would_do(world, roles):
    known, clerk = at_northwind(world), Visitor(StaffFactory(partner=world.contoso, roles=roles))
    for route in ALL:
        page = clerk.get(route.address(known))
        assert page.status == 403
        assert f"Working with customers needs the partner role {WORKERS}." in page.text
        assert "Northwind" not in page.html


# What somebody meets who sees the customer but has no right in its directory.
WITHOUT_GDAP = {
    "customer": 302,
    "account": 200,
    "customer-tags": 200,
    "bill-to": 200,
    "purchase-permissions": 302,
    "confirm-agreement": 200,
    "add-qualification": 200,
    "end-reselling": 200,
    "users": 403,
    "edit-selected": 403,
    "license-reports": 403,
    "license-report": 403,
    "add-user": 403,
    "upload-users": 403,
    "upload-template": 403,
    "upload": 403,
    "upload-run": 403,
    "upload-result": 403,
    "upload-bad-rows": 403,
    "upload-passwords": 403,
    "add-user-result": 403,
    "add-user-step": 403,
    "user-templates": 403,
    "new-user-template": 403,
    "user-template": 403,
    "deleted-users": 403,
    "manage-licenses": 403,
    "bulk-draft": 403,
    "bulk-runs": 403,
    "bulk-run": 403,
    "bulk-export": 403,
    "start-selected": 403,
    "selected-users": 403,
    "selected-users-result": 403,
    "edit-user": 403,
    "edit-user-step": 403,
    "edit-user-result": 403,
    "subscriptions": 200,
    "export-subscriptions": 200,
    "subscription": 200,
    "subscription-change": 200,
    "orders": 200,
    "catalog": 200,
    "order": 200,
    "buy-more": 404,  # nobody said of what
    "software": 200,
    "software-catalog": 200,
    "order-software": 200,
    "software-purchase": 200,
    "cancel-software": 200,
    "admin-relationships": 200,
    "admin-relationship": 200,
    "request-relationship": 200,
    "edit-relationship": 200,
    "terminate-selected": 302,
    "terminate-relationship": 200,
    "relationship-requested": 302,  # it was approved long ago
    "send-relationship": 302,
    "delete-relationship": 302,
    "drop-global-administrator": 200,
    "assign-groups": 200,
    "edit-assignment": 200,
    "remove-assignments": 302,
    "who-can": 200,
    "service-management": 200,
    "customer-activity": 200,
}

# What a Sales agent may see of them and not do.
NOT_FOR_SALES = (
    "customer-activity",
    "software-catalog",
    "order-software",
    "software-purchase",
    "cancel-software",
    "customer-tags",
    "end-reselling",
    "add-qualification",
    "buy-more",
    "subscription-change",
    "catalog",
    "order",
    "request-relationship",
    "edit-relationship",
    "terminate-relationship",
    "send-relationship",
    "delete-relationship",
    "drop-global-administrator",
    "assign-groups",
)


def test_an_admin_agent_in_no_group_reaches_the_commercial_pages_only(world):
    assert answers(world.nora, at_northwind(world)) == WITHOUT_GDAP


def test_a_sales_agent_reaches_the_same_and_may_not_buy(world):
    assert answers(world.sam, at_northwind(world)) == WITHOUT_GDAP | dict.fromkeys(NOT_FOR_SALES, 403)


def test_a_member_of_staff_who_left_is_a_stranger(world):
    visitor = Visitor(world.ava)
    assert visitor.get("/customers/").status == 200
    User.objects.filter(pk=world.ava.pk).update(is_active=False)
    assert visitor.get("/customers/").location == "/sign-in/?next=/customers/"


def test_a_post_without_the_token_of_a_page_is_refused_in_our_own_words(world):
    editing = Editing(world.ava, world.dana)
    page = editing.visitor.send(editing.url("info"), {"go": "cancel"})
    assert page.status == 403
    assert editing.run.pk == editing.run_id


def test_an_address_that_nobody_has_is_a_friendly_404_for_everybody(world):
    for visitor in (Visitor(), Visitor(world.ava)):
        page = visitor.get("/customers/garbage/users/")
        assert (page.status, page.headline) == (404, "There is nothing at this address")
