from django.urls import path

from customers.graph import deleted, roles, tenant, user_links, users

_USER = "users/<str:user_id>"
_ROLE = "directoryroles/<str:role_id>"
_DELETED = "directory/deleteditems"
_DEFINITIONS = "rolemanagement/directory/roledefinitions"

urlpatterns = [
    path("users", users.UserList.as_view()),
    path("users/$count", users.UserCount.as_view()),
    path(_USER, users.UserDetail.as_view()),
    path(f"{_USER}/manager", user_links.Manager.as_view()),
    path(f"{_USER}/manager/$ref", user_links.ManagerReference.as_view()),
    path(f"{_USER}/memberof", user_links.MemberOf.as_view()),
    path("directoryroles", roles.RoleList.as_view()),
    path(_ROLE, roles.RoleDetail.as_view()),
    path(f"{_ROLE}/members", roles.MemberList.as_view()),
    path(f"{_ROLE}/members/$ref", roles.MemberReferences.as_view()),
    path(f"{_ROLE}/members/<str:user_id>/$ref", roles.MemberReference.as_view()),
    path("directoryroletemplates", roles.TemplateList.as_view()),
    path(_DEFINITIONS, roles.DefinitionList.as_view()),
    path(f"{_DEFINITIONS}/<str:role_id>", roles.DefinitionDetail.as_view()),
    path(_DELETED, deleted.DeletedItems.as_view()),
    path(f"{_DELETED}/microsoft.graph.user", deleted.DeletedUsers.as_view()),
    path(f"{_DELETED}/<str:user_id>", deleted.DeletedItem.as_view()),
    path(f"{_DELETED}/<str:user_id>/restore", deleted.RestoreItem.as_view()),
    path("organization", tenant.OrganizationList.as_view()),
    path("organization/<str:tenant_id>", tenant.OrganizationDetail.as_view()),
    path("domains", tenant.DomainList.as_view()),
    path("domains/<str:name>", tenant.DomainDetail.as_view()),
]
