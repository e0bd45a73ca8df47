"""Admin relationships can be ended; their assignments are read-only."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString

from customers.models import Customer
from gdap.models import (
    AccessAssignment,
    AccessAssignmentRole,
    AdminRelationship,
    AdminRelationshipRole,
    CustomerGrant,
    Notification,
    RelationshipOperation,
    RelationshipRequest,
    SecurityGroup,
)
from gdap.services.relationships import terminate_relationship
from partnercenter import clock
from partnercenter.accounts.models import Partner
from partnercenter.admin_base import OpsAdmin, acting, chosen, joined, linked, see_also
from partnercenter.errors import DomainError


@admin.register(AdminRelationship)
class AdminRelationshipAdmin(OpsAdmin):
    list_display = (
        "display_name",
        "status",
        linked("partner"),
        linked("customer"),
        "duration_days",
        "auto_extend",
        "ends_at",
    )
    list_filter = (
        "auto_extend",
        ("activated_at", admin.EmptyFieldListFilter),
        ("terminated_at", admin.EmptyFieldListFilter),
        chosen("customer", Customer),
        chosen("partner", Partner),
    )
    list_select_related = ("partner", "customer")
    date_hierarchy = "ends_at"
    search_fields = ("display_name", "partner__name", "customer__company_name")
    id_fields = ("pk", "partner", "customer")
    details = (
        "status",
        "role_names",
        see_also(
            (AccessAssignment, "relationship"),
            (CustomerGrant, "source__relationship"),
            (RelationshipRequest, "relationship"),
            (RelationshipOperation, "relationship"),
            (Notification, "relationship"),
        ),
    )
    actions = ("terminate",)

    @admin.display(description="status")
    def status(self, relationship: AdminRelationship) -> str:
        return str(relationship.status(clock.now()).label)

    @admin.display(description="roles")
    def role_names(self, relationship: AdminRelationship) -> SafeString:
        return joined(relationship.roles.all())

    def has_terminate_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser

    @admin.action(description="Terminate selected admin relationships", permissions=["terminate"])
    def terminate(self, request: HttpRequest, queryset: QuerySet[AdminRelationship]) -> TemplateResponse | None:
        """Asks first. Each ends in a transaction of its own: one that the service refuses does not keep the others."""
        selected = list(queryset.select_related("partner", "customer"))
        if "confirmed" not in request.POST:
            return self._ask(request, selected)
        for relationship in selected:
            self._terminate(request, relationship)
        return None

    def _terminate(self, request: HttpRequest, relationship: AdminRelationship) -> None:
        try:
            terminate_relationship(by=acting(request), relationship=relationship)
        except DomainError as error:
            self.message_user(request, f"{relationship.customer}: {error.message}", messages.ERROR)
        else:
            self.message_user(request, f"{relationship} at {relationship.customer} is terminated.", messages.SUCCESS)

    def _ask(self, request: HttpRequest, selected: list[AdminRelationship]) -> TemplateResponse:
        now = clock.now()
        active = [row for row in selected if row.status(now) is AdminRelationship.Status.ACTIVE]
        context = {
            **self.admin_site.each_context(request),
            "title": "Terminate admin relationships?",
            "opts": self.opts,
            "media": self.media,
            "active": active,
            "left_alone": [row for row in selected if row not in active],
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/gdap/adminrelationship/terminate.html", context)


@admin.register(AdminRelationshipRole)
class AdminRelationshipRoleAdmin(OpsAdmin):
    list_display = ("__str__", linked("relationship"), linked("role"))
    list_filter = (chosen("relationship", AdminRelationship),)
    list_select_related = ("relationship", "role")
    search_fields = ("relationship__display_name", "role__display_name")
    id_fields = ("relationship", "role")


@admin.register(AccessAssignment)
class AccessAssignmentAdmin(OpsAdmin):
    list_display = (
        "__str__",
        linked("security_group"),
        linked("relationship"),
        linked("relationship.customer"),
        "status",
        "created_at",
        "deleted_at",
    )
    list_filter = (
        ("deleted_at", admin.EmptyFieldListFilter),
        chosen("relationship", AdminRelationship),
        chosen("security_group", SecurityGroup),
    )
    list_select_related = ("security_group", "relationship__customer")
    date_hierarchy = "created_at"
    search_fields = (
        "security_group__display_name",
        "relationship__display_name",
        "relationship__customer__company_name",
    )
    id_fields = ("pk", "relationship", "security_group", "relationship__customer")
    details = ("status", linked("relationship.customer"), "role_names", see_also((CustomerGrant, "source")))

    @admin.display(description="status")
    def status(self, assignment: AccessAssignment) -> str:
        return str(assignment.status(clock.now()).label)

    @admin.display(description="roles")
    def role_names(self, assignment: AccessAssignment) -> SafeString:
        return joined(assignment.roles.all())


@admin.register(AccessAssignmentRole)
class AccessAssignmentRoleAdmin(OpsAdmin):
    list_display = ("__str__", linked("assignment"), linked("role"))
    list_filter = (chosen("assignment", AccessAssignment),)
    list_select_related = ("assignment__relationship", "assignment__security_group", "role")
    search_fields = ("assignment__security_group__display_name", "role__display_name")
    id_fields = ("assignment", "role")
