"""Who acts in a run, kept with it, and asked for the right anew by whoever works on it."""

from customers.permissions import CustomerPermission
from gdap import access
from licensing.models import BulkRun
from licensing.rules.bulk import BulkChange
from licensing.services.bulk.errors import BulkError
from partnercenter.accounts.principals import Door, Principal, PrincipalKind, principal_for
from partnercenter.errors import Problem

KEPT = ("id", "name", "app_id", "request_id", "correlation_id")


def kept(by: Principal) -> dict[str, str]:
    return {"kind": by.kind.value, "door": by.door.value, **{name: getattr(by, name) for name in KEPT}}


def principal_of(run: BulkRun) -> Principal:
    """With the roles of this moment. Raises `BulkError` when there is nobody any more."""
    data = run.principal
    door, kind = Door(data["door"]), PrincipalKind(data["kind"])
    if kind in (PrincipalKind.OPS, PrincipalKind.SYSTEM):
        return Principal(kind=kind, door=door, partner_id=run.partner_id, **{name: data[name] for name in KEPT})
    if run.user is None or not run.user.is_active:
        raise BulkError(Problem("person_gone", f"{data['name']}, who began this, may no longer sign in."))
    ids = {name: data[name] for name in ("app_id", "request_id", "correlation_id")}
    return principal_for(run.user, door=door, **ids)


def require_rights(by: Principal, run: BulkRun) -> None:
    access.require(by, run.customer, CustomerPermission.ASSIGN_LICENSES)
    if sets_locations(run):
        access.require(by, run.customer, CustomerPermission.UPDATE_USAGE_LOCATION)


def sets_locations(run: BulkRun) -> bool:
    """The change of an undo is that of the run it takes back."""
    return BulkChange.from_json(run.change).location is not None
