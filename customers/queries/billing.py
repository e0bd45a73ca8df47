import uuid

from customers.models import BillingProfile, Customer

_NAMESPACE = uuid.UUID("b1111000-0000-4000-8000-000000000000")


def billing_profile(customer: Customer, partner_id: uuid.UUID) -> BillingProfile:
    """What this partner knows of the customer's billing; until it wrote something, what the tenant says of itself.

    Such a profile is not saved, and its version is 0. One query.
    """
    stored = BillingProfile.objects.filter(customer=customer, partner=partner_id).first()
    return stored or BillingProfile(
        id=uuid.uuid5(_NAMESPACE, f"{partner_id}/{customer.pk}"),
        customer=customer,
        partner_id=partner_id,
        email=customer.email,
        company_name=customer.company_name,
        country=customer.country,
        city=customer.city,
        state=customer.state,
        address_line1=customer.address_line1,
        postal_code=customer.postal_code,
        phone_number=customer.phone_number,
        version=0,
    )
