"""Who acts: every service takes one of these as `by`."""

import uuid
from dataclasses import dataclass, field
from enum import StrEnum

from partnercenter.accounts.models import PartnerRole, PartnerRoleAssignment, User
from partnercenter.prepared import Prepared


class PrincipalKind(StrEnum):
    STAFF = "staff"
    CUSTOMER = "customer"  # a user of a customer's tenant, in its own admin center
    APP = "app"  # an app on its own, with no person behind it
    OPS = "ops"
    SYSTEM = "system"


class Door(StrEnum):
    """Where a request came in; written into every audit record."""

    PORTAL = "portal"
    TENANT = "tenant_portal"  # the customer's own admin center
    PARTNER_CENTER_API = "partner_center_api"
    GRAPH = "graph"
    ADMIN = "admin"
    COMMAND = "command"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """One acting person or program, for the length of one request.

    `memo` belongs to gdap.access, which keeps the answers of this request there.
    """

    kind: PrincipalKind
    id: str
    name: str
    door: Door
    user: User | None = None
    partner_id: uuid.UUID | None = None
    partner_name: str = ""
    partner_roles: frozenset[PartnerRole] = frozenset()
    customer_id: uuid.UUID | None = None  # the tenant of a customer's user
    app_id: str = ""  # the app registration behind a token; empty in the browser
    tenant_id: uuid.UUID | None = None  # for which a token was issued; None in the browser
    has_mfa: bool = False  # whether a token says that the sign-in had a second factor
    scopes: frozenset[str] = frozenset()  # permissions that a token for Graph names, delegated or the app's own
    request_id: str = ""
    correlation_id: str = ""
    memo: dict[object, object] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_trusted(self) -> bool:
        """Ops and the system itself stand outside the partner's access model."""
        return self.kind in (PrincipalKind.OPS, PrincipalKind.SYSTEM)


_ROLES = Prepared(
    lambda user_id: PartnerRoleAssignment.objects.filter(user=user_id).order_by().values_list("role", flat=True),
    user_id=uuid.UUID,
)


def principal_for(
    user: User,
    *,
    door: Door,
    app_id: str = "",
    tenant_id: uuid.UUID | None = None,
    has_mfa: bool = False,
    request_id: str = "",
    correlation_id: str = "",
) -> Principal:
    """The principal that `user` is, with the partner roles read once."""
    partner = user.partner
    kind = PrincipalKind.OPS if user.is_superuser else PrincipalKind.STAFF
    return Principal(
        kind=kind,
        id=str(user.pk),
        name=user.username,
        door=door,
        user=user,
        partner_id=partner.pk if partner else None,
        partner_name=partner.name if partner else "",
        partner_roles=frozenset(map(PartnerRole, _ROLES.all(user_id=user.pk))),
        app_id=app_id,
        tenant_id=tenant_id,
        has_mfa=has_mfa,
        request_id=request_id,
        correlation_id=correlation_id,
    )


def system(name: str) -> Principal:
    """The principal of a management command, `name` being the command's."""
    request_id = str(uuid.uuid4())  # what one call of a command does belongs together
    return Principal(kind=PrincipalKind.SYSTEM, id=name, name=name, door=Door.COMMAND, request_id=request_id)
