"""Subscriptions and what was bought once (partner_center_contract part 6). A partner sees those that it sold."""

import uuid
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from customers.api.base import DirectoryView
from customers.models import Customer
from customers.permissions import CustomerPermission
from gdap import access
from licensing.api import shapes
from licensing.api.subscription_presenters import commitment_end, etag, status, subscription, wire_id
from licensing.models import SoftwarePurchase, Subscription
from licensing.rules.subscriptions import SubscriptionChange
from licensing.services.subscriptions import change_subscription
from partnercenter import clock
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.encoding import collection, supplied
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.headers import is_java
from partnercenter.wire.partner_center.links import self_link
from partnercenter.wire.partner_center.members import Members
from partnercenter.wire.partner_center.operations import IF_MATCH, Parameter, operation
from partnercenter.wire.partner_center.shapes import GUID, TEXT, collected, one_of
from partnercenter.wire.partner_center.views import Answer, PartnerCenterView

# What a client may ask for. `none` is what .NET says when nothing was set.
STATUSES = {"active": "active", "suspended": "suspended", "deleted": "deleted", "none": "", "": ""}
ORDER = Parameter(name="order_id", schema=GUID, says="Of this order only.")
PROGRAM = Parameter(name="mpn_id", schema=TEXT, says="Of the partner with this program id only; without links.")
ENTITLEMENT_KIND = Parameter(
    name="entitlementType", schema=one_of("software", "reservedInstance"), says="Software, if not given."
)


class SubscriptionView(PartnerCenterView):
    app_only = frozenset({"GET", "HEAD"})
    throttle_scope = "subscription"

    def sold(self, customer: Customer) -> "QuerySet[Subscription]":
        rows = Subscription.objects.filter(customer=customer, partner=self.principal.partner_id)
        found = rows.select_related("product", "partner", "customer", "parent").prefetch_related("additions")
        return found.order_by("product__name", "created_at", "pk")

    def one(self, customer_id: str, subscription_id: str) -> Subscription:
        row = self.sold(self.customer(customer_id)).filter(pk=_guid(subscription_id)).first()
        if row is None:
            raise ApiError(codes.SUBSCRIPTION_NOT_FOUND)
        return row

    @property
    def is_java(self) -> bool:
        return is_java(self.request._request)  # noqa: SLF001  DRF's own name for Django's request

    def presented(self, row: Subscription) -> dict[str, Any]:
        return subscription(row, clock.now(), is_java=self.is_java)


class SubscriptionList(SubscriptionView):
    @operation("List subscriptions", gives=collected(shapes.SUBSCRIPTION, links=True), query=(ORDER, PROGRAM))
    def get(self, request: Request, customer_id: str) -> Answer:
        customer = self.customer(customer_id)
        rows = self.sold(customer)
        order, program = self.query.get("order_id"), self.query.get("mpn_id")
        if order is not None:
            rows = rows.filter(order_id=_guid(order))
        if program is not None:
            rows = rows.filter(partner__mpn_id=program.strip())
        items = [self.presented(row) for row in rows]
        links = None if program is not None else self_link(f"{self.path}{self.query.echoed()}")
        return Answer(collection(items, links=links))


