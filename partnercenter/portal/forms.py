"""How Django renders forms in the portal."""

from django.forms.renderers import TemplatesSetting


class FluentFormRenderer(TemplatesSetting):
    field_template_name = "django/forms/field.html"
