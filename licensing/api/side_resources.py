"""What else hangs on a subscription. Nothing here is upgraded or converted: those are true stubs."""

from rest_framework.request import Request

from licensing.api import order_shapes, shapes
from licensing.api.orders import activation_links
from licensing.api.subscriptions import SubscriptionView
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.encoding import collection
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.links import self_link
from partnercenter.wire.partner_center.operations import operation
from partnercenter.wire.partner_center.shapes import collected, sent, shape
from partnercenter.wire.partner_center.views import Answer

NOTHING = collected(shape("Nothing"))
ANYTHING = sent("Anything")


class SideResource(SubscriptionView):
    def nothing(self, customer_id: str, subscription_id: str) -> Answer:
        """An empty collection, of a subscription that is there."""
        self.one(customer_id, subscription_id)
        return Answer(collection([]))

    def refused(self, customer_id: str, subscription_id: str) -> Answer:
        self.one(customer_id, subscription_id)
        raise ApiError(codes.NOT_SUPPORTED, "This subscription has nothing to change to.")


class AddOns(SideResource):
    app_only = frozenset({"GET", "HEAD"})

    @operation("List the add-ons of a subscription", gives=collected(shapes.SUBSCRIPTION, links=True))
    def get(self, request: Request, customer_id: str, subscription_id: str) -> Answer:
        base = self.one(customer_id, subscription_id)
        rows = self.sold(base.customer).filter(parent=base)
        return Answer(collection([self.presented(row) for row in rows], links=self_link(self.path)))


class ActivationLinks(SideResource):
    @operation("Get the activation links of a subscription", gives=order_shapes.ACTIVATION_LINKS)
    def get(self, request: Request, customer_id: str, subscription_id: str) -> Answer:
        rows = [self.one(customer_id, subscription_id)]
        return Answer(collection(activation_links(request, rows), links=self_link(self.path)))


class TransitionEligibilities(SideResource):
    @operation("List what a subscription can move to", gives=NOTHING)
    def get(self, request: Request, customer_id: str, subscription_id: str) -> Answer:
        return self.nothing(customer_id, subscription_id)


class Transitions(SideResource):
    app_only = frozenset({"GET", "HEAD", "POST"})

    @operation("List transitions", gives=NOTHING)
    def get(self, request: Request, customer_id: str, subscription_id: str) -> Answer:
        return self.nothing(customer_id, subscription_id)

    @operation("Move a subscription", says="Refused: there is nothing to move to.", takes=ANYTHING, gives=NOTHING)
    def post(self, request: Request, customer_id: str, subscription_id: str) -> Answer:
        return self.refused(customer_id, subscription_id)


class Upgrades(SideResource):
    app_only = frozenset({"GET", "HEAD", "POST"})

    @operation("List upgrades", gives=NOTHING)
    def get(self, request: Request, customer_id: str, subscription_id: str) -> Answer:
        return self.nothing(customer_id, subscription_id)

    @operation("Upgrade a subscription", says="Refused: there is no upgrade.", takes=ANYTHING, gives=NOTHING)
    def post(self, request: Request, customer_id: str, subscription_id: str) -> Answer:
        return self.refused(customer_id, subscription_id)


class Conversions(SideResource):
    app_only = frozenset({"GET", "HEAD", "POST"})

    @operation("List conversions", gives=NOTHING)
    def get(self, request: Request, customer_id: str, subscription_id: str) -> Answer:
        return self.nothing(customer_id, subscription_id)

    @operation("Convert a subscription", says="Refused: nothing is a trial.", takes=ANYTHING, gives=NOTHING)
    def post(self, request: Request, customer_id: str, subscription_id: str) -> Answer:
        return self.refused(customer_id, subscription_id)


class SupportContact(SubscriptionView):
    """Who supports the customer: the partner that sold it."""

    @operation("Get the support contact of a subscription", gives=shapes.SUPPORT_CONTACT)
    def get(self, request: Request, customer_id: str, subscription_id: str) -> Answer:
        partner = self.one(customer_id, subscription_id).partner
        return Answer(
            {
                "supportTenantId": str(partner.pk),
                "supportMpnId": partner.mpn_id,
                "name": partner.name,
                "links": self_link(self.path),
                "attributes": {"objectType": "SupportContact"},
            }
        )


class Carts(SubscriptionView):
    """No shopping carts: an order is placed at once."""

    app_only = frozenset({"POST"})

    @operation("Create a cart", says="Refused: place an order instead.", takes=ANYTHING, gives=NOTHING, status=201)
    def post(self, request: Request, customer_id: str) -> Answer:
        self.customer(customer_id)
        raise ApiError(codes.NOT_IN_ENVIRONMENT, "Place an order: POST /customers/{id}/orders.")
