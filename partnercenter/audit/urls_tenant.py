from django.urls import path

from partnercenter.audit.views import tenant

urlpatterns = [
    path("activity/", tenant.activity, name="tenant-activity"),
    path("activity/<uuid:record_id>/", tenant.activity_record, name="tenant-activity-record"),
]
