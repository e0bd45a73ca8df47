"""What a run means for users who hold the same: judged once, by the same rules as a single update."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from customers.models import Country, Customer
from licensing.models import BulkRun
from licensing.queries import Inventory, inventory
from licensing.rules import UserLicenses, check_update
from licensing.rules.bulk import BulkChange, update_between
from licensing.services.bulk.holdings import Holding, parse, products_of
from licensing.services.licenses import LicenseChange, license_changes
from partnercenter.errors import Problem

USER_NAME = "{user}"  # stands for the name in problems until they are written down

LOCATION_UNKNOWN = "usage_location_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    before: Holding
    after: Holding
    changes: tuple[LicenseChange, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def moves(self) -> bool:
        """The location changes."""
        return self.before.location != self.after.location

    @property
    def is_refused(self) -> bool:
        return bool(self.problems)

    @property
    def writes(self) -> bool:
        return not self.problems and (self.moves or bool(self.changes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Users of a run who are alike: what they hold, and (undo) what they shall hold again."""

    before: str
    target: str = ""


class Judge:
    """Holds what judging needs at one moment. Three queries."""

    def __init__(self, customer: Customer, change: BulkChange) -> None:
        self.change = change
        self.stock: Inventory = inventory(customer)
        self.products: Mapping[uuid.UUID, uuid.UUID] = products_of(self.stock)
        self.locations: dict[str, bool] = dict(Country.objects.order_by().values_list("code", "licensing_allowed"))
        self._known: dict[Case, Outcome] = {}

    def outcome(self, case: Case) -> Outcome:
        if case not in self._known:
            self._known[case] = self._judged(case)
        return self._known[case]

    def _judged(self, case: Case) -> Outcome:
        before = parse(case.before, self.products)
        after = parse(case.target, self.products) if case.target else self._wanted(before)
        problems = self._problems(before, after)
        if problems:
            return Outcome(before=before, after=before, problems=problems)
        changes = license_changes(before.held, after.held, self.stock.products)
        return Outcome(before=before, after=after, changes=changes)

    def _wanted(self, before: Holding) -> Holding:
        location = before.location if self.change.location is None else self.change.location
        return Holding(location=location, held=self.change.wanted(before.held, self.stock.products))

    def _problems(self, before: Holding, after: Holding) -> tuple[Problem, ...]:
        if after.location and after.location != before.location and after.location not in self.locations:
            text = f"{after.location} is no country or region; choose one from the list."
            return (Problem(LOCATION_UNKNOWN, text, "usage_location"),)
        update = update_between(before.held, after.held)
        if not update:
            return ()
        user = UserLicenses(
            name=USER_NAME,
            usage_location=after.location,
            location_allowed=self.locations.get(after.location, False),
            assigned=before.held,
        )
        return check_update(user, update, self.stock.products)


def judge_of(run: BulkRun) -> Judge:
    return Judge(run.customer, BulkChange.from_json(run.change))
