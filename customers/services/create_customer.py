"""A new customer: a tenant with its first domain and administrator, sold to by the partner that asked."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from customers.addresses import registration_problems
from customers.models import BillingProfile, Country, Customer, CustomerUser, DirectoryRoleMember, Domain
from customers.models import ResellerRelationship as Sale
from customers.roles import DEFAULT_GDAP_ROLES, GLOBAL_ADMINISTRATOR, role_id_by_name
from customers.services.billing import BillingDetails, billing_columns, billing_problems, required
from customers.services.company import (
    company_name_problems,
    contact_problems,
    domain_taken,
    initial_domain_problems,
)
from customers.services.errors import UserError
from customers.services.passwords import NewPassword, set_password
from customers.services.validation import fits
from gdap import access
from gdap.services.relationships import activate_relationship, request_relationship
from licensing.services.sandbox import check_customer_limit
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import Principal, system
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.errors import NotFound, Problem
from partnercenter.transactions import whole

ADMIN = "admin"
DEFAULT_GDAP_DAYS = 730


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerWish:
    """A customer as it shall be. `domain` ends in .onmicrosoft.com; without GDAP nobody of the partner gets in."""

    domain: str
    billing: BillingDetails
    registration_number: str = ""
    with_gdap: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCustomer:
    """The customer, and the password of its first administrator to hand over, once."""

    customer: Customer
    billing_profile: BillingProfile
    admin: CustomerUser
    password: NewPassword


@whole
def create_customer(*, by: Principal, partner: Partner, wish: CustomerWish) -> NewCustomer:
    """Make the tenant, its first Global Administrator, the reseller relationship and the default admin relationship.

    The latter gives nobody a right until the partner assigns groups to it. Raises `UserError` with every problem of
    the data, `SandboxLimit` where a sandbox is full.
    """
    access.require_partner(by, access.PartnerPermission.ADD_CUSTOMERS)
    if not by.is_trusted and partner.pk != by.partner_id:
        raise NotFound(Problem("partner_not_found", "There is no such partner account."))
    problems = list(customer_problems(partner, wish))
    if problems:
        raise UserError(*problems)
    check_customer_limit(by=by)
    customer = _tenant(wish)
    Sale.objects.create(partner=partner, customer=customer)
    profile = BillingProfile.objects.create(customer=customer, partner=partner, **billing_columns(wish.billing))
    admin, password = _administrator(customer, wish)
    if wish.with_gdap:
        _default_relationship(partner, customer)
    _record(by, customer)
    return NewCustomer(customer=customer, billing_profile=profile, admin=admin, password=password)


def customer_problems(partner: Partner, wish: CustomerWish) -> Iterator[Problem]:
    """Why this can't become a customer of the partner, each with its field."""
    billing = wish.billing
    yield from initial_domain_problems(wish.domain)
    yield from company_name_problems(billing.company_name)
    yield from billing_problems(billing)
    yield from contact_problems(billing.email, partner.domain)
    yield from registration_problems(billing.country, wish.registration_number, billing.phone_number)
    if not fits(Customer, "state", billing.state or billing.region):
        yield Problem("billing_value_invalid", "This state or region is too long.", "state")
    for name in ("first_name", "last_name"):
        if not getattr(billing, name):
            yield required(name)


def _tenant(wish: CustomerWish) -> Customer:
    billing = wish.billing
    customer = Customer.objects.create(
        company_name=billing.company_name,
        primary_domain=wish.domain,
        email=billing.email,
        country=billing.country,
        address_line1=billing.address_line1,
        city=billing.city,
        state=billing.state or billing.region,
        postal_code=billing.postal_code,
        phone_number=billing.phone_number,
        registration_number=wish.registration_number,
    )
    try:
        with transaction.atomic():
            Domain.objects.create(customer=customer, name=wish.domain, is_initial=True, is_default=True)
    except IntegrityError as error:
        # Somebody took the name between the check and now; the constraint is the judge.
        raise UserError(domain_taken(wish.domain)) from error
    return customer


def _administrator(customer: Customer, wish: CustomerWish) -> tuple[CustomerUser, NewPassword]:
    billing = wish.billing
    can_use = Country.objects.filter(code=billing.country, licensing_allowed=True).exists()
    user = CustomerUser(
        customer=customer,
        user_principal_name=f"{ADMIN}@{wish.domain}",
        first_name=billing.first_name,
        last_name=billing.last_name,
        display_name=f"{billing.first_name} {billing.last_name}"[: CustomerUser.NAME_LIMIT],
        usage_location=billing.country if can_use else "",
    )
    password = set_password(user, password=None, must_change=True)
    user.save(force_insert=True)
    DirectoryRoleMember.objects.create(customer=customer, user=user, role_id=GLOBAL_ADMINISTRATOR)
    return user, password


def _default_relationship(partner: Partner, customer: Customer) -> None:
    """Nobody is asked: it is part of how a partner makes a tenant (graph_gdap_contract section 9)."""
    by = system("create_customer")
    relationship = request_relationship(
        by=by,
        partner=partner,
        customer=customer,
        display_name=f"Default_{customer.pk}",
        roles=[role_id_by_name()[name] for name in DEFAULT_GDAP_ROLES],
        duration_days=DEFAULT_GDAP_DAYS,
    )
    activate_relationship(by=by, relationship=relationship)


def _record(by: Principal, customer: Customer) -> None:
    record(
        by=by,
        operation=Operation.ADD_CUSTOMER,
        resource_type=ResourceType.CUSTOMER,
        resource_id=customer.pk,
        resource_name=customer.company_name,
        customer_id=customer.pk,
        customer_name=customer.company_name,
        after={
            "company_name": customer.company_name,
            "primary_domain_name": customer.primary_domain,
            "relationship": "Reseller",
        },
    )
