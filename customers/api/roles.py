"""Directory roles and their members (partner_center_contract part 4)."""

import uuid

from django.conf import settings
from rest_framework.request import Request

from customers.api import shapes, user_presenters
from customers.api.base import DirectoryView
from customers.models import CustomerUser, DirectoryRole, DirectoryRoleMember
from customers.permissions import CustomerPermission
from customers.queries import living_user, user_named
from customers.roles import GLOBAL_ADMINISTRATOR, HELPDESK_ADMINISTRATOR, SERVICE_SUPPORT_ADMINISTRATOR
from customers.roles import USER_ADMINISTRATOR as USER_ADMIN
from customers.services import change_directory_roles
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.encoding import collection
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.operations import PAGING, operation, sorted_by
from partnercenter.wire.partner_center.paging import HEADER, Listing, page, read_seek, window
from partnercenter.wire.partner_center.shapes import collected, paged
from partnercenter.wire.partner_center.views import Answer

BILLING_ADMINISTRATOR = uuid.UUID("b0f54661-2d74-4c50-afa3-1ec803f12efe")
# Ids are those of the role templates; the names of some never followed the directory's renaming.
OLD_NAMES = {
    GLOBAL_ADMINISTRATOR: "Company Administrator",
    USER_ADMIN: "User Account Administrator",
}
SUPPORTED = (
    GLOBAL_ADMINISTRATOR,
    HELPDESK_ADMINISTRATOR,
    USER_ADMIN,
    SERVICE_SUPPORT_ADMINISTRATOR,
    BILLING_ADMINISTRATOR,
)
MEMBER_FIELDS = ("id", "display_name", "user_principal_name", "sort_name")


class RoleList(DirectoryView):
    @operation("List directory roles", gives=collected(shapes.ROLE))
    def get(self, request: Request, customer_id: str) -> Answer:
        """The supported roles, the same for every customer; the setting opens the list to all that can be assigned."""
        self.tenant(customer_id, CustomerPermission.READ_ROLES)
        roles = DirectoryRole.objects.filter(is_assignable=True)
        if settings.PARTNER_CENTER_ALL_ROLES:
            names = dict(roles.order_by("display_name").values_list("pk", "display_name"))
        else:
            found = dict(roles.filter(pk__in=SUPPORTED).values_list("pk", "display_name"))
            names = {role_id: found[role_id] for role_id in SUPPORTED if role_id in found}
        return Answer(collection([_role(role_id, name) for role_id, name in names.items()]))


class UserRoleList(DirectoryView):
    @operation("List roles of a user", gives=collected(shapes.ROLE))
    def get(self, request: Request, customer_id: str, user_id: str) -> Answer:
        user = self.user(customer_id, user_id, CustomerPermission.READ_ROLES)
        held = DirectoryRoleMember.objects.filter(customer=user.customer_id, user=user)
        names = held.order_by("role__display_name").values_list("role", "role__display_name")
        return Answer(collection([_role(role_id, name) for role_id, name in names]))


class MemberList(DirectoryView):
    @operation("List members of a role", gives=paged(shapes.MEMBER), query=(*PAGING, *sorted_by("DisplayName")))
    def get(self, request: Request, customer_id: str, role_id: str) -> Answer:
        customer = self.tenant(customer_id, CustomerPermission.READ_ROLES)
        role = _known(role_id)
        seek = read_seek(
            Listing(path=self.path, sorts={"displayname": "sort_name"}), self.query, request.headers.get(HEADER, "")
        )
        members = CustomerUser.objects.alive().filter(customer=customer, directory_role_members__role=role)
        found = window(members.values(*MEMBER_FIELDS), seek)
        return Answer(page(found, [user_presenters.member(row, role) for row in found.rows], seek, self.query))

    @operation(
        "Add a member to a role",
        takes=shapes.NEW_MEMBER,
        example={"id": "da9a0000-0000-4000-8000-000000000001"},
        gives=shapes.MEMBER,
        status=201,
    )
    def post(self, request: Request, customer_id: str, role_id: str) -> Answer:
        """Only the id counts; adding somebody twice changes nothing and answers the same."""
        customer = self.tenant(customer_id, CustomerPermission.MANAGE_ROLES)
        role = _known(role_id)
        wanted = self.body.guid("Id")
        if wanted is None:
            raise ApiError(codes.ARGUMENT, "Id is required.")
        user = living_user(customer, wanted)
        change_directory_roles(by=self.principal, user=user, add=[role])
        return Answer(user_presenters.member({name: getattr(user, name) for name in MEMBER_FIELDS}, role), status=201)


class MemberDetail(DirectoryView):
    @operation("Remove a member from a role", status=204)
    def delete(self, request: Request, customer_id: str, role_id: str, user_id: str) -> Answer:
        customer = self.tenant(customer_id, CustomerPermission.MANAGE_ROLES)
        role = _known(role_id)
        user = user_named(customer, user_id)
        if not change_directory_roles(by=self.principal, user=user, remove=[role]):
            raise ApiError(codes.NOT_FOUND, "The user is not a member of the role.")
        return Answer(status=204)


def _known(text: str) -> uuid.UUID:
    """The id of a role that users can hold. Real clients send stray blanks around it."""
    try:
        role_id = uuid.UUID(text.strip())
    except ValueError:
        raise ApiError(codes.NOT_FOUND, "There is no such role.") from None
    if not DirectoryRole.objects.filter(pk=role_id).exists():
        raise ApiError(codes.NOT_FOUND, "There is no such role.")
    return role_id


def _role(role_id: uuid.UUID, name: str) -> dict[str, object]:
    return user_presenters.role(role_id, OLD_NAMES.get(role_id, name))
