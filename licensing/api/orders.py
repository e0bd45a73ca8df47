"""Orders (partner_center_contract part 6): what was bought at once, and how it is provisioned."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from rest_framework.request import Request

from customers.models import Customer
from licensing.api import order_shapes as shapes
from licensing.api.offers import offered
from licensing.api.subscription_presenters import offer_id, wire_id
from licensing.api.subscriptions import SubscriptionView
from licensing.models import Product, Subscription
from licensing.services.orders import OrderLine, place_order
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.encoding import collection, supplied, wire_time
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.links import link, self_link
from partnercenter.wire.partner_center.members import Members
from partnercenter.wire.partner_center.operations import operation
from partnercenter.wire.partner_center.views import Answer

Rows = Sequence[Subscription]

# What .NET says when nothing was set means the usual one.
BILLING_CYCLES = {"": "monthly", "unknown": "monthly", "monthly": "monthly", "annual": "annual"}


class OrderView(SubscriptionView):
    def orders(self, customer_id: str) -> list[list[Subscription]]:
        """The orders of this partner's customer, the newest first, each in the order of its lines."""
        found: dict[uuid.UUID, list[Subscription]] = {}
        rows = self.sold(self.customer(customer_id)).order_by("-created_at", "order_id", "order_line", "pk")
        for row in rows:
            found.setdefault(row.order_id, []).append(row)
        return list(found.values())

    def order(self, customer_id: str, order_id: str) -> list[Subscription]:
        rows = self.sold(self.customer(customer_id)).order_by("order_line", "pk")
        try:
            found = list(rows.filter(order_id=uuid.UUID(order_id.strip())))
        except ValueError:
            found = []
        if not found:
            raise ApiError(codes.ORDER_NOT_FOUND)
        return found


class OrderList(OrderView):
    app_only = frozenset({"GET", "HEAD", "POST"})

    @operation("List orders", gives=shapes.ORDERS)
    def get(self, request: Request, customer_id: str) -> Answer:
        return Answer(collection([order(rows) for rows in self.orders(customer_id)], links=self_link(self.path)))

    @operation(
        "Place an order",
        says="Each line is a subscription; all are bought, or none.",
        takes=shapes.WANTED_ORDER,
        example=shapes.AN_ORDER,
        gives=shapes.ORDER,
        status=201,
    )
    def post(self, request: Request, customer_id: str) -> Answer:
        customer = self.customer(customer_id)
        cycle = (self.body.text("BillingCycle") or "").strip().casefold()
        if cycle not in BILLING_CYCLES:
            raise ApiError(codes.UNKNOWN_ENUM, f"BillingCycle: {cycle[:100]}")
        lines = self.lines(customer, self.body.objects("LineItems"))
        rows = place_order(by=self.principal, customer=customer, lines=lines, billing_cycle=BILLING_CYCLES[cycle])
        return Answer(order(rows), status=201)

    def lines(self, customer: Customer, items: Sequence[Members]) -> list[OrderLine]:
        wanted = [item.text("OfferId") or "" for item in items]
        found = offered(wanted)
        for text in wanted:
            if not text:
                raise ApiError(codes.ARGUMENT, "OfferId is required.")
            if text not in found:
                raise ApiError(codes.OFFER_UNKNOWN, f"{text[:100]} is no offer.")
        bases = [self.base(customer, item.text("ParentSubscriptionId") or "") for item in items]
        return [_line(item, *found[text], base) for item, text, base in zip(items, wanted, bases, strict=True)]

    def base(self, customer: Customer, text: str) -> Subscription | None:
        """The subscription that an add-on is bought for; "" for what is none."""
        return self.one(str(customer.pk), text) if text else None


class OrderDetail(OrderView):
    @operation("Get an order", gives=shapes.ORDER)
    def get(self, request: Request, customer_id: str, order_id: str) -> Answer:
        return Answer(order(self.order(customer_id, order_id)))


class OrderProvisioning(OrderView):
    """Everything is there as soon as it is bought, but SaaS: that waits for its publisher."""

    app_only = frozenset()

    @operation("Get the provisioning status of an order", gives=shapes.LINE_PROVISIONING)
    def get(self, request: Request, customer_id: str, order_id: str) -> Answer:
        items = [
            {
                "lineItemNumber": row.order_line,
                "status": _fulfilled(row),
                "quantityProvisioningInformation": [{"quantity": row.ordered_quantity, "status": _fulfilled(row)}],
            }
            for row in self.order(customer_id, order_id)
        ]
        return Answer(collection(items))


class OrderActivationLinks(OrderView):
    @operation("Get the activation links of an order", gives=shapes.ACTIVATION_LINKS)
    def get(self, request: Request, customer_id: str, order_id: str) -> Answer:
        rows = self.order(customer_id, order_id)
        return Answer(collection(activation_links(request, rows), links=self_link(self.path)))


class LineActivationLinks(OrderView):
    @operation("Get the activation links of an order line", gives=shapes.ACTIVATION_LINKS)
    def get(self, request: Request, customer_id: str, order_id: str, line: str) -> Answer:
        rows = [row for row in self.order(customer_id, order_id) if str(row.order_line) == line]
        if not rows:
            raise ApiError(codes.NOT_FOUND)
        return Answer(collection(activation_links(request, rows), links=self_link(self.path)))


def activation_links(request: Request, rows: Rows) -> list[dict[str, Any]]:
    """The page that stands for the publisher's site, of what waits for it."""
    return [
        {
            "lineItemNumber": row.order_line,
            "link": link(
                request.build_absolute_uri(reverse("subscription-change", args=[row.customer_id, row.pk, "activate"]))
            ),
        }
        for row in rows
        if row.activated_at is None and row.status == Subscription.Status.ACTIVE
    ]


def _fulfilled(row: Subscription) -> str:
    return "Fulfilled" if row.activated_at else "PreFulfilled"


def order(rows: Rows) -> dict[str, Any]:
    """`rows` are the subscriptions of one order, in the order of its lines."""
    first = rows[0]
    own_id = wire_id(first, first.order_id)
    path = f"/customers/{first.customer_id}/orders/{own_id}"
    return {
        "id": own_id,
        "referenceCustomerId": str(first.customer_id),
        "billingCycle": first.billing_cycle,
        "lineItems": [_presented(row) for row in rows],
        "creationDate": wire_time(first.created_at),
        "status": "completed",
        "links": {"provisioningStatus": link(f"{path}/provisioningstatus"), **self_link(path)},
        "attributes": {"objectType": "Order"},
    }


def _presented(row: Subscription) -> dict[str, Any]:
    """What was bought, whatever became of it since; the subscription says how it stands now."""
    own_id = wire_id(row, row.pk)
    return supplied(
        {
            "lineItemNumber": row.order_line,
            "offerId": offer_id(row.product_id, is_classic=row.is_classic),
            "subscriptionId": own_id,
            "parentSubscriptionId": row.parent and wire_id(row, row.parent.pk),
            "termDuration": None if row.is_classic else row.term,
            "friendlyName": row.friendly_name or row.product.name,
            "quantity": row.ordered_quantity,
            "links": {"subscription": link(f"/customers/{row.customer_id}/subscriptions/{own_id}")},
        }
    )


def _line(item: Members, product: Product, commerce: Subscription.Commerce, base: Subscription | None) -> OrderLine:
    return OrderLine(
        product=product,
        quantity=item.number("Quantity") or 0,
        commerce=commerce,
        friendly_name=item.text("FriendlyName") or "",
        term=(item.text("TermDuration") or "P1Y").upper(),
        parent=base,
    )
