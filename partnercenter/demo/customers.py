"""The customers, their domains, and who sells to them."""

import uuid
from dataclasses import dataclass

from customers.models import Customer, Domain, ResellerRelationship
from partnercenter.demo import ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """One customer: its address and the two domains that everybody has."""

    id: uuid.UUID
    name: str
    domain: str
    initial: str
    country: str
    street: str
    city: str
    state: str = ""
    postal_code: str
    phone: str
    resellers: tuple[uuid.UUID, ...] = (ids.CONTOSO,)


TENANTS = (
    Tenant(
        id=ids.FABRIKAM, name="Fabrikam, Inc.", domain="fabrikam.com", initial="fabrikam", country="SK",
        street="Mlynské nivy 12", city="Bratislava", postal_code="821 09", phone="+421 2 5550 0100",
    ),
    Tenant(
        id=ids.NORTHWIND, name="Northwind Traders", domain="northwindtraders.com", initial="northwindtraders",
        country="US", street="4567 Harbor Ave", city="Seattle", state="WA", postal_code="98101", phone="206-555-0110",
    ),
    Tenant(
        id=ids.TAILSPIN, name="Tailspin Toys", domain="tailspintoys.com", initial="tailspintoys", country="GB",
        street="18 Carousel Lane", city="Bristol", postal_code="BS1 4DJ", phone="+44 117 496 0120",
    ),
    Tenant(
        id=ids.WINGTIP, name="Wingtip Toys", domain="wingtiptoys.com", initial="wingtiptoys", country="DE",
        street="Spielgasse 7", city="Nürnberg", postal_code="90402", phone="+49 911 555 0130",
    ),
    Tenant(
        id=ids.ADVENTURE_WORKS, name="Adventure Works", domain="adventure-works.com", initial="adventureworks",
        country="US", street="1200 Trailhead Rd", city="Denver", state="CO", postal_code="80202", phone="303-555-0140",
    ),
    Tenant(
        id=ids.PROSEWARE, name="Proseware", domain="proseware.com", initial="proseware", country="US",
        street="88 Quill St", city="Boston", state="MA", postal_code="02110", phone="617-555-0150",
        resellers=(ids.LITWARE,),
    ),
)  # fmt: skip


def add_customers() -> dict[uuid.UUID, Customer]:
    customers = {tenant.id: _add(tenant) for tenant in TENANTS}
    Domain.objects.bulk_create(
        [
            *(Domain(customer_id=tenant.id, name=tenant.domain, is_default=True) for tenant in TENANTS),
            *(
                Domain(customer_id=tenant.id, name=f"{tenant.initial}.onmicrosoft.com", is_initial=True)
                for tenant in TENANTS
            ),
            # Two that a page has to leave out when it offers domains for a user's name.
            Domain(customer_id=ids.FABRIKAM, name="sso.fabrikam.com", authentication=Domain.Authentication.FEDERATED),
            Domain(customer_id=ids.FABRIKAM, name="fabrikam-stores.com", is_verified=False),
        ]
    )
    ResellerRelationship.objects.bulk_create(
        ResellerRelationship(partner_id=partner, customer_id=tenant.id)
        for tenant in TENANTS
        for partner in tenant.resellers
    )
    return customers


def _add(tenant: Tenant) -> Customer:
    return Customer.objects.create(
        id=tenant.id,
        company_name=tenant.name,
        primary_domain=tenant.domain,
        email=f"contact@{tenant.domain}",
        country=tenant.country,
        address_line1=tenant.street,
        city=tenant.city,
        state=tenant.state,
        postal_code=tenant.postal_code,
        phone_number=tenant.phone,
    )
