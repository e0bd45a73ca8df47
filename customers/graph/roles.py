"""Directory roles of a tenant and their members; templates and definitions, which are the same everywhere."""

from django.db.models import QuerySet
from rest_framework.request import Request

from customers.graph import role_presenters as presenters
from customers.graph import user_presenters
from customers.graph.base import DIRECTORY_READS, DIRECTORY_WRITES, DirectoryView, TenantView, living, not_there
from customers.graph.references import referred_user
from customers.models import Customer, CustomerUser, DirectoryRole
from customers.permissions import CustomerPermission as P
from customers.services import change_directory_roles
from gdap import access
from partnercenter.wire.graph.encoding import Answer, Body
from partnercenter.wire.graph.errors import bad_request
from partnercenter.wire.graph.filters import Fields
from partnercenter.wire.graph.filters import conditions as by
from partnercenter.wire.graph.paging import Listing, read_page
from partnercenter.wire.graph.paths import key

BY_TEMPLATE = "roletemplateid="
ROLE_WRITES = DIRECTORY_WRITES | {"RoleManagement.ReadWrite.Directory"}
ROLE_READS = DIRECTORY_READS | ROLE_WRITES | {"RoleManagement.Read.Directory", "RoleManagement.Read.All"}
TWICE = "One or more added object references already exist for the following modified properties: 'members'."
ACTIVE = "A conflicting object with one or more of the specified property values is present in the directory."
MEMBERS = Listing(path="members", type="directoryObject", sorts={"displayName": "sort_name"})
ROLE_FIELDS: Fields = {"displayname": by.text("display_name"), "roletemplateid": by.guid("pk")}
DEFINITION_FIELDS: Fields = {
    "displayname": by.text("display_name"),
    "id": by.guid("pk"),
    "templateid": by.guid("pk"),
    "isbuiltin": by.choice("pk__isnull", {}),
}


class RoleView(DirectoryView):
    reads_with = ROLE_READS
    writes_with = ROLE_WRITES

    def role(self, customer: Customer, text: str) -> DirectoryRole:
        """By its id in this tenant, or by its template. Every role that users can hold counts as activated."""
        wanted = key(text.removeprefix(BY_TEMPLATE))
        by_template = text.startswith(BY_TEMPLATE)
        for role in _activated():
            if wanted == (role.pk if by_template else presenters.role_id(customer.pk, role.pk)):
                return role
        raise not_there(text)


class RoleList(RoleView):
    def get(self, request: Request) -> Answer:
        self.query.allow("select", "filter", "count")
        names = self.query.select(presenters.ROLE, of="directoryRole")
        customer = self.tenant(P.READ_ROLES)
        rows = _activated().filter(self.query.filtered(ROLE_FIELDS))
        items = [presenters.directory_role(customer.pk, row) for row in rows]
        return self.many("directoryRoles", [_chosen(item, names) for item in items])

    def post(self, request: Request) -> Answer:
        """To activate a role; all are, so it is there already."""
        self.tenant(P.MANAGE_ROLES)
        template_id = self.body.guid("roleTemplateId")
        if template_id is None or not _activated().filter(pk=template_id).exists():
            raise not_there(str(template_id))
        raise bad_request(ACTIVE)


class RoleDetail(RoleView):
    def get(self, request: Request, role_id: str) -> Answer:
        self.query.allow("select")
        names = self.query.select(presenters.ROLE, of="directoryRole")
        customer = self.tenant(P.READ_ROLES)
        found = presenters.directory_role(customer.pk, self.role(customer, role_id))
        return self.one("directoryRoles/$entity", _chosen(found, names))


class MemberList(RoleView):
    def get(self, request: Request, role_id: str) -> Answer:
        self.query.allow("select", "top", "count", "skiptoken")
        names = self.query.select(user_presenters.DEFAULT, of="user")
        customer = self.tenant(P.READ_ROLES, P.READ_USERS)
        role = self.role(customer, role_id)
        users = CustomerUser.objects.alive().filter(customer=customer, directory_role_members__role=role)
        page = read_page(users, self.query, MEMBERS, counts=self.query.is_eventual)
        items = [{"@odata.type": user_presenters.TYPE, **user_presenters.user(row, names)} for row in page.rows]
        return self.many("directoryObjects", items, page)


class MemberReferences(RoleView):
    http_method_names = ["post"]

    def post(self, request: Request, role_id: str) -> Answer:
        customer = self.tenant(P.MANAGE_ROLES)
        role, user = self.role(customer, role_id), living(customer, referred_user(self.body))
        if not change_directory_roles(by=self.principal, user=user, add=[role.pk]):
            raise bad_request(TWICE)
        return Answer(status=204)


class MemberReference(RoleView):
    http_method_names = ["delete"]

    def delete(self, request: Request, role_id: str, user_id: str) -> Answer:
        customer = self.tenant(P.MANAGE_ROLES)
        role, user = self.role(customer, role_id), living(customer, user_id)
        if not change_directory_roles(by=self.principal, user=user, remove=[role.pk]):
            raise not_there(user_id)
        return Answer(status=204)


class CatalogView(TenantView):
    """What is the same in every tenant; at a customer, for those who may see its roles."""

    reads_with = ROLE_READS

    def initial_rows(self) -> "QuerySet[DirectoryRole]":
        tenant_id = self.principal.tenant_id
        if not self.is_at_home and tenant_id is not None:
            access.require(self.principal, access.visible_customer(self.principal, tenant_id), P.READ_ROLES)
        return DirectoryRole.objects.order_by("display_name", "pk")


class TemplateList(CatalogView):
    def get(self, request: Request) -> Answer:
        self.query.allow("select")
        names = self.query.select(presenters.TEMPLATE, of="directoryRoleTemplate")
        items = [_chosen(presenters.template(row), names) for row in self.initial_rows()]
        return self.many("directoryRoleTemplates", items)


class DefinitionList(CatalogView):
    def get(self, request: Request) -> Answer:
        self.query.allow("select", "filter", "top", "count", "orderby", "skiptoken")
        names = self.query.select(presenters.DEFINITION, of="unifiedRoleDefinition")
        rows = self.initial_rows().filter(self.query.filtered(DEFINITION_FIELDS))
        listing = Listing(path="roleDefinitions", type="unifiedRoleDefinition", sorts={"displayName": "display_name"},
                          default_size=999)  # fmt: skip
        page = read_page(rows, self.query, listing, counts=True)
        items = [_chosen(presenters.definition(row), names) for row in page.rows]
        return self.many("roleManagement/directory/roleDefinitions", items, page)


class DefinitionDetail(CatalogView):
    def get(self, request: Request, role_id: str) -> Answer:
        self.query.allow("select")
        names = self.query.select(presenters.DEFINITION, of="unifiedRoleDefinition")
        found = self.initial_rows().filter(pk=key(role_id)).first()
        if found is None:
            raise not_there(role_id)
        return self.one(
            "roleManagement/directory/roleDefinitions/$entity", _chosen(presenters.definition(found), names)
        )


def _activated() -> "QuerySet[DirectoryRole]":
    return DirectoryRole.objects.filter(is_assignable=True).order_by("display_name", "pk")


def _chosen(body: Body, names: tuple[str, ...]) -> Body:
    return {name: body[name] for name in names}
