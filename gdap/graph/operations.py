"""operations: how far a change is that was answered with 202 (section 5)."""

from collections.abc import Sequence

from rest_framework.request import Request

from gdap.graph import presenters
from gdap.graph.base import GdapView, listing
from gdap.models import AdminRelationship, RelationshipOperation
from partnercenter import clock
from partnercenter.wire.graph.encoding import Answer
from partnercenter.wire.graph.errors import Kind, Refused
from partnercenter.wire.graph.paging import read_page
from partnercenter.wire.graph.paths import key

KIND = "delegatedAdminRelationshipOperation"
LISTING = listing("operations", KIND, createdDateTime="created_at")


class OperationView(GdapView):
    def shown(
        self, relationship: AdminRelationship, rows: Sequence[RelationshipOperation], names: Sequence[str]
    ) -> list[presenters.Body]:
        """One query for the groups of all of them."""
        assignments = relationship.access_assignments.order_by().values_list("pk", "security_group")
        groups = {str(own_id): group_id for own_id, group_id in assignments}
        unknown, now = self.wants_unknown_members, clock.now()
        found = []
        for row in rows:
            row.relationship = relationship
            data = presenters.operation_data(row, groups)
            found.append(presenters.chosen(presenters.operation(row, data, unknown=unknown, now=now), names))
        return found


class OperationList(OperationView):
    def get(self, request: Request, relationship_id: str) -> Answer:
        self.query.allow("select", "top", "orderby", "count", "skiptoken")
        names = self.query.select(presenters.OPERATION, of=KIND)
        relationship = self.relationship(relationship_id)
        page = read_page(relationship.operations.all(), self.query, LISTING, counts=True)
        return self.many("operations", self.shown(relationship, page.rows, names), page)


class OperationDetail(OperationView):
    def get(self, request: Request, relationship_id: str, operation_id: str) -> Answer:
        self.query.allow("select")
        names = self.query.select(presenters.OPERATION, of=KIND)
        relationship = self.relationship(relationship_id)
        row = relationship.operations.filter(pk=key(operation_id)).first()
        if row is None:
            raise Refused(Kind.NOT_FOUND, "The operation was not found.")
        return self.one("operations/$entity", *self.shown(relationship, [row], names))
