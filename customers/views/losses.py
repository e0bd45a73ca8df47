"""What ends with a reseller relationship, in sentences for whoever is about to end it."""

from collections.abc import Iterator

from django.db.models import Q

from customers.models import BillingProfile, Customer
from customers.queries import tags_of
from gdap.lifecycle import Status
from gdap.queries.relationships import relationships_of
from licensing.models import SoftwarePurchase
from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.errors import sentence


def losses(by: Principal, customer: Customer) -> Iterator[str]:
    """First what the company loses, then what goes on."""
    if tags := tags_of([customer.pk], by.partner_id)[customer.pk]:
        yield sentence(f"Its tags are no longer shown: {', '.join(tags)}")
    if BillingProfile.objects.filter(customer=customer, partner=by.partner_id).exists():
        yield "Its bill-to info is no longer shown."
    bought = SoftwarePurchase.objects.filter(customer=customer, partner=by.partner_id, cancelled_at__isnull=True)
    if names := list(bought.values_list("name", flat=True)):
        yield f"Your company no longer sees the keys and downloads of {', '.join(names)}; the customer does."
    yield "Nothing can be bought for it, and its orders are no longer listed."
    yield _access(by, customer)


def _access(by: Principal, customer: Customer) -> str:
    rows = relationships_of(by.partner_id, clock.now()).filter(Q(status_now=Status.ACTIVE), customer=customer)
    names = list(rows.order_by("display_name").values_list("display_name", flat=True))
    if not names:
        return sentence(f"There is no active admin relationship, so nobody of your company will see {customer}")
    return (
        f"What goes on, until it ends by itself or is terminated: {', '.join(names)}. Only who has a role there will "
        "see the customer."
    )
