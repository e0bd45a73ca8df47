"""The wizard for a new user: the steps of the edit wizard over a user who has nothing yet."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import ClassVar, cast

from django.forms import BaseForm
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from customers.forms.edit_user import StepForm
from customers.models import Customer, UserTemplate
from customers.services import AddedUser, Handover, add_user, hand_over
from customers.views.add_user.beginning import NOBODY, Beginning
from customers.views.add_user.steps import AddUserSteps
from customers.views.edit_user import review
from customers.views.edit_user.draft import Draft, update_between
from customers.views.edit_user.steps import INFO, LICENSES, PERMISSIONS
from customers.views.edit_user.wizard import EditUserWizard
from partnercenter.errors import Problem
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.models import WizardRun
from partnercenter.portal.navigation import customer_page
from partnercenter.portal.wizard import Step, StepData

MOST_OFFERED = 20


class AddUserWizard(EditUserWizard):
    kind = "add_user"
    title = "Add user"
    steps: ClassVar[tuple[Step, ...]] = (
        Step(INFO, "User info", "customers/add_user/info.html"),
        *EditUserWizard.steps[1:],
    )

    def __init__(self, request: PortalRequest, run: WizardRun, customer: Customer) -> None:
        forms = AddUserSteps(request.principal, customer)
        super().__init__(request, run, customer, forms.user)
        self.forms: AddUserSteps = forms

    @classmethod
    def begin(cls, request: PortalRequest, customer: Customer, begun: Beginning) -> "AddUserWizard":
        run = WizardRun(kind=cls.kind, user=request.user, subject_id=customer.pk)
        wizard = cls(request, run, customer)
        base = Draft(info=NOBODY, roles=frozenset(), licenses={})
        run.data = wizard.forms.data_of(begun.draft)
        run.baseline = base.to_json() | {"start": run.data, "naming": begun.naming, "params": begun.params}
        run.save()
        return wizard

    def is_changed(self) -> bool:
        start = self.run.baseline["start"]
        return any(self.run.data[slug].get(name) != data for slug in start for name, data in start[slug].items())

    def form(self, slug: str, data: StepData) -> StepForm:
        form = super().form(slug, data)
        if slug == INFO and self.run.baseline["naming"] not in ("", "by_hand"):
            form.fields["local_part"].help_text = "Leave it empty to have it made by the template's rule."
        return form

    def keep(self, slug: str, posted: QueryDict) -> None:
        super().keep(slug, posted)
        if slug == INFO and posted.get("go", "next") == "next" and self.run.baseline["naming"]:
            self.run.data[INFO] = self.forms.named(self.run.data[INFO], naming=self.run.baseline["naming"])
            self.save_data()

    # Complete --------------------------------------------------------------------------------------------------

    def complete(self) -> HttpResponse:
        """The one answer that shows the password; asked for again, the result is there without it."""
        base, draft = self.base, self.draft()
        added = add_user(
            by=self.request.principal,
            customer=self.customer,
            info=draft.info,
            roles=draft.roles,
            licenses=update_between(base.licenses, draft.licenses),
        )
        handed = hand_over(by=self.request.principal, user=added.user, password=added.password)
        self.run.result = self._told_of(draft, added)
        WizardRun.objects.filter(pk=self.run.pk).update(result=self.run.result)
        return self.result_page(secret=self._secret(added, handed))

    def _told_of(self, draft: Draft, added: AddedUser) -> dict[str, object]:
        return {
            "user": str(added.user.pk),
            "name": added.user.display_name,
            "info": _plain(review.info_rows(draft, draft)),
            "roles": _plain(review.role_rows(draft, draft)),
            "licenses": review.license_rows(self.base, draft, self.forms.stock.products),
        }

    def _secret(self, added: AddedUser, handed: Handover) -> dict[str, str]:
        path = reverse("password-link", args=[handed.token])
        return {"password": added.password.text, "link": self.request.build_absolute_uri(path)}

    def result_page(self, *, secret: Mapping[str, str] | None = None) -> HttpResponse:
        told, customer = self.run.result, self.customer
        again = reverse("add-user", args=[customer.pk])
        params = self.run.baseline["params"]
        context = {
            "wizard": self.frame("result") | {"subject": f"{told['name']}, {customer.company_name}"},
            "result": {"intent": "success", "title": f"{told['name']} was added.", "text": ""},
            "secret": secret,
            "was_shown": secret is None,
            "sections": [
                {"title": "User info", "rows": told["info"]},
                {"title": "Permissions", "rows": told["roles"]},
            ],
            "licenses": told["licenses"],
            "links": [
                {"label": "Add another user", "url": f"{again}?{params}" if params else again, "primary": True},
                {"label": "Back to the users", "url": f"{reverse('users', args=[customer.pk])}?user={told['user']}"},
            ],
        }
        response = render(self.request, "customers/add_user/result.html", self.page_context() | context)
        response["Cache-Control"] = "no-store, private"
        return response

    # Pages -----------------------------------------------------------------------------------------------------

    def page(self, slug: str, *, status: int = 200, problems: Iterable[Problem] = ()) -> HttpResponse:
        if slug == INFO and status == HTTPStatus.OK and INFO not in self.run.visited:
            cast("StepForm", self.stored_form(INFO)).forget_errors()
        return super().page(slug, status=status, problems=problems)

    def url(self, slug: str) -> str:
        if slug == "result":
            return reverse("add-user-result", args=[self.customer.pk, self.run.pk])
        return reverse("add-user-step", args=[self.customer.pk, self.run.pk, slug])

    def leave_url(self) -> str:
        return reverse("users", args=[self.customer.pk])

    @property
    def subject(self) -> str:
        return self.customer.company_name

    def page_context(self) -> dict[str, object]:
        return customer_page(self.customer, "users", ("Add user", ""))

    def form_context(self, slug: str, form: BaseForm | None) -> Mapping[str, object]:
        if slug == INFO:
            return {"templates": self._templates(), "templates_url": reverse("user-templates", args=[self.customer.pk])}
        return super().form_context(slug, form)

    def _templates(self) -> list[dict[str, str]]:
        start = reverse("add-user", args=[self.customer.pk])
        rows = UserTemplate.objects.filter(customer=self.customer, partner=self.request.principal.partner_id)
        return [{"name": row.name, "url": f"{start}?template={row.pk}"} for row in rows[:MOST_OFFERED]]

    def _review_context(self) -> dict[str, object]:
        draft = self.draft()
        return {
            "sections": [
                {"title": "User info", "edit_url": self.url(INFO), "rows": _plain(review.info_rows(draft, draft))},
                {
                    "title": "Permissions",
                    "edit_url": self.url(PERMISSIONS),
                    "rows": _plain(review.role_rows(draft, draft)),
                },
            ],
            "licenses": review.license_rows(self.base, draft, self.forms.stock.products),
            "licenses_url": self.url(LICENSES),
            "lead": "Complete creates the user with everything below, or nobody. The temporary password comes then.",
        }


def _plain(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """All that somebody new has is new: nothing stands out."""
    return [row | {"changed": False} for row in rows]
