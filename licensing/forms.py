"""Forms about what a customer owns: they parse and render; the services judge."""

from django import forms


class QuantityForm(forms.Form):
    """A new quantity; `version` is that of the subscription when the page was made."""

    quantity = forms.IntegerField(
        label="Licenses", error_messages={"invalid": "Enter a whole number.", "required": "Enter a number."}
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
