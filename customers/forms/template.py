"""The form of a template: its own fields; roles and licenses are those of the wizard's forms."""

from collections.abc import Collection, Mapping

from django import forms
from django.utils.datastructures import MultiValueDict

from customers.forms.edit_user import locations
from customers.models import UserTemplate
from customers.naming import NamingRule


class TemplateForm(forms.Form):
    name = forms.CharField(
        label="Template name", max_length=UserTemplate.NAME_LIMIT, error_messages={"required": "Enter a name."}
    )
    naming = forms.ChoiceField(
        label="Email made of the name",
        choices=[(rule.value, rule.label) for rule in NamingRule],
        help_text="Used where the email is left empty; a number is put behind a name that somebody has.",
    )
    domain = forms.ChoiceField(
        label="Domain",
        required=False,
        error_messages={
            "invalid_choice": "%(value)s is not a verified domain of this customer; choose one from the list."
        },
    )
    usage_location = forms.ChoiceField(
        label="Location",
        required=False,
        error_messages={"invalid_choice": "%(value)s is no country or region; choose one from the list."},
    )

    def __init__(
        self, data: "MultiValueDict[str, str] | None", *, domains: Collection[str], initial: Mapping[str, str]
    ) -> None:
        super().__init__(data=data, initial=dict(initial))
        choices = [("", "The customer's default domain"), *((name, name) for name in domains)]
        self.fields["domain"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["usage_location"].choices = locations()  # type: ignore[attr-defined]  # a ChoiceField
