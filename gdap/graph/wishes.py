"""What bodies say of relationships: terms, customer, roles."""

import uuid
from dataclasses import replace

from customers.models import Customer
from gdap.access import related_customer
from gdap.graph.durations import EXTENSION_DAYS, days
from gdap.services.relationships import Wish
from partnercenter.accounts.principals import Principal
from partnercenter.errors import NotFound
from partnercenter.wire.graph.bodies import Members
from partnercenter.wire.graph.errors import bad_request

EMPTY = Wish(display_name="", duration_days=0, roles=frozenset())
WRITABLE = ("displayName", "duration", "customer", "accessDetails", "autoExtendDuration")
# A client that sends back what it read sends these too; they are the service's.
READ_ONLY = ("id", "status", "createdDateTime", "lastModifiedDateTime", "activatedDateTime", "endDateTime")


def wish_in(body: Members, before: Wish = EMPTY) -> Wish:
    """`before` with what the body says."""
    body.only(*WRITABLE, *READ_ONLY)
    name, duration, extends = body.text("displayName"), body.text("duration"), auto_extend_in(body)
    roles = roles_in(body)
    return replace(
        before,
        display_name=before.display_name if name is None else name,
        duration_days=before.duration_days if duration is None else _duration(duration),
        roles=before.roles if roles is None else roles,
        auto_extend=before.auto_extend if extends is None else extends,
    )


def auto_extend_in(body: Members) -> bool | None:
    text = body.text("autoExtendDuration")
    if text is None:
        return None
    found = days(text)
    if found not in (0, EXTENSION_DAYS):
        raise bad_request("autoExtendDuration is PT0S, P0D or P180D.")
    return found == EXTENSION_DAYS


def roles_in(body: Members) -> frozenset[uuid.UUID] | None:
    """The roles of `accessDetails`; None where there is none."""
    details = body.members("accessDetails")
    if details is None:
        return None
    ids = [role.guid("roleDefinitionId") for role in details.objects("unifiedRoles")]
    if None in ids:
        raise bad_request("Each of unifiedRoles needs a roleDefinitionId.")
    return frozenset(role for role in ids if role is not None)


def customer_in(body: Members, by: Principal) -> Customer | None:
    """The customer that the body names. One of another partner and one that is not there are the same."""
    named = body.members("customer")
    tenant_id = named.guid("tenantId") if named else None
    if tenant_id is None:
        return None
    try:
        return related_customer(by, tenant_id)
    except NotFound as error:
        raise bad_request("customer: there is no such tenant among your customers.") from error


def _duration(text: str) -> int:
    found = days(text)
    if found is None:
        raise bad_request("duration is an ISO 8601 duration of whole days, P1D to P730D.")
    return found
