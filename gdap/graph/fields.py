"""What the GDAP lists can be filtered by."""

from django.db.models import Exists, OuterRef, Q

from gdap.lifecycle import Status
from gdap.models import AccessAssignmentRole, AdminRelationshipRole
from partnercenter.wire.graph.filters import Fields
from partnercenter.wire.graph.filters import conditions as by

_EXTENDS = {"PT0S": False, "P0D": False, "P180D": True}


def _with_role(inner: Q) -> Q:
    return Q(Exists(AdminRelationshipRole.objects.filter(inner, relationship=OuterRef("pk"))))


def _assigned_role(inner: Q) -> Q:
    return Q(Exists(AccessAssignmentRole.objects.filter(inner, assignment=OuterRef("pk"))))


_ROLE = {"roledefinitionid": by.guid("role")}

RELATIONSHIP_FIELDS: Fields = {
    "status": by.choice("status_now", {status.value: status.value for status in Status}),
    "customer/tenantid": by.guid("customer"),
    "customer/displayname": by.text("customer__company_name"),
    "displayname": by.text("display_name"),
    "autoextendduration": by.choice("auto_extend", _EXTENDS),
    "createddatetime": by.moment("created_at"),
    "lastmodifieddatetime": by.moment("modified_at"),
    "activateddatetime": by.moment("activated_at"),
    "accessdetails/unifiedroles": by.Items(_ROLE, _with_role),
}
ASSIGNMENT_FIELDS: Fields = {
    "accesscontainer/accesscontainerid": by.guid("security_group"),
    "createddatetime": by.moment("created_at"),
    "lastmodifieddatetime": by.moment("modified_at"),
    "accessdetails/unifiedroles": by.Items(_ROLE, _assigned_role),
}
CUSTOMER_FIELDS: Fields = {
    "id": by.guid("pk"),
    "tenantid": by.guid("pk"),
    "displayname": by.name("sort_name"),
}
GROUP_FIELDS: Fields = {
    "id": by.guid("pk"),
    "displayname": by.text("display_name"),
    "description": by.text("description"),
    "securityenabled": by.always(value=True),
    "mailenabled": by.always(value=False),
}
