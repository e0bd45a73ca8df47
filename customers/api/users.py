"""Users of a customer: list, get, create, change, delete, restore (partner_center_contract part 3)."""

from dataclasses import replace

from django.db import transaction
from django.db.models import Q
from rest_framework.request import Request

from customers.api import shapes, user_presenters
from customers.api.base import DirectoryView
from customers.models import CustomerUser
from customers.models.user import restorable
from customers.permissions import CustomerPermission
from customers.queries import living_user
from customers.services import (
    NewPassword,
    UserInfo,
    create_user,
    delete_user,
    reset_password,
    restore_user,
    update_user,
)
from partnercenter import clock, replicas
from partnercenter.fields import begins_with, sort_key
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.filters import (
    Condition,
    Fields,
    Filter,
    conditions,
    mentions,
    parse_filter,
    unsupported,
)
from partnercenter.wire.partner_center.members import Members
from partnercenter.wire.partner_center.operations import PAGING, filtered_by, operation, sorted_by
from partnercenter.wire.partner_center.paging import HEADER, Listing, page, read_seek, window
from partnercenter.wire.partner_center.shapes import paged
from partnercenter.wire.partner_center.views import Answer

DEFAULT_SIZE = 100
SORTS = {
    "displayname": "sort_name",
    "userprincipalname": "sort_principal_name",
    "firstname": "first_name",
    "lastname": "last_name",
}
STATES = ("userstate", "userstatus")
FILTER = filtered_by(
    "Fields: UserState (equals Active or Inactive), DisplayName and UserPrincipalName (equals, starts_with, substring)."
)


class UserList(DirectoryView):
    @operation(
        "List users",
        says="Deleted users are found by UserState equals Inactive only.",
        gives=paged(shapes.USER),
        query=(*PAGING, FILTER, *sorted_by("DisplayName", "UserPrincipalName", "FirstName", "LastName")),
    )
    def get(self, request: Request, customer_id: str) -> Answer:
        customer = self.tenant(customer_id, CustomerPermission.READ_USERS)
        listing = Listing(path=self.path, sorts=SORTS, default_size=DEFAULT_SIZE)
        seek = read_seek(listing, self.query, request.headers.get(HEADER, ""))
        wanted = parse_filter(seek.filter)
        users = CustomerUser.objects.filter(_in_state(wanted), conditions(wanted, FILTERS), customer=customer)
        found = window(replicas.read(users).values(*user_presenters.FIELDS), seek)
        body = page(found, [user_presenters.user(row) for row in found.rows], seek, self.query)
        # The real service repeats its own word for the field, whatever it was asked with (recorded_responses B).
        link = body["links"]["self"]
        link["uri"] = link["uri"].replace("%22UserState%22", "%22UserStatus%22")
        return Answer(body)

    @operation(
        "Create a user",
        says="The answer shows the password, once.",
        takes=shapes.NEW_USER,
        example=shapes.A_NEW_USER,
        gives=shapes.USER_WITH_PASSWORD,
        status=201,
    )
    def post(self, request: Request, customer_id: str) -> Answer:
        customer = self.tenant(customer_id, CustomerPermission.CREATE_USERS)
        body = self.body
        profile = body.members("PasswordProfile") or Members()
        created = create_user(
            by=self.principal,
            customer=customer,
            info=UserInfo(
                first_name=body.text("FirstName") or "",
                last_name=body.text("LastName") or "",
                display_name=body.text("DisplayName") or "",
                user_principal_name=body.text("UserPrincipalName") or "",
                usage_location=(body.text("UsageLocation") or "").upper(),
            ),
            password=profile.text("Password"),
            must_change_password=_must_change(profile),
            immutable_id=body.text("ImmutableId") or "",
            phone_number=body.text("PhoneNumber") or "",
        )
        return Answer(user_presenters.one_user(created.user, password=created.password), status=201)


