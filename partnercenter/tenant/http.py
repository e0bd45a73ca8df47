"""The request as pages of the admin center know it."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from customers.models import Customer, CustomerUser
from partnercenter.accounts.principals import Principal

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

PREFIX = "/tenant/"


class TenantRequest(HttpRequest):
    """A request of a signed-in user of a customer; `guards.tenant_page` sets all of it, but for `htmx`."""

    person: CustomerUser
    customer: Customer
    principal: Principal
    htmx: "HtmxDetails"


def is_of_tenant(request: HttpRequest) -> bool:
    """Whether the address belongs to the customer's side, whoever asks."""
    return request.path.startswith(PREFIX) or request.path == PREFIX.rstrip("/")
