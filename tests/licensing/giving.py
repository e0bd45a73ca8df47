"""Licenses for tests, through the service."""

from customers.models import CustomerUser
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from tests.factories import SYSTEM, sku


def give(user: CustomerUser, *part_numbers: str) -> None:
    """The user gets these products, of which the customer must own enough."""
    update = LicenseUpdate(assign=tuple(LicenseToAssign(sku(part_number)) for part_number in part_numbers))
    update_licenses(by=SYSTEM, user=user, update=update)
