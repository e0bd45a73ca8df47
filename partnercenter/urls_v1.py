"""Every address of the Partner Center v1 API. `/v1` stands at the root of the host: clients drop any other base."""

from django.urls import include, path, re_path

from partnercenter.audit.api import AuditRecordList
from partnercenter.wire.partner_center.views import UnknownPath

urlpatterns = [
    path("", include("customers.api.urls")),
    path("", include("licensing.api.urls")),
    path("auditrecords", AuditRecordList.as_view()),
    re_path("", UnknownPath.as_view()),
]
