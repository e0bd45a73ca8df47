"""Subscriptions, read (partner_center_contract part 6). A partner sees those that it sold."""

import base64
import json
import uuid
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from customers.api.base import DirectoryView
from customers.models import Customer
from customers.permissions import CustomerPermission
from gdap import access
from licensing.api import shapes
from licensing.models import SoftwarePurchase, Subscription
from licensing.services.subscriptions import DISABLED, GRACE, TERM
from partnercenter import clock
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.encoding import collection, supplied, wire_time
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.links import link, self_link
from partnercenter.wire.partner_center.operations import Parameter, operation
from partnercenter.wire.partner_center.shapes import GUID, TEXT, collected, one_of
from partnercenter.wire.partner_center.views import Answer, PartnerCenterView

JAVA = "java"
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
        return rows.select_related("product", "partner").order_by("product__name", "created_at", "pk")

    def presented(self, row: Subscription) -> dict[str, Any]:
        is_java = JAVA in self.request.headers.get("MS-PartnerCenter-Client", "").casefold()
        return subscription(row, clock.now(), is_java=is_java)


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
    @operation("Get a subscription", gives=shapes.SUBSCRIPTION)
    def get(self, request: Request, customer_id: str, subscription_id: str) -> Answer:
        row = self.sold(self.customer(customer_id)).filter(pk=_guid(subscription_id)).first()
        if row is None:
            raise ApiError(codes.SUBSCRIPTION_NOT_FOUND)
        return Answer(self.presented(row))


class ProvisioningStatus(DirectoryView):
    @operation("Get the provisioning status", gives=shapes.PROVISIONING)
    def get(self, request: Request, customer_id: str, subscription_id: str) -> Answer:
        customer = self.customer(customer_id)
        access.require(self.principal, customer, CustomerPermission.READ_SUBSCRIBED_SKUS)
        rows = Subscription.objects.filter(customer=customer, partner=self.principal.partner_id)
        row = rows.filter(pk=_guid(subscription_id)).first()
        if row is None:
            raise ApiError(codes.SUBSCRIPTION_NOT_FOUND)
        return Answer(
            {
                "skuId": str(row.product_id),
                "status": "success",
                "quantity": row.quantity,
                "endDate": wire_time(_term_end(row, clock.now())),
                "attributes": {"objectType": "SubscriptionProvisioningStatus"},
            }
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
        bought = SoftwarePurchase.objects.filter(customer=customer, partner=self.principal.partner_id)
        rows = bought.order_by("name", "pk") if kind == "software" else bought.none()
        return Answer(collection([_entitlement(row) for row in rows]))


def subscription(row: Subscription, now: datetime, *, is_java: bool) -> dict[str, Any]:
    """Ids of the classic commerce are written in capitals, and its tag is the one of the captures."""
    is_classic = row.commerce == Subscription.Commerce.CLASSIC
    own_id = str(row.pk).upper() if is_classic else str(row.pk)
    uri = f"/customers/{row.customer_id}/subscriptions/{own_id}"
    return supplied(
        {
            "id": own_id,
            "offerId": _offer_id(row),
            "offerName": row.product.name,
            "friendlyName": row.friendly_name or row.product.name,
            "productType": None if is_classic else {"id": "OnlineServicesNCE", "displayName": "OnlineServicesNCE"},
            "quantity": row.quantity,
            "unitType": "Licenses",
            "hasPurchasableAddons": None if is_classic else False,
            "creationDate": wire_time(row.created_at),
            "effectiveStartDate": wire_time(row.created_at.replace(hour=0, minute=0, second=0, microsecond=0)),
            "commitmentEndDate": wire_time(_term_end(row, now)),
            "status": _status(row, now, is_java=is_java),
            "autoRenewEnabled": row.auto_renew,
            "isTrial": False,
            "billingType": "license",
            "billingCycle": row.billing_cycle,
            "termDuration": None if is_classic else row.term,
            "isMicrosoftProduct": None if is_classic else True,
            "partnerId": row.partner.mpn_id or None,
            "contractType": "subscription",
            "links": self_link(uri)
            if not is_classic
            else {"offer": link(f"/offers/{_offer_id(row)}"), **self_link(uri)},
            "orderId": str(row.order_id).upper() if is_classic else str(row.order_id),
            "attributes": {"etag": _etag(row), "objectType": "Subscription"},
        }
    )


def _offer_id(row: Subscription) -> str:
    """The catalog of commerce is not part of this server; the ids only have its form."""
    if row.commerce == Subscription.Commerce.CLASSIC:
        return str(row.product_id).upper()
    text = row.product_id.hex.upper()
    return f"CFQ7TTC0{text[:4]}:0001:CFQ7TTC0{text[4:8]}"


def _etag(row: Subscription) -> str:
    text = json.dumps({"id": str(row.pk), "version": row.version}, separators=(",", ":"))
    return base64.b64encode(text.encode()).decode()


def _term_end(row: Subscription, now: datetime) -> datetime:
    """The end of the running term: what renews itself by now ends later than it was bought to."""
    ends = row.term_ends_at
    while row.auto_renew and ends <= now:
        ends += TERM
    return ends


def _status(row: Subscription, now: datetime, *, is_java: bool) -> str:
    """By the clock. The Java SDK fails at the word `expired`; to it such a subscription is suspended (section 1.11)."""
    if row.status != Subscription.Status.ACTIVE or row.auto_renew or now < row.term_ends_at:
        return row.status
    if now >= row.term_ends_at + GRACE + DISABLED:
        return "deleted"
    return "suspended" if is_java else "expired"


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


def _guid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        raise ApiError(codes.SUBSCRIPTION_NOT_FOUND) from None
