"""What several pages of the customer's side show and load."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model
from django.urls import reverse

from customers.permissions import CustomerPermission
from gdap import access
from licensing.queries import Seats, inventory
from licensing.rules import OwnedProduct
from partnercenter.errors import DomainError, NotFound, Problem
from partnercenter.portal.paging import Page
from partnercenter.tenant.http import TenantRequest
from partnercenter.tenant.navigation import tenant_page_context

Bar = dict[str, object]
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Stocked:
    """A product of the customer that users can get, its seats, and the row that counts them."""

    product: OwnedProduct
    seats: Seats
    row_id: uuid.UUID

    @property
    def url(self) -> str:
        return reverse("tenant-product", args=[self.product.sku_id])


def stocked(request: TenantRequest, sku_id: uuid.UUID) -> Stocked:
    """The product, if the customer owns it and users can get it; `NotFound` otherwise. Two queries."""
    stock = inventory(request.customer, only=[sku_id])
    product = stock.products.get(sku_id)
    if product is None or not product.is_assignable:
        raise NotFound(Problem("product_not_found", "Your organization has no licenses of such a product."))
    return Stocked(product, stock.seats[sku_id], stock.rows[sku_id])


def why_not_assign(request: TenantRequest) -> access.Explanation | None:
    """What keeps the person from assigning licenses, and who could; None if nothing does."""
    found = access.explain(request.principal, request.customer, CustomerPermission.ASSIGN_LICENSES)
    return None if found.allowed else found


def columns(page: Page[Row], labels: Mapping[str, str]) -> list[dict[str, str]]:
    """Heads of a table: label -> the word of the address that sorts by it, "" where none does."""
    return [
        {"label": label, "url": page.sort_url(word), "sort": page.direction(word)} if word else {"label": label}
        for label, word in labels.items()
    ]


def refusal(error: DomainError, *, title: str = "Nothing was changed.") -> Bar:
    """As a message bar above the page."""
    points = [problem.message for problem in error.problems[1:]]
    return {"intent": "error", "title": title, "text": error.message, "points": points}


def product_shell(stock: Stocked, label: str = "") -> dict[str, object]:
    crumbs = [(stock.product.name, stock.url), *([(label, "")] if label else [])]
    return tenant_page_context("tenant-licenses", *crumbs)
