"""Orders: several products bought at once. An order is the subscriptions that carry its id."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from customers.models import Customer
from gdap import access
from licensing.models import Product, Subscription
from licensing.rules.subscriptions import MONTHS, NAME_LIMIT
from licensing.services.subscriptions import Purchase, SubscriptionError, create_subscription
from partnercenter import clock
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import Principal
from partnercenter.errors import Problem
from partnercenter.transactions import whole

MOST_LINES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One product of an order."""

    product: Product
    quantity: int
    commerce: Subscription.Commerce = Subscription.Commerce.NEW_COMMERCE
    friendly_name: str = ""
    term: str = "P1Y"
    parent: Subscription | None = None  # of an add-on


@whole
def place_order(
    *, by: Principal, customer: Customer, lines: Sequence[OrderLine], billing_cycle: str = "monthly"
) -> list[Subscription]:
    """Buy every line, or nothing; returns the subscriptions in the order of the lines.

    Raises what `create_subscription` raises, for the first line that is refused.
    """
    access.require_partner(by, access.PartnerPermission.CHANGE_SUBSCRIPTIONS)
    partner = Partner.objects.filter(pk=by.partner_id or uuid.UUID(int=0)).first()
    if partner is None:
        raise SubscriptionError(Problem("partner_missing", "Only a partner places orders."))
    problems = [problem for number, line in enumerate(lines) for problem in _problems(number, line)]
    if not 1 <= len(lines) <= MOST_LINES:
        problems.append(Problem("order_lines", f"An order has 1 to {MOST_LINES} lines.", "line_items"))
    if problems:
        raise SubscriptionError(*problems)
    order_id, now = uuid.uuid4(), clock.now()
    return [
        create_subscription(
            by=by,
            customer=customer,
            partner=partner,
            product=line.product,
            quantity=line.quantity,
            commerce=line.commerce,
            purchase=Purchase(
                term=line.term,
                billing_cycle=billing_cycle,
                friendly_name=line.friendly_name,
                order_id=order_id,
                order_line=number,
                parent=line.parent,
            ),
            since=now,
        )
        for number, line in enumerate(lines)
    ]


def _problems(number: int, line: OrderLine) -> list[Problem]:
    found = []
    if line.term not in MONTHS:
        message = f"Line {number}: the term must be one of {', '.join(MONTHS)}."
        found.append(Problem("term_unknown", message, "term"))
    if len(line.friendly_name) > NAME_LIMIT or not line.friendly_name.isprintable():
        message = f"Line {number}: a nickname has at most {NAME_LIMIT} characters, all of them printable."
        found.append(Problem("nickname_invalid", message, "friendly_name"))
    return found
