"""delegatedAdminCustomers: those with a relationship in force, and where to administer their services (section 6)."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from rest_framework.request import Request

from customers.models import Customer
from gdap.admin_centers import ADMIN_CENTERS
from gdap.graph import presenters
from gdap.graph.base import GdapView, listing
from gdap.graph.fields import CUSTOMER_FIELDS
from gdap.lifecycle import Status
from gdap.models import AdminRelationship
from partnercenter import clock
from partnercenter.wire.graph.encoding import Answer
from partnercenter.wire.graph.errors import Kind, Refused
from partnercenter.wire.graph.paging import read_page
from partnercenter.wire.graph.paths import key

NAME = "delegatedAdminCustomers"
KIND = "delegatedAdminCustomer"
LISTING = listing(NAME, KIND, displayName="sort_name", tenantId="id")


class CustomerView(GdapView):
    def customers(self) -> "QuerySet[Customer]":
        now = clock.now()
        relationships = AdminRelationship.objects.with_status(now).filter(
            Q(status_now=Status.ACTIVE), customer=OuterRef("pk"), partner=self.principal.partner_id
        )
        return Customer.objects.filter(Exists(relationships))

    def customer(self, text: str) -> Customer:
        found = self.customers().filter(pk=key(text)).first()
        if found is None:
            raise Refused(Kind.NOT_FOUND, "The delegated admin customer was not found.")
        return found


class CustomerList(CustomerView):
    def get(self, request: Request) -> Answer:
        query = self.query
        query.allow("select", "filter", "top", "orderby", "count", "skiptoken")
        names = query.select(presenters.CUSTOMER, of=KIND)
        rows = self.customers().filter(query.filtered(CUSTOMER_FIELDS))
        page = read_page(rows, query, LISTING, counts=True)
        return self.many(NAME, [presenters.chosen(presenters.customer(row), names) for row in page.rows], page)


class CustomerDetail(CustomerView):
    def get(self, request: Request, tenant_id: str) -> Answer:
        self.query.allow("select")
        names = self.query.select(presenters.CUSTOMER, of=KIND)
        body = presenters.chosen(presenters.customer(self.customer(tenant_id)), names)
        return self.one(f"{NAME}/$entity", body)


class ServiceManagementDetails(CustomerView):
    def get(self, request: Request, tenant_id: str) -> Answer:
        self.query.allow()
        customer = self.customer(tenant_id)
        items = [
            {
                "@odata.type": "#microsoft.graph.delegatedAdminServiceManagementDetail",
                "id": center.id,
                "serviceName": center.name,
                "serviceManagementUrl": center.address.format(tenant=customer.pk, domain=customer.primary_domain),
            }
            for center in ADMIN_CENTERS
        ]
        return self.many("serviceManagementDetails", items)
