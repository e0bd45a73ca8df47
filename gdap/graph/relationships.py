"""delegatedAdminRelationships: list, get, create, change, delete (section 2)."""

from rest_framework.request import Request

from customers.roles import GLOBAL_ADMINISTRATOR
from gdap.graph import presenters, wishes
from gdap.graph.base import GdapView, listing
from gdap.graph.fields import RELATIONSHIP_FIELDS
from gdap.graph.ids import wire_id
from gdap.lifecycle import Status
from gdap.models import AdminRelationship, RelationshipOperation
from gdap.services.relationships import (
    Wish,
    create_relationship,
    delete_relationship,
    remove_global_administrator,
    set_auto_extend,
    update_relationship,
)
from partnercenter import clock
from partnercenter.accounts.models import Partner
from partnercenter.wire.graph.encoding import Answer
from partnercenter.wire.graph.errors import bad_request
from partnercenter.wire.graph.etags import expected_version
from partnercenter.wire.graph.paging import read_page

NAME = "delegatedAdminRelationships"
KIND = "delegatedAdminRelationship"
RETRY_AFTER = "10"
LISTING = listing(
    NAME,
    KIND,
    createdDateTime="created_at",
    displayName="display_name",
    lastModifiedDateTime="modified_at",
    status="status_now",
)


class RelationshipList(GdapView):
    def get(self, request: Request) -> Answer:
        query = self.query
        query.allow("select", "filter", "top", "orderby", "count", "skiptoken")
        names = query.select(presenters.RELATIONSHIP, of=KIND)
        rows = self.relationships().filter(query.filtered(RELATIONSHIP_FIELDS))
        page = read_page(rows.prefetch_related("role_links"), query, LISTING, counts=True)
        now = clock.now()
        items = [presenters.chosen(presenters.relationship(row, now), names) for row in page.rows]
        return self.many(NAME, items, page)

    def post(self, request: Request) -> Answer:
        by, body = self.principal, self.body
        wish = wishes.wish_in(body)
        made = create_relationship(
            by=by,
            partner=Partner.objects.get(pk=str(by.partner_id)),
            customer=wishes.customer_in(body, by),
            display_name=wish.display_name,
            roles=wish.roles,
            duration_days=wish.duration_days,
            auto_extend=wish.auto_extend,
        )
        location = f"{self.root}/tenantRelationships/{NAME}/{wire_id(made)}"
        shown = presenters.relationship(made, clock.now())
        return self.one(NAME, shown, status=201, headers={"Location": location})


class RelationshipDetail(GdapView):
    def get(self, request: Request, relationship_id: str) -> Answer:
        self.query.allow("select")
        names = self.query.select(presenters.RELATIONSHIP, of=KIND)
        row = self.relationship(relationship_id)
        return self.one(f"{NAME}/$entity", presenters.chosen(presenters.relationship(row, clock.now()), names))

    def patch(self, request: Request, relationship_id: str) -> Answer:
        row = self.relationship(relationship_id)
        expected = expected_version(self.http, row.pk, row.version)
        if row.status(clock.now()) is Status.ACTIVE:
            return self._change_active(row, expected)
        wish, customer = wishes.wish_in(self.body, Wish.of(row)), wishes.customer_in(self.body, self.principal)
        update_relationship(
            by=self.principal, relationship=row, wish=wish, customer=customer, expected_version=expected
        )
        return self._shown(row)

    def delete(self, request: Request, relationship_id: str) -> Answer:
        row = self.relationship(relationship_id)
        expected = expected_version(self.http, row.pk, row.version)
        delete_relationship(by=self.principal, relationship=row, expected_version=expected)
        return Answer(status=204)

    def _change_active(self, row: AdminRelationship, expected: int | None) -> Answer:
        """Auto extend, or Global Administrator taken away; nothing else changes once it is active (section 2.3)."""
        before = Wish.of(row)
        wish = wishes.wish_in(self.body, before)
        same_terms = (wish.display_name, wish.duration_days) == (before.display_name, before.duration_days)
        customer = wishes.customer_in(self.body, self.principal)
        if not same_terms or (customer is not None and customer.pk != row.customer_id):
            raise bad_request("An active relationship allows autoExtendDuration and the removal of a role only.")
        is_without = "accessDetails" in self.body and GLOBAL_ADMINISTRATOR in before.roles - wish.roles
        if is_without and wish.roles != before.roles - {GLOBAL_ADMINISTRATOR}:
            raise bad_request("Of an active relationship's roles, only Global Administrator can be removed.")
        operation = None
        if is_without:
            operation = remove_global_administrator(by=self.principal, relationship=row, expected_version=expected)
            expected = None
        if "autoExtendDuration" in self.body or not is_without:
            # Also where nothing is to change: who may not, and who comes too late, is told.
            set_auto_extend(by=self.principal, relationship=row, enabled=wish.auto_extend, expected_version=expected)
        return self._shown(row) if operation is None else self._accepted(row, operation)

    def _shown(self, row: AdminRelationship) -> Answer:
        return self.one(f"{NAME}/$entity", presenters.relationship(row, clock.now()))

    def _accepted(self, row: AdminRelationship, operation: RelationshipOperation) -> Answer:
        location = f"{self.root}/tenantRelationships/{NAME}/{wire_id(row)}/operations/{operation.pk}"
        return Answer(body={}, status=202, headers={"Location": location, "Retry-After": RETRY_AFTER})
