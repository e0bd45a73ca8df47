"""`manage.py prune_audit`: remove audit records that have become old, so that the rest can still be verified."""

import uuid
from argparse import ArgumentParser
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError

from customers.models import Customer
from partnercenter import clock
from partnercenter.accounts.principals import system
from partnercenter.audit.services import prune
from partnercenter.audit.services.retention import ChainBroken


class Command(BaseCommand):
    help = "Remove audit records from the beginning of each chain, up to the first that is not old enough."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--older-than", type=int, required=True, metavar="DAYS", help="age of what goes, in days")
        parser.add_argument(
            "--customer", type=uuid.UUID, metavar="ID", help="only this one's; of one who was deleted, 0 days will do"
        )

    def handle(self, *, older_than: int, customer: uuid.UUID | None, **_: object) -> None:
        _check(older_than, customer)
        try:
            before = clock.now() - timedelta(days=older_than)
        except OverflowError:
            raise CommandError("--older-than goes back further than the calendar.") from None
        try:
            pruned = prune(by=system("prune_audit"), before=before, chain=customer)
        except ChainBroken as error:
            raise CommandError(str(error)) from error
        records = sum(one.records for one in pruned)
        self.stdout.write(f"Removed {records:,} audit records from {len(pruned):,} chains.")


def _check(older_than: int, customer: uuid.UUID | None) -> None:
    if older_than < 0:
        raise CommandError("--older-than is a number of days, 0 or more.")
    if older_than == 0 and (customer is None or Customer.objects.filter(pk=customer).exists()):
        raise CommandError("--older-than 0 removes everything; it is for --customer with the id of a deleted one.")
