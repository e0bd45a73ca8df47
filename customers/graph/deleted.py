"""Deleted users, and taking that back within 30 days (section 13)."""

import uuid

from rest_framework.request import Request

from customers.graph import user_presenters as presenters
from customers.graph.base import not_there
from customers.graph.fields import USER_FIELDS
from customers.graph.users import LISTING, SEARCHED, UsersView
from customers.models import CustomerUser, CustomerUserQuerySet
from customers.permissions import CustomerPermission as P
from customers.services import restore_user
from partnercenter import clock
from partnercenter.wire.graph.encoding import Answer
from partnercenter.wire.graph.errors import bad_request
from partnercenter.wire.graph.paging import read_page


class DeletedView(UsersView):
    def deleted(self) -> CustomerUserQuerySet:
        return CustomerUser.objects.restorable(clock.now()).filter(customer=self.tenant(P.READ_USERS))

    def one_deleted(self, text: str) -> CustomerUser:
        try:
            found = self.deleted().filter(pk=uuid.UUID(text)).first()
        except ValueError:
            found = None
        if found is None:
            raise not_there(text)
        return found


class DeletedUsers(DeletedView):
    def get(self, request: Request) -> Answer:
        query = self.query
        query.allow("select", "filter", "top", "orderby", "count", "skiptoken", "search")
        names = self.names()
        wanted = query.filtered(USER_FIELDS, is_directory=True), query.searched(SEARCHED)
        page = read_page(self.deleted().filter(*wanted), query, LISTING, counts=query.is_eventual)
        return self.many(self.context_of(names), self.shown(page.rows, names), page)


class DeletedItems(DeletedView):
    def get(self, request: Request) -> Answer:
        raise bad_request("The resource needs a type: /directory/deletedItems/microsoft.graph.user.")


class DeletedItem(DeletedView):
    def get(self, request: Request, user_id: str) -> Answer:
        self.query.allow("select")
        body = presenters.user(self.one_deleted(user_id), self.names())
        return self.one("directoryObjects/$entity", {"@odata.type": presenters.TYPE, **body})


class RestoreItem(DeletedView):
    http_method_names = ["post"]

    def post(self, request: Request, user_id: str) -> Answer:
        row = self.one_deleted(user_id)
        found = restore_user(by=self.principal, customer=self.tenant(P.READ_USERS), user_id=row.pk)
        body = {"@odata.type": presenters.TYPE, **presenters.user(found.user)}
        return self.one("directoryObjects/$entity", body)
