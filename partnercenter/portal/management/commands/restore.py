"""`manage.py restore FILE`: a backup into the empty database that DATABASE_URL names, proven to be whole."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from partnercenter.operations.backup import BackupError, put_back


class Command(BaseCommand):
    help = (
        "Read a backup into the empty database that DATABASE_URL names, bring it up to date, and check seats and audit "
        "records; exits with 1 when something is wrong with them."
    )
    requires_system_checks = ()  # the database has no table yet

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **_: object) -> None:
        try:
            put_back(file)
        except BackupError as error:
            raise CommandError(str(error)) from error
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(f"Read {file}.")
        call_command("check_ledger", stdout=self.stdout, stderr=self.stderr)
        call_command("verify_audit", stdout=self.stdout, stderr=self.stderr)
