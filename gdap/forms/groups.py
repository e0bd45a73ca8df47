"""Forms about security groups and their members."""

from django import forms

from partnercenter.portal.forms import ServiceForm


class GroupForm(ServiceForm):
    display_name = forms.CharField(label="Name", error_messages={"required": "Give the group a name."})
    description = forms.CharField(label="Description", required=False)


class PlainForm(ServiceForm):
    """A confirmation; what it is about stands in the address."""
