"""Add customer as people do it: the tenant, its tags and who accepted its agreement, or nothing of it."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field

from customers.services.create_customer import CustomerWish, NewCustomer, create_customer
from customers.services.handover import Handover, handed_over
from customers.services.paperwork import Signature, record_agreement
from customers.services.tags import set_customer_tags
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import Principal
from partnercenter.transactions import whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What belongs to a new customer besides its data; without a signature it is asked to accept the agreement."""

    tag_ids: Collection[uuid.UUID] = field(default=())
    new_tag: str = ""
    signature: Signature | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedCustomer:
    """The customer, and the way to the password of its first administrator."""

    made: NewCustomer
    handover: Handover


@whole
def add_customer(*, by: Principal, partner: Partner, wish: CustomerWish, extras: Extras) -> AddedCustomer:
    """Raises what `create_customer`, `set_customer_tags` and `record_agreement` raise."""
    made = create_customer(by=by, partner=partner, wish=wish)
    if extras.tag_ids or extras.new_tag.strip():
        set_customer_tags(by=by, customer=made.customer, tag_ids=extras.tag_ids, new_name=extras.new_tag)
    if extras.signature is not None:
        record_agreement(by=by, customer=made.customer, signature=extras.signature)
    return AddedCustomer(made=made, handover=handed_over(by=by, user=made.admin, password=made.password))
