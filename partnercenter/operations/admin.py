from django.contrib import admin

from partnercenter.admin_base import OpsAdmin
from partnercenter.operations.models import Heartbeat


@admin.register(Heartbeat)
class HeartbeatAdmin(OpsAdmin):
    list_display = ("name", "seen_at", "value")
    search_fields = ("name",)
    id_fields = ()
