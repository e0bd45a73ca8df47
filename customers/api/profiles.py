"""Company and billing profile of a customer (section 2.7)."""

from rest_framework.request import Request

from customers.api import presenters
from customers.permissions import CustomerPermission
from customers.queries import billing_profile
from gdap import access
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.views import Answer, PartnerCenterView


class CompanyProfile(PartnerCenterView):
    def get(self, request: Request, customer_id: str) -> Answer:
        """Address and email need a GDAP role that reads company details, as they needed DAP before."""
        customer = self.customer(customer_id)
        with_details = access.can(self.principal, customer, CustomerPermission.READ_COMPANY_DETAILS)
        return Answer(presenters.company_profile(customer, with_details=with_details))


class BillingProfileResource(PartnerCenterView):
    app_only = frozenset({"GET", "HEAD", "PUT"})

    def get(self, request: Request, customer_id: str) -> Answer:
        customer = self.customer(customer_id)
        partner_id = self.principal.partner_id
        if partner_id is None:
            raise ApiError(codes.NO_RELATIONSHIP)
        return Answer(presenters.billing_profile(billing_profile(customer, partner_id)))
