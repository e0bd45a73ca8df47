"""The admin of what the portal remembers."""

from django.contrib import admin

from partnercenter.admin_base import OpsAdmin, linked
from partnercenter.portal.models import WizardRun


@admin.register(WizardRun)
class WizardRunAdmin(OpsAdmin):
    """Wizards under way and completed; nobody edits somebody else's."""

    list_display = ("id", "kind", linked("user"), "created_at", "completed_at")
    list_filter = ("kind",)
    list_select_related = ("user",)
    search_fields = ("user__username",)
    id_fields = ("pk", "subject_id")
    date_hierarchy = "created_at"
