"""Deleting a user, and taking that back within 30 days by the clock (partner_center_contract section 3.4)."""

import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from customers.models import Customer, CustomerUser
from customers.permissions import CustomerPermission
from customers.queries import lock_deleted_user, lock_user, user_called
from customers.roles import GLOBAL_ADMINISTRATOR
from customers.services.errors import UserError
from customers.services.roles import is_last_global_admin
from customers.services.trail import record_user
from customers.services.validation import principal_name_problems
from gdap import access
from licensing.rules import LicenseToAssign
from licensing.services.licenses import give_licenses_back, take_all_licenses
from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation
from partnercenter.errors import Problem, sentence
from partnercenter.transactions import whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """Who is back, and the products for which no seat was left meanwhile, or a rule says no now."""

    user: CustomerUser
    licenses_lost: tuple[uuid.UUID, ...]


@whole
def delete_user(*, by: Principal, user: CustomerUser, confirm_last_global_admin: bool = False) -> None:
    """Delete the user; the seats are free at once, the directory roles rest.

    Raises `AccessDenied` without the right over this user, `UserError` where the tenant would be left without a
    Global Administrator and that was not confirmed.
    """
    access.require(by, user.customer, CustomerPermission.READ_USERS)
    user = lock_user(customer_id=user.customer_id, user_id=user.pk)
    access.require(by, user.customer, CustomerPermission.DELETE_USERS, target=user)
    if not confirm_last_global_admin:
        _check_global_admin(user)
    user.deleted_at = user.modified_at = clock.now()
    record_user(
        by=by,
        operation=Operation.DELETE_CUSTOMER_USER,
        user=user,
        permission=CustomerPermission.DELETE_USERS,
        before={"user_principal_name": user.user_principal_name, "display_name": user.display_name},
    )
    taken = take_all_licenses(by=by, user=user)
    user.licenses_when_deleted = [
        {"sku_id": str(item.sku_id), "disabled_plans": sorted(str(plan) for plan in item.disabled_plans)}
        for item in taken
    ]
    user.version += 1
    user.session_epoch += 1  # a session does not come back with somebody who is restored
    user.save(update_fields=["deleted_at", "modified_at", "licenses_when_deleted", "version", "session_epoch"])


@whole
def restore_user(*, by: Principal, customer: Customer, user_id: uuid.UUID, user_principal_name: str = "") -> Restored:
    """Bring a deleted user back with the roles, and with the licenses where a seat is left.

    With `user_principal_name` under another name, which takes the right to change it. Raises `NotFound` once the 30
    days are over, `UserError` when somebody else has the name now.
    """
    access.require(by, customer, CustomerPermission.READ_USERS)
    user = lock_deleted_user(customer_id=customer.pk, user_id=user_id)
    access.require(by, user.customer, CustomerPermission.RESTORE_USERS, target=user)
    old_name = user.user_principal_name
    _rename(by, user, user_principal_name)
    _check_name(user)
    remembered = [
        LicenseToAssign(uuid.UUID(item["sku_id"]), frozenset(uuid.UUID(plan) for plan in item["disabled_plans"]))
        for item in user.licenses_when_deleted
    ]
    user.deleted_at, user.licenses_when_deleted, user.modified_at = None, [], clock.now()
    user.version += 1
    _save_restored(user)
    record_user(
        by=by,
        operation=Operation.RESTORE_CUSTOMER_USER,
        user=user,
        permission=CustomerPermission.RESTORE_USERS,
        before={"user_principal_name": old_name} if old_name != user.user_principal_name else {},
        after={"user_principal_name": user.user_principal_name, "display_name": user.display_name},
    )
    lost = give_licenses_back(by=by, user=user, licenses=remembered)
    return Restored(user=user, licenses_lost=tuple(item.sku_id for item in lost))


def _check_global_admin(user: CustomerUser) -> None:
    if not user.directory_role_members.filter(role=GLOBAL_ADMINISTRATOR).exists():
        return
    # Two deletions at once would each see the other's admin still there.
    Customer.objects.select_for_update(no_key=True).get(pk=user.customer_id)
    if is_last_global_admin(user):
        raise UserError(
            Problem(
                "last_global_administrator",
                sentence(f"{user.display_name} is the last Global Administrator of {user.customer.company_name}")
                + " Without one, nobody there can approve or repair anything. Confirm if you mean it.",
                "confirm_last_global_admin",
                about=(str(user.pk),),
            )
        )


def _rename(by: Principal, user: CustomerUser, wanted: str) -> None:
    """Give a user who comes back another sign-in name, if one is asked for."""
    wanted = wanted.strip()
    if not wanted or wanted == user.user_principal_name:
        return
    access.require(by, user.customer, CustomerPermission.UPDATE_USER_PRINCIPAL_NAME, target=user)
    problems = list(principal_name_problems(user.customer, user, wanted))
    if user.is_synced:
        message = "This user is synchronized from the customer's own directory; change the name there."
        problems = [Problem("mastered_elsewhere", message, "user_principal_name")]
    if problems:
        raise UserError(*problems)
    user.user_principal_name = wanted


def _save_restored(user: CustomerUser) -> None:
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:  # somebody took the name between the check and now
        raise _taken(user) from error


def _taken(user: CustomerUser) -> UserError:
    return UserError(
        Problem(
            "user_principal_name_taken",
            f"{user.user_principal_name} belongs to somebody else by now. Rename them first.",
            "user_principal_name",
        )
    )


def _check_name(user: CustomerUser) -> None:
    if user_called(user.customer_id, user.user_principal_name) is not None:
        raise _taken(user)
