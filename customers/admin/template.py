"""Templates for new users, to look at."""

from django.contrib import admin

from customers.models import UserTemplate
from partnercenter.admin_base import OpsAdmin, linked


@admin.register(UserTemplate)
class UserTemplateAdmin(OpsAdmin):
    list_display = ("name", linked("customer"), linked("partner"), "domain", "usage_location", "modified_at")
    list_select_related = ("customer", "partner")
    search_fields = ("name",)
    id_fields = ("pk", "customer", "partner")
    hidden = ("sort_name",)
