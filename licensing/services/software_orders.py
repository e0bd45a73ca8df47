"""Buying software out of the catalog."""

import uuid

from customers.models import Customer
from licensing.models import SoftwarePurchase
from licensing.rules.software import Offer
from licensing.rules.subscriptions import check_quantity
from licensing.services.software import SoftwareError, record_software, require_seller
from partnercenter import clock
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation
from partnercenter.transactions import whole


@whole
def buy_software(
    *,
    by: Principal,
    customer: Customer,
    partner: Partner,
    offer: Offer,
    quantity: int,
    purchase_id: uuid.UUID | None = None,
    order_id: uuid.UUID | None = None,
) -> SoftwarePurchase:
    """Refused as `open_software` is; `SoftwareError` for a quantity that nobody sells."""
    require_seller(by, customer_id=customer.pk, partner_id=partner.pk)
    problems = check_quantity(quantity)
    if problems:
        raise SoftwareError(*problems)
    purchase = SoftwarePurchase.objects.create(
        id=purchase_id or uuid.uuid4(),
        customer=customer,
        partner=partner,
        name=offer.name,
        family=offer.family,
        kind=offer.kind,
        quantity=quantity,
        order_id=order_id or uuid.uuid4(),
        purchased_at=clock.now(),
    )
    record_software(by, Operation.CREATE_ORDER, purchase, {"quantity": quantity, "order_id": str(purchase.order_id)})
    return purchase
