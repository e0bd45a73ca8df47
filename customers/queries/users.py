import uuid

from customers.models import Customer, CustomerUser, DirectoryRoleMember
from partnercenter.errors import NotFound, Problem


def living_user(customer: Customer, user_id: uuid.UUID) -> CustomerUser:
    """The user of this customer, with `customer` set; `NotFound` for a deleted one or another customer's."""
    user = CustomerUser.objects.alive().filter(customer=customer, pk=user_id).first()
    if user is None:
        raise _not_found()
    user.customer = customer
    return user


def lock_user(*, customer_id: uuid.UUID, user_id: uuid.UUID) -> CustomerUser:
    """The user read afresh and held until the transaction ends, so that two changes of one user come in turn.

    On SQLite the write transaction itself keeps others out. Should the lock be missing, the unique constraints hold.
    """
    users = CustomerUser.objects.alive().select_for_update(of=("self",)).select_related("customer")
    user = users.filter(customer=customer_id, pk=user_id).first()
    if user is None:
        raise _not_found()
    return user


def directory_role_ids(user: CustomerUser) -> frozenset[uuid.UUID]:
    return frozenset(DirectoryRoleMember.objects.filter(user=user).values_list("role_id", flat=True))


def _not_found() -> NotFound:
    return NotFound(Problem("user_not_found", "There is no such user, or the user has been deleted."))
