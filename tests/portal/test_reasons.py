"""Whatever is off says why, on every page, to everybody.

The police (tests/portal/police.py) ask it of every page that any test opens; here every page is opened by each of the
cast, so that a new one can't be forgotten.
"""

import pytest

from customers.models import UserTemplate, UserUpload
from licensing.models import SoftwarePurchase, Subscription
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from partnercenter.accounts.models import User
from tests.cast import World
from tests.factories import SYSTEM, RelationshipFactory, stock
from tests.portal.editing import STEPS
from tests.portal.test_who_gets_in import ALL, at_northwind
from tests.portal.visitor import Page, Visitor

# On how many pages something is off, at least: a walk that finds nothing would show nothing.
OFF = {"ava": 1, "dan": 5, "harry": 5, "lea": 5, "nora": 5, "sam": 5, "uma": 5}


def at_fabrikam(world: World, person: User) -> dict[str, object]:
    """As at Northwind, where only ava has a role, but for things that each of the cast may do something with."""
    stock(world.fabrikam, "POWER_BI_PRO", seats=3)
    used_up = stock(world.fabrikam, "VISIOCLIENT", seats=1)
    update_licenses(
        by=SYSTEM, user=world.global_admin, update=LicenseUpdate(assign=(LicenseToAssign(used_up.product_id),))
    )
    sold = Subscription.objects.filter(customer=world.fabrikam)[0]
    contoso, here = {"partner": world.contoso}, {"customer": world.fabrikam}
    return at_northwind(world) | {
        "purchase_id": SoftwarePurchase.objects.create(**here, **contoso, name="Server").pk,
        "template_id": UserTemplate.objects.create(**here, **contoso, name="Office").pk,
        "upload_id": UserUpload.objects.create(**here, made_by=person).pk,
        "customer_id": world.fabrikam.pk,
        "user_id": world.dana.pk,
        "relationship_id": world.at_fabrikam.pk,
        "assignment_id": world.at_fabrikam.access_assignments.all()[0].pk,
        "subscription_id": sold.pk,
        "product_id": sold.product_id,
    }


def things_off(page: Page) -> int:
    commands = [found for found in page.document.all(classes="command") if "off" in found["class"].split()]
    return len(commands) + sum("disabled" in found for found in page.document.walk())


def walk(visitor: Visitor, known: dict[str, object]) -> list[Page]:
    """Every address, and what lies behind those that begin something: the wizard's steps, bulk work, selected users."""
    pages = [visitor.get(route.address(known)) for route in ALL]
    begun = {
        word: visitor.open(f"/customers/{known['customer_id']}/users/{way}")
        for word, way in {
            "edit": f"{known['user_id']}/edit/",
            "add": "add/",
            "licenses": f"licenses/?selected={known['user_id']}",
            **{verb: f"selected/{verb}/?selected={known['user_id']}" for verb in ("delete", "reset", "block")},
        }.items()
    }
    if begun["edit"].status == 200:
        place = begun["edit"].address.rstrip("/").rpartition("/")[0]
        pages += [visitor.open(f"{place}/{step}/") for step in STEPS]
    return [*pages, *begun.values()]


@pytest.mark.parametrize("name", sorted(OFF))
def test_on_every_page_whatever_is_off_says_why(world, name):
    visitor, known = Visitor(getattr(world, name)), at_fabrikam(world, getattr(world, name))
    pages = walk(visitor, known)
    waiting = RelationshipFactory(partner=world.contoso, customer=world.fabrikam, active=False)
    pages += [
        visitor.get(route.address(known | {"relationship_id": waiting.pk}))
        for route in ALL
        if "relationship_id" in route.arguments and "assignment_id" not in route.arguments
    ]
    assert {page.status for page in pages} <= {200, 302, 403, 404, 405}
    assert sum(bool(things_off(page)) for page in pages) >= OFF[name]
