"""What a run would do, without writing: by kind of user, and product by product."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from licensing.models import BulkRun, BulkRunItem, LicenseAssignment
from licensing.queries import Seats
from licensing.rules import OwnedProduct
from licensing.services.bulk import sql
from licensing.services.bulk.evaluation import Case, Judge, Outcome, judge_of
from licensing.services.bulk.source import source


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Users who are alike, and what happens to each of them."""

    case: Case
    outcome: Outcome
    users: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """The seats of one product that a run takes and gives back."""

    product: OwnedProduct
    seats: Seats
    taken: int
    freed: int

    @property
    def left(self) -> int:
        return self.seats.total - self.seats.consumed - self.taken + self.freed

    @property
    def short(self) -> int:
        """How many more seats it takes for everybody to get one."""
        return max(0, -self.left) if self.taken else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    groups: tuple[Group, ...]
    needs: tuple[Need, ...]
    stale: int  # undo: changed since, and left alone
    fingerprint: str

    @property
    def total(self) -> int:
        return sum(group.users for group in self.groups) + self.stale

    @property
    def changed(self) -> int:
        return sum(group.users for group in self.groups if group.outcome.writes)

    @property
    def refused(self) -> int:
        return sum(group.users for group in self.groups if group.outcome.is_refused)

    @property
    def unchanged(self) -> int:
        return self.total - self.stale - self.changed - self.refused


def preview_of(run: BulkRun) -> Preview:
    """As things are now. A handful of queries, however many users; no rights are asked."""
    return _preview(judge_of(run), _cases(run))


def _cases(run: BulkRun) -> list[tuple[str, str, str, int, int]]:
    statement, params = source(run)
    columns = "s(user_id, version, before, target, state)"
    return sql.fetch(
        f"WITH {columns} AS ({statement}) "  # noqa: S608  our own names
        "SELECT before, target, state, count(*), sum(version) FROM s GROUP BY before, target, state",
        params,
    )


def _preview(judge: Judge, cases: Iterable[tuple[str, str, str, int, int]]) -> Preview:
    groups, stale, versions = [], 0, 0
    for before, target, state, users, sum_of_versions in sorted(cases, key=lambda row: (-row[3], row[0], row[1])):
        versions += int(sum_of_versions)
        if state != BulkRunItem.State.PLANNED:
            stale += users
            continue
        case = Case(before=before, target=target)
        groups.append(Group(case=case, outcome=judge.outcome(case), users=users))
    needs = tuple(_needs(judge, groups))
    counted = f"{sum(group.users for group in groups)}/{stale}/{versions}"
    shortages = ",".join(str(need.short) for need in needs)
    return Preview(groups=tuple(groups), needs=needs, stale=stale, fingerprint=f"{counted}/{shortages}"[:80])


def _needs(judge: Judge, groups: Iterable[Group]) -> Iterable[Need]:
    taken, freed = Counter[uuid.UUID](), Counter[uuid.UUID]()
    for group in groups:
        for change in group.outcome.changes if group.outcome.writes else ():
            sku_id, users = change.product.sku_id, group.users
            taken[sku_id] += users if change.seats > 0 else 0
            freed[sku_id] += users if change.seats < 0 else 0
    products = [judge.stock.products[sku_id] for sku_id in judge.stock.products if taken[sku_id] or freed[sku_id]]
    for product in sorted(products, key=lambda product: (product.name.casefold(), str(product.sku_id))):
        sku_id = product.sku_id
        seats = judge.stock.seats[sku_id]
        yield Need(product=product, seats=seats, taken=taken[sku_id], freed=freed[sku_id])


def blocked_holders(customer_id: uuid.UUID, sku_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """SKU id -> how many of its holders can't sign in: seats that could be freed. One query."""
    rows = LicenseAssignment.objects.filter(
        customer=customer_id, subscribed_sku__product__in=list(sku_ids), user__sign_in_blocked=True
    )
    return Counter(rows.order_by().values_list("subscribed_sku__product", flat=True))
