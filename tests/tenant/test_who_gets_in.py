"""Every address of the customer's side, tried by those who may not."""

import uuid
from urllib.parse import quote

from gdap.models import AdminRelationship
from licensing.models import SoftwarePurchase
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from partnercenter.accounts.models import User
from partnercenter.audit.models import AuditRecord
from tests.factories import SYSTEM, stock
from tests.portal.visitor import Visitor
from tests.tenant.routes import ALL, Route
from tests.tenant.visitor import TenantVisitor, admin_of

INSIDE = [route for route in ALL if route.arguments]
POSTED = {"go": "approve", "version": "1", "enabled": "true"}


def at_fabrikam(world) -> dict[str, object]:
    """Things that are all there, at Fabrikam alone."""
    owned = stock(world.fabrikam, "POWER_BI_PRO", seats=1)
    update = LicenseUpdate(assign=(LicenseToAssign(owned.product_id),))
    update_licenses(by=SYSTEM, user=world.dana, update=update)
    purchase = SoftwarePurchase.objects.create(customer=world.fabrikam, partner=world.contoso, name="Server")
    return {
        "relationship_id": world.at_fabrikam.pk,
        "sku_id": owned.product_id,
        "user_id": world.dana.pk,
        "purchase_id": purchase.pk,
        "record_id": AuditRecord.objects.filter(customer_id=world.fabrikam.pk).latest("occurred_at").pk,
    }


def statuses(visitor: Visitor, known: dict[str, object], among: list[Route]) -> dict[str, int]:
    """URL name -> status of a GET; 405 where there is no page to look at."""
    return {route.name: visitor.get(route.address(known)).status for route in among}


def test_the_walk_finds_the_addresses_of_this_side():
    assert {"tenant-home", "tenant-relationships"} <= {route.name for route in ALL}
    assert {"tenant-approve", "tenant-relationship", "tenant-terminate"} <= {route.name for route in INSIDE}


def test_strangers_staff_and_ops_are_sent_to_the_sign_in_of_this_side_and_back(world):
    known = at_fabrikam(world)
    strangers = [Visitor(), Visitor(world.ava), Visitor(User.objects.create_superuser("ops", password="demo"))]
    for visitor in strangers:
        for route in ALL:
            address = route.address(known)
            locations = {visitor.get(address).location, visitor.post(address, POSTED).location} - {""}
            assert locations == {f"/tenant/sign-in/?next={quote(address, safe='')}"}, route.name


def test_what_belongs_to_another_customer_is_not_there_and_looks_like_what_nobody_has(world):
    visitor, known = TenantVisitor(admin_of(world.northwind)), at_fabrikam(world)
    for route in INSIDE:
        theirs, nobodys = route.address(known), route.address({name: uuid.uuid4() for name in known})
        for ask in (visitor.get, lambda address: visitor.post(address, POSTED)):
            pages = [ask(theirs), ask(nobodys)]
            assert {page.status for page in pages} <= {404, 405}, route.name
            assert len({page.text if page.html else "" for page in pages}) == 1, route.name
            assert not any("Fabrikam" in page.html for page in pages), route.name
    assert AdminRelationship.objects.get(pk=world.at_fabrikam.pk).version == world.at_fabrikam.version


def test_a_pane_asked_for_by_script_after_the_session_ended_takes_the_whole_page_to_the_sign_in(world):
    answer = Visitor().client.get("/tenant/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/tenant/sign-in/?next=%2Ftenant%2F"
