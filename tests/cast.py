"""The people that tests speak of, and the small world they live in.

The same names as in the demo, far fewer rows. Everything that could leak is there: a second partner, with groups and
relationships of the same names, and a second company called Fabrikam, Inc. with a second Dana Hudecova.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache

from customers.models import Customer, CustomerUser
from customers.services.reference import load_reference_data
from gdap.models import AdminRelationship, SecurityGroup
from partnercenter import clock
from partnercenter.accounts.models import Partner, PartnerRole, User
from partnercenter.accounts.principals import Door, Principal, principal_for
from partnercenter.audit.models import AuditRecord
from partnercenter.audit.services import removal
from tests.factories import (
    AssignmentFactory,
    CustomerFactory,
    CustomerUserFactory,
    PartnerFactory,
    RelationshipFactory,
    SecurityGroupFactory,
    StaffFactory,
)
from tests.kept_rows import keep_rows, put_back

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

LEADS_ROLES = (
    "License Administrator",
    "User Administrator",
    "Privileged Role Administrator",
    "Privileged Authentication Administrator",
    "Directory Writers",
)
ALL_ROLES = (*LEADS_ROLES, "Helpdesk Administrator")


@dataclass(frozen=True, kw_only=True)
class World:
    """Who is who. `fabrikam`, `northwind` and `tailspin` are Contoso's; Tailspin has no GDAP.

    `proseware` and `namesake` (the other Fabrikam, Inc.) are Litware's, and Litware is Helpdesk Administrator at
    `fabrikam` besides.
    """

    contoso: Partner
    litware: Partner

    fabrikam: Customer
    northwind: Customer
    tailspin: Customer
    proseware: Customer
    namesake: Customer

    ava: User
    lea: User
    dan: User
    uma: User
    harry: User
    sam: User
    nora: User
    max: User

    license_desk: SecurityGroup
    leads: SecurityGroup
    litware_desk: SecurityGroup

    at_fabrikam: AdminRelationship
    at_northwind: AdminRelationship
    litware_at_fabrikam: AdminRelationship

    dana: CustomerUser
    dana_of_northwind: CustomerUser
    dana_of_namesake: CustomerUser
    global_admin: CustomerUser


def principal(user: User, *, door: Door = Door.PORTAL) -> Principal:
    """`user` in a new request, with nothing remembered from an earlier one."""
    return principal_for(User.objects.select_related("partner").get(pk=user.pk), door=door, request_id="request")


def forget_records() -> None:
    """Let a test begin without any audit record."""
    with removal("a test begins"):
        AuditRecord.objects.all()._raw_delete(AuditRecord.objects.db)


@contextmanager
def after(**time: float) -> Iterator[datetime]:
    """Let the clock stand that much later than the world's beginning."""
    moment = NOW + timedelta(**time)
    with clock.frozen(moment):
        yield moment


def build_world() -> World:
    load_reference_data()
    contoso = PartnerFactory(name="Contoso Cloud Partners", domain="contoso-partners.example")
    litware = PartnerFactory(name="Litware Partners", domain="litware-partners.example")
    customers = _customers(contoso, litware)
    staff = _staff(contoso, litware)
    return World(
        contoso=contoso,
        litware=litware,
        **customers,
        **staff,
        **_contoso_gdap(contoso, customers, staff),
        **_litware_gdap(litware, customers, staff),
        **_users(customers),
    )


def _customers(contoso: Partner, litware: Partner) -> dict[str, Customer]:
    def customer(name: str, domain: str, partner: Partner) -> Customer:
        return CustomerFactory(company_name=name, primary_domain=domain, sold_by=[partner])

    return {
        "fabrikam": customer("Fabrikam, Inc.", "fabrikam.com", contoso),
        "northwind": customer("Northwind Traders", "northwind.example", contoso),
        "tailspin": customer("Tailspin Toys", "tailspin.example", contoso),
        "proseware": customer("Proseware", "proseware.example", litware),
        "namesake": customer("Fabrikam, Inc.", "fabrikam.example", litware),
    }


