"""The list of 100 users with their licenses, beside what Django REST framework makes of the same rows.

    make bench ARGS=lists

In one process, without a network: Graph's list of users with `assignedLicenses` through the whole product (token,
rights, middleware), and a view set with a model serializer, prefetch and cursor pagination that asks nobody who they
are. The negative control is the same view set without prefetch. How many queries the product asks is counted with 10,
100 and 999 users on a page.
"""

import sys
from collections.abc import Callable

import databases
import harness
from django.test import Client, RequestFactory
from harness import Goal
from rest_framework import serializers, viewsets
from rest_framework.pagination import CursorPagination

from customers.models import CustomerUser
from licensing.models import LicenseAssignment
from partnercenter.demo import ids
from partnercenter.demo.world import build_world

SIZE = 100
PERSON = "ava.admin@contoso-partners.example"


class LicenseSerializer(serializers.ModelSerializer[LicenseAssignment]):
    sku = serializers.UUIDField(source="subscribed_sku.product_id")

    class Meta:
        model = LicenseAssignment
        fields = ("sku", "disabled_plans")


class UserSerializer(serializers.ModelSerializer[CustomerUser]):
    license_assignments = LicenseSerializer(many=True)

    class Meta:
        model = CustomerUser
        fields = (
            "id",
            "user_principal_name",
            "first_name",
            "last_name",
            "display_name",
            "usage_location",
            "job_title",
            "license_assignments",
        )


class Pages(CursorPagination):
    page_size = SIZE
    ordering = ("sort_name", "id")


class Users(viewsets.ReadOnlyModelViewSet[CustomerUser]):
    queryset = CustomerUser.objects.filter(customer=ids.ADVENTURE_WORKS, deleted_at=None).prefetch_related(
        "license_assignments__subscribed_sku"
    )
    serializer_class = UserSerializer
    pagination_class = Pages
    authentication_classes = ()
    permission_classes = ()


class Careless(Users):
    queryset = CustomerUser.objects.filter(customer=ids.ADVENTURE_WORKS, deleted_at=None)


class Product:
    def __init__(self) -> None:
        self.client = Client(HTTP_HOST="127.0.0.1")
        body = {
            "grant_type": "password",
            "client_id": str(ids.APP_CLIENT_ID),
            "client_secret": "demo-secret",
            "scope": "https://graph.microsoft.com/.default",
            "username": PERSON,
            "password": ids.PASSWORD,
        }
        answer = self.client.post("/adventure-works.com/oauth2/v2.0/token", body)
        self.token = f"Bearer {answer.json()['access_token']}"

    def users(self, size: int = SIZE) -> list[dict[str, object]]:
        names = "id,userPrincipalName,givenName,surname,displayName,usageLocation,jobTitle,assignedLicenses"
        answer = self.client.get(f"/v1.0/users?$top={size}&$select={names}", headers={"Authorization": self.token})
        assert answer.status_code == 200, answer.content[:300]
        found: list[dict[str, object]] = answer.json()["value"]
        return found


def rendered(view: type[Users]) -> list[dict[str, object]]:
    answer = view.as_view({"get": "list"})(RequestFactory().get("/users", HTTP_HOST="127.0.0.1"))
    answer.render()
    found: list[dict[str, object]] = answer.data["results"]
    return found


def main() -> int:
    options = harness.options(__doc__ or "")
    databases.prepare()
    build_world()
    databases.analyze()
    product, processes = Product(), databases.processes()
    works: dict[str, Callable[[], object]] = {
        "product": product.users,
        "DRF, prefetch, cursor": lambda: rendered(Users),
        "negative control: DRF without prefetch": lambda: rendered(Careless),
    }
    assert [row["id"] for row in product.users()] == [str(row["id"]) for row in rendered(Users)]
    found = harness.alternate(
        {name: lambda work=work: harness.timed(work, processes=processes) for name, work in works.items()},  # type: ignore[misc]
        options.rounds,
    )
    report = harness.Report(f"lists-{databases.VENDOR}")
    report.speeds(found)
    times = harness.ratio(found, "product", "DRF, prefetch, cursor")
    report.goal(
        Goal(number=7, name="list of 100 users with licenses / DRF", found=times.wall, must=3, aim=8, more=str(times))
    )
    counts = [databases.queries(lambda size=size: product.users(size)) for size in (10, 100, 999)]  # type: ignore[misc]
    name = f"queries of a list of 10, 100, 999 ({counts[0]} each): difference"
    report.goal(Goal(number=8, name=name, found=max(counts) - min(counts), must=0, at_most=True))
    control = databases.queries(works["negative control: DRF without prefetch"])
    report.goal(Goal(number=8, name="negative control: queries without prefetch", found=control, must=SIZE))
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
