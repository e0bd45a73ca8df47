"""requests: what moves a relationship on (section 3)."""

from collections.abc import Callable, Mapping

from rest_framework.request import Request

from gdap.graph import presenters
from gdap.graph.base import GdapView, listing
from gdap.graph.ids import wire_id
from gdap.models import AdminRelationship, RelationshipRequest
from gdap.services.relationships import (
    approve_relationship,
    decline_relationship,
    lock_for_approval,
    terminate_relationship,
)
from partnercenter import clock
from partnercenter.wire.graph.encoding import Answer
from partnercenter.wire.graph.errors import Kind, Refused, bad_request
from partnercenter.wire.graph.etags import etag
from partnercenter.wire.graph.paging import read_page
from partnercenter.wire.graph.paths import key

_Action = RelationshipRequest.Action
# The last two are the customer's to do, and refused by the services.
ACTIONS: Mapping[str, Callable[..., AdminRelationship]] = {
    _Action.LOCK_FOR_APPROVAL: lock_for_approval,
    _Action.TERMINATE: terminate_relationship,
    _Action.APPROVE: approve_relationship,
    _Action.REJECT: decline_relationship,
}
KIND = "delegatedAdminRelationshipRequest"
LISTING = listing("requests", KIND, createdDateTime="created_at")


class RequestList(GdapView):
    def get(self, request: Request, relationship_id: str) -> Answer:
        self.query.allow("select", "top", "orderby", "count", "skiptoken")
        names = self.query.select(presenters.REQUEST, of=KIND)
        row = self.relationship(relationship_id)
        page = read_page(row.requests.all(), self.query, LISTING, counts=True)
        return self.many("requests", [presenters.chosen(self.shown(item), names) for item in page.rows], page)

    def post(self, request: Request, relationship_id: str) -> Answer:
        """An etag is not asked for, but one that is sent must be the relationship's."""
        row = self.relationship(relationship_id)
        action = self.body.text("action") or ""
        if action not in ACTIONS:
            raise bad_request(f"action is one of {', '.join(ACTIONS)}.")
        sent = request.headers.get("If-Match", "").strip()
        if sent not in ("", "*", etag(row.pk, row.version)):
            raise Refused(Kind.CHANGED, "The relationship was changed since this etag was read.")
        ACTIONS[action](by=self.principal, relationship=row)
        made = row.requests.filter(action=action).latest("created_at", "pk")
        location = f"{self.root}/tenantRelationships/delegatedAdminRelationships/{wire_id(row)}/requests/{made.pk}"
        body = self.shown(made, status="created")
        return self.one("requests", body, status=201, headers={"Location": location})

    def shown(self, row: RelationshipRequest, status: str = "") -> presenters.Body:
        now = clock.now()
        return presenters.request(row, status or row.status(now), unknown=self.wants_unknown_members, now=now)


class RequestDetail(RequestList):
    http_method_names = ["get"]

    def get(self, request: Request, relationship_id: str, request_id: str) -> Answer:  # type: ignore[override]  # one of them
        self.query.allow("select")
        names = self.query.select(presenters.REQUEST, of=KIND)
        row = self.relationship(relationship_id).requests.filter(pk=key(request_id)).first()
        if row is None:
            raise Refused(Kind.NOT_FOUND, "The request was not found.")
        return self.one("requests/$entity", presenters.chosen(self.shown(row), names))
