"""The limits of an integration sandbox (portal_screens section 17); they hold where `SANDBOX_MODE` is on."""

from django.conf import settings

from customers.models import Customer
from licensing.queries import running_subscriptions
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import Principal
from partnercenter.errors import DomainError, Problem


class SandboxLimit(DomainError):
    """The sandbox holds no more of this."""


def check_subscription_limits(
    *, by: Principal, customer: Customer, partner: Partner, quantity: int, is_new: bool = True
) -> None:
    """Raise where this many seats, or one subscription more, is over the limit. Ops and the demo stand outside."""
    if not settings.SANDBOX_MODE or by.is_trusted:
        return
    if quantity > settings.SANDBOX_LICENSES:
        raise _limit(f"A subscription of the sandbox has at most {settings.SANDBOX_LICENSES} licenses.", "quantity")
    if is_new and len(running_subscriptions(customer, partner.pk)) >= settings.SANDBOX_SUBSCRIPTIONS:
        raise _limit(f"A customer of the sandbox has at most {settings.SANDBOX_SUBSCRIPTIONS} subscriptions.")


def check_customer_limit(*, by: Principal) -> None:
    """The same for one customer more."""
    if not settings.SANDBOX_MODE or by.is_trusted:
        return
    if Customer.objects.resold_by(by.partner_id).count() >= settings.SANDBOX_CUSTOMERS:
        raise _limit(f"A sandbox has at most {settings.SANDBOX_CUSTOMERS} customers; delete one first.")


def _limit(message: str, field: str = "") -> SandboxLimit:
    return SandboxLimit(Problem("sandbox_limit", message, field))
