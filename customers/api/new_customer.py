"""The body of a new customer, read and answered (section 2.4)."""

import uuid
from typing import Any

from customers.api import presenters
from customers.api.profiles import details
from customers.services import CustomerWish, NewCustomer
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import Principal
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.encoding import Secret
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.members import Members


def wish(body: Members) -> CustomerWish:
    """What SDKs send beside it (ids, relationships, links) is ignored; an indirect reseller nobody here has."""
    company = body.members("CompanyProfile") or Members()
    billing = body.members("BillingProfile")
    if billing is None or company.text("Domain") is None:
        raise ApiError(codes.ARGUMENT, "CompanyProfile.Domain and BillingProfile are required.")
    if body.text("AssociatedPartnerId"):
        raise ApiError(codes.INVALID_PROPERTY, "AssociatedPartnerId is no indirect reseller of this partner.")
    return CustomerWish(
        domain=(company.text("Domain") or "").strip(),
        billing=details(billing),
        registration_number=company.text("OrganizationRegistrationNumber") or "",
        with_gdap=body.flag("enableGDAPByDefault") is not False,
    )


def partner_of(principal: Principal) -> Partner:
    partner = Partner.objects.filter(pk=principal.partner_id or uuid.UUID(int=0)).first()
    if partner is None:
        raise ApiError(codes.ACTION_NOT_ALLOWED, "Only a partner has customers.")
    return partner


def answer(made: NewCustomer) -> dict[str, Any]:
    """As captured: no links on the customer and its billing profile. The password is there this once."""
    customer = made.customer
    return {
        "id": str(customer.pk),
        "commerceId": presenters.commerce_id(customer),
        "companyProfile": presenters.company_profile(customer),
        "billingProfile": presenters.new_billing_profile(made.billing_profile),
        "relationshipToPartner": "reseller",
        "allowDelegatedAccess": False,
        "userCredentials": {"userName": made.admin.local_part, "password": Secret(made.password.text)},
        "attributes": {"objectType": "Customer"},
    }
