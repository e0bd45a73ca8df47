"""Forms about a customer as a company: they parse and render; the services judge."""

from typing import Any

from django import forms

from customers.models import BillingProfile, Country, Qualification, Tag
from customers.services.paperwork import EDUCATION_SEGMENTS
from partnercenter.portal.forms import ServiceForm, VersionField

BILL_TO = (
    "company_name",
    "first_name",
    "last_name",
    "email",
    "phone_number",
    "country",
    "address_line1",
    "address_line2",
    "city",
    "state",
    "postal_code",
    "culture",
    "language",
)


class TagForm(ServiceForm):
    name = forms.CharField(
        label="Tag name",
        required=False,  # the service says what is missing
        strip=False,
        help_text=f"Up to {Tag.NAME_LIMIT} characters.",
    )


class CustomerTagsForm(ServiceForm):
    """Which tags a customer wears; the choices are ids of the partner's tags."""

    tags = forms.MultipleChoiceField(
        label="Tags",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of the tags was deleted meanwhile; choose again."},
    )
    name = forms.CharField(
        label="Add new tag", required=False, help_text="It is made and assigned to this customer at once."
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tags"].choices = choices  # type: ignore[attr-defined]  # a field with choices
        if not choices:
            del self.fields["tags"]


class BillToForm(ServiceForm, forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """`version` is that of the profile when the page was made."""

    country = forms.ChoiceField(label="Country or region")
    version = VersionField()

    class Meta:
        model = BillingProfile
        fields = BILL_TO
        labels = {
            "email": "Email address",
            "address_line1": "Address line 1",
            "address_line2": "Address line 2",
            "state": "State or province",
            "culture": "Culture (as in en-US)",
            "language": "Language (as in en)",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = Country.objects.order_by("name").values_list(  # type: ignore[attr-defined]
            "code", "name"
        )


class AgreementForm(ServiceForm):
    """Who of the customer accepted the customer agreement."""

    first_name = forms.CharField(label="First name")
    last_name = forms.CharField(label="Last name")
    email = forms.CharField(label="Email address")
    phone_number = forms.CharField(label="Phone number", required=False)
    agreed_at = forms.DateField(label="Date of acceptance", widget=forms.DateInput(attrs={"type": "date"}))


class QualificationForm(ServiceForm):
    """Segment and website count for Education, the code for Government."""

    qualification = forms.ChoiceField(
        label="Qualification", choices=Qualification.Kind.choices, widget=forms.RadioSelect
    )
    education_segment = forms.ChoiceField(
        label="Segment, for Education",
        required=False,
        choices=[("", "None"), *((segment, segment) for segment in EDUCATION_SEGMENTS)],
    )
    website = forms.CharField(label="Website, for Education", required=False)
    validation_code = forms.CharField(label="Validation code, for Government", required=False)
