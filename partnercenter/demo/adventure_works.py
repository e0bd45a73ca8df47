"""Adventure Works: a customer with so many users that lists and bulk work are real."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import F

from customers.models import Customer, CustomerUser
from customers.roles import (
    GLOBAL_ADMINISTRATOR,
    HELPDESK_ADMINISTRATOR,
    LICENSE_ADMINISTRATOR,
    USER_ADMINISTRATOR,
)
from licensing.models import LicenseAssignment, SubscribedSku
from partnercenter.demo import ids
from partnercenter.demo.moments import LICENSED, STAFFED
from partnercenter.demo.names import Name, names
from partnercenter.demo.people import SYNCED_HOURS_AGO, person
from partnercenter.demo.products import (
    MICROSOFT_365_E3,
    MICROSOFT_365_F3,
    POWER_BI_PRO,
    SWAY,
    TEAMS_PHONE,
    VISIO_PLAN_2,
    YAMMER_ENTERPRISE,
)

USERS = 2_000
OFFICE_WORKERS = 1_142  # of those inserted in bulk: Microsoft 365 E3
SHOP_WORKERS = 450  # Microsoft 365 F3; with the eight below, 1,600 users have a license

KNOWN = (
    person("global.admin", "Global Admin", "US", MICROSOFT_365_E3, roles=(GLOBAL_ADMINISTRATOR,)),
    person("priya.raman", "Priya Raman", "IN", MICROSOFT_365_E3, roles=(USER_ADMINISTRATOR,)),
    person("joaquin.herrera", "Joaquín Herrera", "MX", MICROSOFT_365_E3, roles=(USER_ADMINISTRATOR,)),
    person("tove.nilsen", "Tove Nilsen", "NO", MICROSOFT_365_E3, roles=(LICENSE_ADMINISTRATOR,)),
    person("marcus.webb", "Marcus Webb", "US", MICROSOFT_365_E3, roles=(HELPDESK_ADMINISTRATOR,)),
    person("li.na", "娜 李", "SG", MICROSOFT_365_E3, roles=(HELPDESK_ADMINISTRATOR,), display="李娜"),
    person("brooke.sandoval", "Brooke Sandoval", "US", MICROSOFT_365_E3),
    person("declan.hart", "Declan Hart", "IE", MICROSOFT_365_E3),
    person("esther.okoye", "Esther Okoye", "NG"),
    person("gareth.pugh", "Gareth Pugh", "GB"),
    person("ines.carvalho", "Inês Carvalho", "PT"),
    person("tomasz.wilk", "Tomasz Wilk", "PL"),
)

Holding = tuple[uuid.UUID, list[str]]


def add_crowd(*, customer: Customer, users: int, password: str, today: datetime) -> None:
    """Everybody at Adventure Works beyond `KNOWN`, with licenses, until there are `users`.

    This is the one exception to the law of one writer. Some 4,000 calls of the services would take half a minute,
    and `manage.py demo --reset` has to take seconds. So users and assignments are inserted in bulk and each counter
    is raised by the number of its assignments, in the transaction that builds the world; `world.build_world` then
    proves with `licensing.ledger` that counters and assignments agree.
    """
    people = _users(customer, max(0, users - len(KNOWN)), password, today)
    CustomerUser.objects.bulk_create(people)
    skus = {row.product_id: row for row in SubscribedSku.objects.filter(customer=customer)}
    assignments = [
        LicenseAssignment(
            id=ids.stable_id("license assignment", f"{user.pk}/{product}"),
            customer=customer,
            user=user,
            subscribed_sku=skus[product],
            disabled_plans=disabled,
            assigned_at=today - timedelta(days=LICENSED),
        )
        for user, held in zip(people, _holdings(len(people)), strict=True)
        for product, disabled in held
    ]
    LicenseAssignment.objects.bulk_create(assignments)
    for product, row in skus.items():
        taken = sum(assignment.subscribed_sku_id == row.pk for assignment in assignments)
        SubscribedSku.objects.filter(customer=customer, product=product).update(
            consumed_units=F("consumed_units") + taken
        )


def _users(customer: Customer, count: int, password: str, today: datetime) -> Sequence[CustomerUser]:
    """In the order of their ids, which mixes names and places; the same on every machine."""
    people = sorted(
        (_user(customer, index, name, password, today) for index, name in enumerate(names(count))),
        key=lambda user: user.pk,
    )
    licensed = _scaled(OFFICE_WORKERS, count) + _scaled(SHOP_WORKERS, count)
    for index, user in enumerate(people):
        user.sign_in_blocked = index % 50 == 0
        if index >= licensed and index % 40 == 1:
            user.usage_location = ""
    return people


def _user(customer: Customer, index: int, name: Name, password: str, today: datetime) -> CustomerUser:
    domain = "adventureworks.onmicrosoft.com" if index % 13 == 0 else customer.primary_domain
    principal_name = f"{name.local}@{domain}"
    made = today - timedelta(days=STAFFED - index % 180, minutes=index)
    synced = index % 4 == 1
    user = CustomerUser(
        id=ids.customer_user_id(principal_name),
        customer=customer,
        user_principal_name=principal_name,
        first_name=name.first,
        last_name=name.last,
        display_name=name.display,
        usage_location=name.location,
        last_directory_sync_at=today - timedelta(hours=SYNCED_HOURS_AGO) if synced else None,
        immutable_id=name.local if synced else "",
        password=password,
        force_change_password=False,
        created_at=made,
        modified_at=made,
    )
    user.derive_sort_keys()
    return user


def _holdings(count: int) -> Iterator[list[Holding]]:
    """The products of each user, with the plans that are switched off."""
    office, shops = _scaled(OFFICE_WORKERS, count), _scaled(SHOP_WORKERS, count)
    for index in range(count):
        if index < office:
            yield _of_an_office_worker(index)
        elif index < office + shops:
            yield [(MICROSOFT_365_F3, [str(YAMMER_ENTERPRISE)] if index % 6 == 0 else [])]
        else:
            yield []


def _of_an_office_worker(index: int) -> list[Holding]:
    held: list[Holding] = [(MICROSOFT_365_E3, [str(SWAY)] if index % 15 == 0 else [])]
    if index % 8 == 0:
        held.append((POWER_BI_PRO, []))
    if index % 8 == 1:
        held.append((TEAMS_PHONE, []))
    if index % 19 == 0 and index < OFFICE_WORKERS - 2:
        held.append((VISIO_PLAN_2, []))
    return held


def _scaled(number: int, count: int) -> int:
    """`number` of the full crowd, cut down for a smaller one."""
    return number * count // (USERS - len(KNOWN))
