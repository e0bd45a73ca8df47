"""The forms of one run, filled, locked and judged for one person, customer and user."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from customers.forms.edit_user import (
    InfoForm,
    LicensesForm,
    PermissionsForm,
    StepForm,
    domain_choices,
    licenses_data,
    permissions_data,
)
from customers.models import Customer, CustomerUser
from customers.permissions import CustomerPermission
from customers.roles import unified_roles
from customers.services import UserInfo
from customers.services.user_info import info_changes, info_problems
from customers.views.edit_user.draft import Disabled, Draft, update_between
from gdap import access
from licensing.queries import Inventory, foreseeable_problems, inventory, licenses_of
from partnercenter.accounts.principals import Principal
from partnercenter.portal.wizard import StepData

INFO, PERMISSIONS, LICENSES = "info", "permissions", "licenses"
P = CustomerPermission

# What the wizard shows. Nearly every role that reads users reads all of it; the few others see users in the list only.
SHOWN = (P.READ_USERS, P.READ_ROLES, P.READ_USER_LICENSES, P.READ_SUBSCRIBED_SKUS)


class EditUserSteps:
    """`base` is the user as the run knows them; forms compare with it and judge only what differs."""

    def __init__(self, principal: Principal, customer: Customer, user: CustomerUser) -> None:
        self.principal = principal
        self.customer = customer
        self.user = user
        self._explained: dict[CustomerPermission, access.Explanation] = {}

    @cached_property
    def stock(self) -> Inventory:
        return inventory(self.customer)

    def explained(self, permission: CustomerPermission) -> access.Explanation:
        if permission not in self._explained:
            self._explained[permission] = access.explain(self.principal, self.customer, permission, target=self.user)
        return self._explained[permission]

    # Between drafts and what the steps post --------------------------------------------------------------------

    def data_of(self, draft: Draft) -> dict[str, StepData]:
        info = draft.info
        local_part, _, domain = info.user_principal_name.partition("@")
        return {
            INFO: {
                "first_name": [info.first_name],
                "last_name": [info.last_name],
                "display_name": [info.display_name],
                "local_part": [local_part],
                "domain": [domain],
                "usage_location": [info.usage_location],
            },
            PERMISSIONS: permissions_data(_shown(draft.roles)),
            LICENSES: licenses_data(draft.licenses, self.stock.assignable()),
        }

    def draft_of(self, base: Draft, info: InfoForm, permissions: PermissionsForm, licenses: LicensesForm) -> Draft:
        """What three valid forms ask for; what they can't show stays as in `base`."""
        return Draft(
            info=info_of(info),
            roles=permissions.chosen() | (base.roles - _shown(base.roles)),
            licenses=_licenses_of(base, licenses),
        )

    # The forms -------------------------------------------------------------------------------------------------

    def info_form(self, base: Draft, data: StepData) -> InfoForm:
        initial = self.data_of(base)[INFO]
        domains = domain_choices(self.customer, current=initial["domain"][0])
        form = InfoForm(data, initial_data=initial, domains=domains)
        names = ["first_name", "last_name", "display_name"]
        form.lock(names, self.explained(P.UPDATE_USERS), said_at=names[-1])
        form.lock(["local_part", "domain"], self.explained(P.UPDATE_USER_PRINCIPAL_NAME), said_at="local_part")
        form.lock(["usage_location"], self.explained(P.UPDATE_USAGE_LOCATION))
        if form.is_valid():
            changes = info_changes(self.user, info_of(form))
            own = (change for change in changes if change.after != getattr(base.info, change.field))
            form.add_problems(info_problems(self.user, tuple(own)))
        return form

    def permissions_form(self, base: Draft, data: StepData) -> PermissionsForm:
        form = PermissionsForm(data, initial_data=self.data_of(base)[PERMISSIONS])
        form.lock(form.fields, self.explained(P.MANAGE_ROLES))
        return form

    def licenses_form(self, base: Draft, data: StepData, *, usage_location: str) -> LicensesForm:
        """`usage_location` is the one that the first step asks for; the rules judge by it."""
        form = LicensesForm(data, initial_data=self.data_of(base)[LICENSES], products=self.stock.assignable())
        form.lock(form.fields, self.explained(P.ASSIGN_LICENSES))
        if form.is_valid():
            update = update_between(base.licenses, _licenses_of(base, form))
            if update:
                now = licenses_of(self.user, usage_location=usage_location)
                licenses = replace(now, assigned=base.licenses)
                form.add_problems(foreseeable_problems(licenses, update, self.stock))
        return form


def info_of(form: StepForm) -> UserInfo:
    """What a valid User info form asks for."""
    cleaned = form.cleaned_data
    return UserInfo(
        first_name=cleaned["first_name"],
        last_name=cleaned["last_name"],
        display_name=cleaned["display_name"],
        user_principal_name=f"{cleaned['local_part']}@{cleaned['domain']}",
        usage_location=cleaned["usage_location"],
    ).tidied()


def _licenses_of(base: Draft, form: LicensesForm) -> Mapping[uuid.UUID, Disabled]:
    offered = {product.sku_id for product in form.products}
    kept = {sku_id: disabled for sku_id, disabled in base.licenses.items() if sku_id not in offered}
    return kept | form.chosen()


def _shown(roles: frozenset[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Those that the permissions step can show; others stay with the user untouched."""
    known = unified_roles()
    return frozenset(role for role in roles if role in known and known[role].is_assignable)
