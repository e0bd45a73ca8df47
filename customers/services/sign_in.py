"""Blocking and unblocking the sign-in of a user."""

from django.db.models import F

from customers.models import CustomerUser
from customers.permissions import CustomerPermission
from customers.queries import lock_user
from customers.services.trail import record_user
from gdap import access
from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation
from partnercenter.transactions import whole


@whole
def set_sign_in_blocked(*, by: Principal, user: CustomerUser, blocked: bool) -> bool:
    """Block or unblock; returns whether that changed anything.

    Raises `AccessDenied` without the right over this user.
    """
    access.require(by, user.customer, CustomerPermission.READ_USERS)
    user = lock_user(customer_id=user.customer_id, user_id=user.pk)
    if user.sign_in_blocked == blocked:
        return False
    access.require(by, user.customer, CustomerPermission.BLOCK_USERS, target=user)
    epoch = F("session_epoch") + int(blocked)  # a block ends every session, also when it is undone at once
    CustomerUser.objects.filter(pk=user.pk).update(sign_in_blocked=blocked, session_epoch=epoch)
    CustomerUser.objects.filter(pk=user.pk).touched(clock.now())
    record_user(
        by=by,
        operation=Operation.UPDATE_CUSTOMER_USER,
        user=user,
        permission=CustomerPermission.BLOCK_USERS,
        before={"sign_in_blocked": not blocked},
        after={"sign_in_blocked": blocked},
    )
    return True
