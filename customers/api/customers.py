"""Customers: list, filter, seek, get (section 2.2 and 2.3)."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from rest_framework.request import Request

from customers.api import new_customer, presenters, shapes
from customers.models import Domain, ResellerRelationship
from customers.queries import billing_profile
from customers.services import create_customer, delete_customer, end_reseller_relationship
from gdap import access
from partnercenter.accounts.principals import Principal
from partnercenter.fields import begins_with, sort_key
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.filters import Condition, Fields, conditions, parse_filter, unsupported
from partnercenter.wire.partner_center.operations import PAGING, filtered_by, operation
from partnercenter.wire.partner_center.paging import HEADER, Listing, page, read_seek, window
from partnercenter.wire.partner_center.shapes import paged
from partnercenter.wire.partner_center.views import Answer, PartnerCenterView

LISTING = Listing(path="/customers", sorts={"companyname": "sort_name"})
FILTER = filtered_by(
    "Fields: CompanyName, Domain, IndirectReseller, IndirectCloudSolutionProvider; operator: starts_with."
)


class CustomerList(PartnerCenterView):
    app_only = frozenset({"GET", "HEAD", "POST"})

    @operation("List customers", gives=paged(shapes.CUSTOMER_IN_LIST), query=(*PAGING, FILTER))
    def get(self, request: Request) -> Answer:
        """One query, whatever the size."""
        seek = read_seek(LISTING, self.query, request.headers.get(HEADER, ""))
        customers = access.customers_visible_to(self.principal).filter(conditions(parse_filter(seek.filter), FIELDS))
        sold = Exists(_sales(self.principal).filter(customer=OuterRef("pk")))
        found = window(customers.values("id", "company_name", "primary_domain", "sort_name", is_resold=sold), seek)
        items = [presenters.customer_in_list(row) for row in found.rows]
        return Answer(page(found, items, seek, self.query))

    @operation(
        "Create a customer",
        says="A tenant of its own. The password of its first administrator stands in this answer only.",
        takes=shapes.WANTED_CUSTOMER,
        example=shapes.A_CUSTOMER,
        gives=shapes.NEW_CUSTOMER,
        status=201,
    )
    def post(self, request: Request) -> Answer:
        made = create_customer(
            by=self.principal, partner=new_customer.partner_of(self.principal), wish=new_customer.wish(self.body)
        )
        return Answer(new_customer.answer(made), status=201)


class CustomerDetail(PartnerCenterView):
    app_only = frozenset({"GET", "HEAD", "DELETE"})
    throttle_scope = "customer"

    @operation("Get a customer", gives=shapes.CUSTOMER)
    def get(self, request: Request, customer_id: str) -> Answer:
        customer = self.customer(customer_id)
        is_resold = _sales(self.principal).filter(customer=customer).exists()
        partner_id = self.principal.partner_id
        profile = billing_profile(customer, partner_id) if partner_id and is_resold else None
        return Answer(presenters.customer_by_id(customer, profile, is_resold=is_resold))

    @operation(
        "Change a customer",
        says="Ends the reseller relationship when `relationshipToPartner` is `none`.",
        takes=shapes.CUSTOMER_CHANGE,
        example={"relationshipToPartner": "none", "attributes": {"objectType": "Customer"}},
        gives=shapes.CUSTOMER,
    )
    def patch(self, request: Request, customer_id: str) -> Answer:
        """Two things can be asked for: to end the reseller relationship, and to give up DAP, which nobody has."""
        customer = self.customer(customer_id)
        relationship = (self.body.text("RelationshipToPartner") or "").casefold()
        if relationship in ("", "unknown", "reseller"):
            if self.body.flag("AllowDelegatedAccess"):
                raise ApiError(codes.ACTION_NOT_ALLOWED, "Delegated access is given by the customer.")
            is_resold = _sales(self.principal).filter(customer=customer).exists()
            return Answer(presenters.customer_by_id(customer, None, is_resold=is_resold))
        if relationship != "none":
            raise ApiError(codes.UNKNOWN_ENUM, f"RelationshipToPartner: {relationship[:100]}")
        end_reseller_relationship(by=self.principal, customer=customer)
        return Answer({"relationshipToPartner": "none", "attributes": {"objectType": "Customer"}})

    @operation("Delete a customer", says="In the integration sandbox only.", status=204)
    def delete(self, request: Request, customer_id: str) -> Answer:
        delete_customer(by=self.principal, customer=self.customer(customer_id))
        return Answer(status=204)


def _sales(principal: Principal) -> QuerySet[ResellerRelationship]:
    """The living reseller relationships of the partner; at other customers it has an admin relationship only."""
    return ResellerRelationship.objects.filter(partner=principal.partner_id, ended_at__isnull=True)


def _by_name(condition: Condition) -> Q:
    if condition.operator != "starts_with":
        raise unsupported(condition)
    return begins_with("sort_name", sort_key(condition.value))


def _by_domain(condition: Condition) -> Q:
    if condition.operator != "starts_with":
        raise unsupported(condition)
    return Q(Exists(Domain.objects.filter(customer=OuterRef("pk"), name__istartswith=condition.value)))


def _by_indirect(condition: Condition) -> Q:
    """Nobody here sells through an indirect reseller, so nothing matches."""
    if condition.operator != "starts_with":
        raise unsupported(condition)
    return Q(pk__in=())


FIELDS: Fields = {
    "companyname": _by_name,
    "domain": _by_domain,
    "indirectreseller": _by_indirect,
    "indirectcloudsolutionprovider": _by_indirect,
}
