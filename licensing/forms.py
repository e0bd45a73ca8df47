"""Forms about what a customer owns: they parse and render; the services judge."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django import forms

from licensing.rules.subscriptions import NAME_LIMIT
from partnercenter.portal.forms import ServiceForm, VersionField

TERMS = {"P1M": "1 month", "P1Y": "1 year", "P3Y": "3 years"}


class QuantityField(forms.IntegerField):
    """A number of licenses; which numbers are allowed, the rules know."""

    default_error_messages = {"invalid": "Enter a whole number.", "required": "Enter a number."}

    def __init__(self, **kwargs: object) -> None:
        super().__init__(label="Quantity", **kwargs)  # type: ignore[arg-type]  # passed on as they came


class NicknameField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            label="Nickname", required=False, help_text=f"Up to {NAME_LIMIT} characters; shown instead of the product."
        )


class QuantityForm(ServiceForm):
    """A new quantity; `version` is that of the subscription when the page was made."""

    quantity = QuantityField()
    version = VersionField()


class SubscriptionForm(ServiceForm):
    """What can be changed of a subscription in one go; `without` names what this one has not."""

    friendly_name = NicknameField()
    quantity = QuantityField()
    auto_renew = forms.BooleanField(label="Renew automatically at the end of the term", required=False)
    version = VersionField()

    def __init__(self, data: object = None, *, without: Collection[str] = (), **kwargs: object) -> None:
        super().__init__(data, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        _leave_out(self, without)


def _leave_out(form: forms.Form, names: Collection[str]) -> None:
    for name in names:
        del form.fields[name]


class StepForm(ServiceForm):
    """The answer to a question."""

    version = VersionField()


class OrderForm(ServiceForm):
    """One line of an order; `without` names what this product has not. Prices are not part of this server."""

    quantity = QuantityField()
    term = forms.ChoiceField(label="Term", choices=list(TERMS.items()), initial="P1Y")
    billing_cycle = forms.ChoiceField(
        label="Billing", choices=[("monthly", "Monthly"), ("annual", "Annual")], initial="monthly"
    )
    friendly_name = NicknameField()

    def __init__(self, data: object = None, *, without: Collection[str] = (), **kwargs: object) -> None:
        super().__init__(data, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        _leave_out(self, without)


class SoftwareOrderForm(ServiceForm):
    quantity = QuantityField()


class AppsForm(forms.Form):
    """Which apps (service plans) of one product are on."""

    plan = forms.MultipleChoiceField(
        label="Apps",
        required=False,
        error_messages={"invalid_choice": "One of the apps is not part of this product any more; choose again."},
    )

    def __init__(self, data: object = None, *, plans: Mapping[UUID, str], **kwargs: object) -> None:
        super().__init__(data, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        self.fields["plan"].choices = [(str(plan), name) for plan, name in plans.items()]  # type: ignore[attr-defined]

    @property
    def disabled_plans(self) -> frozenset[UUID]:
        """Those that were not ticked, of a valid form."""
        ticked = set(self.cleaned_data["plan"])
        choices = self.fields["plan"].choices  # type: ignore[attr-defined]  # of a choice field
        return frozenset(UUID(plan) for plan, _ in choices if plan not in ticked)
