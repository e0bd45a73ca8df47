"""What a tenant says of itself, and whether a domain is taken (section 2.8 and 2.10)."""

from rest_framework.request import Request

from customers.api import shapes
from customers.api.base import DirectoryView
from customers.models import Domain
from customers.permissions import CustomerPermission
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.encoding import supplied
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.operations import operation
from partnercenter.wire.partner_center.shapes import listed, text
from partnercenter.wire.partner_center.views import Answer, PartnerCenterView


class Organization(DirectoryView):
    app_only = frozenset({"GET", "HEAD"})

    @operation("Get an organization", gives=listed(shapes.ORGANIZATION))
    def get(self, request: Request, customer_id: str) -> Answer:
        customer = self.tenant(customer_id, CustomerPermission.READ_COMPANY_DETAILS)
        return Answer(
            [
                supplied(
                    {
                        "street": customer.address_line1 or None,
                        "countryLetterCode": customer.country,
                        "postalCode": customer.postal_code or None,
                        "city": customer.city or None,
                        "state": customer.state or None,
                        "displayName": customer.company_name,
                        "technicalNotificationMails": [customer.email] if customer.email else [],
                    }
                )
            ]
        )


class CustomDomains(DirectoryView):
    app_only = frozenset({"GET", "HEAD"})

    @operation("List custom domains", gives=listed(text("fabrikam.com")))
    def get(self, request: Request, customer_id: str) -> Answer:
        customer = self.tenant(customer_id, CustomerPermission.READ_DOMAINS)
        verified = Domain.objects.filter(customer=customer, is_verified=True)
        return Answer(list(verified.order_by("-is_default", "name").values_list("name", flat=True)))


class DomainCheck(PartnerCenterView):
    """200 says that the domain is taken, 404 that it is free; whose it is stays unsaid."""

    app_only = frozenset({"HEAD"})
    http_method_names = ["head", "options"]

    @operation("Check a domain", says="200 if the domain is taken, 404 if it is free, neither with a body.")
    def head(self, request: Request, domain: str) -> Answer:
        if not Domain.objects.filter(name__iexact=domain, is_verified=True).exists():
            raise ApiError(codes.NOT_FOUND)
        return Answer()
