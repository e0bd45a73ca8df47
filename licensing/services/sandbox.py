"""The limits of an integration sandbox (portal_screens section 17); they hold where `SANDBOX_MODE` is on."""

from django.conf import settings

from customers.models import Customer
from licensing.queries import running_subscriptions
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import Principal
from partnercenter.errors import DomainError, Problem


class SandboxLimit(DomainError):
    """The sandbox holds no more of this."""


def check_seat_limit(*, by: Principal, quantity: int) -> None:
    """Raise where a subscription would have more seats than the sandbox allows. Ops and the demo stand outside."""
    if _is_limited(by) and quantity > settings.SANDBOX_LICENSES:
        raise _limit(f"A subscription of the sandbox has at most {settings.SANDBOX_LICENSES} licenses.", "quantity")


def check_subscription_limit(*, by: Principal, customer: Customer, partner: Partner) -> None:
    """The same for one subscription more of a customer."""
    if _is_limited(by) and len(running_subscriptions(customer, partner.pk)) >= settings.SANDBOX_SUBSCRIPTIONS:
        raise _limit(f"A customer of the sandbox has at most {settings.SANDBOX_SUBSCRIPTIONS} subscriptions.")


def check_customer_limit(*, by: Principal) -> None:
    """The same for one customer more."""
    if _is_limited(by) and Customer.objects.resold_by(by.partner_id).count() >= settings.SANDBOX_CUSTOMERS:
        raise _limit(f"A sandbox has at most {settings.SANDBOX_CUSTOMERS} customers; delete one first.")


def _is_limited(by: Principal) -> bool:
    return bool(settings.SANDBOX_MODE) and not by.is_trusted


def _limit(message: str, field: str = "") -> SandboxLimit:
    return SandboxLimit(Problem("sandbox_limit", message, field))
