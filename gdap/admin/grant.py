"""The derived index of rights, shown with what has run out."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from customers.models import Customer
from gdap.models import AccessAssignment, AdminRelationship, CustomerGrant, CustomerUserGrant, SecurityGroup
from partnercenter import clock
from partnercenter.admin_base import OpsAdmin, chosen, linked


@admin.register(CustomerGrant)
class CustomerGrantAdmin(OpsAdmin):
    list_display = (
        "allows",
        linked("content_object", label="customer"),
        linked("source.security_group"),
        linked("source.relationship"),
        "valid_from",
        "valid_until",
        "live_now",
    )
    list_filter = (
        chosen("content_object", Customer),
        chosen("source", AccessAssignment),
        chosen("source__relationship", AdminRelationship),
        chosen("source__security_group", SecurityGroup),
    )
    search_fields = (
        "permission__codename",
        "content_object__company_name",
        "source__security_group__display_name",
    )
    id_fields = ("content_object", "source", "source__security_group", "source__relationship")
    hidden = ("permission", "group")
    details = ("allows", linked("source.security_group"), "live_now")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CustomerGrant]:
        """With `objects`, which knows live grants only, one that has run out could not be looked into."""
        return CustomerGrant.all_objects.select_related(
            "permission", "group", "content_object", "source__security_group", "source__relationship"
        ).order_by("-pk")

    @admin.display(description="allows", ordering="permission__codename")
    def allows(self, grant: CustomerGrant) -> str:
        codename: str = grant.permission.codename
        return codename

    @admin.display(description="live now", boolean=True)
    def live_now(self, grant: CustomerGrant) -> bool:
        now = clock.now()
        return grant.valid_from <= now and (grant.valid_until is None or grant.valid_until > now)


@admin.register(CustomerUserGrant)
class CustomerUserGrantAdmin(OpsAdmin):
    """Always empty; it is here so that anybody can see that."""

    list_display = ("pk", linked("user"), linked("content_object", label="customer"), "permission")
    list_select_related = ("user", "content_object", "permission")
    id_fields = ()
