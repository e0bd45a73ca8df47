"""What bodies say of users."""

from dataclasses import replace

from customers.services import UserInfo, UserProfile
from partnercenter.wire.graph.bodies import Members
from partnercenter.wire.graph.errors import bad_request

INFO = {
    "displayName": "display_name",
    "givenName": "first_name",
    "surname": "last_name",
    "userPrincipalName": "user_principal_name",
    "usageLocation": "usage_location",
}
PROFILE = {
    "mobilePhone": "mobile_phone",
    "jobTitle": "job_title",
    "department": "department",
    "officeLocation": "office_location",
    "preferredLanguage": "preferred_language",
}
REQUIRED = ("accountEnabled", "displayName", "mailNickname", "userPrincipalName", "passwordProfile")
WRITABLE = (*INFO, *PROFILE, "businessPhones", "accountEnabled", "passwordProfile", "mailNickname", "userType")
NEW = (*WRITABLE, "onPremisesImmutableId")


def check_new(body: Members) -> None:
    body.only(*NEW)
    for name in REQUIRED:
        if name not in body:
            raise bad_request(f"A value is required for property '{name}' of resource 'User'.")
    _check_type(body)


def check_changes(body: Members) -> None:
    body.only(*WRITABLE)
    _check_type(body)


def info_in(body: Members, before: UserInfo) -> UserInfo:
    """`before` with what the body says; null empties a property."""
    return replace(before, **{field: body.text(name) or "" for name, field in INFO.items() if name in body})


def profile_in(body: Members, before: UserProfile) -> UserProfile:
    changes = {field: body.text(name) or "" for name, field in PROFILE.items() if name in body}
    if "businessPhones" in body:
        phones = body.texts("businessPhones")
        if len(phones) > 1:
            raise bad_request("businessPhones takes one number only.")
        changes["phone_number"] = phones[0] if phones else ""
    return replace(before, **changes)


def password_in(body: Members) -> tuple[str | None, bool]:
    """The password, if there is one, and whether it must be changed at the next sign-in."""
    profile = body.members("passwordProfile") or Members({})
    return profile.text("password"), profile.flag("forceChangePasswordNextSignIn") is not False


def _check_type(body: Members) -> None:
    if body.text("userType") not in (None, "Member"):
        raise bad_request("userType: only members are kept here, no guests.")
