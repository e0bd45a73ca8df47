"""Company and billing profile of a customer (section 2.7)."""

from rest_framework.request import Request

from customers.addresses import tidy_culture
from customers.api import presenters, shapes
from customers.models import Customer
from customers.permissions import CustomerPermission
from customers.queries import billing_profile
from customers.services import BillingDetails, update_billing_profile
from gdap import access
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.members import Members
from partnercenter.wire.partner_center.operations import IF_MATCH, operation
from partnercenter.wire.partner_center.views import Answer, PartnerCenterView


class CompanyProfile(PartnerCenterView):
    @operation("Get a company profile", gives=shapes.COMPANY_PROFILE)
    def get(self, request: Request, customer_id: str) -> Answer:
        """Address and email need a GDAP role that reads company details, as they needed DAP before."""
        customer = self.customer(customer_id)
        with_details = access.can(self.principal, customer, CustomerPermission.READ_COMPANY_DETAILS)
        return Answer(presenters.company_profile(customer, with_details=with_details))


class BillingProfileResource(PartnerCenterView):
    app_only = frozenset({"GET", "HEAD", "PUT"})

    @operation("Get a billing profile", gives=shapes.BILLING_PROFILE)
    def get(self, request: Request, customer_id: str) -> Answer:
        customer = self.customer(customer_id)
        partner_id = self.principal.partner_id
        if partner_id is None:
            raise ApiError(codes.NO_RELATIONSHIP)
        return Answer(presenters.billing_profile(billing_profile(customer, partner_id)))

    @operation(
        "Change a billing profile",
        says="The whole profile. A stale etag is refused with 400 and code 2055.",
        takes=shapes.BILLING_PROFILE_CHANGE,
        example=shapes.A_BILLING_PROFILE,
        gives=shapes.BILLING_PROFILE,
        query=(IF_MATCH,),
    )
    def put(self, request: Request, customer_id: str) -> Answer:
        """The full resource. Curl users send If-Match, SDKs `attributes.etag`, some neither (section 1.3)."""
        customer = self.customer(customer_id)
        updated = update_billing_profile(
            by=self.principal,
            customer=customer,
            details=details(self.body),
            expected_version=self._expected_version(request, customer),
        )
        return Answer(presenters.billing_profile(updated))

    def _expected_version(self, request: Request, customer: Customer) -> int | None:
        attributes = self.body.members("Attributes") or Members()
        etag = request.headers.get("If-Match", "").strip().strip('"') or attributes.text("Etag")
        if not etag or etag == "*" or self.principal.partner_id is None:
            return None
        current = billing_profile(customer, self.principal.partner_id)
        if etag != presenters.billing_etag(current):
            raise ApiError(codes.STALE_ETAG)
        return current.version


def details(body: Members) -> BillingDetails:
    address = body.members("DefaultAddress") or Members()
    return BillingDetails(
        email=body.text("Email") or "",
        culture=tidy_culture(body.text("Culture") or ""),
        language=body.text("Language") or "",
        company_name=body.text("CompanyName") or "",
        first_name=body.text("FirstName") or address.text("FirstName") or "",
        last_name=body.text("LastName") or address.text("LastName") or "",
        country=(address.text("Country") or "").upper(),
        region=address.text("Region") or "",
        city=address.text("City") or "",
        state=address.text("State") or "",
        address_line1=address.text("AddressLine1") or "",
        address_line2=address.text("AddressLine2") or "",
        postal_code=address.text("PostalCode") or "",
        phone_number=address.text("PhoneNumber") or "",
    )
