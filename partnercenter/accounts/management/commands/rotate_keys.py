"""`manage.py rotate_keys`: a new key signs tokens from now on."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from partnercenter.accounts.signing import rotate


class Command(BaseCommand):
    help = "Make a new signing key. Tokens signed by older ones go on counting until they run out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--revoke-old",
            action="store_true",
            help="refuse what older keys signed at once: for a key that got into wrong hands",
        )

    def handle(self, *, revoke_old: bool, **_: object) -> None:
        key = rotate(retire_old_at_once=revoke_old)
        fate = "count no more" if revoke_old else "count until they run out"
        self.stdout.write(f"Key {key.kid} signs from now on; tokens signed by older keys {fate}.")
