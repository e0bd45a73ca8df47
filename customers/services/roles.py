"""Directory roles of a customer user."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from customers.models import Customer, CustomerUser, DirectoryRole, DirectoryRoleMember
from customers.permissions import CustomerPermission
from customers.queries import directory_role_ids, lock_user
from customers.roles import GLOBAL_ADMINISTRATOR, role_names
from customers.services.errors import RoleError
from customers.services.trail import record_user
from gdap import access
from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import AuditRecord, Operation, ResourceType
from partnercenter.errors import Problem, sentence
from partnercenter.transactions import whole


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChange:
    """Template ids of the roles that came and went."""

    added: frozenset[uuid.UUID] = frozenset()
    removed: frozenset[uuid.UUID] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


@whole
def set_directory_roles(
    *, by: Principal, user: CustomerUser, roles: Collection[uuid.UUID], confirm_last_global_admin: bool = False
) -> RoleChange:
    """Make `roles` the directory roles of `user`, no more and no fewer; returns what changed.

    Raises `AccessDenied` without the right and `RoleError` for a role that can't be assigned, or where the tenant
    would be left without a Global Administrator and that was not confirmed.
    """
    access.require(by, user.customer, CustomerPermission.READ_USERS)
    user = lock_user(customer_id=user.customer_id, user_id=user.pk)
    change, _ = apply_roles(by=by, user=user, roles=roles, confirm_last_global_admin=confirm_last_global_admin)
    if change:
        CustomerUser.objects.filter(pk=user.pk).touched(clock.now())
    return change


@whole
def change_directory_roles(
    *, by: Principal, user: CustomerUser, add: Collection[uuid.UUID] = (), remove: Collection[uuid.UUID] = ()
) -> RoleChange:
    """Add and take away some roles, whatever else the user holds; as `set_directory_roles` otherwise."""
    access.require(by, user.customer, CustomerPermission.READ_USERS)
    user = lock_user(customer_id=user.customer_id, user_id=user.pk)
    wanted = directory_role_ids(user) - frozenset(remove) | frozenset(add)
    change, _ = apply_roles(by=by, user=user, roles=wanted)
    if change:
        CustomerUser.objects.filter(pk=user.pk).touched(clock.now())
    return change


def role_change(current: Collection[uuid.UUID], wanted: Collection[uuid.UUID]) -> RoleChange:
    return RoleChange(added=frozenset(wanted) - frozenset(current), removed=frozenset(current) - frozenset(wanted))


def role_problems(user: CustomerUser, change: RoleChange, *, confirm_last_global_admin: bool) -> list[Problem]:
    """Why these roles can't be set."""
    problems = [
        Problem("role_not_assignable", "This role can't be assigned to users.", "roles", about=(str(role),))
        for role in sorted(change.added - _assignable(change.added))
    ]
    if GLOBAL_ADMINISTRATOR in change.removed and not confirm_last_global_admin and is_last_global_admin(user):
        problems.append(
            Problem(
                "last_global_administrator",
                sentence(f"{user.display_name} is the last Global Administrator of {user.customer.company_name}")
                + " Without one, nobody there can approve or repair anything. Confirm if you mean it.",
                "confirm_last_global_admin",
                about=(str(user.pk),),
            )
        )
    return problems


def is_last_global_admin(user: CustomerUser) -> bool:
    """Whether no other living user of the tenant could act as its Global Administrator."""
    others = DirectoryRoleMember.objects.filter(
        customer=user.customer_id,
        role=GLOBAL_ADMINISTRATOR,
        user__deleted_at__isnull=True,
        user__sign_in_blocked=False,
    ).exclude(user=user)
    return not others.exists()


def apply_roles(
    *, by: Principal, user: CustomerUser, roles: Collection[uuid.UUID], confirm_last_global_admin: bool = False
) -> tuple[RoleChange, AuditRecord | None]:
    """As `set_directory_roles`, for a caller that has locked the user and counts its version itself."""
    before = directory_role_ids(user)
    change = role_change(before, roles)
    if not change:
        return change, None
    access.require(by, user.customer, CustomerPermission.MANAGE_ROLES, target=user)
    if GLOBAL_ADMINISTRATOR in change.removed:
        # Two demotions at once would each see the other's admin still there.
        Customer.objects.select_for_update(no_key=True).get(pk=user.customer_id)
    problems = role_problems(user, change, confirm_last_global_admin=confirm_last_global_admin)
    if problems:
        raise RoleError(*problems)
    DirectoryRoleMember.objects.filter(customer=user.customer_id, user=user, role__in=change.removed).delete()
    DirectoryRoleMember.objects.bulk_create(
        DirectoryRoleMember(customer_id=user.customer_id, user=user, role_id=role) for role in sorted(change.added)
    )
    return change, _record(by, user, change)


def _assignable(roles: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    return frozenset(DirectoryRole.objects.filter(pk__in=list(roles), is_assignable=True).values_list("pk", flat=True))


def _record(by: Principal, user: CustomerUser, change: RoleChange) -> AuditRecord:
    operation = Operation.UPDATE_USER_MEMBERS
    if not change.removed:
        operation = Operation.ADD_USER_MEMBER
    elif not change.added:
        operation = Operation.REMOVE_USER_MEMBER
    return record_user(
        by=by,
        operation=operation,
        user=user,
        permission=CustomerPermission.MANAGE_ROLES,
        resource_type=ResourceType.DIRECTORY_ROLE,
        before={"roles": role_names(change.removed)},
        after={"roles": role_names(change.added)},
    )
