"""How Django renders forms in the portal."""

from django.forms.renderers import TemplatesSetting


class FluentFormRenderer(TemplatesSetting):
    """Field groups come from templates/django/forms; widgets stay Django's own."""

    form_template_name = "django/forms/div.html"
    field_template_name = "django/forms/field.html"
