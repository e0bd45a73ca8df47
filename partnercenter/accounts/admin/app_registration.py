"""App registrations and their secrets."""

from django.contrib import admin

from partnercenter.accounts.models import AppRegistration, ClientSecret, Partner, RefreshToken
from partnercenter.admin_base import OpsAdmin, chosen, linked, see_also


@admin.register(AppRegistration)
class AppRegistrationAdmin(OpsAdmin):
    list_display = ("display_name", linked("tenant"), "id", "is_public", "is_multi_tenant", "is_active")
    list_filter = ("is_public", "is_multi_tenant", "is_active", chosen("tenant", Partner))
    list_select_related = ("tenant",)
    search_fields = ("display_name", "tenant__name")
    id_fields = ("pk", "tenant")
    details = (see_also((ClientSecret, "app"), (RefreshToken, "app")),)
