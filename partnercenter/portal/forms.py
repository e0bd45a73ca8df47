"""How Django renders forms in the portal."""

from django.forms import BaseForm
from django.forms.renderers import TemplatesSetting

from partnercenter.errors import DomainError


class FluentFormRenderer(TemplatesSetting):
    """Field groups come from templates/django/forms; widgets stay Django's own."""

    form_template_name = "django/forms/div.html"
    field_template_name = "django/forms/field.html"


def add_problems(form: BaseForm, error: DomainError) -> None:
    """Put what a service refused beside the field it speaks of, or above the form."""
    for problem in error.problems:
        form.add_error(problem.field if problem.field in form.fields else None, problem.message)
