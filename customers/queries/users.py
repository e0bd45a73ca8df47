import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from customers.models import Customer, CustomerUser, CustomerUserQuerySet, DirectoryRoleMember
from customers.models.user import RESTORABLE
from partnercenter import clock
from partnercenter.errors import NotFound, Problem
from partnercenter.fields import sort_key
from partnercenter.prepared import Prepared

_LIVING = Prepared(
    lambda customer_id, user_id: CustomerUser.objects.alive().filter(customer=customer_id, pk=user_id).order_by(),
    customer_id=uuid.UUID,
    user_id=uuid.UUID,
)
_LOCKED = Prepared(
    lambda customer_id, user_id: (
        CustomerUser.objects.alive()
        .select_for_update(of=("self",), no_key=True)
        .select_related("customer")
        .filter(customer=customer_id, pk=user_id)
        .order_by()
    ),
    customer_id=uuid.UUID,
    user_id=uuid.UUID,
)
_NAMED = Prepared(
    lambda customer_id, name: (
        CustomerUser.objects.alive().filter(customer=customer_id, sort_principal_name=name).order_by()
    ),
    customer_id=uuid.UUID,
    name=str,
)
_THERE = Prepared(
    lambda customer_id, user_id, since: CustomerUser.objects.filter(
        Q(deleted_at__isnull=True) | Q(deleted_at__gt=since), customer=customer_id, pk=user_id
    ).order_by(),
    customer_id=uuid.UUID,
    user_id=uuid.UUID,
    since=datetime,
)


def user_called(customer_id: uuid.UUID, name: str) -> CustomerUser | None:
    """The living one who signs in by this name, whatever the case: by an index, however many users there are."""
    return _NAMED.first(customer_id=customer_id, name=sort_key(name))


def living_user(customer: Customer, user_id: uuid.UUID) -> CustomerUser:
    """The user of this customer, with `customer` set; `NotFound` for a deleted one or another customer's."""
    user = _LIVING.first(customer_id=customer.pk, user_id=user_id)
    if user is None:
        raise _not_found()
    user.customer = customer
    return user


def lock_user(*, customer_id: uuid.UUID, user_id: uuid.UUID) -> CustomerUser:
    """The user read afresh and held until the transaction ends, so that two changes of one user come in turn.

    On SQLite the write transaction itself keeps others out. Should the lock be missing, the unique constraints hold.
    `no_key`: others may go on writing rows that point at the user, or two of them could wait for each other.
    """
    user = _LOCKED.first(customer_id=customer_id, user_id=user_id)
    if user is None:
        raise _not_found()
    return user


def lock_deleted_user(*, customer_id: uuid.UUID, user_id: uuid.UUID) -> CustomerUser:
    """The same for a deleted user; `NotFound` once the deletion can't be taken back any more."""
    users = (
        CustomerUser.objects.restorable(clock.now())
        .select_for_update(of=("self",), no_key=True)
        .select_related("customer")
    )
    user = users.filter(customer=customer_id, pk=user_id).first()
    if user is None:
        raise _not_found()
    return user


def user_named(customer: Customer, id_or_name: str) -> CustomerUser:
    """The user by id or sign-in name, with `customer` set.

    By id also one that was deleted, as long as that can be taken back.
    """
    try:
        user_id = uuid.UUID(id_or_name)
    except ValueError:
        if not id_or_name.isprintable():  # no database takes it
            raise _not_found() from None
        user = user_called(customer.pk, id_or_name)
    else:
        user = _THERE.first(customer_id=customer.pk, user_id=user_id, since=clock.now() - RESTORABLE)
    if user is None:
        raise _not_found()
    user.customer = customer
    return user


def directory_role_ids(user: CustomerUser) -> frozenset[uuid.UUID]:
    return frozenset(DirectoryRoleMember.objects.filter(user=user).values_list("role_id", flat=True))


def matching_users(users: CustomerUserQuerySet, query: str) -> CustomerUserQuerySet:
    """Users in whose name or email `query` occurs, without regard to case."""
    if not query:
        return users
    wanted = sort_key(query)
    return users.filter(Q(sort_name__contains=wanted) | Q(sort_principal_name__contains=wanted))


def admins(users: CustomerUserQuerySet) -> CustomerUserQuerySet:
    """Users who hold at least one directory role."""
    held = DirectoryRoleMember.objects.filter(customer=OuterRef("customer"), user=OuterRef("pk"))
    return users.filter(Exists(held))


def role_names_of(users: list[CustomerUser]) -> Mapping[uuid.UUID, list[str]]:
    """User id -> names of the directory roles, sorted. One query."""
    members = DirectoryRoleMember.objects.filter(user__in=users).select_related("role").order_by("role__display_name")
    found: dict[uuid.UUID, list[str]] = {}
    for member in members:
        found.setdefault(member.user_id, []).append(member.role.display_name)
    return found


def _not_found() -> NotFound:
    return NotFound(Problem("user_not_found", "There is no such user, or the user has been deleted."))
