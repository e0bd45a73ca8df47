"""The customer's side of admin relationships, beneath /tenant/."""

from django.urls import path

from gdap.views.tenant import approval, changing, detail, listing

ALL = "partner-relationships/"
ONE = f"{ALL}<uuid:relationship_id>/"

urlpatterns = [
    path("approve/<uuid:relationship_id>/", approval.approve, name="tenant-approve"),
    path("approve/<uuid:relationship_id>/decline/", approval.decline, name="tenant-decline"),
    path(ALL, listing.relationship_list, name="tenant-relationships"),
    path(ONE, detail.relationship_detail, name="tenant-relationship"),
    path(f"{ONE}terminate/", changing.terminate, name="tenant-terminate"),
    path(f"{ONE}remove-global-administrator/", changing.drop_global_administrator, name="tenant-drop-global-admin"),
    path(f"{ONE}auto-extend/", changing.auto_extend, name="tenant-auto-extend"),
]
