"""The users of customers: the one page of the admin that changes a person."""

import uuid
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict

from customers.models import Country, Customer, CustomerUser, DirectoryRole, DirectoryRoleMember
from customers.queries import directory_role_ids
from customers.services import UserInfo, edit_user
from licensing import queries
from licensing.models import LicenseAssignment
from licensing.rules import LicenseErrorCode, LicenseToAssign, LicenseUpdate
from partnercenter.accounts.principals import Principal
from partnercenter.admin_base import ServiceAdmin, ServiceForm, TwoLists, chosen, linked, see_also
from partnercenter.errors import Problem

INFO = ("first_name", "last_name", "display_name", "user_principal_name", "usage_location")
CHANGED_MEANWHILE = "user_changed"


class CustomerUserForm(ServiceForm):
    usage_location = forms.ModelChoiceField(Country.objects.all(), required=False, empty_label="None")
    roles = forms.ModelMultipleChoiceField(
        DirectoryRole.objects.none(),
        required=False,
        label="Directory roles",
        widget=TwoLists("directory roles"),
    )
    licenses = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="A new license comes with all its service plans; one that stays keeps those it has.",
    )
    confirm_last_global_admin = forms.BooleanField(
        required=False, label="Leave the customer without a Global Administrator", help_text="Only if you are asked to."
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = CustomerUser
        fields = INFO

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user: CustomerUser = self.instance
        held_roles = directory_role_ids(user)
        self.held = frozenset(queries.assigned_to(user))
        self.initial.update(roles=held_roles, licenses=self.held, version=user.version)
        roles = self.fields["roles"]
        roles.queryset = DirectoryRole.objects.filter(Q(is_assignable=True) | Q(pk__in=held_roles))  # type: ignore[attr-defined]
        self.fields["licenses"].choices = _choices(user.customer, self.held)  # type: ignore[attr-defined]

    @property
    def info(self) -> UserInfo:
        country = self.cleaned_data["usage_location"]
        values = {field: self.cleaned_data[field] for field in INFO}
        return UserInfo(**values | {"usage_location": country.code if country else ""})

    @property
    def license_update(self) -> LicenseUpdate:
        wanted = {uuid.UUID(sku_id) for sku_id in self.cleaned_data["licenses"]}
        return LicenseUpdate(
            assign=tuple(LicenseToAssign(sku_id) for sku_id in sorted(wanted - self.held)),
            remove=tuple(sorted(self.held - wanted)),
        )

    def field_of(self, problem: Problem) -> str | None:
        if not problem.field and problem.code in set(LicenseErrorCode):
            return "licenses"
        return super().field_of(problem)

    def _post_clean(self) -> None:
        super()._post_clean()
        if any(problem.code == CHANGED_MEANWHILE for problem in self.refused):
            self._offer_decision()

    def _offer_decision(self) -> None:
        """Mark what differs from the newest state and take that as the base: saving once more is the decision."""
        differing = [name for name in self.changed_data if name != "version"]
        for name in differing:
            self.add_error(name, "This differs from what is saved now. Save again to replace it.")
        newest = cast("QueryDict", self.data).copy()
        newest["version"] = str(self.instance.version)
        self.data = newest


def _choices(customer: Customer, held: frozenset[uuid.UUID]) -> list[tuple[str, str]]:
    """The products that users of this customer can get, and what this user has in any case."""
    stock = queries.inventory(customer)
    offered = {product.sku_id: product for product in stock.assignable()}
    offered |= {sku_id: stock.products[sku_id] for sku_id in held}
    return [
        (str(sku_id), f"{product.name} ({stock.seats[sku_id].available} of {stock.seats[sku_id].total} available)")
        for sku_id, product in sorted(offered.items(), key=lambda item: item[1].name.casefold())
    ]


@admin.register(CustomerUser)
class CustomerUserAdmin(ServiceAdmin):
    form = CustomerUserForm
    editable = (*INFO, "roles", "licenses", "confirm_last_global_admin", "version")
    list_display = (
        "user_principal_name",
        "display_name",
        linked("customer"),
        "usage_location",
        "sign_in_blocked",
        "modified_at",
        "deleted_at",
    )
    list_filter = (
        "sign_in_blocked",
        ("deleted_at", admin.EmptyFieldListFilter),
        ("last_directory_sync_at", admin.EmptyFieldListFilter),
        chosen("customer", Customer),
    )
    search_fields = ("user_principal_name", "display_name")
    id_fields = ("pk", "customer")
    hidden = ("password", "sort_name", "sort_principal_name")
    details = (see_also((LicenseAssignment, "user"), (DirectoryRoleMember, "user")),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CustomerUser]:
        return super().get_queryset(request).select_related("customer")

    def is_changeable(self, obj: CustomerUser) -> bool:
        return obj.deleted_at is None

    def apply(self, *, by: Principal, obj: CustomerUser, form: CustomerUserForm) -> None:
        edit_user(
            by=by,
            customer=obj.customer,
            user_id=obj.pk,
            expected_version=form.cleaned_data["version"],
            info=form.info,
            roles=[role.pk for role in form.cleaned_data["roles"]],
            licenses=form.license_update,
            confirm_last_global_admin=form.cleaned_data["confirm_last_global_admin"],
        )
