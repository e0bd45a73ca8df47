"""Keys and what can be turned into tokens: to look at, never to take away with you."""

from django.contrib import admin

from partnercenter.accounts.models import (
    AppRegistration,
    AuthorizationCode,
    ClientSecret,
    DeviceCode,
    RefreshToken,
    SigningKey,
    User,
)
from partnercenter.admin_base import OpsAdmin, chosen, linked


@admin.register(ClientSecret)
class ClientSecretAdmin(OpsAdmin):
    list_display = ("hint", linked("app"), "description", "created_at", "expires_at")
    list_filter = (chosen("app", AppRegistration),)
    list_select_related = ("app",)
    search_fields = ("hint", "description", "app__display_name")
    id_fields = ("pk", "app")
    hidden = ("digest",)


@admin.register(SigningKey)
class SigningKeyAdmin(OpsAdmin):
    """`manage.py rotate_keys` makes a new one."""

    list_display = ("kid", "created_at", "retired_at")
    search_fields = ("kid",)
    id_fields = ()
    hidden = ("private_jwe",)


@admin.register(RefreshToken)
class RefreshTokenAdmin(OpsAdmin):
    list_display = ("__str__", linked("user"), linked("app"), "issued_at", "expires_at", "revoked_at")
    list_filter = (chosen("user", User), chosen("app", AppRegistration))
    list_select_related = ("user", "app")
    search_fields = ("user__username", "app__display_name")
    id_fields = ("pk", "user", "app", "tenant_id")
    hidden = ("digest", "password_stamp")


@admin.register(AuthorizationCode)
class AuthorizationCodeAdmin(OpsAdmin):
    list_display = ("__str__", linked("user"), linked("app"), "issued_at", "expires_at", "redeemed_at")
    list_select_related = ("user", "app")
    search_fields = ("user__username", "app__display_name")
    id_fields = ("pk", "user", "app")
    hidden = ("digest", "code_challenge", "nonce", "password_stamp")


@admin.register(DeviceCode)
class DeviceCodeAdmin(OpsAdmin):
    list_display = ("__str__", linked("app"), linked("user"), "issued_at", "expires_at", "approved_at", "redeemed_at")
    list_select_related = ("user", "app")
    search_fields = ("app__display_name", "user__username")
    id_fields = ("pk", "user", "app")
    hidden = ("digest", "user_code")
