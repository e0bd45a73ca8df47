"""`manage.py explain lea.licenses@contoso-partners.example fabrikam.com assign_licenses`: why, or why not."""

import uuid
from argparse import ArgumentParser
from contextlib import suppress

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from customers.models import Customer
from customers.permissions import CustomerPermission
from gdap.access import Explanation, Missing, explain
from gdap.access.links import broken_links
from gdap.access.roles import NEEDS
from partnercenter.accounts.models import User
from partnercenter.accounts.principals import Door, principal_for


class Command(BaseCommand):
    help = (
        "Say whether a person of a partner may do something at a customer now, and by which chain, or what is missing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("person", help="user principal name")
        parser.add_argument("customer", help="id or domain")
        parser.add_argument("permission", choices=[permission.value for permission in CustomerPermission])

    def handle(self, *, person: str, customer: str, permission: str, **_: object) -> None:
        user, at = _person(person), _customer(customer)
        wanted = next(known for known in CustomerPermission if known.value == permission)
        explanation = explain(principal_for(user, door=Door.COMMAND), at, wanted)
        verdict = "may" if explanation.allowed else "may not"
        self.stdout.write(f"{user} {verdict} {wanted.label} at {at}")
        for line in _reasons(user, at, explanation):
            self.stdout.write(f"  {line}")


def _reasons(user: User, customer: Customer, explanation: Explanation) -> list[str]:
    if explanation.allowed:
        actions = " or ".join(NEEDS[explanation.permission].actions)
        chains = (f"{link.relationship} -> {link.group} -> {link.role} -> {actions}" for link in explanation.chain)
        return list(chains)
    if explanation.missing is Missing.GDAP_ROLE:
        return [explanation.sentence, *broken_links(user, customer, explanation.permission)]
    return [explanation.sentence, explanation.hint]


def _person(name: str) -> User:
    user = User.objects.select_related("partner").filter(username=name.lower(), partner__isnull=False).first()
    if user is None:
        raise CommandError(f"No partner has a staff member {name}.")
    return user


def _customer(name: str) -> Customer:
    by = Q(domains__name__iexact=name, domains__is_verified=True)
    with suppress(ValueError):  # it is a domain then
        by |= Q(pk=uuid.UUID(name))
    customer = Customer.objects.filter(by).first()
    if customer is None:
        raise CommandError(f"There is no customer {name}.")
    return customer
