"""The `{tenant}` in every address: a GUID, a domain, or one of the two words for "the person's own"."""

import re
import uuid
from dataclasses import dataclass

from customers.models import Customer, Domain
from partnercenter.accounts.models import AppRegistration, Partner, User
from partnercenter.accounts.tokens.refusals import TokenRefused

ANY = ("common", "organizations")
_DOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tenant:
    """A directory that tokens are for: a partner's own, or that of a `customer`."""

    id: uuid.UUID
    name: str
    customer: Customer | None = None

    @property
    def sts(self) -> str:
        """The issuer of its access tokens."""
        return f"https://sts.windows.net/{self.id}/"


def tenant_named(segment: str) -> Tenant | None:
    """The tenant, or None for `common` and `organizations`. Raises `TokenRefused` for anything that is none."""
    if segment.lower() in ANY:
        return None
    tenant_id = _guid(segment)
    if tenant_id is None and not _DOMAIN.fullmatch(segment):
        raise TokenRefused(900023, tenant=segment[:100])
    tenant = _by_domain(segment) if tenant_id is None else _by_id(tenant_id)
    if tenant is None:
        raise TokenRefused(90002, tenant=segment)
    return tenant


def home_of(user: User) -> Tenant:
    """The tenant of the partner that the person works for."""
    assert user.partner is not None, "tokens are for partner staff"  # noqa: S101  for the type checker
    return Tenant(user.partner.pk, user.partner.name)


def own_tenant(app: AppRegistration) -> Tenant:
    return Tenant(app.tenant.pk, app.tenant.name)


def _by_id(tenant_id: uuid.UUID) -> Tenant | None:
    partner = Partner.objects.filter(pk=tenant_id).first()
    if partner is not None:
        return Tenant(partner.pk, partner.name)
    return _of_customer(Customer.objects.filter(pk=tenant_id).first())


def _by_domain(name: str) -> Tenant | None:
    partner = Partner.objects.filter(domain__iexact=name).first()
    if partner is not None:
        return Tenant(partner.pk, partner.name)
    domain = Domain.objects.filter(name__iexact=name, is_verified=True).select_related("customer").first()
    return _of_customer(domain.customer if domain else None)


def _of_customer(customer: Customer | None) -> Tenant | None:
    return None if customer is None else Tenant(customer.pk, customer.company_name, customer)


def _guid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if len(text) == 36 else None  # noqa: PLR2004  with hyphens, as Entra writes them
    except ValueError:
        return None
