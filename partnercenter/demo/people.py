"""Users made by hand: rows for themselves, directory roles and licenses through the services."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from customers.models import Customer, CustomerUser
from customers.services import set_directory_roles
from licensing.rules import LicenseToAssign, LicenseUpdate
from licensing.services.licenses import update_licenses
from partnercenter.accounts.principals import Principal
from partnercenter.demo.ids import customer_user_id
from partnercenter.demo.moments import LICENSED, STAFFED, ago
from partnercenter.demo.products import MINECRAFT_FACULTY

SYNCED_HOURS_AGO = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user as the tables describe it; `domain` is the customer's own unless it says otherwise."""

    local: str
    name: str
    location: str = ""
    display: str = ""
    domain: str = ""
    licenses: tuple[uuid.UUID, ...] = ()
    roles: tuple[uuid.UUID, ...] = ()
    blocked: bool = False
    synced: bool = False
    deleted_days_ago: int | None = None


def person(local: str, name: str, location: str, *licenses: uuid.UUID, **rest: object) -> Person:
    """A row of a table of people: the part before the @, first and last name, location and licenses."""
    return Person(local=local, name=name, location=location, licenses=licenses, **rest)  # type: ignore[arg-type]  # passed on by name


def add_people(*, by: Principal, customer: Customer, people: Iterable[Person], password: str, today: datetime) -> None:
    rows = [(_user(customer, one, password, today), one) for one in people]
    CustomerUser.objects.bulk_create(user for user, _ in rows)
    with ago(today, days=STAFFED):
        for user, one in rows:
            if one.roles:
                set_directory_roles(by=by, user=user, roles=one.roles)
    with ago(today, days=LICENSED):
        for user, one in rows:
            _license(by, user, one.licenses)


def _user(customer: Customer, one: Person, password: str, today: datetime) -> CustomerUser:
    first, _, last = one.name.partition(" ")
    principal_name = f"{one.local}@{one.domain or customer.primary_domain}"
    made = today - timedelta(days=STAFFED)
    deleted = None if one.deleted_days_ago is None else today - timedelta(days=one.deleted_days_ago)
    user = CustomerUser(
        id=customer_user_id(principal_name),
        customer=customer,
        user_principal_name=principal_name,
        first_name=first if last else "",
        last_name=last,
        display_name=one.display or one.name,
        usage_location=one.location,
        sign_in_blocked=one.blocked,
        last_directory_sync_at=today - timedelta(hours=SYNCED_HOURS_AGO) if one.synced else None,
        immutable_id=one.local if one.synced else "",
        password=password,
        force_change_password=False,
        created_at=made,
        modified_at=deleted or made,
        deleted_at=deleted,
    )
    user.derive_sort_keys()
    return user


def _license(by: Principal, user: CustomerUser, products: tuple[uuid.UUID, ...]) -> None:
    """One update per license group: the service refuses to mix them."""
    minecraft = tuple(product for product in products if product == MINECRAFT_FACULTY)
    others = tuple(product for product in products if product != MINECRAFT_FACULTY)
    for group in filter(None, (others, minecraft)):
        update = LicenseUpdate(assign=tuple(LicenseToAssign(product) for product in group))
        update_licenses(by=by, user=user, update=update)
