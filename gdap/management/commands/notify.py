"""`manage.py notify`: write and send the mails about admin relationships that are due. Safe to run at any time."""

from typing import Any

from django.core.management.base import BaseCommand

from gdap.services.notifications import send_waiting, write_due


class Command(BaseCommand):
    help = "Write and send the mails about admin relationships that are due; run it every few minutes."

    def handle(self, **_: Any) -> None:
        written = write_due()
        sent = send_waiting()
        self.stdout.write(f"{written} written, {sent} sent.")
