"""Whom a token is about, and in which tenant."""

import uuid
from dataclasses import dataclass

from customers.roles import role_id_by_name
from gdap.access import holdings
from partnercenter.accounts.models import AppRegistration, PartnerRole, User
from partnercenter.accounts.principals import Door, principal_for
from partnercenter.accounts.tokens.refusals import TokenRefused
from partnercenter.accounts.tokens.tenants import Tenant, home_of

ORDINARY_MEMBER = uuid.UUID("b79fbf4d-3ef9-4689-8143-76b194e85509")
APP_MARKER = uuid.UUID("0997a1d0-0d1d-4acb-b408-d5ca73121e90")
_ROLE_NAMES = {
    PartnerRole.GLOBAL_ADMIN: "Global Administrator",
    PartnerRole.USER_MANAGEMENT_ADMIN: "User Administrator",
    PartnerRole.BILLING_ADMIN: "Billing Administrator",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """A person in a tenant; `wids` are the template ids of the roles held there, for information only."""

    user: User
    tenant: Tenant
    home: Tenant
    wids: tuple[uuid.UUID, ...]


def subject_at(tenant: Tenant | None, *, user: User, app: AppRegistration) -> Subject:
    """The person as seen in `tenant`, their own if None. Raises `TokenRefused`.

    In a customer's tenant somebody is known only by a GDAP role that holds now; in another partner's tenant, never.
    Consent is not modeled: an app counts as consented to by the partner that registered it and, if it is
    multi-tenant, by all of that partner's customers.
    """
    if not user.is_active:
        raise TokenRefused(50057)
    home = home_of(user)
    tenant = tenant or home
    if app.tenant_id != home.id:
        raise TokenRefused(65001, app=app.pk, name=app.display_name)
    if tenant.id == home.id:
        return Subject(user, home, home, _roles_at_home(user))
    if not app.is_multi_tenant:
        raise TokenRefused(700016, app=app.pk, tenant=tenant.name)
    roles = _roles_at(tenant, user)
    if not roles:
        raise TokenRefused(50020, user=user.username, home=home.sts, tenant=tenant.name, app=app.pk)
    return Subject(user, tenant, home, roles)


def _roles_at(tenant: Tenant, user: User) -> tuple[uuid.UUID, ...]:
    if tenant.customer is None:
        return ()
    held = holdings(principal_for(user, door=Door.GRAPH), tenant.customer)
    return tuple(dict.fromkeys(holding.role_id for holding in held))


def _roles_at_home(user: User) -> tuple[uuid.UUID, ...]:
    ids = role_id_by_name()
    held = {row.role for row in user.partner_role_assignments.all()}
    return (*(ids[name] for role, name in _ROLE_NAMES.items() if role in held), ORDINARY_MEMBER)
