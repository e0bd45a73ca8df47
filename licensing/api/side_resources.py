"""What else hangs on a subscription: true stubs, since nothing here is upgraded, converted or registered."""

from rest_framework.request import Request

from licensing.api.subscriptions import SubscriptionView
from licensing.models import Subscription
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.encoding import collection
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.links import self_link
from partnercenter.wire.partner_center.views import Answer


class NothingOfIt(SubscriptionView):
    """An empty collection."""

    def get(self, request: Request, customer_id: str, subscription_id: str) -> Answer:
        self.one(customer_id, subscription_id)
        return Answer(collection([]))


class ActivationLinks(NothingOfIt):
    def get(self, request: Request, customer_id: str, subscription_id: str) -> Answer:
        self.one(customer_id, subscription_id)
        return Answer(collection([], links=self_link(self.path)))


class NotToBeChanged(NothingOfIt):
    """Reading gives nothing, and to ask for one is refused: there is nothing to move to."""

    app_only = frozenset({"GET", "HEAD", "POST"})

    def post(self, request: Request, customer_id: str, subscription_id: str) -> Answer:
        self.one(customer_id, subscription_id)
        raise ApiError(codes.NOT_SUPPORTED, "This subscription has nothing to change to.")


class SupportContact(SubscriptionView):
    """Who supports the customer: the partner that sold it."""

    def get(self, request: Request, customer_id: str, subscription_id: str) -> Answer:
        row = self.one(customer_id, subscription_id)
        return Answer(_contact(row, self.path))


def _contact(row: Subscription, path: str) -> dict[str, object]:
    return {
        "supportTenantId": str(row.partner_id),
        "supportMpnId": row.partner.mpn_id,
        "name": row.partner.name,
        "links": self_link(path),
        "attributes": {"objectType": "SupportContact"},
    }


class Carts(SubscriptionView):
    """No shopping carts: an order is placed at once."""

    app_only = frozenset({"POST"})

    def post(self, request: Request, customer_id: str) -> Answer:
        self.customer(customer_id)
        raise ApiError(codes.NOT_IN_ENVIRONMENT, "Place an order: POST /customers/{id}/orders.")
