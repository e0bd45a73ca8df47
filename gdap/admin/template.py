"""Templates and what was requested from them, read-only."""

from django.contrib import admin
from django.utils.safestring import SafeString

from gdap.models import RelationshipTemplate, TemplateGroup, TemplateRequest
from partnercenter.accounts.models import Partner
from partnercenter.admin_base import OpsAdmin, chosen, joined, linked, see_also


@admin.register(RelationshipTemplate)
class RelationshipTemplateAdmin(OpsAdmin):
    list_display = ("display_name", linked("partner"), "duration_days", "auto_extend", "created_at")
    list_filter = ("auto_extend", chosen("partner", Partner))
    list_select_related = ("partner",)
    search_fields = ("display_name", "partner__name")
    id_fields = ("pk", "partner")
    hidden = ("roles",)
    details = ("role_names", see_also((TemplateGroup, "template"), (TemplateRequest, "template")))

    @admin.display(description="roles")
    def role_names(self, template: RelationshipTemplate) -> SafeString:
        return joined(template.roles.all())


@admin.register(TemplateGroup)
class TemplateGroupAdmin(OpsAdmin):
    list_display = ("__str__", linked("template"), linked("security_group"))
    list_filter = (chosen("template", RelationshipTemplate),)
    list_select_related = ("template", "security_group")
    search_fields = ("template__display_name", "security_group__display_name")
    id_fields = ("pk", "template", "security_group")
    hidden = ("roles",)
    details = ("role_names",)

    @admin.display(description="roles")
    def role_names(self, group: TemplateGroup) -> SafeString:
        return joined(group.roles.all())


@admin.register(TemplateRequest)
class TemplateRequestAdmin(OpsAdmin):
    list_display = ("__str__", linked("template"), linked("customer"), linked("relationship"), "problem", "created_at")
    list_filter = (chosen("template", RelationshipTemplate),)
    list_select_related = ("template", "customer", "relationship")
    date_hierarchy = "created_at"
    search_fields = ("template__display_name", "customer__company_name")
    id_fields = ("pk", "template", "batch_id", "customer", "relationship")
