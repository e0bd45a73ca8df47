"""Putting into words what is due, for everybody who should know. A few queries, however many relationships."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q

from gdap.access.customer_side import approvers_of
from gdap.models import AdminRelationship, AdminRelationshipRole, Notification
from gdap.models.relationship import AdminRelationshipQuerySet
from gdap.services.notifications.occasions import EARLIEST_REMINDER, REMINDERS, occasions
from gdap.services.notifications.texts import Mail, mail_about
from partnercenter import clock
from partnercenter.accounts.models import PartnerRole, User

AT_ONCE = 200  # relationships that are put into words together

Kind = Notification.Kind
Names = Mapping[uuid.UUID, list[str]]


def note_due(relationship: AdminRelationship, kind: Kind) -> int:
    """Called by a step in its transaction: its own mails, and reminders that nobody has looked for yet."""
    return _write([relationship], clock.now(), kinds={kind, *REMINDERS})


def write_due(*, at_most: int | None = None) -> int:
    """What time has brought since somebody last looked, of `at_most` relationships; returns how many mails."""
    now, written, seen, last = clock.now(), 0, 0, None
    while at_most is None or seen < at_most:
        rows = _untold(now).filter(Q(pk__gt=last) if last else Q()).order_by("pk")
        chunk = list(rows.select_related("partner", "customer")[:AT_ONCE])
        written += _write(chunk, now, kinds={*REMINDERS, Kind.EXPIRED})
        seen += len(chunk)
        if len(chunk) < AT_ONCE:
            break
        last = chunk[-1].pk
    return written


def _untold(now: datetime) -> AdminRelationshipQuerySet:
    """Relationships whose end is near or past, and of which that has not been told yet."""

    def untold(kind: Kind) -> Q:
        rows = Notification.objects.filter(relationship=OuterRef("pk"), kind=kind, about=OuterRef("ends_at"))
        return ~Q(Exists(rows))

    due = Q(ends_at__lte=now)
    for kind, before in REMINDERS.items():
        due |= untold(kind) & Q(ends_at__lte=now + before)
    ends_by_time = Q(termination_requested_at__isnull=True) | Q(termination_requested_at__gte=F("ends_at"))
    near = AdminRelationship.objects.filter(ends_at__lte=now + EARLIEST_REMINDER, auto_extend=False)
    return near.filter(ends_by_time, due, untold(Kind.EXPIRED), activated_at__isnull=False)


def _write(relationships: Sequence[AdminRelationship], now: datetime, *, kinds: Collection[Kind]) -> int:
    """One row per recipient of each occasion that has none yet. Whoever comes to know later is not told in arrears."""
    ids = [row.pk for row in relationships]
    told = set(Notification.objects.filter(relationship__in=ids).values_list("relationship", "kind", "about"))
    customers = approvers_of([row.customer_id for row in relationships if row.customer_id])
    partners = _agents_of({row.partner_id for row in relationships})
    roles = _roles_of(ids)
    found = [
        Notification(
            relationship=row,
            kind=one.kind,
            about=one.about,
            due_at=one.due_at,
            recipient=recipient,
            subject=mail.subject,
            body=mail.body,
        )
        for row in relationships
        for one in occasions(row, now)
        if one.kind in kinds and (row.pk, one.kind, one.about) not in told
        for recipient, mail in _letters(row, one.kind, customers, partners, roles)
    ]
    Notification.objects.bulk_create(found, ignore_conflicts=True, batch_size=500)
    return len(found)


def _letters(
    row: AdminRelationship, kind: Kind, customers: Names, partners: Names, roles: Names
) -> Iterator[tuple[str, Mail]]:
    """Who gets which mail; somebody on both sides would get the customer's."""
    to_customer = customers.get(row.customer_id, []) if row.customer_id else []
    for side, recipients in ((True, to_customer), (False, partners.get(row.partner_id, []))):
        if recipients:
            mail = mail_about(row, kind, to_customer=side, roles=roles.get(row.pk, []))
            yield from ((recipient, mail) for recipient in recipients)


def _agents_of(partners: set[uuid.UUID]) -> Names:
    """Partner id -> sign-in names of those who look after admin relationships. One query."""
    staff = User.objects.filter(
        partner__in=partners, is_active=True, partner_role_assignments__role=PartnerRole.ADMIN_AGENT
    )
    return _by_key(staff.order_by("username").values_list("partner", "username"))


def _roles_of(relationships: list[uuid.UUID]) -> Names:
    rows = AdminRelationshipRole.objects.filter(relationship__in=relationships)
    return _by_key(rows.order_by("role__display_name").values_list("relationship", "role__display_name"))


def _by_key(pairs: Iterable[tuple[uuid.UUID | None, str]]) -> Names:
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for key, name in pairs:
        if key is not None:
            found[key].append(name)
    return found