class UserDetail(DirectoryView):
    @operation("Get a user", gives=shapes.USER)
    def get(self, request: Request, customer_id: str, user_id: str) -> Answer:
        return Answer(user_presenters.one_user(self.user(customer_id, user_id, CustomerPermission.READ_USERS)))

    @operation(
        "Update or restore a user",
        says="`state` `active` restores a deleted user; a password profile sets another password.",
        takes=shapes.USER_CHANGE,
        example={"displayName": "Dana H.", "attributes": {"objectType": "CustomerUser"}},
        gives=shapes.USER_WITH_PASSWORD,
    )
    def patch(self, request: Request, customer_id: str, user_id: str) -> Answer:
        """Supplied members change, others stay.

        .NET says `State: active` in every PATCH: no change of a living user, but it restores a deleted one.
        """
        customer = self.customer(customer_id, missing=codes.TENANT_NOT_FOUND)
        body = self.body
        state = _state(body)
        with transaction.atomic():
            user = self.user_to_change(customer_id, user_id)
            if user.deleted_at is not None:
                if state != "active":
                    raise ApiError(codes.USER_NOT_FOUND)
                restore_user(by=self.principal, customer=customer, user_id=user.pk)
            user = living_user(customer, user.pk)
            update_user(by=self.principal, user=user, info=_changed(UserInfo.of(user), body))
            password = self.reset(user, body)
        return Answer(user_presenters.one_user(living_user(customer, user.pk), password=password))

    @operation("Delete a user", says="It can be restored for 30 days.", status=204)
    def delete(self, request: Request, customer_id: str, user_id: str) -> Answer:
        user = self.user(customer_id, user_id, CustomerPermission.DELETE_USERS)
        delete_user(by=self.principal, user=living_user(user.customer, user.pk))
        return Answer(status=204)

    def user_to_change(self, customer_id: str, user_id: str) -> CustomerUser:
        """Each change asks for its own right; to see the person at all, one that reads users is enough."""
        return self.user(customer_id, user_id, CustomerPermission.READ_USERS)

    def reset(self, user: CustomerUser, body: Members) -> NewPassword | None:
        """Another password, if the body brings one: how it was done before 2023, and .NET, Java and Node still do."""
        profile = body.members("PasswordProfile")
        if profile is None or profile.text("Password") is None:
            return None
        return reset_password(
            by=self.principal, user=user, password=profile.text("Password"), must_change=_must_change(profile)
        )


class PasswordReset(DirectoryView):
    @operation(
        "Reset a password",
        says="Without a password in the body, one is made up. The answer shows it, once.",
        takes=shapes.PASSWORD_RESET,
        example={"passwordProfile": {"password": "Made-up-1!", "forceChangePassword": True}},
        gives=shapes.USER_WITH_PASSWORD,
    )
    def patch(self, request: Request, customer_id: str, user_id: str) -> Answer:
        user = self.user(customer_id, user_id, CustomerPermission.RESET_PASSWORDS)
        profile = self.body.members("PasswordProfile") or Members()
        password = reset_password(
            by=self.principal,
            user=living_user(user.customer, user.pk),
            password=profile.text("Password"),
            must_change=_must_change(profile),
        )
        return Answer(user_presenters.one_user(user, password=password))


def _must_change(profile: Members) -> bool:
    return profile.flag("ForceChangePassword") is not False


def _state(body: Members) -> str:
    state = (body.text("State") or "").casefold()
    if state not in ("", "active", "inactive"):
        raise ApiError(codes.UNKNOWN_ENUM, f"State: {state[:100]}")
    if state == "inactive":
        raise ApiError(codes.NOT_SUPPORTED, "A user is deleted with DELETE.")
    return state


def _changed(info: UserInfo, body: Members) -> UserInfo:
    """`info` with what the body supplies. UserDomainType and what can't change is left alone."""
    location = body.text("UsageLocation")
    found = {
        "first_name": body.text("FirstName"),
        "last_name": body.text("LastName"),
        "display_name": body.text("DisplayName"),
        "user_principal_name": body.text("UserPrincipalName"),
        "usage_location": None if location is None else location.upper(),
    }
    return replace(info, **{name: value for name, value in found.items() if value is not None})


def _in_state(wanted: Filter | None) -> Q:
    """Deleted users are shown to those only who ask for them."""
    return Q() if mentions(wanted, STATES) else Q(deleted_at__isnull=True)


def _by_state(condition: Condition) -> Q:
    if condition.operator != "equals":
        raise unsupported(condition)
    match condition.value.casefold():
        case "active":
            return Q(deleted_at__isnull=True)
        case "inactive":
            return restorable(clock.now())
    raise ApiError(codes.UNKNOWN_ENUM, f"{condition.field}: {condition.value[:100]}")


def _by_display_name(condition: Condition) -> Q:
    return _by_key("sort_name", condition)


def _by_principal_name(condition: Condition) -> Q:
    return _by_key("sort_principal_name", condition)


def _by_key(column: str, condition: Condition) -> Q:
    key = sort_key(condition.value)
    match condition.operator:
        case "equals":
            return Q(**{column: key})
        case "starts_with":
            return begins_with(column, key)
        case "substring":
            return Q(**{f"{column}__contains": key})
    raise unsupported(condition)


FILTERS: Fields = {
    **dict.fromkeys(STATES, _by_state),
    "displayname": _by_display_name,
    "userprincipalname": _by_principal_name,
}
