"""What the activity log is narrowed by."""

from typing import Any

from django import forms

from partnercenter.accounts.principals import Door
from partnercenter.audit.models import Operation

DOORS = {
    Door.PORTAL: "Portal",
    Door.TENANT: "Customer's admin center",
    Door.PARTNER_CENTER_API: "Partner Center API",
    Door.GRAPH: "Microsoft Graph",
    Door.ADMIN: "Operations",
    Door.COMMAND: "Command",
}


def operation_label(operation: str) -> str:
    """As it stands in a sentence; a word that this version does not know stays as it is."""
    return Operation(operation).label.capitalize() if operation in Operation.values else operation


class ActivityFilter(forms.Form):
    """Every field may be empty. What can't be understood narrows nothing, and says so."""

    who = forms.CharField(label="Who", required=False, max_length=254)
    thing = forms.CharField(label="User, product or other thing", required=False, max_length=300)
    customer = forms.CharField(label="Customer", required=False, max_length=200)
    operation = forms.ChoiceField(label="What was done", required=False)
    door = forms.ChoiceField(label="Through", required=False, choices=[("", "Anything"), *DOORS.items()])
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, with_customer: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted((operation_label(word), word) for word in Operation.values)
        self.fields["operation"] = forms.ChoiceField(
            label="What was done",
            required=False,
            choices=[("", "Anything"), *((word, label) for label, word in known)],
        )
        if not with_customer:
            del self.fields["customer"]

    def clean(self) -> dict[str, Any]:
        wanted = super().clean() or {}
        since, until = wanted.get("since"), wanted.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day is before the first.")
        return wanted
