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
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from customers.models import ResellerRelationship
from gdap.models import AdminRelationship, SecurityGroup
from licensing.models import Subscription
from partnercenter.accounts.models import Partner, PartnerRoleAssignment, SignInLimit, User
from partnercenter.accounts.services import reset_second_factor, set_staff_blocked, unlock_sign_in
from partnercenter.accounts.views import ops_sign_in
from partnercenter.admin_base import NOTHING, OpsAdmin, acting, chosen, joined, link, linked, open_to_ops, see_also
from partnercenter.audit.models import AuditRecord

if TYPE_CHECKING:
    PasswordAdmin = UserAdmin[User]
else:
    PasswordAdmin = UserAdmin

open_to_ops(admin.site, sign_in=ops_sign_in)
# The library's own pages would show secrets and codes.
for _device in (TOTPDevice, StaticDevice):
    admin.site.unregister(_device)
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

    list_display = ("username", "display_name", linked("partner"), "partner_roles", "is_active", "has_second_factor")
    list_filter = ("is_active", "is_superuser", "has_second_factor", chosen("partner", Partner))
    search_fields = ("username", "display_name", "email")
    id_fields = ("pk", "partner")
    hidden = ("password",)
    details = ("partner_roles", "security_groups", "password_form")
    history_field = "principal_id"
    actions = ("block_sign_in", "unblock_sign_in", "reset_second_factor")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).select_related("partner").prefetch_related("partner_role_assignments")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [(None, {"fields": self.get_fields(request, obj)})]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Django's password form asks this; the page of the account asks it too and stays read-only."""
        asked = request.resolver_match
        sets_password = asked is not None and asked.url_name == "auth_user_password_change"
        return sets_password and request.user.is_superuser and obj is not None and obj.is_superuser

    @admin.action(description="Block the sign-in of the selected accounts and end their sessions")
    def block_sign_in(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        others = [user for user in queryset if user != request.user]
        done = [user for user in others if self._set_blocked(request, user, blocked=True)]
        is_mine = len(others) < len(queryset)
        self.message_user(request, f"Blocked: {len(done)}." + (" Nobody blocks the own account." if is_mine else ""))

    @admin.action(description="Unblock the sign-in of the selected accounts")
    def unblock_sign_in(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        done = [user for user in queryset if self._set_blocked(request, user, blocked=False)]
        self.message_user(request, f"Unblocked: {len(done)}.")

    @admin.action(description="Reset the second factor of the selected accounts")
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        done = [user for user in queryset if reset_second_factor(by=acting(request), user=user)]
        self.message_user(request, f"Second factors taken away: {len(done)}. Their sessions have ended.")

    def _set_blocked(self, request: HttpRequest, user: User, *, blocked: bool) -> bool:
        return set_staff_blocked(by=acting(request), user=user, blocked=blocked)

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


@admin.register(SignInLimit)
class SignInLimitAdmin(OpsAdmin):
    """Who fails to sign in lately, and until when they wait."""

    list_display = ("__str__", "kind", "failures", "failed_at", "opens_at")
    list_filter = ("kind",)
    search_fields = ("name",)
    hidden = ("key",)
    actions = ("unlock",)

    @admin.action(description="Let the selected try again at once")
    def unlock(self, request: HttpRequest, queryset: QuerySet[SignInLimit]) -> None:
        for limit in queryset:
            unlock_sign_in(by=acting(request), limit=limit)
        self.message_user(request, "They can try again at once.")
