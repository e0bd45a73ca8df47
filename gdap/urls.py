from django.urls import path

from gdap.views.relationships import assignments, changing, detail, listing, requesting

CUSTOMER = "customers/<uuid:customer_id>/"
ALL = f"{CUSTOMER}admin-relationships/"
ONE = f"{ALL}<uuid:relationship_id>/"

urlpatterns = [
    path(ALL, listing.relationship_list, name="admin-relationships"),
    path(f"{ALL}new/", requesting.request_new, name="request-relationship"),
    path(f"{ALL}terminate-selected/", listing.terminate_selected, name="terminate-selected"),
    path(ONE, detail.relationship_detail, name="admin-relationship"),
    path(f"{ONE}invitation/", requesting.requested, name="relationship-requested"),
    path(f"{ONE}send/", requesting.send, name="send-relationship"),
    path(f"{ONE}delete/", requesting.delete, name="delete-relationship"),
    path(f"{ONE}edit/", changing.edit, name="edit-relationship"),
    path(f"{ONE}terminate/", changing.terminate, name="terminate-relationship"),
    path(f"{ONE}remove-global-administrator/", changing.drop_global_administrator, name="drop-global-administrator"),
    path(f"{ONE}groups/add/", assignments.assign, name="assign-groups"),
    path(f"{ONE}groups/remove/", assignments.remove, name="remove-assignments"),
    path(f"{ONE}groups/<uuid:assignment_id>/", assignments.change, name="edit-assignment"),
]
