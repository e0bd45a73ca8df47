"""The form of Add customer; what a customer must look like, its services judge."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, time

from django import forms

from customers.forms.edit_user import StepData, StepForm, locations
from customers.models import Tag
from customers.services import BillingDetails, CustomerWish, Extras
from customers.services.company import INITIAL_SUFFIX
from customers.services.paperwork import Signature, signature_problems
from customers.services.tags import wish_problems
from partnercenter.errors import Problem

Judge = Callable[[CustomerWish], Iterable[Problem]]
ASKED, ACCEPTED = "asked", "accepted"
AGREEMENT = {
    ASKED: "The customer will be asked to accept it in its admin center",
    ACCEPTED: "The customer has accepted it, and I say who did",
}
SIGNATURE = {
    "first_name": "signer_first_name",
    "last_name": "signer_last_name",
    "email": "signer_email",
    "phone_number": "signer_phone_number",
    "agreed_at": "agreed_on",
}
COMPANY = (
    *("company_name", "domain", "registration_number", "country", "address_line1", "address_line2"),
    *("city", "state", "postal_code", "culture", "language"),
)
CONTACT = ("first_name", "last_name", "email", "phone_number")
SIGNER = tuple(SIGNATURE.values())


class AddCustomerForm(StepForm):
    """`tags` are the partner's, id -> name, None for a person who may not tag; so is `may_confirm` of the agreement."""

    company_name = forms.CharField(label="Legal company name")
    domain = forms.CharField(
        label="Primary domain prefix", help_text=f"The tenant is made with this and {INITIAL_SUFFIX} as its domain."
    )
    registration_number = forms.CharField(
        label="Registration number", required=False, help_text="Where the country asks for one; then with a phone."
    )
    country = forms.ChoiceField(label="Country or region")
    address_line1 = forms.CharField(label="Address line 1")
    address_line2 = forms.CharField(label="Address line 2", required=False)
    city = forms.CharField(label="City", required=False)
    state = forms.CharField(label="State or province", required=False)
    postal_code = forms.CharField(label="Postal code", required=False)
    culture = forms.CharField(label="Culture (as in en-US)")
    language = forms.CharField(label="Language (as in en)")
    first_name = forms.CharField(label="First name")
    last_name = forms.CharField(label="Last name")
    email = forms.EmailField(
        label="Customer email address", help_text="Of somebody at the customer; invoices and news go there."
    )
    phone_number = forms.CharField(label="Phone number", required=False)
    agreement = forms.ChoiceField(
        label="Customer agreement", choices=AGREEMENT.items(), widget=forms.RadioSelect, required=True
    )
    signer_first_name = forms.CharField(label="First name of who accepted", required=False)
    signer_last_name = forms.CharField(label="Last name of who accepted", required=False)
    signer_email = forms.CharField(label="Email of who accepted", required=False)
    signer_phone_number = forms.CharField(label="Phone number of who accepted", required=False)
    agreed_on = forms.DateField(
        label="Date of acceptance", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    with_gdap = forms.BooleanField(
        label="Make the default admin relationship",
        required=False,
        help_text="Without it, nobody of your company gets into the new directory until its admin approves a request.",
    )
    tags = forms.MultipleChoiceField(
        label="Tags",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of the tags was deleted meanwhile; choose again."},
    )
    name = forms.CharField(label="Add new tag", required=False, help_text=f"Up to {Tag.NAME_LIMIT} characters.")

    def __init__(
        self, data: StepData, *, judge: Judge, tags: Mapping[str, str] | None, may_confirm: bool, start: StepData
    ) -> None:
        super().__init__(data, initial_data=start)
        self.judge = judge
        self.fields["country"].choices = [("", "Choose one"), *locations()[1:]]  # type: ignore[attr-defined]  # a ChoiceField
        self._keep_what_is_open(tags, may_confirm=may_confirm)

    def _keep_what_is_open(self, tags: Mapping[str, str] | None, *, may_confirm: bool) -> None:
        if tags:
            self.fields["tags"].choices = list(tags.items())  # type: ignore[attr-defined]  # a ChoiceField
        shut = () if may_confirm else ("agreement", *SIGNER)
        if not tags:
            shut = (*shut, "tags")
        if tags is None:
            shut = (*shut, "name")
        for name in shut:
            del self.fields[name]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        extras = self.extras()
        self._refuse(self.judge(self.wish()), {})
        if extras.signature is not None:
            self._refuse(signature_problems(extras.signature), SIGNATURE)
        elif self._is_accepted() and not self.has_error("agreed_on"):
            self.add_error("agreed_on", "Enter the day on which it was accepted.")
        self._refuse(wish_problems(self._text("company_name"), extras.tag_ids, extras.new_tag), {})
        return cleaned

    def _refuse(self, problems: Iterable[Problem], names: Mapping[str, str]) -> None:
        """Once per field: what a field says of itself comes first."""
        renamed = ((names.get(problem.field, problem.field), problem) for problem in problems)
        self.add_problems(
            Problem(problem.code, problem.message, name) for name, problem in renamed if not self.has_error(name)
        )

    def wish(self) -> CustomerWish:
        """What was typed, as far as it is well-formed."""
        prefix = self._text("domain").casefold().removesuffix(INITIAL_SUFFIX)
        names = (*COMPANY, *CONTACT)
        billing = {name: self._text(name) for name in names if name not in ("domain", "registration_number")}
        return CustomerWish(
            domain=f"{prefix}{INITIAL_SUFFIX}",
            billing=BillingDetails(**billing),
            registration_number=self._text("registration_number"),
            with_gdap=bool(self.cleaned_data.get("with_gdap")),
        )

    def extras(self) -> Extras:
        tags = self.cleaned_data.get("tags") or ()
        return Extras(tag_ids=[uuid.UUID(tag) for tag in tags], new_tag=self._text("name"), signature=self._signature())

    def _is_accepted(self) -> bool:
        return self.cleaned_data.get("agreement") == ACCEPTED

    def _signature(self) -> Signature | None:
        day = self.cleaned_data.get("agreed_on")
        if not self._is_accepted() or day is None:
            return None
        return Signature(
            **{name: self._text(field) for name, field in SIGNATURE.items() if name != "agreed_at"},
            agreed_at=datetime.combine(day, time.min, tzinfo=UTC),
        )

    def _text(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "")
