"""On the customer's side too, whatever is off says why: the police ask it of every page that is opened here."""

import pytest

from tests.factories import CustomerUserFactory, RelationshipFactory
from tests.portal.test_reasons import things_off
from tests.tenant.routes import ALL
from tests.tenant.test_who_gets_in import at_fabrikam
from tests.tenant.visitor import TenantVisitor


@pytest.mark.parametrize("roles", [("Global Administrator",), ("License Administrator",), ("Directory Readers",), ()])
def test_on_every_page_whatever_is_off_says_why(world, roles):
    known = at_fabrikam(world)
    waiting = RelationshipFactory(partner=world.contoso, customer=world.fabrikam, active=False)
    visitor = TenantVisitor(CustomerUserFactory(customer=world.fabrikam, local_part="somebody", roles=roles))
    pages = [visitor.get(route.address(known)) for route in ALL]
    asked = [route for route in ALL if route.arguments == {"relationship_id"}]
    pages += [visitor.get(route.address(known | {"relationship_id": waiting.pk})) for route in asked]
    assert {page.status for page in pages} <= {200, 302, 403, 405}
    if roles == ("Directory Readers",):
        assert sum(map(things_off, pages))
