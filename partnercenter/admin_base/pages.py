"""The read-only admin of one model."""

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn, cast

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from partnercenter import request_ids
from partnercenter.accounts.models import User
from partnercenter.accounts.principals import Door, Principal, principal_for
from partnercenter.admin_base.columns import Column

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


def acting(request: HttpRequest) -> Principal:
    """Who asks a service for something through the admin."""
    ids = request_ids.of(request)
    user = cast("User", request.user)
    return principal_for(user, door=Door.ADMIN, request_id=ids.request_id, correlation_id=ids.correlation_id)


def _as_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None


class OpsAdmin(ModelAdmin):
    """Lists, searches and shows; nothing is added, changed or deleted.

    `hidden` names fields that are never shown: secrets, and what only the database needs.
    `details` names more lines of a row's page. `id_fields` are searched when somebody pastes an id.
    """

    hidden: tuple[str, ...] = ()
    details: tuple[str | Column, ...] = ()
    id_fields: tuple[str, ...] = ("pk",)
    history_field = "resource_id"
    # Counting a whole ledger takes longer than showing a page of it.
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        columns = (field.name for field in self.opts.concrete_fields)
        return [*(name for name in columns if name not in self.hidden), *self.details]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return self.get_fields(request, obj)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A pasted id finds its rows by index; anything else is looked for in the texts."""
        pasted = _as_id(search_term)
        if pasted is None or not self.id_fields:
            return super().get_search_results(request, queryset, search_term)
        return queryset.filter(Q.create([(field, pasted) for field in self.id_fields], connector=Q.OR)), False

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The audit record knows every door; Django's own log knows only this one."""
        query = urlencode({self.history_field: object_id})
        return redirect(f"{reverse('admin:audit_auditrecord_changelist')}?{query}")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001  Django's
        raise self._refusal()

    def save_related(self, request: HttpRequest, form: Any, formsets: Sequence[Any], change: bool) -> None:  # noqa: FBT001  Django's
        """There is nothing related that the admin itself would write."""

    def delete_model(self, request: HttpRequest, obj: Any) -> NoReturn:
        raise self._refusal()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> NoReturn:
        raise self._refusal()

    def _refusal(self) -> TypeError:
        return TypeError(f"Only services write a {self.opts.verbose_name}.")
