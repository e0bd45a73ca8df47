"""Requests, operations and mails of admin relationships: what was asked for, how far it is, and who was told."""

from django.contrib import admin

from gdap.models import AdminRelationship, Notification, RelationshipOperation, RelationshipRequest
from partnercenter import clock
from partnercenter.admin_base import OpsAdmin, chosen, linked


class _Progress(OpsAdmin):
    list_filter = (chosen("relationship", AdminRelationship),)
    list_select_related = ("relationship",)
    date_hierarchy = "created_at"
    search_fields = ("relationship__display_name",)
    id_fields = ("pk", "relationship")
    details = ("status",)

    @admin.display(description="status")
    def status(self, row: RelationshipRequest | RelationshipOperation) -> str:
        return row.status(clock.now())


@admin.register(RelationshipRequest)
class RelationshipRequestAdmin(_Progress):
    list_display = ("action", linked("relationship"), "status", "created_at", "done_at")


@admin.register(RelationshipOperation)
class RelationshipOperationAdmin(_Progress):
    list_display = ("operation_type", linked("relationship"), "status", "created_at", "done_at")


@admin.register(Notification)
class NotificationAdmin(OpsAdmin):
    list_display = ("subject", "recipient", "kind", linked("relationship"), "due_at", "sent_at")
    list_filter = ("kind", ("sent_at", admin.EmptyFieldListFilter), chosen("relationship", AdminRelationship))
    list_select_related = ("relationship",)
    date_hierarchy = "due_at"
    search_fields = ("recipient", "subject", "relationship__display_name")
    id_fields = ("pk", "relationship")
