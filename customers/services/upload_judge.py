"""What the rows of an upload ask for and what is wrong with them: read once, then no query per row."""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TypeVar

from customers.models import Country, Customer, CustomerUser, DirectoryRole, Domain
from customers.permissions import CustomerPermission as P
from customers.services.user_info import NAME_FIELDS, UserInfo
from customers.services.validation import name_problems, shape_problem
from gdap import access
from licensing.models import Product
from licensing.queries import Inventory, inventory
from licensing.rules import LicenseToAssign, LicenseUpdate, UserLicenses, check_update
from partnercenter.accounts.principals import Principal
from partnercenter.fields import sort_key

Row = TypeVar("Row")
Cells = Mapping[str, str]
Problems = dict[str, str]
MOST_NAMES_ASKED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one good row asks for."""

    info: UserInfo
    roles: frozenset[uuid.UUID]
    licenses: LicenseUpdate


class Judge:
    """For one person at one customer, with what counts for every row that says nothing itself."""

    def __init__(self, principal: Principal, customer: Customer, defaults: Mapping[str, list[str]]) -> None:
        self.principal = principal
        self.customer = customer
        self.location = "".join(defaults.get("location", [])[:1])
        self.default_roles = frozenset(map(uuid.UUID, defaults.get("roles", [])))
        self.default_products = tuple(map(uuid.UUID, defaults.get("products", [])))
        self._combinations: dict[tuple[tuple[uuid.UUID, ...], str], str] = {}

    @cached_property
    def stock(self) -> Inventory:
        return inventory(self.customer)

    @cached_property
    def domains(self) -> Mapping[str, str]:
        rows = Domain.objects.filter(customer=self.customer, is_verified=True)
        return {name.casefold(): kind for name, kind in rows.values_list("name", "authentication")}

    @cached_property
    def countries(self) -> Mapping[str, str]:
        rows = list(Country.objects.values_list("code", "name"))
        return {name.casefold(): code for code, name in rows} | {code.casefold(): code for code, _ in rows}

    @cached_property
    def licensed(self) -> frozenset[str]:
        return frozenset(Country.objects.filter(licensing_allowed=True).values_list("code", flat=True))

    @cached_property
    def products(self) -> Mapping[str, uuid.UUID]:
        """Names and part numbers of what users can get here."""
        offered = {product.sku_id: product.name for product in self.stock.assignable()}
        numbers = Product.objects.filter(pk__in=list(offered)).values_list("sku_part_number", "pk")
        return {number.casefold(): sku for number, sku in numbers} | {
            name.casefold(): sku for sku, name in offered.items()
        }

    @cached_property
    def roles(self) -> Mapping[str, uuid.UUID]:
        rows = DirectoryRole.objects.filter(is_assignable=True).values_list("display_name", "pk")
        return {name.casefold(): role for name, role in rows}

    @cached_property
    def why_no_roles(self) -> str:
        return access.explain(self.principal, self.customer, P.MANAGE_ROLES).sentence

    @cached_property
    def why_no_licenses(self) -> str:
        return access.explain(self.principal, self.customer, P.ASSIGN_LICENSES).sentence

    # All rows --------------------------------------------------------------------------------------------------

    def problems_of(self, rows: Iterable[Cells]) -> list[Problems]:
        """For each row, what is wrong by column; empty for a good one."""
        every = list(rows)
        keys = [sort_key(cells.get("email", "")) for cells in every]
        times, taken = Counter(keys), self._taken(keys)
        found = []
        for cells, key in zip(every, keys, strict=True):
            problems = self.read(cells)[1]
            if key and "email" not in problems:
                if key in taken:
                    problems["email"] = "Somebody here has this email already."
                elif times[key] > 1:
                    problems["email"] = f"This email stands in {times[key]} rows of the file."
            found.append(problems)
        return found

    def _taken(self, keys: Iterable[str]) -> frozenset[str]:
        alive = CustomerUser.objects.alive().filter(customer=self.customer)
        found: set[str] = set()
        for names in batched(sorted(set(keys)), MOST_NAMES_ASKED):
            found.update(alive.filter(sort_principal_name__in=names).values_list("sort_principal_name", flat=True))
        return frozenset(found)

    def seats_needed(self, rows: Iterable[Cells]) -> Counter[uuid.UUID]:
        needed: Counter[uuid.UUID] = Counter()
        for cells in rows:
            needed.update(self._products(cells, {}))
        return needed

    # One row ---------------------------------------------------------------------------------------------------

    def read(self, cells: Cells) -> tuple[Wanted, Problems]:
        """What the row asks for; only to be used when nothing is wrong."""
        problems: Problems = {}
        if cells.get("surplus"):
            problems["display_name"] = "This line has more cells than the header; look for a comma without quotes."
        location = self._location(cells, problems)
        info = UserInfo(
            first_name=cells.get("first_name", ""),
            last_name=cells.get("last_name", ""),
            display_name=cells.get("display_name", ""),
            user_principal_name=cells.get("email", ""),
            usage_location=location,
        ).tidied()
        for field in NAME_FIELDS:
            for problem in name_problems(field, getattr(info, field)):
                problems.setdefault(field, problem.message)
        self._judge_email(info.user_principal_name, problems)
        roles = self._roles(cells, problems)
        products = self._products(cells, problems)
        wrong = self._combination(products, location)
        if wrong and "licenses" not in problems:
            problems["licenses"] = wrong
        update = LicenseUpdate(assign=tuple(LicenseToAssign(sku_id) for sku_id in products))
        return Wanted(info=info, roles=roles, licenses=update), problems

    def _location(self, cells: Cells, problems: Problems) -> str:
        typed = cells.get("location", "").strip()
        if not typed:
            return self.location
        code = self.countries.get(typed.casefold())
        if code is None:
            problems["location"] = f"{typed[:50]} is no country or region. Use its name or its code of two letters."
        return code or ""

    def _judge_email(self, email: str, problems: Problems) -> None:
        wrong = "Enter an email." if not email else shape_problem(email)
        domain = email.partition("@")[2].casefold()
        if not wrong and domain not in self.domains:
            wrong = f"{domain[:80]} is not a verified domain of this customer."
        elif not wrong and self.domains[domain] == Domain.Authentication.FEDERATED:
            wrong = f"{domain[:80]} signs in elsewhere, so users can't be named in it here."
        if wrong:
            problems["email"] = wrong

    def _roles(self, cells: Cells, problems: Problems) -> frozenset[uuid.UUID]:
        names = _listed(cells.get("roles", ""))
        unknown = [name for name in names if name.casefold() not in self.roles]
        if unknown:
            problems["roles"] = f"There is no role {unknown[0][:80]} that can be given."
        found = frozenset(self.roles[name.casefold()] for name in names if name.casefold() in self.roles)
        wanted = found if names else self.default_roles
        if wanted and self.why_no_roles:
            problems["roles"] = self.why_no_roles
        return wanted

    def _products(self, cells: Cells, problems: Problems) -> tuple[uuid.UUID, ...]:
        names = _listed(cells.get("licenses", ""))
        unknown = [name for name in names if name.casefold() not in self.products]
        if unknown:
            problems["licenses"] = f"{unknown[0][:80]} is no product of this customer that users can get."
        found = {self.products[name.casefold()]: None for name in names if name.casefold() in self.products}
        wanted = tuple(found) if names else self.default_products
        if wanted and self.why_no_licenses:
            problems["licenses"] = self.why_no_licenses
        return wanted

    def _combination(self, products: tuple[uuid.UUID, ...], location: str) -> str:
        """What the licensing rules say to these products in this place; asked once for all rows that are alike."""
        key = (products, location)
        if key not in self._combinations:
            user = UserLicenses(name="The user", usage_location=location, location_allowed=location in self.licensed)
            update = LicenseUpdate(assign=tuple(LicenseToAssign(sku_id) for sku_id in products))
            problems = check_update(user, update, self.stock.products)
            self._combinations[key] = problems[0].message if problems else ""
        return self._combinations[key]


def _listed(text: str) -> list[str]:
    """Names in one cell, separated by | or a line break; a comma and a semicolon may be the file's own."""
    return [name.strip() for name in text.replace("\n", "|").split("|") if name.strip()]


def batched(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """The rows in lists of that size; the last may be shorter."""
    waiting = iter(rows)
    while some := list(islice(waiting, size)):
        yield some
