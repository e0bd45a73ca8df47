"""Add customer: the account's data, a look at it, and the new administrator's password, shown once."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from http import HTTPStatus
from typing import ClassVar, cast

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from customers.forms.add_customer import ASKED, AddCustomerForm
from customers.models import Country, Tag
from customers.services import AddedCustomer, add_customer
from customers.services.company import company_name_doubts
from customers.services.create_customer import customer_problems
from customers.views.add_customer.review import review_sections
from gdap import access
from partnercenter.accounts.models import Partner
from partnercenter.errors import DomainError, Problem
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.models import WizardRun
from partnercenter.portal.navigation import workspace_page
from partnercenter.portal.wizard import Step, StepData, StepOpen, Wizard

INFO, REVIEW = "info", "review"
Permission = access.PartnerPermission


class AddCustomerWizard(Wizard):
    kind = "add_customer"
    title = "Add customer"
    steps: ClassVar[tuple[Step, ...]] = (
        Step(INFO, "Account info", "customers/add_customer/info.html"),
        Step(REVIEW, "Review", "customers/add_customer/review.html"),
    )

    def __init__(self, request: PortalRequest, run: WizardRun, partner: Partner) -> None:
        super().__init__(request, run)
        self.partner = partner
        self.why_no_tags = access.why_not_partner(request.principal, Permission.MANAGE_TAGS)
        self.why_no_agreement = access.why_not_partner(request.principal, Permission.CONFIRM_AGREEMENTS)

    @classmethod
    def begin(cls, request: PortalRequest, partner: Partner) -> "AddCustomerWizard":
        run = WizardRun(kind=cls.kind, user=request.user, subject_id=partner.pk)
        wizard = cls(request, run, partner)
        run.data = wizard.initial_data()
        run.save()
        return wizard

    def initial_data(self) -> dict[str, StepData]:
        start: StepData = {name: [""] for name in AddCustomerForm.base_fields}
        start |= {"culture": ["en-US"], "language": ["en"], "agreement": [ASKED], "with_gdap": ["on"], "tags": []}
        return {INFO: start}

    def form(self, slug: str, data: StepData) -> AddCustomerForm:
        return AddCustomerForm(
            data,
            judge=lambda wish: customer_problems(self.partner, wish),
            tags=None if self.why_no_tags else self._tags,
            may_confirm=self.why_no_agreement is None,
            start=self.initial_data()[INFO],
        )

    @cached_property
    def _tags(self) -> Mapping[str, str]:
        return {str(tag.pk): tag.name for tag in Tag.objects.filter(partner=self.partner)}

    # Complete --------------------------------------------------------------------------------------------------

    def complete(self) -> HttpResponse:
        """The one answer that shows the password; asked for again, the result is there without it."""
        form = self._valid_form()
        added = add_customer(by=self.request.principal, partner=self.partner, wish=form.wish(), extras=form.extras())
        customer, admin = added.made.customer, added.made.admin
        self.run.result = {
            "customer": str(customer.pk),
            "name": customer.company_name,
            "admin": admin.user_principal_name,
            "sections": review_sections(form, self._country(form), self._tags),
        }
        WizardRun.objects.filter(pk=self.run.pk).update(result=self.run.result)
        return self.result_page(secret=self._secret(added))

    def _valid_form(self) -> AddCustomerForm:
        form = cast("AddCustomerForm", self.stored_form(INFO))
        if not form.is_valid():
            raise StepOpen(INFO)
        return form

    def _secret(self, added: AddedCustomer) -> dict[str, str]:
        path = reverse("password-link", args=[added.handover.token])
        return {"password": added.made.password.text, "link": self.request.build_absolute_uri(path)}

    def refused(self, error: DomainError) -> HttpResponse:
        """What somebody took meanwhile stands at its field; the limits of a sandbox, above the review."""
        form = cast("AddCustomerForm", self.stored_form(INFO))
        if form.is_valid() and not any(problem.field in form.fields for problem in error.problems):
            return self.page(REVIEW, status=error.status, problems=error.problems)
        if form.is_valid():
            form.add_problems(error.problems)
        return self.page(INFO, status=error.status)

    def result_page(self, *, secret: Mapping[str, str] | None = None) -> HttpResponse:
        told = self.run.result
        account = reverse("account", args=[told["customer"]])
        context = {
            "wizard": self.frame("result") | {"subject": told["name"]},
            "told": told,
            "secret": secret,
            "links": [
                {"label": "Open the customer", "url": account, "primary": True},
                {"label": "Add another customer", "url": reverse("add-customer")},
                {"label": "Back to the customers", "url": reverse("customers")},
            ],
        }
        response = render(self.request, "customers/add_customer/result.html", self.page_context() | context)
        response["Cache-Control"] = "no-store, private"
        return response

    # Pages -----------------------------------------------------------------------------------------------------

    def page(self, slug: str, *, status: int = 200, problems: Iterable[Problem] = ()) -> HttpResponse:
        if slug == INFO and status == HTTPStatus.OK and not self.is_changed():
            cast("AddCustomerForm", self.stored_form(INFO)).forget_errors()
        return super().page(slug, status=status, problems=problems)

    def url(self, slug: str) -> str:
        if slug == "result":
            return reverse("add-customer-result", args=[self.run.pk])
        return reverse("add-customer-step", args=[self.run.pk, slug])

    def leave_url(self) -> str:
        return reverse("customers")

    @property
    def subject(self) -> str:
        return "".join(self.run.data[INFO]["company_name"]) or "A new customer"

    def page_context(self) -> dict[str, object]:
        return workspace_page(("Add customer", ""))

    def form_context(self, slug: str, form: BaseForm | None) -> Mapping[str, object]:
        if slug == REVIEW:
            valid = self._valid_form()
            return {
                "sections": review_sections(valid, self._country(valid), self._tags, edit_url=self.url(INFO)),
                "doubts": company_name_doubts(valid.wish().billing.company_name),
            }
        return {"why_no_tags": self.why_no_tags, "why_no_agreement": self.why_no_agreement}

    def _country(self, form: AddCustomerForm) -> str:
        return Country.objects.get(pk=form.wish().billing.country).name
