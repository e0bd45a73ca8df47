"""Blocking the sign-in of staff."""

from django.db.models import F

from partnercenter.accounts.models import User
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.transactions import whole


@whole
def set_staff_blocked(*, by: Principal, user: User, blocked: bool) -> bool:
    """Block or unblock; returns whether that changed anything. A block ends every session, also when it is undone."""
    rows = User.objects.filter(pk=user.pk, is_active=blocked)
    if not rows.update(is_active=not blocked, session_epoch=F("session_epoch") + int(blocked)):
        return False
    record_account(by, Operation.BLOCK_STAFF if blocked else Operation.UNBLOCK_STAFF, user)
    return True


def record_account(by: Principal, operation: Operation, user: User) -> None:
    record(
        by=by,
        operation=operation,
        resource_type=ResourceType.STAFF_ACCOUNT,
        resource_id=user.pk,
        resource_name=user.username,
    )
