"""The story of the emulated time and the mails of the demo, for ops to read."""

from django.contrib import admin

from partnercenter.admin_base import OpsAdmin
from partnercenter.emulator.models import ClockSetting, Mail


@admin.register(ClockSetting)
class ClockSettingAdmin(OpsAdmin):
    list_display = ("__str__", "set_by", "set_at")
    search_fields = ("set_by",)
    id_fields = ("pk",)
    date_hierarchy = "set_at"


@admin.register(Mail)
class MailAdmin(OpsAdmin):
    list_display = ("subject", "recipients", "dated_at")
    search_fields = ("subject", "recipients")
    id_fields = ("pk",)
    date_hierarchy = "dated_at"
