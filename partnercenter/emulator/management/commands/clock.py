"""`manage.py clock`: show, freeze, set, advance or reset the emulated time."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partnercenter import clock
from partnercenter.accounts.principals import system
from partnercenter.emulator import parsing, services
from partnercenter.errors import DomainError


class Command(BaseCommand):
    help = "Show the emulated time, or move it for every process that shares the database (demo mode only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--freeze", nargs="?", const="", metavar="MOMENT", help="stand still, now or at MOMENT")
        group.add_argument("--set", metavar="MOMENT", help="be at MOMENT (2027-01-31T09:00:00Z) and run on")
        group.add_argument("--advance", metavar="DURATION", help="move by DURATION (P7D, PT90M)")
        group.add_argument("--reset", action="store_true", help="go by the wall clock again")

    def handle(self, **options: Any) -> None:
        try:
            self._apply(options)
        except DomainError as error:
            raise CommandError(error.message) from error
        setting = services.current()
        self.stdout.write(f"{_spoken(setting.time(clock.wall()))} (the clock {setting})")

    def _apply(self, options: dict[str, Any]) -> None:
        by = system("clock")
        if options["freeze"] is not None:
            services.freeze(by=by, at=parsing.moment(options["freeze"]) if options["freeze"] else None)
        elif options["set"]:
            services.set_time(by=by, to=parsing.moment(options["set"]))
        elif options["advance"]:
            services.advance(by=by, step=parsing.duration(options["advance"]))
        elif options["reset"]:
            services.reset(by=by)


def _spoken(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
