"""What the GDAP resources share: the partner's own tenant, a second factor, the permission that the app has."""

from typing import ClassVar

from django.conf import settings
from django.db.models import QuerySet

from gdap.access import PartnerPermission, require_partner
from gdap.graph.ids import relationship_key
from gdap.models import AdminRelationship
from partnercenter import clock
from partnercenter.accounts.principals import PrincipalKind
from partnercenter.wire.graph.errors import GDAP, Kind, Refused, Vocabulary
from partnercenter.wire.graph.paging import Listing
from partnercenter.wire.graph.views import SAFE, GraphView

READ = "DelegatedAdminRelationship.Read.All"
READ_WRITE = "DelegatedAdminRelationship.ReadWrite.All"
PAGE_SIZE = 300


class GdapView(GraphView):
    vocabulary: ClassVar[Vocabulary] = GDAP
    metadata = "/tenantRelationships"

    def authorize(self) -> None:
        """What the token must say; whether the person may, the services ask (contract section 1)."""
        by = self.principal
        if by.kind is PrincipalKind.APP and not settings.GRAPH_GDAP_SERVICE_PRINCIPAL:
            raise Refused(Kind.UNEXPECTED)
        if by.tenant_id != by.partner_id:
            raise _forbidden("GDAP is looked after in the partner's own tenant; ask for a token there.")
        needed = {READ, READ_WRITE} if self.request.method in SAFE else {READ_WRITE}
        if not by.scopes & needed:
            raise _forbidden(f"The token has none of these permissions: {', '.join(sorted(needed))}.")
        if by.kind is not PrincipalKind.APP and not by.has_mfa:
            raise _forbidden("The token comes from a sign-in without a second factor.")
        require_partner(by, PartnerPermission.WORK_WITH_CUSTOMERS)

    def relationships(self) -> "QuerySet[AdminRelationship]":
        """What the partner still sees."""
        rows = AdminRelationship.objects.kept(clock.now()).filter(partner=self.principal.partner_id)
        return rows.select_related("customer")

    def relationship(self, text: str) -> AdminRelationship:
        relationship_id, partner_id = relationship_key(text)
        found = self.relationships().filter(pk=relationship_id).first()
        if found is None or partner_id not in (None, found.partner_id):
            raise Refused(Kind.NOT_FOUND, "The delegated admin relationship was not found.")
        return found

    @property
    def wants_unknown_members(self) -> bool:
        """Some values of enums are told to those only who ask for them; others read `unknownFutureValue`."""
        return "include-unknown-enum-members" in self.request.headers.get("Prefer", "").casefold()


def listing(path: str, kind: str, **sorts: str) -> Listing:
    return Listing(path=path, type=kind, sorts=sorts, default_size=PAGE_SIZE, largest_size=PAGE_SIZE)


def _forbidden(sentence: str) -> Refused:
    return Refused(Kind.FORBIDDEN, explanation={"sentence": sentence})
