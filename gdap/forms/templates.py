"""Forms about templates: the terms are those of a relationship."""

from django import forms

from gdap.forms.relationships import TermsForm
from partnercenter.portal.forms import VersionField


class TemplateForm(TermsForm):
    display_name = forms.CharField(
        label="Template name",
        help_text="Relationships are named after it and the customer. 50 characters at most.",
        error_messages={"required": "Give the template a name."},
    )


class TemplateEditForm(TemplateForm):
    version = VersionField()
