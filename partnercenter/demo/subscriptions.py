"""What the customers bought."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from customers.models import Customer
from licensing.models import Product, Subscription
from licensing.rules.software import offers
from licensing.services.software_orders import buy_software
from licensing.services.subscriptions import Purchase, activate_subscription, create_subscription
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import Principal
from partnercenter.demo import ids
from partnercenter.demo import products as sku
from partnercenter.demo.moments import ago

_CLASSIC = Subscription.Commerce.CLASSIC
_NEW = Subscription.Commerce.NEW_COMMERCE

CONSUMED_TO_THE_LAST = 60  # seats of Visio at Adventure Works


@dataclass(frozen=True, slots=True)
class Order:
    """One subscription. One that does not renew ends 365 days after it started; an add-on names its base."""

    customer: uuid.UUID
    product: uuid.UUID
    quantity: int
    days_ago: int
    commerce: Subscription.Commerce = _NEW
    nickname: str = ""
    auto_renew: bool = True
    base: "Order | None" = None
    is_activated: bool = True  # of SaaS


KOSICE = Order(ids.FABRIKAM, sku.OFFICE_365_E3, 8, 45, nickname="Office 365 E3 (Košice office)")
ORDERS = (
    Order(ids.FABRIKAM, sku.OFFICE_365_E1, 8, 340, _CLASSIC),
    Order(ids.FABRIKAM, sku.OFFICE_365_E3, 12, 340, _CLASSIC),
    KOSICE,
    Order(ids.FABRIKAM, sku.POWER_BI_PRO, 8, 310),
    Order(ids.FABRIKAM, sku.MOBILITY_SECURITY_E3, 10, 310),
    Order(ids.FABRIKAM, sku.AUDIO_CONFERENCING, 5, 250),
    Order(ids.FABRIKAM, sku.MINECRAFT_FACULTY, 5, 260, _CLASSIC),
    Order(ids.FABRIKAM, sku.EXTRA_FILE_STORAGE, 50, 44, base=KOSICE),
    Order(ids.FABRIKAM, sku.DEFENDER_FACULTY, 25, 260),
    Order(ids.FABRIKAM, sku.PROJECT_PLAN_3, 5, 3),  # young enough to be canceled; the others are past their window
    Order(ids.FABRIKAM, sku.RELECLOUD_BACKUP, 5, 100),
    Order(ids.FABRIKAM, sku.VANARSDEL_SIGNATURES, 3, 2, is_activated=False),
    Order(ids.FABRIKAM, sku.AZURE_PLAN, 1, 200),
    Order(ids.NORTHWIND, sku.BUSINESS_PREMIUM, 15, 300),
    Order(ids.NORTHWIND, sku.EXCHANGE_ONLINE_1, 5, 375, _CLASSIC, auto_renew=False),  # in its grace period
    Order(ids.NORTHWIND, sku.VISIO_PLAN_2, 3, 400, auto_renew=False),  # over, with users left on it
    Order(ids.TAILSPIN, sku.BUSINESS_STANDARD, 10, 280),
    Order(ids.TAILSPIN, sku.POWER_BI_PRO, 2, 220),
    Order(ids.WINGTIP, sku.BUSINESS_BASIC, 10, 270),
    Order(ids.WINGTIP, sku.POWER_BI_PRO, 1, 230),
    Order(ids.ADVENTURE_WORKS, sku.MICROSOFT_365_E3, 1_000, 350),
    Order(ids.ADVENTURE_WORKS, sku.MICROSOFT_365_E3, 200, 120, nickname="Microsoft 365 E3 (new stores)"),
    Order(ids.ADVENTURE_WORKS, sku.MICROSOFT_365_F3, 500, 350),
    Order(ids.ADVENTURE_WORKS, sku.POWER_BI_PRO, 200, 300),
    Order(ids.ADVENTURE_WORKS, sku.TEAMS_PHONE, 150, 300),
    Order(ids.ADVENTURE_WORKS, sku.VISIO_PLAN_2, CONSUMED_TO_THE_LAST, 300),
    Order(ids.PROSEWARE, sku.BUSINESS_PREMIUM, 10, 290),
    Order(ids.PROSEWARE, sku.POWER_BI_PRO, 5, 290),
)


def order_id(customer: uuid.UUID, product: uuid.UUID, days_ago: int) -> uuid.UUID:
    return ids.stable_id("order", f"{customer}/{product}/{days_ago}")


def subscription_id(customer: uuid.UUID, product: uuid.UUID, days_ago: int) -> uuid.UUID:
    return ids.stable_id("subscription", f"{customer}/{product}/{days_ago}")


def add_subscriptions(
    *, by: Principal, customers: Mapping[uuid.UUID, Customer], partners: Mapping[uuid.UUID, Partner], today: datetime
) -> None:
    products = Product.objects.in_bulk({order.product for order in ORDERS})
    for order in ORDERS:
        with ago(today, days=order.days_ago):
            bought = create_subscription(
                by=by,
                customer=customers[order.customer],
                partner=_seller(order.customer, partners),
                product=products[order.product],
                quantity=order.quantity,
                commerce=order.commerce,
                purchase=Purchase(
                    friendly_name=order.nickname,
                    auto_renew=order.auto_renew,
                    order_id=order_id(order.customer, order.product, order.days_ago),
                    parent=_bought(order.base),
                ),
                subscription_id=subscription_id(order.customer, order.product, order.days_ago),
            )
            if bought.activated_at is None and order.is_activated:
                activate_subscription(by=by, subscription=bought)


def _bought(order: Order | None) -> Subscription | None:
    if order is None:
        return None
    found = Subscription.objects.select_related("product", "customer", "partner")
    return found.get(pk=subscription_id(order.customer, order.product, order.days_ago))


def _seller(customer: uuid.UUID, partners: Mapping[uuid.UUID, Partner]) -> Partner:
    return partners[ids.LITWARE if customer == ids.PROSEWARE else ids.CONTOSO]


# Days ago, what, how many, and a word that its ids are made of. The second is young enough to be given back.
SOFTWARE = ((150, "windows-server-standard", 2, "Windows Server"), (2, "office-ltsc-standard", 5, "Office LTSC"))


def add_software(
    *, by: Principal, customers: Mapping[uuid.UUID, Customer], partners: Mapping[uuid.UUID, Partner], today: datetime
) -> None:
    for days, offer, quantity, word in SOFTWARE:
        with ago(today, days=days):
            buy_software(
                by=by,
                customer=customers[ids.FABRIKAM],
                partner=partners[ids.CONTOSO],
                offer=offers()[offer],
                quantity=quantity,
                purchase_id=ids.stable_id("software", f"Fabrikam/{word}"),
                order_id=ids.stable_id("order", f"Fabrikam/{word}"),
            )