def _staff(contoso: Partner, litware: Partner) -> dict[str, User]:
    def person(name: str, *roles: PartnerRole, partner: Partner = contoso) -> User:
        return StaffFactory(partner=partner, username=f"{name}@{partner.domain}", roles=roles)

    admin, agent = PartnerRole.GLOBAL_ADMIN, PartnerRole.ADMIN_AGENT
    return {
        "ava": person("ava.admin", admin, agent),
        "lea": person("lea.licenses", agent),
        "dan": person("dan.writer", agent),
        "uma": person("uma.users", agent),
        "harry": person("harry.helpdesk", PartnerRole.HELPDESK_AGENT),
        "sam": person("sam.sales", PartnerRole.SALES_AGENT),
        "nora": person("nora.nogroup", agent),
        "max": person("max.admin", admin, agent, partner=litware),
    }


def _contoso_gdap(
    contoso: Partner, customers: dict[str, Customer], staff: dict[str, User]
) -> dict[str, AdminRelationship | SecurityGroup]:
    at_fabrikam = RelationshipFactory(
        partner=contoso, customer=customers["fabrikam"], display_name="Service desk", roles=ALL_ROLES
    )
    at_northwind = RelationshipFactory(
        partner=contoso, customer=customers["northwind"], display_name="Northwind leads", roles=LEADS_ROLES
    )

    def desk(name: str, member: str, *roles: str) -> SecurityGroup:
        group = SecurityGroupFactory(partner=contoso, display_name=name, members=[staff[member]])
        AssignmentFactory(relationship=at_fabrikam, group=group, roles=roles)
        return group

    desk("GDAP User admins", "uma", "User Administrator")
    desk("GDAP Directory writers", "dan", "Directory Writers")
    desk("GDAP Helpdesk", "harry", "Helpdesk Administrator")
    leads = desk("GDAP Leads", "ava", *LEADS_ROLES)
    AssignmentFactory(relationship=at_northwind, group=leads)
    return {
        "license_desk": desk("GDAP License desk", "lea", "License Administrator"),
        "leads": leads,
        "at_fabrikam": at_fabrikam,
        "at_northwind": at_northwind,
    }


def _litware_gdap(
    litware: Partner, customers: dict[str, Customer], staff: dict[str, User]
) -> dict[str, AdminRelationship | SecurityGroup]:
    desk = SecurityGroupFactory(partner=litware, display_name="GDAP License desk", members=[staff["max"]])
    at_fabrikam = RelationshipFactory(
        partner=litware, customer=customers["fabrikam"], display_name="Service desk", roles=["Helpdesk Administrator"]
    )
    AssignmentFactory(relationship=at_fabrikam, group=desk)
    for name in ("proseware", "namesake"):
        own = RelationshipFactory(
            partner=litware, customer=customers[name], display_name=f"All at {name}", roles=ALL_ROLES
        )
        AssignmentFactory(relationship=own, group=desk)
    return {"litware_desk": desk, "litware_at_fabrikam": at_fabrikam}


def _users(customers: dict[str, Customer]) -> dict[str, CustomerUser]:
    def dana(customer: str) -> CustomerUser:
        return CustomerUserFactory(
            customer=customers[customer], first_name="Dana", last_name="Hudecova", local_part="dana.hudecova"
        )

    return {
        "dana": dana("fabrikam"),
        "dana_of_northwind": dana("northwind"),
        "dana_of_namesake": dana("namesake"),
        "global_admin": CustomerUserFactory(
            customer=customers["fabrikam"],
            display_name="Global Admin",
            local_part="global.admin",
            roles=["Global Administrator"],
        ),
    }


@pytest.fixture(scope="session")
def kept_world(django_db_setup: None, django_db_blocker: Any) -> tuple[World, list[str]]:
    """The world, built once per process and laid aside: see tests/kept_rows.py."""
    with django_db_blocker.unblock(), clock.frozen(NOW):
        return keep_rows(build_world)


@pytest.fixture
def world(db: None, kept_world: tuple[World, list[str]]) -> Iterator[World]:
    """The world at `NOW`, where the clock stands still."""
    people, tables = kept_world
    cache.clear()  # what it says of these very ids, it says of an earlier test
    with clock.frozen(NOW):
        put_back(tables)
        yield deepcopy(people)


@pytest.fixture
def lasting_world(transactional_db: None) -> World:
    """The same for tests with several threads or processes: committed, and by the true clock, which they all have."""
    return build_world()
