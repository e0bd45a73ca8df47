"""Uploads of users, to look at."""

from django.contrib import admin

from customers.models import UploadRow, UserUpload
from partnercenter.admin_base import OpsAdmin, linked


@admin.register(UserUpload)
class UserUploadAdmin(OpsAdmin):
    list_display = ("__str__", linked("customer"), linked("made_by"), "created_at", "started_at")
    list_select_related = ("customer", "made_by")
    search_fields = ("file_name",)
    id_fields = ("pk", "customer")


@admin.register(UploadRow)
class UploadRowAdmin(OpsAdmin):
    list_display = ("number", linked("upload"), "state", "has_problems", "message")
    list_filter = ("state", "has_problems")
    list_select_related = ("upload",)
    search_fields = ("message",)
    id_fields = ("pk", "upload", "user_id")
