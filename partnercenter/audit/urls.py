from django.urls import path

from partnercenter.audit.views import activity

urlpatterns = [
    path("activity/", activity.activity, name="activity"),
    path("activity/<uuid:record_id>/", activity.activity_record, name="activity-record"),
    path("customers/<uuid:customer_id>/activity/", activity.customer_activity, name="customer-activity"),
]
