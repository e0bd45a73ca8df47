"""Filters beside Django's own."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from partnercenter.admin_base.columns import name_of


class FieldFilter(admin.SimpleListFilter):
    """Rows whose field has the value in the address."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset if value is None else queryset.filter(**{str(self.parameter_name): value})


class AmongFilter(FieldFilter):
    """Offers the members of an enum. Django's own would read the whole ledger to see which values there are."""

    offered: type[StrEnum]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return [(member.value, member.value.replace("_", " ")) for member in self.offered]


class ChosenFilter(FieldFilter):
    """Narrows a list to the rows of one object that a link named, and shows its name and the way back.

    Django's own filter would offer all objects, which is no choice among thousands of customers.
    """

    target: type[Model]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        value = self.value()
        if value is None:
            return ()
        try:
            found = self.target._default_manager.filter(pk=value).first()  # noqa: SLF001  documented
        except (ValidationError, ValueError) as error:
            raise IncorrectLookupParameters from error
        # What has been removed keeps its place: without a choice Django would show every row.
        return [(value, str(found or value))]


def among(field: str, offered: type[StrEnum]) -> type[AmongFilter]:
    """The filter on `field`, a text that holds a member of `offered`."""
    members = {"title": field.replace("_", " "), "parameter_name": field, "offered": offered}
    return type(f"{offered.__name__}Filter", (AmongFilter,), members)


def chosen(field: str, target: type[Model]) -> type[ChosenFilter]:
    """The filter on `field`, which points at (or just holds the id of) a `target`."""
    members = {"title": name_of(target), "parameter_name": field, "target": target}
    return type(f"Chosen{target.__name__}Filter", (ChosenFilter,), members)
