"""`manage.py demo`: build the demo world, or put it back to how it was."""

from argparse import ArgumentParser
from time import monotonic

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from partnercenter.demo.signins import sign_ins as table
from partnercenter.demo.world import build_world, reset_world, world_exists


class Command(BaseCommand):
    help = "Build the demo world (safe to run twice) and print who can sign in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--reset", action="store_true", help="delete everything except the catalogs first")
        group.add_argument("--sign-ins", action="store_true", help="only print who can sign in")

    def handle(self, *, reset: bool, sign_ins: bool, verbosity: int, **_: object) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("DEMO_MODE is off: accounts with a public password do not belong here.")
        report = "" if sign_ins else f"{_build(reset=reset)}\n\n"
        if verbosity and world_exists():
            self.stdout.write(report + table())


def _build(*, reset: bool) -> str:
    start = monotonic()
    if reset:
        reset_world()
        done = "The demo world is as new"
    else:
        done = "Built the demo world" if build_world() else "The demo world is there already"
    return f"{done} ({monotonic() - start:.1f} s)."
