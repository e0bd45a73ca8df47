"""What came of each user, as CSV, however many there are."""

import uuid
from collections.abc import Iterator, Sequence

from django.http import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from customers.models import CustomerUser
from licensing.models import BulkRun, BulkRunItem
from licensing.services.bulk import visible_run
from licensing.views.bulk.choose import known_customer
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.tables import csv_answer

AT_ONCE = 2_000
COLUMNS = ("Name", "Email", "Result", "Reason")


@never_cache
@require_GET
@staff_page
def bulk_export(request: PortalRequest, customer_id: uuid.UUID, run_id: uuid.UUID) -> HttpResponseBase:
    customer = known_customer(request, customer_id)
    run = visible_run(request.principal, customer, run_id)
    return csv_answer(name=f"licenses-{run.pk}", columns=COLUMNS, rows=_rows(run))


def _rows(run: BulkRun) -> Iterator[Sequence[object]]:
    cursor = uuid.UUID(int=0)
    while items := _items_after(run, cursor):
        cursor = items[-1].user_id
        users = CustomerUser.objects.filter(customer=run.customer_id).in_bulk([item.user_id for item in items])
        for item in items:
            user = users.get(item.user_id)
            name, email = (user.display_name, user.user_principal_name) if user else (str(item.user_id), "")
            yield name, email, item.state, item.problem


def _items_after(run: BulkRun, cursor: uuid.UUID) -> list[BulkRunItem]:
    items = BulkRunItem.objects.filter(customer_id=run.customer_id, run=run, user_id__gt=cursor)
    return list(items.order_by("user_id")[:AT_ONCE])
