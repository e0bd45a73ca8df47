"""What came of each user, as CSV, however many there are."""

import csv
import uuid
from collections.abc import Iterator

from django.http import HttpResponseBase, StreamingHttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from customers.models import CustomerUser
from licensing.models import BulkRun, BulkRunItem
from licensing.services.bulk import visible_run
from licensing.views.bulk.choose import known_customer
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest

AT_ONCE = 2_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = ("Name", "Email", "Result", "Reason")


class _Line:
    """csv writes to it; what is written comes back."""

    def write(self, text: str) -> str:
        return text


@never_cache
@require_GET
@staff_page
def bulk_export(request: PortalRequest, customer_id: uuid.UUID, run_id: uuid.UUID) -> HttpResponseBase:
    customer = known_customer(request, customer_id)
    run = visible_run(request.principal, customer, run_id)
    response = StreamingHttpResponse(_lines(run), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="licenses-{run.pk}.csv"'
    return response


def _lines(run: BulkRun) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(COLUMNS)
    cursor = uuid.UUID(int=0)
    while items := _items_after(run, cursor):
        cursor = items[-1].user_id
        users = CustomerUser.objects.filter(customer=run.customer_id).in_bulk([item.user_id for item in items])
        for item in items:
            user = users.get(item.user_id)
            name, email = (user.display_name, user.user_principal_name) if user else (str(item.user_id), "")
            yield writer.writerow([_defused(text) for text in (name, email, item.state, item.problem)])


def _items_after(run: BulkRun, cursor: uuid.UUID) -> list[BulkRunItem]:
    items = BulkRunItem.objects.filter(customer_id=run.customer_id, run=run, user_id__gt=cursor)
    return list(items.order_by("user_id")[:AT_ONCE])


def _defused(text: str) -> str:
    """A spreadsheet takes such a cell for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
