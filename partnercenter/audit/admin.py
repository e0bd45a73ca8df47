"""The audit record, for ops to search."""

import json
from collections.abc import Mapping
from types import MappingProxyType

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from customers.models import Customer
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import Door, PrincipalKind
from partnercenter.admin_base import NOTHING, OpsAdmin, among, chosen
from partnercenter.audit.models import AuditChain, AuditRecord, AuditSeal, ResourceType

# What a record speaks of is named by id alone, and may be gone; the page says so then.
PAGES: Mapping[str, str] = MappingProxyType(
    {
        ResourceType.CUSTOMER: "customers_customer",
        ResourceType.CUSTOMER_USER: "customers_customeruser",
        ResourceType.LICENSE: "customers_customeruser",
        ResourceType.DIRECTORY_ROLE: "customers_customeruser",
        ResourceType.SUBSCRIPTION: "licensing_subscription",
        ResourceType.ORDER: "licensing_subscription",
        ResourceType.ADMIN_RELATIONSHIP: "gdap_adminrelationship",
        ResourceType.ACCESS_ASSIGNMENT: "gdap_accessassignment",
    }
)


def _page(name: str, key: object, text: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse(f"admin:{name}_change", args=[key]), text)


def _readable(value: object) -> SafeString:
    return format_html("<pre>{}</pre>", json.dumps(value, indent=2, ensure_ascii=False))


@admin.register(AuditRecord)
class AuditRecordAdmin(OpsAdmin):
    list_display = ("occurred_at", "operation", "resource", "customer", "principal_name", "door")
    list_filter = (
        among("door", Door),
        among("principal_kind", PrincipalKind),
        "resource_type",
        "operation",
        chosen("customer_id", Customer),
        chosen("partner_id", Partner),
    )
    date_hierarchy = "occurred_at"
    search_fields = ("resource_name", "principal_name", "customer_name")
    id_fields = ("pk", "customer_id", "resource_id", "principal_id", "request_id")
    hidden = ("customer_id", "customer_name", "resource_id", "resource_name", "before", "after", "granted_by")
    details = ("customer", "resource", "changed_from", "changed_to", "allowed_by")

    @admin.display(description="customer", ordering="customer_name")
    def customer(self, entry: AuditRecord) -> SafeString:
        if entry.customer_id is None:
            return NOTHING
        return _page("customers_customer", entry.customer_id, entry.customer_name or str(entry.customer_id))

    @admin.display(description="resource", ordering="resource_name")
    def resource(self, entry: AuditRecord) -> SafeString | str:
        page = PAGES.get(entry.resource_type)
        return _page(page, entry.resource_id, entry.resource_name) if page else entry.resource_name

    @admin.display(description="before")
    def changed_from(self, entry: AuditRecord) -> SafeString:
        return _readable(entry.before)

    @admin.display(description="after")
    def changed_to(self, entry: AuditRecord) -> SafeString:
        return _readable(entry.after)

    @admin.display(description="granted by")
    def allowed_by(self, entry: AuditRecord) -> SafeString:
        return _readable(entry.granted_by)


@admin.register(AuditChain)
class AuditChainAdmin(OpsAdmin):
    list_display = ("id", "number", "hash", "cut_number")
    search_fields = ("hash",)


@admin.register(AuditSeal)
class AuditSealAdmin(OpsAdmin):
    list_display = ("chain", "number", "newest_at", "hash")
    search_fields = ("hash",)
    list_filter = (chosen("chain", Customer),)
    id_fields = ("pk", "chain")
    hidden = ("members",)
