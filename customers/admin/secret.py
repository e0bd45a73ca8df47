"""Passwords on their way: that there is one, never what it is."""

from django.contrib import admin

from customers.models import OneTimeSecret
from partnercenter.admin_base import OpsAdmin, linked


@admin.register(OneTimeSecret)
class OneTimeSecretAdmin(OpsAdmin):
    list_display = ("__str__", linked("customer"), linked("user"), linked("made_by"), "created_at", "expires_at")
    list_select_related = ("customer", "user", "made_by")
    search_fields = ("user__user_principal_name",)
    id_fields = ("pk", "customer", "user")
    hidden = ("digest", "sealed")
