"""`manage.py issue_token`: print an access token for a person or an app."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from partnercenter.accounts.tokens import TokenRefused
from partnercenter.accounts.tokens.by_hand import token_for_app, token_for_person

SHORT = {"partnercenter": "https://api.partnercenter.microsoft.com", "graph": "https://graph.microsoft.com"}


class Command(BaseCommand):
    help = "Print an access token for a person (by user principal name) or for an app alone (by client id)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("who", help="user principal name of a staff member, or client id of an app")
        parser.add_argument(
            "--app", default="", help="client id that the person comes through (default: any of theirs)"
        )
        parser.add_argument(
            "--resource", default="partnercenter", help="partnercenter, graph or an address (%(default)s)"
        )
        parser.add_argument("--tenant", default="", help="GUID or domain (default: the partner's own)")
        parser.add_argument("--without-mfa", action="store_true", help="leave the second factor out of the token")

    def handle(self, *, who: str, app: str, resource: str, tenant: str, without_mfa: bool, **_: object) -> None:
        """The token is all that goes to standard output, so that a script can take it."""
        resource = SHORT.get(resource, resource)
        try:
            if "@" in who:
                token = token_for_person(who, app=app, resource=resource, tenant=tenant, has_mfa=not without_mfa)
            else:
                token = token_for_app(who, resource=resource)
        except TokenRefused as refusal:
            raise CommandError(f"AADSTS{refusal.code}: {refusal}") from refusal
        self.stdout.write(token)
