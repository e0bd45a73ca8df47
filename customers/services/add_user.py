"""What the last step of Add user does: the user, the roles and the licenses in one transaction."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from customers.models import Customer, CustomerUser
from customers.permissions import CustomerPermission
from customers.services.create_user import create_user
from customers.services.passwords import NewPassword
from customers.services.roles import RoleChange, apply_roles
from customers.services.user_info import UserInfo
from gdap import access
from licensing.rules import LicenseUpdate
from licensing.services.licenses import LicenseResult, apply_update
from partnercenter.accounts.principals import Principal
from partnercenter.transactions import whole


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedUser:
    """Who came, with what; the password to hand over, once."""

    user: CustomerUser
    password: NewPassword
    roles: RoleChange
    licenses: LicenseResult


@whole
def add_user(
    *,
    by: Principal,
    customer: Customer,
    info: UserInfo,
    roles: Collection[uuid.UUID] = (),
    licenses: LicenseUpdate | None = None,
) -> AddedUser:
    """A new user with roles and licenses: all of it or nobody. Only what is asked for needs its right.

    Raises what `create_user`, `set_directory_roles` and `update_licenses` raise.
    """
    created = create_user(by=by, customer=customer, info=info)
    user = created.user
    change, _ = apply_roles(by=by, user=user, roles=roles)
    granted = LicenseResult()
    if licenses:
        access.require(by, customer, CustomerPermission.ASSIGN_LICENSES)
        granted = apply_update(by=by, user=user, update=licenses)
    return AddedUser(user=user, password=created.password, roles=change, licenses=granted)
