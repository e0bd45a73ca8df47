"""subscribedSkus, licenseDetails and assignLicense (section 12)."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence

from rest_framework.request import Request

from customers.graph import user_presenters
from customers.graph.base import DIRECTORY_READS, USER_READS, USER_WRITES, DirectoryView, living, not_there
from customers.models import Customer
from customers.permissions import CustomerPermission as P
from licensing.graph import presenters
from licensing.models import LicenseAssignment, SubscribedSku, Subscription
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from partnercenter import clock
from partnercenter.wire.graph.bodies import Members, as_guid
from partnercenter.wire.graph.encoding import Answer, Body
from partnercenter.wire.graph.errors import bad_request
from partnercenter.wire.graph.paths import key

SKU = (
    "accountName", "accountId", "appliesTo", "capabilityStatus", "consumedUnits", "id", "skuId", "skuPartNumber",
    "subscriptionIds", "prepaidUnits", "servicePlans",
)  # fmt: skip
DETAIL = ("id", "skuId", "skuPartNumber", "servicePlans")
MOST_CHANGES = 200


class SubscribedSkuList(DirectoryView):
    reads_with = DIRECTORY_READS | {"LicenseAssignment.Read.All", "Organization.Read.All", "Organization.ReadWrite.All"}

    def get(self, request: Request) -> Answer:
        self.query.allow("select")
        return self.many("subscribedSkus", self.shown())

    def shown(self, sku_id: uuid.UUID | None = None) -> list[Body]:
        """All of the customer's products, or one. Four queries."""
        names = self.query.select(SKU, of="subscribedSku")
        customer = self.tenant(P.READ_SUBSCRIBED_SKUS)
        rows = SubscribedSku.objects.filter(customer=customer).with_units(clock.now()).select_related("product")
        found = list((rows.filter(product=sku_id) if sku_id else rows).order_by("product__name", "pk"))
        plans = presenters.plans_of({row.product_id for row in found})
        sold = self._subscriptions(customer)
        account = presenters.account_name(customer)
        bodies = (presenters.subscribed_sku(row, account, plans, sold[row.product_id]) for row in found)
        return [{name: body[name] for name in names} for body in bodies]

    def _subscriptions(self, customer: Customer) -> Mapping[uuid.UUID, Sequence[uuid.UUID]]:
        """Ids of subscriptions by product; those that another partner sold are not told."""
        found: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
        rows = Subscription.objects.filter(customer=customer, partner=self.principal.partner_id)
        for product_id, own_id in rows.order_by("created_at", "pk").values_list("product", "pk"):
            found[product_id].append(own_id)
        return found


class SubscribedSkuDetail(SubscribedSkuList):
    def get(self, request: Request, sku_id: str) -> Answer:  # type: ignore[override]  # one of them
        self.query.allow("select")
        tenant_id, _, product_id = sku_id.partition("_")
        found = self.shown(key(product_id)) if tenant_id == str(self.principal.tenant_id) else []
        if not found:
            raise not_there(sku_id)
        return self.one("subscribedSkus/$entity", found[0])


class LicenseDetailList(DirectoryView):
    reads_with = USER_READS | {"LicenseAssignment.Read.All"}

    def get(self, request: Request, user_id: str) -> Answer:
        self.query.allow("select")
        names = self.query.select(DETAIL, of="licenseDetails")
        user = self.user(user_id, P.READ_USER_LICENSES)
        rows = LicenseAssignment.objects.filter(customer=user.customer_id, user=user)
        found = list(rows.select_related("subscribed_sku__product").order_by("subscribed_sku__product__name", "pk"))
        plans = presenters.plans_of({row.subscribed_sku.product_id for row in found})
        bodies = (presenters.license_detail(row, plans) for row in found)
        items = [{name: body[name] for name in names} for body in bodies]
        return self.many(f"users('{user.pk}')/licenseDetails", items)


class AssignLicense(DirectoryView):
    http_method_names = ["post"]
    writes_with = USER_WRITES | {"LicenseAssignment.ReadWrite.All"}

    def post(self, request: Request, user_id: str) -> Answer:
        """All of the call or nothing; answers the whole user."""
        user = self.user(user_id, P.ASSIGN_LICENSES)
        update_licenses(by=self.principal, user=user, update=_update(self.body))
        row = living(user.customer, str(user.pk))
        body = user_presenters.user(row, user_presenters.ALL, held=presenters.licenses_held([row]))
        return self.one("users/$entity", body)


def _update(body: Members) -> LicenseUpdate:
    if "addLicenses" not in body or "removeLicenses" not in body:
        raise bad_request("addLicenses and removeLicenses are both required; either may be empty.")
    wanted, unwanted = body.objects("addLicenses"), body.texts("removeLicenses")
    if len(wanted) + len(unwanted) > MOST_CHANGES:
        raise bad_request(f"One call changes {MOST_CHANGES} licenses at most.")
    return LicenseUpdate(
        assign=tuple(_wanted(item) for item in wanted),
        remove=tuple(as_guid("removeLicenses", text) for text in unwanted),
    )


def _wanted(item: Members) -> LicenseToAssign:
    sku_id = item.guid("skuId")
    if sku_id is None:
        raise bad_request("Each of addLicenses needs a skuId.")
    return LicenseToAssign(sku_id, frozenset(as_guid("disabledPlans", plan) for plan in item.texts("disabledPlans")))
