"""What the edit wizard's Complete does: info, roles and licenses in one transaction."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from customers.models import Customer, CustomerUser
from customers.permissions import CustomerPermission
from customers.queries import lock_user
from customers.services.errors import ChangedMeanwhile
from customers.services.roles import RoleChange, apply_roles
from customers.services.user_info import InfoChange, UserInfo, apply_info
from gdap import access
from licensing.rules import LicenseUpdate
from licensing.services.licenses import LicenseChange, LicenseResult, apply_update
from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import AuditRecord
from partnercenter.transactions import whole


@dataclass(frozen=True, slots=True, kw_only=True)
class EditResult:
    """What one edit changed, part by part, and the audit record of each part that did."""

    user: CustomerUser
    info: tuple[InfoChange, ...]
    roles: RoleChange
    licenses: tuple[LicenseChange, ...]
    audit: tuple[AuditRecord, ...]


@whole
def edit_user(
    *,
    by: Principal,
    customer: Customer,
    user_id: uuid.UUID,
    expected_version: int,
    info: UserInfo,
    roles: Collection[uuid.UUID],
    licenses: LicenseUpdate,
    confirm_last_global_admin: bool = False,
) -> EditResult:
    """Set info, directory roles and licenses of one user: all of it or nothing, each part audited by itself.

    Whoever may not see users learns nothing about this one; beyond that, only what differs asks for its right. Raises
    what the three single services raise, and `ChangedMeanwhile` when the user is no longer at `expected_version`.
    """
    access.require(by, customer, CustomerPermission.READ_USERS)
    user = lock_user(customer_id=customer.pk, user_id=user_id)
    if user.version != expected_version:
        raise ChangedMeanwhile
    info_changes, info_audit = apply_info(by=by, user=user, info=info)
    change, roles_audit = apply_roles(
        by=by, user=user, roles=roles, confirm_last_global_admin=confirm_last_global_admin
    )
    granted = _licenses(by, user, licenses)
    audit = tuple(entry for entry in (info_audit, roles_audit, granted.audit) if entry is not None)
    if audit:
        CustomerUser.objects.filter(pk=user.pk).touched(clock.now())
        user.refresh_from_db(fields=["version", "modified_at"])
    return EditResult(user=user, info=info_changes, roles=change, licenses=granted.changes, audit=audit)


def _licenses(by: Principal, user: CustomerUser, update: LicenseUpdate) -> LicenseResult:
    """Last, so that the row that counts the seats is held as short as can be."""
    if not update:
        return LicenseResult()
    access.require(by, user.customer, CustomerPermission.ASSIGN_LICENSES)
    return apply_update(by=by, user=user, update=update)
