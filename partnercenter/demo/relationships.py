"""The admin relationships, and which group acts with which roles."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from customers.models import Customer
from customers.roles import (
    DIRECTORY_WRITERS,
    HELPDESK_ADMINISTRATOR,
    LICENSE_ADMINISTRATOR,
    PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
    PRIVILEGED_ROLE_ADMINISTRATOR,
    USER_ADMINISTRATOR,
)
from gdap.models import SecurityGroup
from gdap.services.relationships import activate_relationship, assign_group, request_relationship
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import Principal
from partnercenter.demo import ids
from partnercenter.demo.moments import ago

LEAD_ROLES = (
    LICENSE_ADMINISTRATOR,
    USER_ADMINISTRATOR,
    PRIVILEGED_ROLE_ADMINISTRATOR,
    PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
    DIRECTORY_WRITERS,
)

Roles = tuple[uuid.UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """One admin relationship; `active_since` counts days back, None while the customer has not approved."""

    id: uuid.UUID
    partner: uuid.UUID
    customer: uuid.UUID
    name: str
    roles: Roles
    duration_days: int
    requested_days_ago: int
    active_since: int | None
    auto_extend: bool = False
    groups: tuple[tuple[uuid.UUID, Roles], ...] = ()


DELEGATIONS = (
    Delegation(
        id=ids.FABRIKAM_RELATIONSHIP,
        partner=ids.CONTOSO,
        customer=ids.FABRIKAM,
        name="Fabrikam service desk",
        roles=(*LEAD_ROLES, HELPDESK_ADMINISTRATOR),
        duration_days=730,
        requested_days_ago=182,
        active_since=180,
        auto_extend=True,
        groups=(
            (ids.LEADS, LEAD_ROLES),
            (ids.LICENSE_DESK, (LICENSE_ADMINISTRATOR,)),
            (ids.USER_ADMINS, (USER_ADMINISTRATOR,)),
            (ids.DIRECTORY_WRITERS_GROUP, (DIRECTORY_WRITERS,)),
            (ids.HELPDESK_GROUP, (HELPDESK_ADMINISTRATOR,)),
        ),
    ),
    Delegation(
        id=ids.NORTHWIND_RELATIONSHIP,
        partner=ids.CONTOSO,
        customer=ids.NORTHWIND,
        name="Northwind directory care",
        roles=LEAD_ROLES,
        duration_days=90,  # so that 7 days are left
        requested_days_ago=84,
        active_since=83,
        groups=((ids.LEADS, LEAD_ROLES),),
    ),
    Delegation(
        id=ids.WINGTIP_RELATIONSHIP,
        partner=ids.CONTOSO,
        customer=ids.WINGTIP,
        name="Wingtip onboarding",
        roles=(LICENSE_ADMINISTRATOR, USER_ADMINISTRATOR),
        duration_days=365,
        requested_days_ago=2,
        active_since=None,
    ),
    Delegation(
        id=ids.ADVENTURE_WORKS_RELATIONSHIP,
        partner=ids.CONTOSO,
        customer=ids.ADVENTURE_WORKS,
        name="Adventure Works operations",
        roles=LEAD_ROLES,
        duration_days=730,
        requested_days_ago=151,
        active_since=150,
        auto_extend=True,
        groups=((ids.LEADS, LEAD_ROLES),),
    ),
    Delegation(
        id=ids.LITWARE_RELATIONSHIP,
        partner=ids.LITWARE,
        customer=ids.FABRIKAM,
        name="Fabrikam helpdesk cover",
        roles=(HELPDESK_ADMINISTRATOR,),
        duration_days=365,
        requested_days_ago=61,
        active_since=60,
        groups=((ids.LITWARE_HELPDESK, (HELPDESK_ADMINISTRATOR,)),),
    ),
)


def add_relationships(
    *,
    by: Principal,
    customers: Mapping[uuid.UUID, Customer],
    partners: Mapping[uuid.UUID, Partner],
    groups: Mapping[uuid.UUID, SecurityGroup],
    today: datetime,
) -> None:
    for row in DELEGATIONS:
        with ago(today, days=row.requested_days_ago):
            relationship = request_relationship(
                by=by,
                partner=partners[row.partner],
                customer=customers[row.customer],
                display_name=row.name,
                roles=row.roles,
                duration_days=row.duration_days,
                auto_extend=row.auto_extend,
                relationship_id=row.id,
            )
        if row.active_since is None:
            continue
        with ago(today, days=row.active_since):
            activate_relationship(by=by, relationship=relationship)
            for group_id, roles in row.groups:
                assign_group(
                    by=by,
                    relationship=relationship,
                    group=groups[group_id],
                    roles=roles,
                    assignment_id=ids.stable_id("access assignment", f"{row.id}/{group_id}"),
                )
