from django.urls import path

from gdap.views import administer, analytics, expiring, service_management, who_can
from gdap.views.groups import listing as groups
from gdap.views.groups import members
from gdap.views.relationships import assignments, changing, detail, listing, requesting
from gdap.views.templates import editing as templates
from gdap.views.templates import requesting as from_template

CUSTOMER = "customers/<uuid:customer_id>/"
ALL = f"{CUSTOMER}admin-relationships/"
ONE = f"{ALL}<uuid:relationship_id>/"
EXPIRING = "customers/expiring-relationships/"
TEMPLATES = "settings/relationship-templates/"
TEMPLATE = f"{TEMPLATES}<uuid:relationship_template_id>/"
GROUPS = "settings/groups/"
GROUP = f"{GROUPS}<uuid:group_id>/"

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
    path(EXPIRING, expiring.expiring, name="expiring-relationships"),
    path(f"{EXPIRING}enable/", expiring.switch_auto_extend, {"enabled": True}, name="enable-auto-extend"),
    path(f"{EXPIRING}disable/", expiring.switch_auto_extend, {"enabled": False}, name="disable-auto-extend"),
    path(GROUPS, groups.group_list, name="security-groups"),
    path(f"{GROUPS}new/", groups.create, name="create-group"),
    path(GROUP, members.group_members, name="security-group"),
    path(f"{GROUP}access/", members.group_access, name="security-group-access"),
    path(f"{GROUP}rename/", groups.rename, name="rename-group"),
    path(f"{GROUP}delete/", groups.delete, name="delete-group"),
    path(f"{GROUP}members/add/", members.add, name="add-members"),
    path(f"{GROUP}members/remove/", members.remove, name="remove-members"),
    path(f"{CUSTOMER}who-can/", who_can.at_customer, name="who-can"),
    path(f"{CUSTOMER}service-management/", service_management.service_management, name="service-management"),
    path("settings/people/", who_can.people, name="people"),
    path("settings/people/<uuid:person_id>/", who_can.by_person, name="person-access"),
    path(TEMPLATES, templates.template_list, name="relationship-templates"),
    path(f"{TEMPLATES}new/", templates.create, name="create-template"),
    path(TEMPLATE, templates.template_detail, name="relationship-template"),
    path(f"{TEMPLATE}edit/", templates.edit, name="edit-template"),
    path(f"{TEMPLATE}delete/", templates.delete, name="delete-template"),
    path(f"{TEMPLATE}groups/add/", templates.put, name="put-template-groups"),
    path(f"{TEMPLATE}groups/remove/", templates.take_out, name="remove-template-groups"),
    path(f"{TEMPLATE}groups/assign/", from_template.assign, name="assign-template-groups"),
    path(f"{TEMPLATE}request/", from_template.request_for, name="request-from-template"),
    path(f"{TEMPLATE}requested/<uuid:batch_id>/", from_template.batch, name="template-batch"),
    path("customers/administer/", administer.administer, name="administer"),
    path("insights/gdap/", analytics.gdap_analytics, name="gdap-analytics"),
]
