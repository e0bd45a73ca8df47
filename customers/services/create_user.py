"""A new user of a customer."""

from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction

from customers.models import Customer, CustomerUser
from customers.permissions import CustomerPermission
from customers.services.errors import UserError
from customers.services.passwords import NewPassword, set_password
from customers.services.profile import UserProfile, profile_problems
from customers.services.trail import record_user
from customers.services.user_info import NAME_FIELDS, UserInfo
from customers.services.validation import fits, location_problems, name_problems, principal_name_problems
from gdap import access
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation
from partnercenter.errors import Problem
from partnercenter.transactions import whole


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """Who came, and the password to hand over, once."""

    user: CustomerUser
    password: NewPassword


@whole
def create_user(
    *,
    by: Principal,
    customer: Customer,
    info: UserInfo,
    password: str | None = None,
    must_change_password: bool = True,
    immutable_id: str = "",
    phone_number: str = "",
    profile: UserProfile | None = None,
    sign_in_blocked: bool = False,
) -> NewUser:
    """Create the user, with a made-up password if none is given; `profile` holds more than the names, if known.

    Raises `AccessDenied` without the right and `UserError` with every problem of the data.
    """
    access.require(by, customer, CustomerPermission.CREATE_USERS)
    info = info.tidied()
    profile = (profile or UserProfile(phone_number=phone_number)).tidied()
    _check(customer, info, profile, immutable_id=immutable_id)
    more = {"immutable_id": immutable_id, **asdict(profile)}
    user = CustomerUser(customer=customer, sign_in_blocked=sign_in_blocked, **asdict(info), **more)
    new_password = set_password(user, password=password, must_change=must_change_password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        # Somebody took the name between the check and now; the constraint is the judge.
        message = f"{info.user_principal_name} is already in use. Choose another name."
        raise UserError(Problem("user_principal_name_taken", message, "user_principal_name")) from error
    after: dict[str, object] = {**asdict(info), **more, "sign_in_blocked": sign_in_blocked}
    record_user(
        by=by,
        operation=Operation.CREATE_CUSTOMER_USER,
        user=user,
        permission=CustomerPermission.CREATE_USERS,
        after={name: value for name, value in after.items() if value},
    )
    return NewUser(user=user, password=new_password)


def new_user_problems(customer: Customer, info: UserInfo) -> list[Problem]:
    """Why there can't be a user with this info, each with its field."""
    problems = [problem for field in NAME_FIELDS for problem in name_problems(field, getattr(info, field))]
    problems += principal_name_problems(customer, None, info.user_principal_name)
    problems += location_problems(info.usage_location)
    return problems


def _check(customer: Customer, info: UserInfo, profile: UserProfile, **others: str) -> None:
    problems = [*new_user_problems(customer, info), *profile_problems(asdict(profile))]
    for field, value in others.items():
        if not fits(CustomerUser, field, value):
            problems.append(Problem(f"{field}_invalid", f"This {field} is too long or can't be printed.", field))
    if problems:
        raise UserError(*problems)
