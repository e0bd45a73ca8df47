"""`manage.py tidy`: delete what counts no more, say once a day."""

from argparse import ArgumentParser

from django.core.management import call_command
from django.core.management.base import BaseCommand

from partnercenter import clock
from partnercenter.operations.management.leftovers import leftovers


class Command(BaseCommand):
    help = "Delete what counts no more: abandoned wizards and drafts, expired links, codes, answers and sessions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how much there is")

    def handle(self, *, dry_run: bool, verbosity: int, **_: object) -> None:
        for name, rows in leftovers(clock.now()).items():
            count = rows.count()
            if count and not dry_run:
                rows.delete()
            if verbosity and count:
                self.stdout.write(f"{count:,} {name}")
        if not dry_run:
            call_command("clearsessions")
            call_command("prune_db_task_results", verbosity=0)
