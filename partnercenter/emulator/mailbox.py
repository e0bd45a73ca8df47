"""Django's mail API ends here in the demo: nothing leaves the machine, ops read it in the mailbox."""

import uuid
from collections.abc import Sequence
from email.utils import parsedate_to_datetime

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from partnercenter import clock
from partnercenter.emulator.models import Mail


class MailboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        mails = [_received(message) for message in email_messages]
        Mail.objects.bulk_create(mails, ignore_conflicts=True)
        return len(mails)


def _received(message: EmailMessage) -> Mail:
    message.message()  # refuses what a mail server would refuse
    headers = {name.lower(): str(value) for name, value in message.extra_headers.items()}
    dated = headers.get("date")
    return Mail(
        message_id=headers.get("message-id", f"<{uuid.uuid4()}@partnercenter>"),
        dated_at=parsedate_to_datetime(dated) if dated else clock.now(),
        sender=message.from_email,
        recipients=", ".join(message.recipients()),
        subject=str(message.subject),
        body=str(message.body),
    )
