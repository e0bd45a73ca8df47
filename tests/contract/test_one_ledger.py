"""The portal and the v1 API are two doors to one ledger: what one changes, the other shows at once."""

from django.urls import reverse

from partnercenter.audit.models import AuditRecord
from tests.factories import sku, stock
from tests.partner_center import Api, body_of
from tests.portal.editing import Editing
from tests.portal.visitor import Visitor

POWER_BI = "POWER_BI_PRO"


def at_api(world):
    return f"/v1/customers/{world.fabrikam.pk}/users/{world.dana.pk}"


def held(response):
    return [item["productSku"]["skuPartNumber"] for item in body_of(response)["items"]]


def shown_in_portal(world):
    """The titles of Dana's pane in the list of users."""
    page = Visitor(world.ava).open(f"{reverse('users', args=[world.fabrikam.pk])}?user={world.dana.pk}")
    assert page.status == 200
    return page.document.all("aside")[0].text


def recorded():
    """Who, by which door and right, with before and after."""
    row = AuditRecord.objects.get(operation="update_customer_user_licenses")
    return (
        row.principal_name,
        row.door,
        row.app_id,
        [(chain["group"], chain["role"]) for chain in row.granted_by],
        [each["product"] for each in row.before["licenses"]],
        [each["product"] for each in row.after["licenses"]],
    )


def test_a_license_assigned_by_the_api_is_in_the_portal_at_once(world):
    stock(world.fabrikam, POWER_BI, seats=3)
    assert "Power BI Pro" not in shown_in_portal(world)
    response = Api(world.lea).post(
        f"{at_api(world)}/licenseupdates", {"licensesToAssign": [{"skuId": str(sku(POWER_BI))}]}
    )
    assert response.status_code == 201
    assert "Power BI Pro" in shown_in_portal(world)
    assert recorded() == (
        world.lea.username,
        "partner_center_api",
        "app",
        [("GDAP License desk", "License Administrator")],
        [],
        ["Power BI Pro"],
    )


def test_a_license_assigned_in_the_portal_is_in_the_api_at_once(world):
    stock(world.fabrikam, POWER_BI, seats=3)
    assert held(Api(world.ava).get(f"{at_api(world)}/licenses")) == []
    editing = Editing(world.ava, world.dana)
    editing.to_review(licenses={"product": [str(sku(POWER_BI))]})
    editing.complete()
    assert held(Api(world.ava).get(f"{at_api(world)}/licenses")) == [POWER_BI]
    available = body_of(Api(world.ava).get(f"/v1/customers/{world.fabrikam.pk}/subscribedskus"))["items"]
    assert [(item["consumedUnits"], item["availableUnits"]) for item in available] == [(1, 2)]
    who, door, app, _, before, after = recorded()
    assert (who, door, app, before, after) == (world.ava.username, "portal", "", [], ["Power BI Pro"])
