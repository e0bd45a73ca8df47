"""Sending what was written, each mail once.

A mail is claimed before it is sent, so that two senders at one time never take the same. Should a sender die between
sending and saying so, the mail is sent again after a while, with the same Message-ID: mailboxes know it as the same.
"""

import logging
import uuid
from email.utils import format_datetime
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from gdap.models import Notification
from partnercenter import clock

AT_ONCE = 100
REFUSED = (SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused, ValueError)  # this one; others may do

logger = logging.getLogger(__name__)


def send_waiting(*, at_most: int | None = None) -> int:
    """Send what waits, the oldest first; returns how many were. One that can't be delivered keeps nobody waiting."""
    sent, taken = 0, 0
    connection = get_connection()
    try:
        while at_most is None or taken < at_most:
            mails = _claimed(AT_ONCE if at_most is None else min(AT_ONCE, at_most - taken))
            if not mails:
                break
            taken += len(mails)
            sent += _send_all(connection, mails)
    finally:
        connection.close()
    return sent


def waiting_count() -> int:
    return Notification.objects.waiting(clock.now()).count()


def _claimed(count: int) -> list[Notification]:
    """Mails that nobody else sends now."""
    now, claim = clock.now(), uuid.uuid4()
    oldest = Notification.objects.waiting(now).order_by("due_at", "pk").values_list("pk", flat=True)[:count]
    Notification.objects.waiting(now).filter(pk__in=list(oldest)).update(claim=claim, claimed_at=now)
    return list(Notification.objects.filter(claim=claim, sent_at__isnull=True).order_by("due_at", "pk"))


def _send_all(connection: BaseEmailBackend, mails: list[Notification]) -> int:
    """One that is refused stays claimed, so that it is tried again after a while; without a server all go back."""
    waiting, sent = list(mails), 0
    try:
        connection.open()
        while waiting:
            sent += _send(connection, waiting[0])
            waiting.pop(0)
    finally:
        Notification.objects.filter(pk__in=[mail.pk for mail in waiting]).update(claim=None, claimed_at=None)
    return sent


def _send(connection: BaseEmailBackend, mail: Notification) -> bool:
    try:
        connection.send_messages([_message(mail)])
    except REFUSED:
        logger.exception("The mail %s to %s was refused.", mail.pk, mail.recipient)
        return False
    Notification.objects.filter(pk=mail.pk).update(sent_at=clock.now())
    return True


def _message(mail: Notification) -> EmailMessage:
    headers = {
        "Message-ID": f"<{mail.pk}@partnercenter>",
        "Date": format_datetime(mail.due_at),
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(subject=mail.subject, body=mail.body, to=[mail.recipient], headers=headers)
