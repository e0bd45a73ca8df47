"""The mails, in words. Each side reads what it means for that side and where it can act."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse

from gdap.models import AdminRelationship, Notification

Kind = Notification.Kind
LONGEST_SUBJECT = 200


class Mail(NamedTuple):
    subject: str
    body: str


class _Words(NamedTuple):
    """`{partner}`, `{customer}`, `{name}` and `{end}` are filled in; a subject is for both sides."""

    subject: str
    to_customer: str
    to_partner: str


_ENDS = _Words(
    'Admin relationship "{name}" ends on {end}',
    "{partner} loses its admin roles in your organization on {end}. If it should go on working for you, it can send a "
    "new request, or you switch auto extend on before that day.",
    "The roles of {customer} that come through this relationship end on {end}, for all your security groups. Switch "
    "auto extend on before that day, or send a new request: what has expired can't be revived.",
)

WORDS: Mapping[Kind, _Words] = {
    Kind.REQUESTED: _Words(
        '{partner} asks {customer} for admin roles: "{name}"',
        "{partner} asks for the admin roles below in your organization. Look at the request and approve all of them or "
        "none. A Global Administrator or a Customer Delegated Admin Relationship Administrator can do that, within 90 "
        "days.",
        "The request was sent to {customer}. It waits for approval for 90 days and lapses then.",
    ),
    Kind.APPROVED: _Words(
        '{customer} approved the admin relationship "{name}"',
        "Your organization gave {partner} the admin roles below. You can end that at any time.",
        "{customer} approved your request. Nobody has a role by that alone: give the roles to your security groups.",
    ),
    Kind.DECLINED: _Words(
        '{customer} declined the admin relationship "{name}"',
        "Your organization declined the request of {partner}. It gets none of the roles.",
        "{customer} declined your request. You get none of the roles.",
    ),
    Kind.ENDS_IN_30_DAYS: _ENDS,
    Kind.ENDS_IN_7_DAYS: _ENDS,
    Kind.ENDS_IN_1_DAY: _ENDS,
    Kind.EXPIRED: _Words(
        'Admin relationship "{name}" has expired',
        "{partner} has lost its admin roles in your organization that came through this relationship.",
        "Your security groups have lost the roles at {customer} that came through this relationship. It can't be "
        "revived; send a new request if they are still needed.",
    ),
    Kind.TERMINATED: _Words(
        'Admin relationship "{name}" was terminated',
        "{partner} has lost its admin roles in your organization that came through this relationship. What your "
        "organization bought stays.",
        "Your security groups have lost the roles at {customer} that came through this relationship. What you sold "
        "stays.",
    ),
}


def mail_about(relationship: AdminRelationship, kind: Kind, *, to_customer: bool, roles: list[str]) -> Mail:
    """The mail of one occasion to one side. `relationship` has partner and customer loaded."""
    words = WORDS[kind]
    filled = {
        "partner": relationship.partner.name,
        "customer": relationship.customer.company_name if relationship.customer else "any customer",
        "name": relationship.display_name,
        "end": spoken(relationship.ends_at) if relationship.ends_at else "",
    }
    text = (words.to_customer if to_customer else words.to_partner).format(**filled)
    lines = [text, "", *_facts(relationship, filled, roles), "", _address(relationship, kind, to_customer=to_customer)]
    subject = " ".join(words.subject.format(**filled).split())  # a header is one line
    return Mail(subject[:LONGEST_SUBJECT], "\n".join(lines) + "\n")


def spoken(moment: datetime) -> str:
    return f"{moment:%B} {moment.day}, {moment:%Y, %H:%M} UTC"


def _facts(relationship: AdminRelationship, filled: Mapping[str, str], roles: list[str]) -> list[str]:
    days = relationship.duration_days
    facts = [
        ("Relationship", filled["name"]),
        ("Partner", filled["partner"]),
        ("Customer", filled["customer"]),
        ("Duration", f"{days} day{'' if days == 1 else 's'}{', extends itself' if relationship.auto_extend else ''}"),
        ("End", filled["end"]),
        ("Roles", ", ".join(roles)),
    ]
    return [f"{label + ':':<14}{value}" for label, value in facts if value]


def _address(relationship: AdminRelationship, kind: Kind, *, to_customer: bool) -> str:
    if to_customer:
        page = "tenant-approve" if kind is Kind.REQUESTED else "tenant-relationship"
        path = reverse(page, args=[relationship.pk])
    elif relationship.customer_id is None:
        path = reverse("customers")
    else:
        path = reverse("admin-relationship", args=[relationship.customer_id, relationship.pk])
    return f"{settings.PUBLIC_URL}{path}"
