"""Everything about a customer but its users; read-only."""

from django.contrib import admin

from customers.models import (
    Agreement,
    ApplicationConsent,
    BillingProfile,
    Country,
    Customer,
    CustomerTag,
    CustomerUser,
    DirectoryRole,
    DirectoryRoleMember,
    Domain,
    Qualification,
    ResellerRelationship,
    Tag,
)
from gdap.models import AdminRelationship, CustomerGrant
from licensing.models import LicenseAssignment, SoftwarePurchase, SubscribedSku, Subscription
from partnercenter.accounts.models import Partner
from partnercenter.admin_base import OpsAdmin, chosen, linked, see_also
from partnercenter.audit.models import AuditRecord


@admin.register(Customer)
class CustomerAdmin(OpsAdmin):
    list_display = ("company_name", "primary_domain", "country", "created_at")
    list_filter = ("country",)
    search_fields = ("company_name", "primary_domain", "email")
    hidden = ("sort_name",)
    details = (
        see_also(
            (Domain, "customer"),
            (CustomerUser, "customer"),
            (DirectoryRoleMember, "customer"),
            (ResellerRelationship, "customer"),
            (AdminRelationship, "customer"),
            (CustomerGrant, "content_object"),
            (Subscription, "customer"),
            (SubscribedSku, "customer"),
            (LicenseAssignment, "customer"),
            (SoftwarePurchase, "customer"),
            (Qualification, "customer"),
            (Agreement, "customer"),
            (ApplicationConsent, "customer"),
            (AuditRecord, "customer_id"),
        ),
    )
    history_field = "customer_id"


@admin.register(Qualification)
class QualificationAdmin(OpsAdmin):
    list_display = ("__str__", linked("customer"), linked("partner"), "kind", "created_at")
    list_filter = ("kind", chosen("customer", Customer), chosen("partner", Partner))
    list_select_related = ("customer", "partner")
    date_hierarchy = "created_at"
    search_fields = ("customer__company_name", "website")
    id_fields = ("customer", "partner")


@admin.register(Agreement)
class AgreementAdmin(OpsAdmin):
    list_display = ("__str__", linked("customer"), linked("partner"), "email", "agreed_at")
    list_filter = (chosen("customer", Customer), chosen("partner", Partner))
    list_select_related = ("customer", "partner")
    date_hierarchy = "agreed_at"
    search_fields = ("customer__company_name", "first_name", "last_name", "email")
    id_fields = ("customer", "partner")


@admin.register(ApplicationConsent)
class ApplicationConsentAdmin(OpsAdmin):
    list_display = ("__str__", linked("customer"), linked("partner"), "application_id", "created_at")
    list_filter = (chosen("customer", Customer), chosen("partner", Partner))
    list_select_related = ("customer", "partner")
    date_hierarchy = "created_at"
    search_fields = ("customer__company_name", "display_name")
    id_fields = ("pk", "application_id", "customer", "partner")


@admin.register(Domain)
class DomainAdmin(OpsAdmin):
    list_display = ("name", linked("customer"), "is_default", "is_initial", "is_verified", "authentication")
    list_filter = ("authentication", "is_verified", "is_initial", chosen("customer", Customer))
    list_select_related = ("customer",)
    search_fields = ("name", "customer__company_name")
    id_fields = ("customer",)


@admin.register(ResellerRelationship)
class ResellerRelationshipAdmin(OpsAdmin):
    list_display = ("__str__", linked("partner"), linked("customer"), "started_at", "ended_at")
    list_filter = (("ended_at", admin.EmptyFieldListFilter), chosen("partner", Partner), chosen("customer", Customer))
    list_select_related = ("partner", "customer")
    search_fields = ("partner__name", "customer__company_name")
    id_fields = ("partner", "customer")


@admin.register(Country)
class CountryAdmin(OpsAdmin):
    list_display = ("code", "name", "licensing_allowed", "reason")
    list_filter = ("licensing_allowed",)
    search_fields = ("=code", "name")
    id_fields = ()


@admin.register(DirectoryRole)
class DirectoryRoleAdmin(OpsAdmin):
    list_display = ("display_name", "portal_group", "is_privileged", "is_assignable", "is_gdap_selectable")
    list_filter = ("is_privileged", "is_assignable", "is_gdap_selectable", "portal_group")
    search_fields = ("display_name", "description")
    details = (see_also((DirectoryRoleMember, "role")),)


@admin.register(DirectoryRoleMember)
class DirectoryRoleMemberAdmin(OpsAdmin):
    list_display = ("__str__", linked("user"), linked("role"), linked("customer"))
    list_filter = (
        "role__is_privileged",
        chosen("role", DirectoryRole),
        chosen("customer", Customer),
        chosen("user", CustomerUser),
    )
    list_select_related = ("user", "role", "customer")
    search_fields = ("user__user_principal_name", "user__display_name", "role__display_name")
    id_fields = ("customer", "user", "role")


@admin.register(BillingProfile)
class BillingProfileAdmin(OpsAdmin):
    list_display = ("__str__", linked("customer"), linked("partner"), "company_name", "email")
    list_filter = ("country",)
    list_select_related = ("customer", "partner")
    search_fields = ("company_name", "email", "customer__company_name")
    id_fields = ("pk", "customer", "partner")


@admin.register(Tag)
class TagAdmin(OpsAdmin):
    list_display = ("name", linked("partner"))
    list_filter = (chosen("partner", Partner),)
    list_select_related = ("partner",)
    search_fields = ("name", "partner__name")
    hidden = ("sort_name",)
    id_fields = ("pk", "partner")
    details = (see_also((CustomerTag, "tag")),)


@admin.register(CustomerTag)
class CustomerTagAdmin(OpsAdmin):
    list_display = ("__str__", linked("customer"), linked("tag"))
    list_filter = (chosen("customer", Customer), chosen("tag", Tag))
    list_select_related = ("customer", "tag")
    search_fields = ("customer__company_name", "tag__name")
    id_fields = ("customer", "tag")
