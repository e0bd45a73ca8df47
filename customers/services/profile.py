"""What else a tenant knows of a user: job, office, telephones, language, and who the manager is."""

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from customers.models import CustomerUser
from customers.permissions import CustomerPermission
from customers.queries import lock_user
from customers.services.errors import UserError
from customers.services.trail import record_user
from customers.services.user_info import InfoChange
from customers.services.validation import fits
from gdap import access
from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation
from partnercenter.errors import Problem
from partnercenter.transactions import whole

PHONES = frozenset({"phone_number", "mobile_phone"})


@dataclass(frozen=True, slots=True, kw_only=True)
class UserProfile:
    """The fields as they shall be; empty for none."""

    phone_number: str = ""
    mobile_phone: str = ""
    job_title: str = ""
    department: str = ""
    office_location: str = ""
    preferred_language: str = ""

    @classmethod
    def of(cls, user: CustomerUser) -> "UserProfile":
        return cls(**{field: getattr(user, field) for field in cls.__dataclass_fields__})

    def tidied(self) -> "UserProfile":
        values = {field: unicodedata.normalize("NFC", value).strip() for field, value in asdict(self).items()}
        return UserProfile(**values)


@whole
def update_profile(*, by: Principal, user: CustomerUser, profile: UserProfile) -> tuple[InfoChange, ...]:
    """Set the profile; returns what changed.

    Raises `AccessDenied` without the right, for telephones also without one that reaches this user, `UserError` for a
    text that can't be kept.
    """
    access.require(by, user.customer, CustomerPermission.READ_USERS)
    user = lock_user(customer_id=user.customer_id, user_id=user.pk)
    changes = _changes(user, profile.tidied())
    if not changes:
        return ()
    _require(by, user, changes)
    problems = profile_problems({change.field: change.after for change in changes})
    if user.is_synced:
        message = "This user is synchronized from the customer's own directory; change it there."
        problems = [Problem("mastered_elsewhere", message, change.field) for change in changes]
    if problems:
        raise UserError(*problems)
    rows = CustomerUser.objects.filter(pk=user.pk)
    rows.update(**{change.field: change.after for change in changes})
    rows.touched(clock.now())
    _record(
        by,
        user,
        before={change.field: change.before for change in changes},
        after={change.field: change.after for change in changes},
    )
    return changes


@whole
def set_manager(*, by: Principal, user: CustomerUser, manager: CustomerUser | None) -> bool:
    """Name the user's manager, or nobody; returns whether that changed anything."""
    access.require(by, user.customer, CustomerPermission.READ_USERS)
    user = lock_user(customer_id=user.customer_id, user_id=user.pk)
    manager_id = manager.pk if manager else None
    if user.manager_id == manager_id:
        return False
    access.require(by, user.customer, CustomerPermission.UPDATE_USERS, target=user)
    if manager is not None and (manager.customer_id != user.customer_id or manager.pk == user.pk):
        raise UserError(Problem("manager_invalid", "A manager is somebody else of the same customer.", "manager"))
    before = user.manager.user_principal_name if user.manager else ""
    rows = CustomerUser.objects.filter(pk=user.pk)
    rows.update(manager=manager)
    rows.touched(clock.now())
    _record(
        by,
        user,
        before={"manager": before},
        after={"manager": manager.user_principal_name if manager else ""},
    )
    return True


def profile_problems(values: Mapping[str, str]) -> list[Problem]:
    return [
        Problem(f"{field}_invalid", f"This {field} is too long or can't be printed.", field)
        for field, value in values.items()
        if not fits(CustomerUser, field, value)
    ]


def _changes(user: CustomerUser, profile: UserProfile) -> tuple[InfoChange, ...]:
    now, wanted = asdict(UserProfile.of(user)), asdict(profile)
    return tuple(
        InfoChange(field=field, before=now[field], after=wanted[field]) for field in now if now[field] != wanted[field]
    )


def _require(by: Principal, user: CustomerUser, changes: tuple[InfoChange, ...]) -> None:
    """Telephones reset passwords, so those of somebody with roles need a role that reaches as far as the sign-in name.

    Source: graph_gdap_contract section 10.3.
    """
    access.require(by, user.customer, CustomerPermission.UPDATE_USERS, target=user)
    if PHONES & {change.field for change in changes} and user.directory_role_members.exists():
        access.require(by, user.customer, CustomerPermission.UPDATE_USER_PRINCIPAL_NAME, target=user)


def _record(by: Principal, user: CustomerUser, *, before: Mapping[str, object], after: Mapping[str, object]) -> None:
    record_user(
        by=by,
        operation=Operation.UPDATE_CUSTOMER_USER,
        user=user,
        permission=CustomerPermission.UPDATE_USERS,
        before=before,
        after=after,
    )
