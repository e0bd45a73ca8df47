"""The admin of what the APIs remember."""

from django.contrib import admin

from partnercenter.admin_base import OpsAdmin
from partnercenter.wire.models import GivenAnswer


@admin.register(GivenAnswer)
class GivenAnswerAdmin(OpsAdmin):
    """Answers that would be given again. Bodies hold customers' data, so they are not shown."""

    list_display = ("request_id", "caller", "method", "path", "status", "given_at")
    list_filter = ("method", "status")
    search_fields = ("request_id", "caller", "path")
    id_fields = ()
    hidden = ("body", "body_digest")
    date_hierarchy = "given_at"
