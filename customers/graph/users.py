"""Users of a customer: list, count, get, create, change, delete (section 11)."""

import re
from collections.abc import Collection, Sequence

from django.db.models import QuerySet
from rest_framework.request import Request

from customers.graph import user_bodies as bodies
from customers.graph import user_presenters as presenters
from customers.graph.base import USER_READS, USER_WRITES, DirectoryView
from customers.graph.fields import USER_FIELDS
from customers.models import Customer, CustomerUser
from customers.permissions import CustomerPermission as P
from customers.services import (
    UserInfo,
    UserProfile,
    create_user,
    delete_user,
    reset_password,
    set_sign_in_blocked,
    update_profile,
    update_user,
)
from licensing.graph.presenters import licenses_held
from partnercenter import replicas
from partnercenter.wire.graph.encoding import Answer
from partnercenter.wire.graph.errors import bad_request, unsupported
from partnercenter.wire.graph.paging import Listing, read_page

LISTING = Listing(
    path="users",
    type="user",
    sorts={"displayName": "sort_name", "userPrincipalName": "sort_principal_name", "createdDateTime": "created_at"},
)
SEARCHED = {"displayname": "sort_name", "userprincipalname": "sort_principal_name"}
EMPTY = UserInfo(first_name="", last_name="", display_name="", user_principal_name="", usage_location="")
_EXPANDED = re.compile(r"manager(?:\(\$select=(?P<names>[\w,]+)\))?")


class UsersView(DirectoryView):
    reads_with = USER_READS
    writes_with = USER_WRITES

    def names(self) -> tuple[str, ...]:
        return self.query.select(presenters.ALL, of="user", default=presenters.DEFAULT)

    def readable(self, names: Collection[str]) -> Customer:
        """The customer, for somebody who may read these properties of users."""
        more = (P.READ_USER_LICENSES,) if presenters.wants_licenses(names) else ()
        return self.tenant(P.READ_USERS, *more)

    def shown(self, rows: Sequence[CustomerUser], names: Collection[str]) -> list[presenters.Body]:
        held = licenses_held(rows, names) if presenters.wants_licenses(names) else None
        expanded = self.expanded()
        found = []
        for row in rows:
            body = presenters.user(row, names, held=held)
            if expanded is not None:
                body["manager"] = manager_body(row, expanded)
            found.append(body)
        return found

    def expanded(self) -> tuple[str, ...] | None:
        """Properties of the manager to show with the user; None if that isn't asked for."""
        text = self.query.get("expand").replace(" ", "")
        if not text:
            return None
        found = _EXPANDED.fullmatch(text)
        if found is None:
            raise unsupported("Only manager can be expanded.")
        asked = {name.casefold() for name in (found["names"] or ",".join(presenters.DEFAULT)).split(",")}
        return tuple(name for name in presenters.DEFAULT if name.casefold() in asked)

    def context_of(self, names: Sequence[str]) -> str:
        chosen = f"({','.join(names)})" if self.query.get("select") else ""
        return f"users{chosen}"


class UserList(UsersView):
    def get(self, request: Request) -> Answer:
        query = self.query
        query.allow("select", "filter", "top", "orderby", "count", "skiptoken", "search", "expand")
        names = self.names()
        rows = self.rows(self.readable(names))
        if self.expanded() is not None:
            rows = rows.select_related("manager")
        page = read_page(replicas.read(rows), query, LISTING, counts=query.is_eventual)
        return self.many(self.context_of(names), self.shown(page.rows, names), page)

    def rows(self, customer: Customer) -> "QuerySet[CustomerUser]":
        users = CustomerUser.objects.alive().filter(customer=customer)
        return users.filter(self.query.filtered(USER_FIELDS, is_directory=True), self.query.searched(SEARCHED))

    def post(self, request: Request) -> Answer:
        customer, body = self.tenant(P.CREATE_USERS), self.body
        bodies.check_new(body)
        password, must_change = bodies.password_in(body)
        if password is None:
            raise bad_request("A value is required for property 'passwordProfile' of resource 'User'.")
        made = create_user(
            by=self.principal,
            customer=customer,
            info=bodies.info_in(body, EMPTY),
            password=password,
            must_change_password=must_change,
            immutable_id=body.text("onPremisesImmutableId") or "",
            profile=bodies.profile_in(body, UserProfile()),
            sign_in_blocked=body.flag("accountEnabled") is False,
        )
        location = f"{self.root}/users/{made.user.pk}"
        return self.one("users/$entity", presenters.user(made.user), status=201, headers={"Location": location})


class UserCount(UserList):
    http_method_names = ["get"]

    def get(self, request: Request) -> Answer:
        self.query.allow("filter", "search")
        if not self.query.is_eventual:
            raise bad_request("$count is not currently supported.")
        users = CustomerUser.objects.alive().filter(customer=self.tenant(P.READ_USERS))
        wanted = users.filter(self.query.filtered(USER_FIELDS), self.query.searched(SEARCHED))
        return Answer(body=str(wanted.count()))


class UserDetail(UsersView):
    def get(self, request: Request, user_id: str) -> Answer:
        self.query.allow("select", "expand")
        names = self.names()
        self.readable(names)
        row = self.user(user_id)
        return self.one(f"{self.context_of(names)}/$entity", *self.shown([row], names))

    def patch(self, request: Request, user_id: str) -> Answer:
        """Each kind of change is a step of its own, with its own right and record; all of them or none."""
        by, body = self.principal, self.body
        user = self.user(user_id)
        bodies.check_changes(body)
        update_user(by=by, user=user, info=bodies.info_in(body, UserInfo.of(user)))
        update_profile(by=by, user=user, profile=bodies.profile_in(body, UserProfile.of(user)))
        enabled = body.flag("accountEnabled")
        if enabled is not None:
            set_sign_in_blocked(by=by, user=user, blocked=not enabled)
        password, must_change = bodies.password_in(body)
        if password is not None:
            reset_password(by=by, user=user, password=password, must_change=must_change)
        return Answer(status=204)

    def delete(self, request: Request, user_id: str) -> Answer:
        delete_user(by=self.principal, user=self.user(user_id))
        return Answer(status=204)


def manager_body(row: CustomerUser, names: Collection[str] = presenters.DEFAULT) -> presenters.Body | None:
    """The manager, unless there is none or the manager was deleted. `row` with its `manager`."""
    manager = row.manager
    if manager is None or manager.deleted_at is not None:
        return None
    return {"@odata.type": presenters.TYPE, **presenters.user(manager, names)}
