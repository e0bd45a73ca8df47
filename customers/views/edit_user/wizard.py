"""The edit wizard of one customer user."""

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar, cast

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from customers.forms.edit_user import InfoForm, LicensesForm, PermissionsForm, StepForm, licenses_data, plan_field
from customers.models import Customer, CustomerUser
from customers.queries import living_user
from customers.roles import GLOBAL_ADMINISTRATOR
from customers.services import EditResult, edit_user
from customers.services.errors import ChangedMeanwhile, RoleError, UserError
from customers.services.roles import is_last_global_admin
from customers.views.edit_user import review
from customers.views.edit_user.draft import Draft, merged, update_between
from customers.views.edit_user.rows import product_rows
from customers.views.edit_user.steps import INFO, LICENSES, PERMISSIONS, EditUserSteps, P
from gdap.access import Explanation
from licensing.services.errors import LicensingError
from partnercenter.errors import DomainError, Problem
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.models import WizardRun
from partnercenter.portal.navigation import customer_page
from partnercenter.portal.wizard import Step, StepData, StepOpen, Wizard

REVIEW = "review"


class EditUserWizard(Wizard):
    kind = "edit_user"
    title = "Edit user"
    steps: ClassVar[tuple[Step, ...]] = (
        Step(INFO, "User info", "customers/edit_user/info.html"),
        Step(PERMISSIONS, "Permissions", "customers/edit_user/permissions.html"),
        Step(LICENSES, "Assign licenses", "customers/edit_user/licenses.html"),
        Step(REVIEW, "Review", "customers/edit_user/review.html"),
    )

    def __init__(self, request: PortalRequest, run: WizardRun, customer: Customer, user: CustomerUser) -> None:
        super().__init__(request, run)
        self.customer = customer
        self.user = user
        self.forms = EditUserSteps(request.principal, customer, user)

    @classmethod
    def start(cls, request: PortalRequest, customer: Customer, user: CustomerUser) -> "EditUserWizard":
        wizard = cls(request, WizardRun(kind=cls.kind, user=request.user, subject_id=user.pk), customer, user)
        wizard.rebase(Draft.of(user), version=user.version)
        return wizard

    def rebase(self, base: Draft, *, version: int, wanted: Draft | None = None) -> None:
        """Begin from `base`, with the steps filled as `wanted` (as `base` itself, if not given)."""
        self.run.baseline = base.to_json() | {"version": version}
        self.run.data = self.forms.data_of(wanted or base)
        self.run.save()

    # What the run holds ----------------------------------------------------------------------------------------

    @property
    def base(self) -> Draft:
        return Draft.from_json(self.run.baseline)

    @cached_property
    def baseline_data(self) -> dict[str, StepData]:
        return self.forms.data_of(self.base)

    def initial_data(self) -> dict[str, StepData]:
        return self.baseline_data

    def form(self, slug: str, data: StepData) -> StepForm:
        data = self.baseline_data[slug] | data  # a product may have been bought since the run began
        if slug == INFO:
            return self.forms.info_form(self.base, data)
        if slug == PERMISSIONS:
            return self.forms.permissions_form(self.base, data)
        location = "".join(self.run.data[INFO]["usage_location"])
        return self.forms.licenses_form(self.base, data, usage_location=location)

    def adjust(self, slug: str, go: str) -> bool:
        """The "Select all" of a product, for browsers without scripts."""
        sku_id = go.removeprefix("all-")
        if slug != LICENSES or go == sku_id:
            return False
        if self._why_not(P.ASSIGN_LICENSES):
            return True
        everything = licenses_data({}, self.forms.stock.assignable())
        name = f"plan-{sku_id}"
        if name in everything:
            self.run.data[LICENSES][name] = everything[name]
        return True

    def normalized(self, slug: str, data: StepData) -> StepData:
        """The plans of a product that is not selected don't count; they stand as if never touched."""
        if slug != LICENSES:
            return data
        everything = licenses_data({}, self.forms.stock.assignable())
        idle = {plan_field(sku_id) for sku_id in self.forms.stock.products if str(sku_id) not in data["product"]}
        return data | {name: plans for name, plans in everything.items() if name in idle}

    def draft(self) -> Draft:
        """What the steps before Review ask for; `StepOpen` where one of them is not valid."""
        info, permissions, licenses = (self._valid_form(slug) for slug in (INFO, PERMISSIONS, LICENSES))
        return self.forms.draft_of(
            self.base, cast("InfoForm", info), cast("PermissionsForm", permissions), cast("LicensesForm", licenses)
        )

    def _valid_form(self, slug: str) -> StepForm:
        form = cast("StepForm", self.stored_form(slug))
        if not form.is_valid():
            raise StepOpen(slug)
        return form

    # Complete --------------------------------------------------------------------------------------------------

    def complete(self) -> HttpResponse:
        base, draft = self.base, self.draft()
        result = edit_user(
            by=self.request.principal,
            customer=self.customer,
            user_id=self.user.pk,
            expected_version=self.run.baseline["version"],
            info=draft.info,
            roles=draft.roles,
            licenses=update_between(base.licenses, draft.licenses),
            confirm_last_global_admin="confirm_last_global_admin" in self.request.POST,
        )
        self.run.result = self._told(base, draft, result)
        WizardRun.objects.filter(pk=self.run.pk).update(result=self.run.result)
        return redirect(self.url("result"))

    def _told(self, base: Draft, draft: Draft, result: EditResult) -> dict[str, object]:
        """What the result page shows: only what changed, and the audit records that say so."""
        return {
            "info": [row for row in review.info_rows(base, draft) if row["changed"]],
            "roles": [row for row in review.role_rows(base, draft) if row["changed"]],
            "licenses": [
                row for row in review.license_rows(base, draft, self.forms.stock.products) if row["change"] != "same"
            ],
            "audit": [str(record.pk) for record in result.audit],
        }

    def refused(self, error: DomainError) -> HttpResponse:
        """Show what Complete ran into where it can be mended; everything typed stays."""
        if isinstance(error, ChangedMeanwhile):
            return self._changed_meanwhile()
        if error.code == "last_global_administrator":
            return self.page(REVIEW, status=400, problems=error.problems)
        for kind, slug in ((UserError, INFO), (RoleError, PERMISSIONS), (LicensingError, LICENSES)):
            if isinstance(error, kind):
                return self._wrong(slug, error)
        raise error

    def _wrong(self, slug: str, error: DomainError) -> HttpResponse:
        """The step with what the service found wrong, unless by now the form finds it by itself."""
        form = cast("StepForm", self.stored_form(slug))
        if form.is_valid():
            form.add_problems(error.problems)
        return self.page(slug, status=400)

    def _changed_meanwhile(self) -> HttpResponse:
        """Carry the person's own changes over to the user as they are now, and ask again."""
        base, mine = self.base, self.draft()
        user = living_user(self.customer, self.user.pk)
        theirs = Draft.of(user)
        self.rebase(theirs, version=user.version, wanted=merged(base=base, mine=mine, theirs=theirs))
        again = EditUserWizard(self.request, self.run, self.customer, user)
        what = review.differences(base, theirs, again.forms.stock.products)
        problems = [
            Problem(
                "user_changed",
                f"Somebody else changed {user.display_name} while you were editing. Nothing has been saved. "
                "Your changes now build on theirs; look again, then complete.",
            ),
            *(Problem("user_changed", sentence) for sentence in what),
        ]
        return again.page(again.first_open(before=REVIEW) or REVIEW, status=409, problems=problems)

    # Pages -----------------------------------------------------------------------------------------------------

    def url(self, slug: str) -> str:
        if slug == "result":
            return reverse("edit-user-result", args=[self.customer.pk, self.user.pk, self.run.pk])
        return reverse("edit-user-step", args=[self.customer.pk, self.user.pk, self.run.pk, slug])

    def leave_url(self) -> str:
        return f"{reverse('users', args=[self.customer.pk])}?user={self.user.pk}"

    @property
    def subject(self) -> str:
        return f"{self.user.display_name}, {self.customer.company_name}"

    def page_context(self) -> dict[str, object]:
        return customer_page(self.customer, "users", (f"Edit {self.user.display_name}", ""))

    def form_context(self, slug: str, form: BaseForm | None) -> Mapping[str, object]:
        if slug == PERMISSIONS:
            return {"why": self._why_not(P.MANAGE_ROLES), "more_groups": cast("PermissionsForm", form).groups()}
        if slug == LICENSES:
            why, buy_url = self._why_not(P.ASSIGN_LICENSES), self._buy_url()
            licenses = cast("LicensesForm", form)
            rows = product_rows(licenses, self.forms.stock, self.base, buy_url=buy_url, is_off=why is not None)
            return {"why": why, "products": rows}
        return self._review_context() if slug == REVIEW else {}

    def _why_not(self, permission: P) -> Explanation | None:
        explained = self.forms.explained(permission)
        return None if explained.allowed else explained

    def _buy_url(self) -> str:
        return f"{reverse('buy-more', args=[self.customer.pk])}?next={self.url(LICENSES)}"

    def _review_context(self) -> dict[str, object]:
        base, draft = self.base, self.draft()
        info, roles = review.info_rows(base, draft), review.role_rows(base, draft)
        licenses = review.license_rows(base, draft, self.forms.stock.products)
        demoted = GLOBAL_ADMINISTRATOR in base.roles - draft.roles
        return {
            "sections": [
                {"title": "User info", "edit_url": self.url(INFO), "rows": info},
                {"title": "Permissions", "edit_url": self.url(PERMISSIONS), "rows": roles},
            ],
            "licenses": licenses,
            "licenses_url": self.url(LICENSES),
            "changes": review.count_changes([*info, *roles], licenses),
            "confirm_last_global_admin": demoted and is_last_global_admin(self.user),
        }
