"""How Django renders forms in the portal, and forms whose service judges."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.http import QueryDict

from partnercenter.errors import DomainError, Problem

FORBIDDEN, NOT_FOUND = 403, 404


class DescribedField(forms.BoundField):
    """Ties the reason why a field is off to its control, beside help and errors.

    The reason stands at the field, or at another of the form: `locked_at` of the form's field names it.
    """

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby
        locked_at: str = getattr(self.field, "locked_at", "")
        if not locked_at or described is None:
            return described
        return f"{described} {self.form[locked_at].auto_id}_locked".strip()


class FluentFormRenderer(TemplatesSetting):
    """Field groups come from templates/django/forms; widgets stay Django's own."""

    form_template_name = "django/forms/div.html"
    field_template_name = "django/forms/field.html"
    bound_field_class = DescribedField


class ServiceForm(forms.Form):
    """A form whose service judges: what it refuses stands at the fields, and what was typed stays.

    `status` is the answer's, once something was refused.
    """

    status = 400
    result: object = None

    def attempt(self, step: Callable[[], object]) -> bool:
        """Take the step, if the form is well-formed. What can't be mended on the page is raised."""
        if not self.is_valid():
            return False
        try:
            self.result = step()
        except DomainError as error:
            if error.status in (FORBIDDEN, NOT_FOUND):
                raise
            self.status = error.status
            self.add_problems(error.problems)
            return False
        return True

    def add_problems(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            field = problem.field if problem.field in self.fields else None
            self.add_error(field, ValidationError(problem.message, problem.code))

    def renew(self, **values: object) -> None:
        """Let hidden fields hold what is true now, so that a second try counts."""
        data = cast("QueryDict", self.data).copy()
        for name, value in values.items():
            data[name] = str(value)
        self.data = data


class IdsField(forms.MultipleChoiceField):
    """Ids of any number of things; whether they are there, the service knows."""

    widget = forms.CheckboxSelectMultiple

    def validate(self, value: Sequence[str]) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def clean(self, value: object) -> list[uuid.UUID]:
        try:
            return [uuid.UUID(text) for text in dict.fromkeys(super().clean(value))]
        except ValueError:
            raise ValidationError(self.error_messages["unknown"], code="unknown") from None


class VersionField(forms.IntegerField):
    """The version of the thing when the page was made."""

    widget = forms.HiddenInput
    default_error_messages = {
        "required": "Something is missing in the form. Try again.",
        "invalid": "Something is wrong in the form. Try again.",
    }
