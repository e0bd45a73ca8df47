"""Domains of a tenant."""

import re

from django.db import IntegrityError, transaction

from customers.models import Customer, Domain
from customers.services.company import domain_taken
from customers.services.errors import UserError
from gdap import access
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.errors import Problem
from partnercenter.transactions import whole

LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
NAME = re.compile(rf"({LABEL}\.)+[a-z][a-z0-9-]{{0,61}}[a-z0-9]")
LONGEST = 253


@whole
def add_verified_domain(
    *, by: Principal, customer: Customer, name: str, authentication: Domain.Authentication
) -> Domain:
    """Give the tenant another domain; that it owns it, the partner as registrar knows.

    Raises `UserError` for a name that is none, or one that belongs to a tenant already.
    """
    access.require_partner(by, access.PartnerPermission.CHANGE_SUBSCRIPTIONS)
    customer = access.visible_customer(by, customer.pk)
    name = name.strip().casefold()
    if len(name) > LONGEST or not NAME.fullmatch(name) or name.endswith(".onmicrosoft.com"):
        raise UserError(Problem("domain_invalid", f"{name[:100]} can't be a domain of the customer's own.", "domain"))
    waiting = Domain.objects.filter(customer=customer, name__iexact=name, is_verified=False).first()
    domain = waiting or Domain(customer=customer, name=name)
    domain.is_verified, domain.authentication = True, authentication
    try:
        with transaction.atomic():
            domain.save()
    except IntegrityError as error:
        raise UserError(domain_taken(name)) from error
    record(
        by=by,
        operation=Operation.ADD_DOMAIN,
        resource_type=ResourceType.CUSTOMER,
        resource_id=customer.pk,
        resource_name=customer.company_name,
        customer_id=customer.pk,
        customer_name=customer.company_name,
        after={"domain": name, "authentication": authentication.value},
    )
    return domain
