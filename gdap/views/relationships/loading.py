"""The relationship that an address names, if the person may know of it."""

import uuid

from customers.models import Customer
from gdap import access
from gdap.models import AdminRelationship
from gdap.queries.relationships import relationship_of
from partnercenter import clock
from partnercenter.portal.http import PortalRequest


def loaded(
    request: PortalRequest, customer_id: uuid.UUID, relationship_id: uuid.UUID
) -> tuple[Customer, AdminRelationship]:
    customer = access.related_customer(request.principal, customer_id)
    return customer, relationship_of(request.principal.partner_id, customer, relationship_id, clock.now())
