"""Names, sign-in name and usage location of a user."""

import unicodedata
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction

from customers.models import CustomerUser
from customers.permissions import CustomerPermission
from customers.queries import lock_user
from customers.services.errors import ChangedMeanwhile, UserError
from customers.services.trail import record_user
from customers.services.validation import location_problems, name_problems, principal_name_problems
from gdap import access
from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import AuditRecord, Operation
from partnercenter.errors import Problem
from partnercenter.transactions import whole

NAME_FIELDS = ("first_name", "last_name", "display_name")

PERMISSION_BY_FIELD = {
    "first_name": CustomerPermission.UPDATE_USERS,
    "last_name": CustomerPermission.UPDATE_USERS,
    "display_name": CustomerPermission.UPDATE_USERS,
    "user_principal_name": CustomerPermission.UPDATE_USER_PRINCIPAL_NAME,
    "usage_location": CustomerPermission.UPDATE_USAGE_LOCATION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UserInfo:
    """The fields of the User info step, as they shall be. Texts are trimmed and in Unicode's composed form."""

    first_name: str
    last_name: str
    display_name: str
    user_principal_name: str
    usage_location: str

    @classmethod
    def of(cls, user: CustomerUser) -> "UserInfo":
        return cls(**{field: getattr(user, field) for field in PERMISSION_BY_FIELD})

    def tidied(self) -> "UserInfo":
        values = {field: unicodedata.normalize("NFC", value).strip() for field, value in asdict(self).items()}
        return UserInfo(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class InfoChange:
    field: str
    before: str
    after: str


@whole
def update_user(
    *, by: Principal, user: CustomerUser, info: UserInfo, expected_version: int | None = None
) -> tuple[InfoChange, ...]:
    """Set the user's info; returns what changed.

    Raises `AccessDenied` for a field whose right is missing, `UserError` for bad values, `ChangedMeanwhile` when
    `expected_version` is given and no longer the user's.
    """
    access.require(by, user.customer, CustomerPermission.READ_USERS)
    user = lock_user(customer_id=user.customer_id, user_id=user.pk)
    if expected_version is not None and user.version != expected_version:
        raise ChangedMeanwhile
    changes, _ = apply_info(by=by, user=user, info=info)
    if changes:
        CustomerUser.objects.filter(pk=user.pk).touched(clock.now())
    return changes


def info_changes(user: CustomerUser, info: UserInfo) -> tuple[InfoChange, ...]:
    """What setting `info` would change."""
    now, wanted = asdict(UserInfo.of(user)), asdict(info.tidied())
    return tuple(
        InfoChange(field=field, before=now[field], after=wanted[field])
        for field in PERMISSION_BY_FIELD
        if now[field] != wanted[field]
    )


def info_problems(user: CustomerUser, changes: tuple[InfoChange, ...]) -> list[Problem]:
    """Why these changes can't be made, each with its field; only what changes is judged."""
    problems: list[Problem] = []
    for change in changes:
        if user.is_synced and change.field != "usage_location":
            problems.append(
                Problem(
                    "mastered_elsewhere",
                    "This user is synchronized from the customer's own directory; change it there.",
                    change.field,
                )
            )
        elif change.field in NAME_FIELDS:
            problems.extend(name_problems(change.field, change.after))
        elif change.field == "user_principal_name":
            problems.extend(principal_name_problems(user.customer, user, change.after))
        else:
            problems.extend(location_problems(change.after))
    return problems


def apply_info(
    *, by: Principal, user: CustomerUser, info: UserInfo
) -> tuple[tuple[InfoChange, ...], AuditRecord | None]:
    """As `update_user`, for a caller that has locked the user and counts its version itself."""
    changes = info_changes(user, info)
    if not changes:
        return (), None
    for permission in sorted({PERMISSION_BY_FIELD[change.field] for change in changes}):
        access.require(by, user.customer, permission, target=user)
    problems = info_problems(user, changes)
    if problems:
        raise UserError(*problems)
    for change in changes:
        setattr(user, change.field, change.after)
    user.modified_at = clock.now()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        # Somebody took the name between the check and now; the constraint is the judge.
        message = f"{info.user_principal_name} is already in use. Choose another name."
        raise UserError(Problem("user_principal_name_taken", message, "user_principal_name")) from error
    return changes, _record(by, user, changes)


def _record(by: Principal, user: CustomerUser, changes: tuple[InfoChange, ...]) -> AuditRecord:
    renamed = any(change.field == "user_principal_name" for change in changes)
    return record_user(
        by=by,
        operation=Operation.UPDATE_CUSTOMER_USER_PRINCIPAL_NAME if renamed else Operation.UPDATE_CUSTOMER_USER,
        user=user,
        permission=PERMISSION_BY_FIELD[changes[0].field],
        before={change.field: change.before for change in changes},
        after={change.field: change.after for change in changes},
    )
