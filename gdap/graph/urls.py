from django.urls import path

from gdap.graph import assignments, customers, groups, operations, relationships, requests

_ALL = "tenantrelationships/delegatedadminrelationships"
_ONE = f"{_ALL}/<str:relationship_id>"
_GROUP = "groups/<str:group_id>"
_CUSTOMERS = "tenantrelationships/delegatedadmincustomers"

urlpatterns = [
    path(_ALL, relationships.RelationshipList.as_view()),
    path(_ONE, relationships.RelationshipDetail.as_view()),
    path(f"{_ONE}/requests", requests.RequestList.as_view()),
    path(f"{_ONE}/requests/<str:request_id>", requests.RequestDetail.as_view()),
    path(f"{_ONE}/accessassignments", assignments.AssignmentList.as_view()),
    path(f"{_ONE}/accessassignments/<str:assignment_id>", assignments.AssignmentDetail.as_view()),
    path(f"{_ONE}/operations", operations.OperationList.as_view()),
    path(f"{_ONE}/operations/<str:operation_id>", operations.OperationDetail.as_view()),
    path("me", groups.Myself.as_view()),
    path("groups", groups.GroupList.as_view()),
    path("groups/$count", groups.GroupCount.as_view()),
    path(_GROUP, groups.GroupDetail.as_view()),
    path(f"{_GROUP}/members", groups.MemberList.as_view()),
    path(f"{_GROUP}/transitivemembers", groups.MemberList.as_view()),
    path(f"{_GROUP}/members/$ref", groups.MemberReferences.as_view()),
    path(f"{_GROUP}/members/<str:user_id>/$ref", groups.MemberReference.as_view()),
    path(_CUSTOMERS, customers.CustomerList.as_view()),
    path(f"{_CUSTOMERS}/<str:tenant_id>", customers.CustomerDetail.as_view()),
    path(f"{_CUSTOMERS}/<str:tenant_id>/servicemanagementdetails", customers.ServiceManagementDetails.as_view()),
]
