"""Bodies about customers. Members stand in the order of the captures (section 2.2 to 2.4)."""

import hashlib
import uuid
from typing import Any

from customers.models import BillingProfile, Customer
from partnercenter.wire.partner_center.encoding import supplied
from partnercenter.wire.partner_center.links import self_link

Body = dict[str, Any]

_COMMERCE = uuid.UUID("c0333e2c-0000-4000-8000-000000000000")


def company_in_list(row: Body) -> Body:
    """The thin profile of a list item; `row` has id, company_name and primary_domain."""
    return {
        "tenantId": str(row["id"]),
        "domain": row["primary_domain"],
        "companyName": row["company_name"],
        "links": self_link(f"/customers/{row['id']}/profiles/company"),
        "attributes": {"objectType": "CustomerCompanyProfile"},
    }


def customer_in_list(row: Body) -> Body:
    return {
        "id": str(row["id"]),
        "companyProfile": company_in_list(row),
        "relationshipToPartner": relationship(is_resold=row["is_resold"]),
        "links": self_link(f"/customers/{row['id']}"),
        "attributes": {"objectType": "Customer"},
    }


def relationship(*, is_resold: bool) -> str:
    """Who only administers and sells nothing was called an advisor."""
    return "reseller" if is_resold else "advisor"


def customer_by_id(customer: Customer, profile: BillingProfile | None, *, is_resold: bool) -> Body:
    """The rich resource. Nobody has DAP any more, so address, email and domains are left out (section 2.3)."""
    return supplied(
        {
            "id": str(customer.pk),
            "commerceId": commerce_id(customer),
            "companyProfile": company_profile(customer),
            "billingProfile": billing_profile(profile) if profile else None,
            "relationshipToPartner": relationship(is_resold=is_resold),
            "allowDelegatedAccess": False,
            "links": self_link(f"/customers/{customer.pk}"),
            "attributes": {"objectType": "Customer"},
        }
    )


def commerce_id(customer: Customer) -> str:
    return str(uuid.uuid5(_COMMERCE, str(customer.pk)))


def company_profile(customer: Customer, *, with_details: bool = False) -> Body:
    details = {"address": company_address(customer), "email": customer.email or None} if with_details else {}
    return supplied(
        {
            "tenantId": str(customer.pk),
            "domain": customer.primary_domain,
            "companyName": customer.company_name,
            **details,
            "organizationRegistrationNumber": customer.registration_number or None,
            "links": self_link(f"/customers/{customer.pk}/profiles/company"),
            "attributes": {"objectType": "CustomerCompanyProfile"},
        }
    )


def company_address(customer: Customer) -> Body:
    """The company's address says `region` where the billing address says `state`."""
    return supplied(
        {
            "country": customer.country,
            "region": customer.state or None,
            "city": customer.city or None,
            "addressLine1": customer.address_line1 or None,
            "postalCode": customer.postal_code or None,
            "phoneNumber": customer.phone_number or None,
        }
    )


def billing_profile(profile: BillingProfile) -> Body:
    return supplied(
        {
            "id": str(profile.pk),
            "firstName": profile.first_name or None,
            "lastName": profile.last_name or None,
            "email": profile.email or None,
            "culture": profile.culture,
            "language": profile.language,
            "companyName": profile.company_name,
            "defaultAddress": _billing_address(profile),
            "links": self_link(f"/customers/{profile.customer_id}/profiles/billing"),
            "attributes": {"etag": billing_etag(profile), "objectType": "CustomerBillingProfile"},
        }
    )


def new_billing_profile(profile: BillingProfile) -> Body:
    """In the answer to a new customer: without links, and the names stand in the address only."""
    left_out = ("firstName", "lastName", "links")
    return {name: value for name, value in billing_profile(profile).items() if name not in left_out}


def billing_etag(profile: BillingProfile) -> str:
    """The real tags look like signed 64-bit numbers in text."""
    digest = hashlib.sha256(f"{profile.pk}/{profile.version}".encode()).digest()
    return str(int.from_bytes(digest[:8], signed=True))


def _billing_address(profile: BillingProfile) -> Body:
    return supplied(
        {
            "country": profile.country,
            "region": profile.region or None,
            "city": profile.city or None,
            "state": profile.state or None,
            "addressLine1": profile.address_line1 or None,
            "addressLine2": profile.address_line2 or None,
            "postalCode": profile.postal_code or None,
            "firstName": profile.first_name or None,
            "lastName": profile.last_name or None,
            "phoneNumber": profile.phone_number or None,
        }
    )
