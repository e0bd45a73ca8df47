"""What leads from a user to others: the manager, the directory roles (sections 11 and 13)."""

from rest_framework.request import Request

from customers.graph import role_presenters
from customers.graph.base import not_there
from customers.graph.references import referred_user
from customers.graph.user_presenters import DEFAULT
from customers.graph.users import UsersView, manager_body
from customers.models import DirectoryRole
from customers.permissions import CustomerPermission as P
from customers.services import set_manager
from partnercenter.wire.graph.encoding import Answer


class Manager(UsersView):
    http_method_names = ["get"]

    def get(self, request: Request, user_id: str) -> Answer:
        self.query.allow("select")
        names = self.query.select(DEFAULT, of="user", default=DEFAULT)
        body = manager_body(self.user(user_id), names)
        if body is None:
            raise not_there("manager")
        return self.one("directoryObjects/$entity", body)


class ManagerReference(UsersView):
    http_method_names = ["get", "put", "delete"]

    def get(self, request: Request, user_id: str) -> Answer:
        body = manager_body(self.user(user_id))
        if body is None:
            raise not_there("manager")
        return self.one("$ref", {"@odata.id": f"{self.root}/directoryObjects/{body['id']}"})

    def put(self, request: Request, user_id: str) -> Answer:
        user = self.user(user_id)
        set_manager(by=self.principal, user=user, manager=self.user(referred_user(self.body)))
        return Answer(status=204)

    def delete(self, request: Request, user_id: str) -> Answer:
        user = self.user(user_id)
        if not set_manager(by=self.principal, user=user, manager=None):
            raise not_there("manager")
        return Answer(status=204)


class MemberOf(UsersView):
    """Groups of customers are not kept here, so these are the directory roles."""

    def get(self, request: Request, user_id: str) -> Answer:
        self.query.allow("select", "top")
        user = self.user(user_id, P.READ_ROLES)
        roles = DirectoryRole.objects.filter(members__customer=user.customer_id, members__user=user)
        items = [
            {"@odata.type": "#microsoft.graph.directoryRole", **role_presenters.directory_role(user.customer_id, role)}
            for role in roles.order_by("display_name", "pk")
        ]
        return self.many("directoryObjects", items)
