"""Where a partner sends a customer's bills."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.db.models import F

from customers.addresses import Address, address_problems, culture_problems
from customers.models import BillingProfile, Country, Customer
from customers.queries import billing_profile
from customers.services.errors import UserError
from customers.services.validation import fits
from gdap import access
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.errors import Conflict, Problem
from partnercenter.transactions import whole

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingDetails:
    """A billing profile as it shall be. Limits: partner_center_contract section 2.4."""

    email: str
    culture: str
    language: str
    company_name: str
    country: str
    city: str = ""
    state: str = ""
    region: str = ""
    address_line1: str
    address_line2: str = ""
    postal_code: str = ""
    phone_number: str = ""
    first_name: str = ""
    last_name: str = ""


@whole
def update_billing_profile(
    *, by: Principal, customer: Customer, details: BillingDetails, expected_version: int | None = None
) -> BillingProfile:
    """Replace the partner's billing profile of the customer.

    Raises `NotFound` for a customer that the principal does not see, `Conflict` when the profile is no longer at
    `expected_version`, `UserError` with every problem of the data.
    """
    customer = access.visible_customer(by, customer.pk)
    access.require_partner(by, access.PartnerPermission.UPDATE_BILLING)
    if by.partner_id is None:
        raise UserError(Problem("partner_missing", "Only a partner has billing profiles."))
    problems = list(billing_problems(details))
    if problems:
        raise UserError(*problems)
    current = billing_profile(customer, by.partner_id)
    if expected_version is not None and current.version != expected_version:
        raise _changed()
    _write(current, details)
    before = {name: getattr(current, name) for name in asdict(details)}
    after = asdict(details)
    record(
        by=by,
        operation=Operation.UPDATE_CUSTOMER_BILLING_PROFILE,
        resource_type=ResourceType.CUSTOMER,
        resource_id=customer.pk,
        resource_name=customer.company_name,
        customer_id=customer.pk,
        customer_name=customer.company_name,
        before={name: value for name, value in before.items() if value != after[name]},
        after={name: value for name, value in after.items() if value != before[name]},
    )
    return billing_profile(customer, by.partner_id)


def _write(current: BillingProfile, details: BillingDetails) -> None:
    if current.version == 0:
        try:
            with transaction.atomic():
                BillingProfile.objects.create(
                    id=current.pk, customer=current.customer, partner_id=current.partner_id, **asdict(details)
                )
        except IntegrityError as error:
            raise _changed() from error
        return
    same = BillingProfile.objects.filter(pk=current.pk, version=current.version)
    if not same.update(version=F("version") + 1, **asdict(details)):
        raise _changed()


def billing_columns(details: BillingDetails) -> dict[str, str]:
    return asdict(details)


def billing_problems(details: BillingDetails) -> Iterator[Problem]:
    """Why these can't be the details of a billing profile, each with its field."""
    for name in ("email", "culture", "language", "company_name", "country", "address_line1"):
        if not getattr(details, name):
            yield required(name)
    for name, value in asdict(details).items():
        if not fits(BillingProfile, name, value):
            yield Problem("billing_value_invalid", f"This {_spoken(name)} is too long or can't be printed.", name)
    if details.email and not EMAIL.fullmatch(details.email):
        yield Problem("email_invalid", f"{details.email[:100]} is no email address.", "email")
    if not details.country:
        return
    if not Country.objects.filter(code=details.country).exists():
        yield Problem("country_unknown", f"{details.country[:20]} is no country or region.", "country")
        return
    yield from address_problems(_address(details))
    if details.culture and details.language:
        yield from culture_problems(details.country, details.culture, details.language)


def required(name: str) -> Problem:
    return Problem("billing_value_missing", f"{_spoken(name).capitalize()} is required.", name)


def _spoken(name: str) -> str:
    """As people say it: "address line 1"."""
    return name.replace("line", "line ").replace("_", " ")


def _address(details: BillingDetails) -> Address:
    return Address(
        country=details.country,
        city=details.city,
        state=details.state or details.region,
        line1=details.address_line1,
        line2=details.address_line2,
        postal_code=details.postal_code,
        phone_number=details.phone_number,
    )


def _changed() -> Conflict:
    return Conflict(
        Problem("billing_profile_changed", "Somebody changed this billing profile in the meantime; look again.")
    )
