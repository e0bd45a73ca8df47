"""accessAssignments: which group acts with which roles (section 4)."""

from rest_framework.request import Request

from gdap.graph import presenters, wishes
from gdap.graph.base import GdapView, listing
from gdap.graph.fields import ASSIGNMENT_FIELDS
from gdap.graph.ids import wire_id
from gdap.graph.relationships import RETRY_AFTER
from gdap.models import AccessAssignment, AdminRelationship, SecurityGroup
from gdap.services.relationships import assign_group, change_assignment, remove_assignment
from partnercenter import clock
from partnercenter.wire.graph.bodies import Members
from partnercenter.wire.graph.encoding import Answer
from partnercenter.wire.graph.errors import Kind, Refused, bad_request
from partnercenter.wire.graph.etags import expected_version
from partnercenter.wire.graph.paging import read_page
from partnercenter.wire.graph.paths import key

KIND = "delegatedAdminAccessAssignment"
LISTING = listing("accessAssignments", KIND, createdDateTime="created_at", lastModifiedDateTime="modified_at")


class AssignmentView(GdapView):
    def assignment(self, relationship: AdminRelationship, text: str) -> AccessAssignment:
        found = relationship.access_assignments.prefetch_related("role_links").filter(pk=key(text)).first()
        if found is None:
            raise Refused(Kind.NOT_FOUND, "The access assignment was not found.")
        return found

    def group(self) -> SecurityGroup:
        container = self.body.members("accessContainer") or Members({})
        group_id = container.guid("accessContainerId")
        if container.text("accessContainerType") != "securityGroup" or group_id is None:
            raise bad_request("accessContainer needs an accessContainerId and the accessContainerType securityGroup.")
        found = SecurityGroup.objects.filter(pk=group_id, partner=self.principal.partner_id).first()
        if found is None:
            raise bad_request(f"The access container {group_id} does not exist.")
        return found

    def address(self, relationship: AdminRelationship) -> str:
        return f"{self.root}/tenantRelationships/delegatedAdminRelationships/{wire_id(relationship)}"


class AssignmentList(AssignmentView):
    def get(self, request: Request, relationship_id: str) -> Answer:
        query = self.query
        query.allow("select", "filter", "top", "orderby", "count", "skiptoken")
        names = query.select(presenters.ASSIGNMENT, of=KIND)
        rows = self.relationship(relationship_id).access_assignments.filter(query.filtered(ASSIGNMENT_FIELDS))
        page = read_page(rows.prefetch_related("role_links"), query, LISTING, counts=True)
        now = clock.now()
        items = [presenters.chosen(presenters.assignment(row, now), names) for row in page.rows]
        return self.many("accessAssignments", items, page)

    def post(self, request: Request, relationship_id: str) -> Answer:
        relationship = self.relationship(relationship_id)
        roles = wishes.roles_in(self.body) or frozenset()
        made = assign_group(by=self.principal, relationship=relationship, group=self.group(), roles=roles)
        location = f"{self.address(relationship)}/accessAssignments/{made.pk}"
        shown = presenters.assignment(made, clock.now())
        return self.one("accessAssignments", shown, status=201, headers={"Location": location})


class AssignmentDetail(AssignmentView):
    def get(self, request: Request, relationship_id: str, assignment_id: str) -> Answer:
        self.query.allow("select")
        names = self.query.select(presenters.ASSIGNMENT, of=KIND)
        row = self.assignment(self.relationship(relationship_id), assignment_id)
        return self.one("accessAssignments/$entity", presenters.chosen(presenters.assignment(row, clock.now()), names))

    def patch(self, request: Request, relationship_id: str, assignment_id: str) -> Answer:
        relationship = self.relationship(relationship_id)
        row = self.assignment(relationship, assignment_id)
        expected = expected_version(self.http, row.pk, row.version)
        if "accessContainer" in self.body and self.group().pk != row.security_group_id:
            raise bad_request("The access container of an access assignment can't change.")
        operation = change_assignment(
            by=self.principal,
            assignment=row,
            roles=wishes.roles_in(self.body) or frozenset(),
            expected_version=expected,
        )
        if operation is None:
            return self.one("accessAssignments/$entity", presenters.assignment(row, clock.now()))
        location = f"{self.address(relationship)}/operations/{operation.pk}"
        return Answer(body={}, status=202, headers={"Location": location, "Retry-After": RETRY_AFTER})

    def delete(self, request: Request, relationship_id: str, assignment_id: str) -> Answer:
        row = self.assignment(self.relationship(relationship_id), assignment_id)
        expected = expected_version(self.http, row.pk, row.version)
        remove_assignment(by=self.principal, assignment=row, expected_version=expected)
        return Answer(status=204)
