"""Reports about a customer's licenses: on the page, as CSV, and in one piece to print."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from customers.models import Customer, CustomerUser, CustomerUserQuerySet
from customers.permissions import CustomerPermission as P
from gdap import access
from licensing.queries import inventory, product_names_of, with_license
from partnercenter import replicas
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page
from partnercenter.portal.paging import Page, key_page
from partnercenter.portal.tables import csv_answer

NEEDED = (P.READ_USERS, P.READ_USER_LICENSES, P.READ_SUBSCRIBED_SKUS)
MOST_PRINTED = 5_000
AT_ONCE = 500

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`products` gives the rows of a report about products, `users` the people of one about users."""

    slug: str
    label: str
    text: str
    columns: tuple[str, ...]
    products: Callable[[Customer], list[Row]] | None = None
    users: Callable[[CustomerUserQuerySet], CustomerUserQuerySet] | None = None


PEOPLE = ("Name", "Email", "Location", "Licenses", "Status")


def _by_product(customer: Customer) -> list[Row]:
    stock = inventory(customer)
    return [
        (
            product.name,
            stock.seats[product.sku_id].total,
            stock.seats[product.sku_id].consumed,
            stock.seats[product.sku_id].available,
            stock.seats[product.sku_id].over_assigned_by,
        )
        for product in stock.assignable()
    ]


def _unused(customer: Customer) -> list[Row]:
    return [(name, total, available) for name, total, _, available, _ in _by_product(customer) if available]


REPORTS = {
    report.slug: report
    for report in (
        Report(
            slug="products",
            label="By product",
            text="Every product that users can get, with its seats now.",
            columns=("Product", "Seats", "Assigned", "Available", "Over-assigned by"),
            products=_by_product,
        ),
        Report(
            slug="users",
            label="By user",
            text="Everybody who holds a license, and which.",
            columns=PEOPLE,
            users=lambda users: with_license(users.alive()),
        ),
        Report(
            slug="unused",
            label="Unused seats",
            text="What is paid for and assigned to nobody.",
            columns=("Product", "Seats", "Unused"),
            products=_unused,
        ),
        Report(
            slug="idle",
            label="Licensed but blocked or deleted",
            text="People who hold a license and can't sign in.",
            columns=PEOPLE,
            users=lambda users: with_license(users).filter(Q(sign_in_blocked=True) | Q(deleted_at__isnull=False)),
        ),
        Report(
            slug="unlicensed",
            label="Without license",
            text="People who hold no license.",
            columns=PEOPLE,
            users=lambda users: with_license(users.alive(), licensed=False),
        ),
    )
}


@require_GET
@staff_page
def license_reports(request: PortalRequest, customer_id: uuid.UUID) -> HttpResponse:
    _open(request, customer_id)
    return redirect("license-report", customer_id, "products")


@require_GET
@staff_page
def license_report(request: PortalRequest, customer_id: uuid.UUID, report: str) -> HttpResponseBase:
    customer = _open(request, customer_id)
    wanted = REPORTS.get(report)
    if wanted is None:
        raise Http404("There is no such report.")
    if request.GET.get("format") == "csv":
        return csv_answer(name=f"licenses-{wanted.slug}", columns=wanted.columns, rows=_all_rows(customer, wanted))
    context = _printed(customer, wanted) if "print" in request.GET else _paged(request, customer, wanted)
    address = reverse("license-report", args=[customer.pk, wanted.slug])
    shell = customer_page(customer, "users", ("Reports", ""))
    common = {
        "customer": customer,
        "report": wanted,
        "is_print": "print" in request.GET,
        "address": address,
        "commands": [
            {"label": "Download CSV", "icon": "arrow-download", "url": f"{address}?format=csv"},
            {"label": "Print view", "icon": "receipt", "url": f"{address}?print=1"},
        ],
        "filters": [
            {
                "label": one.label,
                "url": reverse("license-report", args=[customer.pk, one.slug]),
                "current": one.slug == wanted.slug,
            }
            for one in REPORTS.values()
        ],
    }
    return render(request, "licensing/report.html", shell | common | context)


def _open(request: PortalRequest, customer_id: uuid.UUID) -> Customer:
    customer = access.visible_customer(request.principal, customer_id)
    for permission in NEEDED:
        access.require(request.principal, customer, permission)
    return customer


def _paged(request: PortalRequest, customer: Customer, report: Report) -> dict[str, object]:
    if report.users is None:
        return {"rows": _labeled(report, _rows_of_products(customer, report)), "page": None}
    page: Page[CustomerUser] = key_page(
        _people(customer, report),
        request.GET,
        sorts={"name": "sort_name"},
        default_sort="name",
        size=settings.PAGE_SIZE,
    )
    return {"rows": _labeled(report, _lines(page.rows)), "page": page}


def _printed(customer: Customer, report: Report) -> dict[str, object]:
    """All in one piece, up to a limit that is said."""
    if report.users is None:
        return {"rows": _labeled(report, _rows_of_products(customer, report)), "page": None}
    people = list(_people(customer, report)[: MOST_PRINTED + 1])
    rows = _labeled(report, _lines(people[:MOST_PRINTED]))
    return {"rows": rows, "page": None, "cut_at": MOST_PRINTED if len(people) > MOST_PRINTED else 0}


def _all_rows(customer: Customer, report: Report) -> Iterator[Row]:
    if report.users is None:
        yield from _rows_of_products(customer, report)
        return
    waiting: list[CustomerUser] = []
    for user in _people(customer, report).iterator(chunk_size=AT_ONCE):
        waiting.append(user)
        if len(waiting) == AT_ONCE:
            yield from _lines(waiting)
            waiting = []
    yield from _lines(waiting)


def _rows_of_products(customer: Customer, report: Report) -> list[Row]:
    return report.products(customer) if report.products else []


def _people(customer: Customer, report: Report) -> CustomerUserQuerySet:
    everybody = replicas.read(CustomerUser.objects.filter(customer=customer))
    chosen = report.users(everybody) if report.users else everybody.none()
    return chosen.order_by("sort_name", "pk")


def _lines(users: list[CustomerUser]) -> list[Row]:
    """One query for the licenses of all of them."""
    products = product_names_of(users)
    return [
        (
            user.display_name,
            user.user_principal_name,
            user.usage_location,
            ", ".join(products.get(user.pk, [])),
            _status(user),
        )
        for user in users
    ]


def _status(user: CustomerUser) -> str:
    if user.deleted_at is not None:
        return "Deleted"
    return "Sign-in blocked" if user.sign_in_blocked else "Active"


def _labeled(report: Report, rows: Iterable[Row]) -> list[list[tuple[str, object]]]:
    """Each cell with its column's name, which narrow screens show beside it."""
    return [list(zip(report.columns, row, strict=True)) for row in rows]
