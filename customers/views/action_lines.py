"""The lines of the Action center, by what they speak of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.urls import reverse

from gdap.models import AdminRelationship
from licensing.models import SubscribedSku, Subscription
from licensing.queries import AT_ONCE
from licensing.rules.subscriptions import Standing, reducible, standing

WITHIN = timedelta(days=30)  # how long before its end something is asked about
SOON = timedelta(days=7)
TERM = {
    Standing.ACTIVE: ("ends", "It does not renew itself: switch that on, or let it end."),
    Standing.EXPIRED: ("has expired", "Users keep working until then; renew it, or it is disabled."),
    Standing.SUSPENDED: ("is suspended", "Reactivate it, or it is disabled then and deleted later."),
}
Row = AdminRelationship | SubscribedSku | Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one row asks for, and where it is decided."""

    title: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Kind:
    plural: str
    line: Callable[[Row, datetime], Line]


def shown_line(row: Row, now: datetime) -> dict[str, object]:
    """Of a row with `due_key`, `kind` and its customer."""
    due, customer = vars(row)["due_key"], row.customer
    line = LINES[vars(row)["kind"]].line(row, now)
    return {
        "title": line.title,
        "text": line.text,
        "url": line.url,
        "customer": customer,
        "due": None if due == AT_ONCE else due,
        "left": _left(due - now),
        "is_soon": due - now <= SOON,
    }


def _left(time: timedelta) -> str:
    if time < timedelta():
        return "Now"
    return "Today" if time.days == 0 else f"{time.days} day{'' if time.days == 1 else 's'} left"


def _seats(row: Row, now: datetime) -> Line:
    sku = cast("SubscribedSku", row)
    users = f"{sku.over_assigned_by:,} user{'' if sku.over_assigned_by == 1 else 's'}"
    return Line(
        title=f"{sku.product} is over-assigned by {sku.over_assigned_by:,}",
        text=f"{users} more than licenses; nobody new can be assigned it. Buy more or take licenses back.",
        url=reverse("subscriptions", args=[sku.customer_id]),
    )


def _reduce(row: Row, now: datetime) -> Line:
    subscription = cast("Subscription", row)
    count = sum(item.quantity for item in reducible(subscription.terms, now))
    return Line(
        title=f"Licenses of {subscription} can be given back",
        text=f"{count:,} of {subscription.quantity:,}, until the window closes.",
        url=_page_of(subscription),
    )


def _term(row: Row, now: datetime) -> Line:
    subscription = cast("Subscription", row)
    title, text = TERM.get(standing(subscription.life, now), TERM[Standing.ACTIVE])
    return Line(title=f"{subscription} {title}", text=text, url=_page_of(subscription))


def _gdap(row: Row, now: datetime) -> Line:
    relationship = cast("AdminRelationship", row)
    return Line(
        title=f"The admin relationship {relationship} expires",
        text="What has expired can't be revived: enable auto extend in time, or request a new one.",
        url=reverse("admin-relationship", args=[relationship.customer_id, relationship.pk]),
    )


def _page_of(subscription: Subscription) -> str:
    return reverse("subscription", args=[subscription.customer_id, subscription.pk])


LINES: Mapping[str, Kind] = {
    "seats": Kind("Over-assigned", _seats),
    "reduce": Kind("Licenses to reduce", _reduce),
    "term": Kind("Ending terms", _term),
    "gdap": Kind("Expiring admin relationships", _gdap),
}
