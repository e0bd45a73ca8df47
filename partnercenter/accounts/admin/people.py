"""Partners and who signs in, for ops. There is no service for these yet, so all is read-only but an ops password."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from customers.models import ResellerRelationship
from gdap.models import AdminRelationship, SecurityGroup
from licensing.models import Subscription
from partnercenter.accounts.models import Partner, PartnerRoleAssignment, User
from partnercenter.admin_base import NOTHING, OpsAdmin, chosen, joined, link, linked, open_to_ops, see_also
from partnercenter.audit.models import AuditRecord

if TYPE_CHECKING:
    PasswordAdmin = UserAdmin[User]
else:
    PasswordAdmin = UserAdmin

open_to_ops(admin.site)
# A group is the inside of a security group; edited here it would change rights that nobody recorded.
admin.site.unregister(Group)


@admin.register(Partner)
class PartnerAdmin(OpsAdmin):
    list_display = ("name", "domain", "country", "mpn_id", "created_at")
    search_fields = ("name", "domain", "mpn_id")
    details = (
        see_also(
            (User, "partner"),
            (ResellerRelationship, "partner"),
            (Subscription, "partner"),
            (SecurityGroup, "partner"),
            (AdminRelationship, "partner"),
            (AuditRecord, "partner_id"),
        ),
    )
    history_field = "partner_id"


@admin.register(User)
class AccountAdmin(OpsAdmin, PasswordAdmin):
    """Staff accounts are shown only. Django's own form sets the password of an ops account."""

    list_display = ("username", "display_name", linked("partner"), "partner_roles", "is_active", "is_superuser")
    list_filter = ("is_active", "is_superuser", chosen("partner", Partner))
    search_fields = ("username", "display_name", "email")
    id_fields = ("pk", "partner")
    hidden = ("password",)
    details = ("partner_roles", "security_groups", "password_form")
    history_field = "principal_id"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).select_related("partner").prefetch_related("partner_role_assignments")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [(None, {"fields": self.get_fields(request, obj)})]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Django's password form asks this; the page of the account asks it too and stays read-only."""
        asked = request.resolver_match
        sets_password = asked is not None and asked.url_name == "auth_user_password_change"
        return sets_password and request.user.is_superuser and obj is not None and obj.is_superuser

    @admin.display(description="partner roles")
    def partner_roles(self, user: User) -> str:
        return ", ".join(str(assignment) for assignment in user.partner_role_assignments.all())

    @admin.display(description="security groups")
    def security_groups(self, user: User) -> SafeString:
        return joined(link(group) for group in SecurityGroup.objects.filter(group__user=user))

    @admin.display(description="password")
    def password_form(self, user: User) -> SafeString:
        if not user.is_superuser:
            return NOTHING
        return format_html(
            '<a href="{}">Change password</a>', reverse("admin:auth_user_password_change", args=[user.pk])
        )


@admin.register(PartnerRoleAssignment)
class PartnerRoleAssignmentAdmin(OpsAdmin):
    list_display = ("role", linked("user"), linked("user.partner"))
    list_filter = ("role",)
    list_select_related = ("user__partner",)
    search_fields = ("user__username", "user__display_name")
    id_fields = ("user", "user__partner")
