"""What the directory's resources share: the tenant of the token, and the permissions that the app has."""

from typing import ClassVar

from customers.graph.problems import refusal_of
from customers.models import Customer, CustomerUser
from customers.permissions import CustomerPermission
from customers.queries import user_named
from gdap import access
from partnercenter.errors import DomainError, NotFound
from partnercenter.wire.graph.errors import Kind, Refused
from partnercenter.wire.graph.views import SAFE, GraphView

Scopes = frozenset[str]
DIRECTORY_WRITES: Scopes = frozenset({"Directory.ReadWrite.All", "Directory.AccessAsUser.All"})
DIRECTORY_READS: Scopes = DIRECTORY_WRITES | {"Directory.Read.All"}
USER_WRITES: Scopes = DIRECTORY_WRITES | {"User.ReadWrite.All"}
USER_READS: Scopes = DIRECTORY_READS | USER_WRITES | {"User.Read.All", "User.ReadBasic.All"}


class TenantView(GraphView):
    """Part of a directory, the partner's own or a customer's: whichever the token is for."""

    reads_with: ClassVar[Scopes] = DIRECTORY_READS
    writes_with: ClassVar[Scopes] = DIRECTORY_WRITES

    def authorize(self) -> None:
        needed = self.reads_with if self.request.method in SAFE else self.writes_with
        if not self.principal.scopes & needed:
            sentence = f"The token has none of these permissions: {', '.join(sorted(needed))}."
            raise Refused(Kind.FORBIDDEN, explanation={"sentence": sentence})

    @property
    def is_at_home(self) -> bool:
        """Whether the token is for the partner's own tenant."""
        return self.principal.tenant_id == self.principal.partner_id

    def refusal(self, error: Exception) -> Refused | None:
        if isinstance(error, DomainError) and not isinstance(error, access.AccessDenied):
            return refusal_of(error)
        return super().refusal(error)


class DirectoryView(TenantView):
    """Part of a customer's directory: for people only, and through GDAP."""

    def authorize(self) -> None:
        super().authorize()
        if self.is_at_home:
            sentence = "This is served in customers' tenants; the token is for the partner's own."
            raise Refused(Kind.FORBIDDEN, explanation={"sentence": sentence})

    def tenant(self, *permissions: CustomerPermission) -> Customer:
        """The customer that the token is for, if the person has these rights there now."""
        tenant_id = self.principal.tenant_id
        if tenant_id is None:
            raise Refused(Kind.UNAUTHENTICATED, "Access token validation failure.")
        customer = access.visible_customer(self.principal, tenant_id)
        for permission in permissions:
            access.require(self.principal, customer, permission)
        return customer

    def user(self, text: str, *permissions: CustomerPermission) -> CustomerUser:
        """One of the customer's living users, by id or sign-in name."""
        return living(self.tenant(CustomerPermission.READ_USERS, *permissions), text)


def living(customer: Customer, text: str) -> CustomerUser:
    try:
        found = user_named(customer, text)
    except NotFound:
        raise not_there(text) from None
    if found.deleted_at is not None:
        raise not_there(text)
    return found


def not_there(text: str) -> Refused:
    return Refused(
        Kind.NOT_FOUND,
        f"Resource '{text[:150]}' does not exist or one of its queried reference-property objects are not present.",
    )
