"""The forms of the user wizard's steps. A field that the person may not change is disabled and says why."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence

from django import forms
from django.forms.utils import ErrorDict
from django.utils.datastructures import MultiValueDict

from customers.models import Country, Customer, DirectoryRole, Domain
from customers.roles import (
    GLOBAL_ADMINISTRATOR,
    HELPDESK_ADMINISTRATOR,
    SERVICE_SUPPORT_ADMINISTRATOR,
    USER_ADMINISTRATOR,
)
from gdap.access import Explanation
from licensing.rules import OwnedProduct
from partnercenter.errors import Problem

StepData = Mapping[str, list[str]]
Choices = list[tuple[str, str]]

CUSTOM_ROLES = {
    HELPDESK_ADMINISTRATOR: "Password admin (can reset user passwords)",
    USER_ADMINISTRATOR: "User management admin (can manage user accounts)",
    SERVICE_SUPPORT_ADMINISTRATOR: "Service admin (can manage services)",
}

RIGHT_LOST = "You may no longer change this, so what you entered can't be saved; it is as stored again."

# Where the services' names of fields differ from those of the forms.
FORM_FIELDS = {"user_principal_name": "local_part"}


class StepForm(forms.Form):
    """A form over the stored data of a step; `initial_data` is what the baseline would have posted."""

    def __init__(self, data: StepData, *, initial_data: StepData) -> None:
        super().__init__(data=MultiValueDict({name: list(values) for name, values in data.items()}))
        self.step_data = data
        self.initial_data = initial_data
        self.locked: list[str] = []

    def lock(self, names: Iterable[str], explanation: Explanation, *, said_at: str = "") -> None:
        """Disable fields, keep their baseline value, and say why: at each, or for all of them at `said_at`."""
        if explanation.allowed:
            return
        for name in names:
            field, values = self.fields[name], self.initial_data.get(name, [])
            field.disabled = True
            self.locked.append(name)
            self.initial[name] = values if isinstance(field, forms.MultipleChoiceField) else "".join(values[:1])
            field.locked_at = said_at or name  # type: ignore[attr-defined]  # read by the bound field
            if said_at in ("", name):
                field.locked_reason = f"{explanation.sentence} {explanation.hint}".strip()  # type: ignore[attr-defined]  # read by the field template

    def clean(self) -> dict[str, object]:
        """Nothing that was entered before the right to it was lost is dropped without a word."""
        cleaned = super().clean() or {}
        for name in self.locked:
            values = self.initial_data.get(name, [])
            if self.step_data.get(name, values) != values:
                self.add_error(name, RIGHT_LOST)
        return cleaned

    def forget_errors(self) -> None:
        """For the first look at an empty form: nobody has done anything wrong yet."""
        self._errors = ErrorDict()

    def add_problems(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            name = FORM_FIELDS.get(problem.field, problem.field)
            self.add_error(name if name in self.fields else None, forms.ValidationError(problem.message, problem.code))


class InfoForm(StepForm):
    """Names, email and usage location."""

    first_name = forms.CharField(required=False, label="First name")
    last_name = forms.CharField(required=False, label="Last name")
    display_name = forms.CharField(label="Display name", error_messages={"required": "Enter a display name."})
    local_part = forms.CharField(label="Email", error_messages={"required": "Enter the part before the @."})
    domain = forms.ChoiceField(
        label="Domain",
        error_messages={
            "invalid_choice": "%(value)s is not a verified domain of this customer; choose one from the list."
        },
    )
    usage_location = forms.ChoiceField(
        label="Location",
        required=False,
        error_messages={"invalid_choice": "%(value)s is no country or region; choose one from the list."},
    )

    def __init__(self, data: StepData, *, initial_data: StepData, domains: Collection[str]) -> None:
        super().__init__(data, initial_data=initial_data)
        self.fields["domain"].choices = [(name, name) for name in domains]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["usage_location"].choices = locations()  # type: ignore[attr-defined]  # a ChoiceField


def locations() -> Choices:
    return [("", "No location"), *Country.objects.values_list("code", "name")]


def domain_choices(customer: Customer, *, current: str = "") -> list[str]:
    """Domains in which users can be named: verified and managed, and the one that the user is in already."""
    managed = Domain.objects.filter(
        customer=customer, is_verified=True, authentication=Domain.Authentication.MANAGED
    ).values_list("name", flat=True)
    names = list(managed)
    return names if not current or current in names else [*names, current]


class PermissionsForm(StepForm):
    """The directory roles: none, Global Administrator, or a choice of others."""

    USER, GLOBAL, CUSTOM = "user", "global", "custom"

    kind = forms.ChoiceField(
        label="Permissions",
        widget=forms.RadioSelect,
        choices=[
            (USER, "User (can use licenses and services)"),
            (GLOBAL, "Global admin (has full permissions)"),
            (CUSTOM, "Custom permissions"),
        ],
        error_messages={"required": "Choose one of the three."},
    )
    roles = forms.MultipleChoiceField(
        label="Custom permissions",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(str(role), label) for role, label in CUSTOM_ROLES.items()],
        error_messages={"invalid_choice": "%(value)s is not one of the roles offered here."},
    )
    more = forms.MultipleChoiceField(
        label="More roles",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "%(value)s is not one of the roles offered here."},
    )

    def __init__(self, data: StepData, *, initial_data: StepData) -> None:
        super().__init__(data, initial_data=initial_data)
        self.offered = more_roles()
        self.fields["more"].choices = [(str(role.pk), role.display_name) for role in self.offered]  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        if cleaned.get("kind") == self.CUSTOM and not (cleaned.get("roles") or cleaned.get("more")) and not self.errors:
            self.add_error("roles", "Tick at least one role, or choose User.")
        return cleaned

    def chosen(self) -> frozenset[uuid.UUID]:
        """Template ids of the roles that a valid form asks for."""
        kind = self.cleaned_data["kind"]
        if kind == self.USER:
            return frozenset()
        if kind == self.GLOBAL:
            return frozenset({GLOBAL_ADMINISTRATOR})
        ticked = [*self.cleaned_data["roles"], *self.cleaned_data["more"]]
        return frozenset(uuid.UUID(role) for role in ticked)

    def groups(self) -> list[dict[str, object]]:
        """More roles by their group in the picker, with what is ticked, for the template."""
        ticked = set(self["more"].value() or ())
        grouped: dict[str, list[dict[str, object]]] = {}
        for role in self.offered:
            grouped.setdefault(role.portal_group or "Other", []).append(
                {
                    "id": str(role.pk),
                    "name": role.display_name,
                    "description": role.description,
                    "is_privileged": role.is_privileged,
                    "ticked": str(role.pk) in ticked,
                }
            )
        return [
            {"name": name, "roles": roles, "open": any(role["ticked"] for role in roles)}
            for name, roles in sorted(grouped.items())
        ]


def more_roles() -> Sequence[DirectoryRole]:
    """Every assignable role that the three custom boxes do not stand for. Global Administrator among them, for a user
    who holds it beside others.
    """
    return list(DirectoryRole.objects.filter(is_assignable=True).exclude(pk__in=list(CUSTOM_ROLES)))


def permissions_data(roles: Collection[uuid.UUID]) -> dict[str, list[str]]:
    """What the permissions step would post for these roles."""
    if not roles:
        return {"kind": [PermissionsForm.USER], "more": [], "roles": []}
    if set(roles) == {GLOBAL_ADMINISTRATOR}:
        return {"kind": [PermissionsForm.GLOBAL], "more": [], "roles": []}
    custom = [role for role in roles if role in CUSTOM_ROLES]
    return {
        "kind": [PermissionsForm.CUSTOM],
        "more": sorted(str(role) for role in roles if role not in CUSTOM_ROLES),
        "roles": sorted(str(role) for role in custom),
    }


class LicensesForm(StepForm):
    """Products and, for each, the service plans that are on. Posted as product=<id> and plan-<product id>=<plan id>."""

    def __init__(self, data: StepData, *, initial_data: StepData, products: Sequence[OwnedProduct]) -> None:
        super().__init__(data, initial_data=initial_data)
        self.products = products
        self.fields["product"] = forms.MultipleChoiceField(
            label="Products",
            required=False,
            choices=[(str(product.sku_id), product.name) for product in products],
            error_messages={"invalid_choice": "%(value)s is not a product of this customer that users can get."},
        )
        for product in products:
            self.fields[plan_field(product.sku_id)] = forms.MultipleChoiceField(
                label=product.name,
                required=False,
                choices=[(str(plan), name) for plan, name in product.plans.items()],
                error_messages={"invalid_choice": f"%(value)s is not a service plan of {product.name}."},
            )

    def chosen(self) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
        """SKU id -> disabled plans, as a valid form asks for."""
        selected = set(self.cleaned_data["product"])
        return {
            product.sku_id: frozenset(product.plans) - {uuid.UUID(plan) for plan in self._ticked(product)}
            for product in self.products
            if str(product.sku_id) in selected
        }

    def _ticked(self, product: OwnedProduct) -> list[str]:
        ticked: list[str] = self.cleaned_data[plan_field(product.sku_id)]
        return ticked


def plan_field(sku_id: uuid.UUID) -> str:
    return f"plan-{sku_id}"


def licenses_data(
    assigned: Mapping[uuid.UUID, frozenset[uuid.UUID]], products: Iterable[OwnedProduct]
) -> dict[str, list[str]]:
    """What the licenses step would post for these assignments; a product not assigned has all its plans ticked."""
    offered = list(products)
    data = {"product": sorted(str(product.sku_id) for product in offered if product.sku_id in assigned)}
    for product in offered:
        on = product.plans.keys() - assigned.get(product.sku_id, frozenset())
        data[plan_field(product.sku_id)] = sorted(str(plan) for plan in on)
    return data
