"""The story of the emulated time, for ops to read; `manage.py clock` and the controls move it."""

from django.contrib import admin

from partnercenter.admin_base import OpsAdmin
from partnercenter.emulator.models import ClockSetting


@admin.register(ClockSetting)
class ClockSettingAdmin(OpsAdmin):
    list_display = ("__str__", "set_by", "set_at")
    search_fields = ("set_by",)
    id_fields = ("pk",)
    date_hierarchy = "set_at"
