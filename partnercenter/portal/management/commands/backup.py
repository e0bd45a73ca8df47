"""`manage.py backup FILE`: the database as of one moment, while everybody goes on."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from partnercenter.operations.backup import BackupError, back_up


class Command(BaseCommand):
    help = "Write a backup of the database to a new file. Servers and workers may go on meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **_: object) -> None:
        try:
            back_up(file)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Wrote {file} ({file.stat().st_size:,} bytes). `manage.py restore` reads it into an empty database."
        )
