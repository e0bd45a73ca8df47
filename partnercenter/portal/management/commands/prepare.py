"""`manage.py prepare`: what `serve` does before it answers, for set-ups where many servers share one database."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from partnercenter.portal.management.preparation import prepare, prepare_database


class Command(BaseCommand):
    help = "Bring database, catalogs and static files up to date (and the demo world, in demo mode)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database-only", action="store_true", help="leave the static files alone")

    def handle(self, *, database_only: bool, **_: object) -> None:
        (prepare_database if database_only else prepare)(self.stdout.write)
        self.stdout.write("Everything is up to date.")
