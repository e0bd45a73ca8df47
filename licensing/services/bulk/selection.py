"""Whom a run is about: users by id, what a search and filter of the list match, or those that failed in another run."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models.expressions import RawSQL

from customers.models import Customer, CustomerUser, CustomerUserQuerySet
from customers.queries import admins, matching_users
from licensing.models import BulkRunItem
from licensing.queries import with_license
from licensing.services.bulk import sql


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Just one of `ids`, `failed_of` and, where both are None, search and filter."""

    ids: tuple[str, ...] | None = None  # texts with dashes: nobody should have to parse 100,000 of them
    failed_of: uuid.UUID | None = None
    query: str = ""
    chosen: str = ""

    def to_json(self) -> dict[str, Any]:
        if self.ids is not None:
            return {"ids": list(self.ids)}
        if self.failed_of is not None:
            return {"failed_of": str(self.failed_of)}
        return {"query": self.query, "filter": self.chosen}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Selection":
        if "ids" in data:
            return cls(ids=tuple(data["ids"]))
        if "failed_of" in data:
            return cls(failed_of=uuid.UUID(data["failed_of"]))
        return cls(query=data.get("query", ""), chosen=data.get("filter", ""))


def selected_users(customer: Customer, selection: Selection) -> CustomerUserQuerySet:
    """Those who are there now."""
    users = CustomerUser.objects.alive().filter(customer=customer)
    if selection.ids is not None:
        return users.filter(pk__in=RawSQL(sql.words().listed, [sql.id_list(selection.ids)]))  # noqa: S611  our own words
    if selection.failed_of is not None:
        failed = BulkRunItem.objects.filter(
            customer_id=customer.pk, run=selection.failed_of, state=BulkRunItem.State.FAILED
        )
        return users.filter(pk__in=failed.order_by().values("user_id"))
    return listed_users(users, query=selection.query, chosen=selection.chosen)


def listed_users(users: CustomerUserQuerySet, *, query: str, chosen: str) -> CustomerUserQuerySet:
    """What the list of users shows for this search and filter."""
    found = matching_users(users, query)
    match chosen:
        case "licensed":
            return with_license(found)
        case "unlicensed":
            return with_license(found, licensed=False)
        case "admins":
            return admins(found)
        case _:
            return found
