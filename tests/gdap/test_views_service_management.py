"""Service management of one customer: doors by the own roles, and the reason where they are shut."""

import pytest
from django.urls import reverse

from gdap.admin_centers import ADMIN_CENTERS, HEALTH_DASHBOARDS, opened_by
from tests.cast import after
from tests.factories import AssignmentFactory, RelationshipFactory
from tests.portal.visitor import Page, Visitor

SERVICES = [center.name for center in ADMIN_CENTERS]
DASHBOARDS = [center.name for center in HEALTH_DASHBOARDS]


def at(user, customer) -> Page:
    return Visitor(user).get(reverse("service-management", args=[customer.pk]))


def doors(page: Page) -> list[str]:
    """What is open."""
    return [row[0] for row in page.rows if row[1] == "Yes"]


def test_the_page_links_by_the_persons_own_roles_and_says_what_would_open_the_rest(world):
    page = at(world.lea, world.fabrikam)
    assert page.names == [*SERVICES, *DASHBOARDS]
    assert doors(page) == ["Microsoft Entra ID", "Microsoft 365 Lighthouse", "Microsoft 365", *DASHBOARDS]
    assert "Your roles here: License Administrator." in page.text
    (entra,) = page.links("Microsoft Entra ID")
    assert entra == f"https://entra.microsoft.com/{world.fabrikam.pk}"
    assert page.links("Exchange") == []
    exchange = next(row[1] for row in page.rows if row[0] == "Exchange")
    assert exchange.startswith("Exchange at Fabrikam, Inc. opens to roles like Exchange Recipient Administrator")
    assert "Microsoft 365 service health" in doors(at(world.harry, world.fabrikam))


def test_without_a_role_every_door_is_shut_and_somebody_elses_roles_open_none(world):
    for user, customer in ((world.nora, world.fabrikam), (world.lea, world.northwind), (world.sam, world.tailspin)):
        page = at(user, customer)
        assert (page.status, doors(page), len(page.reasons)) == (200, [], len(SERVICES + DASHBOARDS))
    assert doors(at(world.max, world.fabrikam)) == doors(at(world.harry, world.fabrikam))
    assert at(world.max, world.northwind).status == 404
    with after(days=731):
        assert doors(at(world.lea, world.fabrikam)) == []


def test_each_door_can_be_opened_by_some_role_that_can_be_asked_for():
    assert [center.name for center in (*ADMIN_CENTERS, *HEALTH_DASHBOARDS) if not opened_by(center)] == []


def test_the_customer_list_leads_there(world):
    page = Visitor(world.ava).get("/customers/")
    there = page.form("list-form").submit({"customer": str(world.fabrikam.pk)}, press="Service management")
    assert there.headline == "Fabrikam, Inc. | Service management"


@pytest.mark.parametrize("more", [0, 3])
def test_the_page_asks_the_same_queries_however_many_roles_there_are(world, django_assert_num_queries, more):
    for _ in range(more):
        relationship = RelationshipFactory(partner=world.contoso, customer=world.fabrikam, roles=["Global Reader"])
        AssignmentFactory(relationship=relationship, group=world.license_desk)
    visitor = Visitor(world.lea)
    at(world.lea, world.fabrikam)
    with django_assert_num_queries(6):
        visitor.get(reverse("service-management", args=[world.fabrikam.pk]))