class SubscriptionDetail(SubscriptionView):
    app_only = frozenset({"GET", "HEAD", "PATCH"})

    @operation("Get a subscription", gives=shapes.SUBSCRIPTION)
    def get(self, request: Request, customer_id: str, subscription_id: str) -> Answer:
        return Answer(self.presented(self.one(customer_id, subscription_id)))

    @operation(
        "Change a subscription",
        says="Quantity, status, nickname and renewal; without `autoRenewEnabled` the renewal is switched off.",
        takes=shapes.WANTED_SUBSCRIPTION,
        example=shapes.A_SUBSCRIPTION,
        gives=shapes.SUBSCRIPTION,
        query=(IF_MATCH,),
    )
    def patch(self, request: Request, customer_id: str, subscription_id: str) -> Answer:
        """The full resource is sent, and what can't change in it is ignored. Never 202: Java fails at an empty body."""
        row = self.one(customer_id, subscription_id)
        body = self.body
        self.check_etag(row, body)
        if (body.text("BillingCycle") or "unknown").casefold() not in ("unknown", "none", row.billing_cycle):
            raise ApiError(codes.BILLING_CYCLE)
        change = SubscriptionChange(
            quantity=body.number("Quantity"),
            status=self.wanted_status(row, body.text("Status")),
            # Documented: a PATCH that does not name it switches it off.
            auto_renew=bool(body.flag("AutoRenewEnabled")),
            friendly_name=_nickname(row, body.text("FriendlyName")),
        )
        return Answer(self.presented(change_subscription(by=self.principal, subscription=row, change=change)))

    def check_etag(self, row: Subscription, body: Members) -> None:
        """Curl users send If-Match, SDKs `attributes.etag`, some neither (section 1.3)."""
        attributes = body.members("Attributes") or Members()
        sent = self.request.headers.get("If-Match", "").strip().strip('"') or attributes.text("Etag") or "*"
        if sent not in ("*", etag(row)):
            raise ApiError(codes.STALE_ETAG)

    def wanted_status(self, row: Subscription, text: str | None) -> str | None:
        """None where the body repeats what this client was shown, by the clock."""
        spelled = (text or "").strip().casefold()
        if spelled != "deleted" and spelled == status(row.life, clock.now(), is_java=self.is_java):
            return None
        if spelled not in STATUSES:
            raise ApiError(codes.UNKNOWN_ENUM, f"Status: {spelled[:100]}")
        return STATUSES[spelled] or None


class ProvisioningStatus(DirectoryView):
    @operation("Get the provisioning status", gives=shapes.PROVISIONING)
    def get(self, request: Request, customer_id: str, subscription_id: str) -> Answer:
        customer = self.customer(customer_id)
        access.require(self.principal, customer, CustomerPermission.READ_SUBSCRIBED_SKUS)
        rows = Subscription.objects.filter(customer=customer, partner=self.principal.partner_id)
        row = rows.select_related("product").filter(pk=_guid(subscription_id)).first()
        if row is None:
            raise ApiError(codes.SUBSCRIPTION_NOT_FOUND)
        return Answer(
            supplied(
                {
                    "skuId": wire_id(row, row.product_id),
                    "status": "success" if row.activated_at else "pending",
                    "quantity": row.quantity,
                    "endDate": commitment_end(row, clock.now()),
                    "attributes": {"objectType": "SubscriptionProvisioningStatus"},
                }
            )
        )


class EntitlementList(PartnerCenterView):
    """Software that was bought once. Its keys are shown in the portal; no documented endpoint gives them."""

    @operation("List entitlements", gives=shapes.ENTITLEMENTS, query=(ENTITLEMENT_KIND,))
    def get(self, request: Request, customer_id: str) -> Answer:
        customer = self.customer(customer_id)
        kinds = {
            "software": "software",
            "reservedinstance": "reservedInstance",
            "reserved_instance": "reservedInstance",
        }
        kind = self.query.choice("entitlementType", among=kinds, default="software")
        bought = SoftwarePurchase.objects.filter(
            customer=customer, partner=self.principal.partner_id, cancelled_at__isnull=True
        )
        rows = bought.order_by("name", "pk") if kind == "software" else bought.none()
        return Answer(collection([_entitlement(row) for row in rows]))


def _entitlement(row: SoftwarePurchase) -> dict[str, Any]:
    return {
        "includedEntitlements": [],
        "referenceOrder": {"id": str(row.order_id), "lineItemId": "0"},
        "productId": str(row.pk),
        "quantity": row.quantity,
        "entitledArtifacts": [],
        "skuId": "0001",
        "entitlementType": "software",
    }


def _nickname(row: Subscription, text: str | None) -> str | None:
    """Who sends back the name of the product gives no nickname."""
    return row.friendly_name if text == row.product.name else text


def _guid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        raise ApiError(codes.SUBSCRIPTION_NOT_FOUND) from None
