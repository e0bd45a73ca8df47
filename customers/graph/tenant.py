"""What a tenant says of itself: organization and domains (section 13)."""

from collections.abc import Collection

from rest_framework.request import Request

from customers.graph.base import DIRECTORY_READS, DirectoryView, not_there
from customers.models import Customer, Domain
from customers.permissions import CustomerPermission as P
from partnercenter.wire.graph.encoding import Answer, Body, seconds

ORGANIZATION = (
    "id", "businessPhones", "city", "countryLetterCode", "createdDateTime", "displayName", "onPremisesSyncEnabled",
    "postalCode", "preferredLanguage", "state", "street", "technicalNotificationMails", "verifiedDomains",
)  # fmt: skip
DOMAIN = (
    "id", "authenticationType", "availabilityStatus", "isAdminManaged", "isDefault", "isInitial", "isRoot",
    "isVerified", "passwordNotificationWindowInDays", "passwordValidityPeriodInDays", "state", "supportedServices",
)  # fmt: skip
NEVER_EXPIRES = 2_147_483_647


class OrganizationList(DirectoryView):
    reads_with = DIRECTORY_READS | {"Organization.Read.All", "Organization.ReadWrite.All", "User.Read"}

    def get(self, request: Request) -> Answer:
        self.query.allow("select")
        return self.many("organization", [self.shown(self.tenant(P.READ_COMPANY_DETAILS))])

    def shown(self, customer: Customer) -> Body:
        names = self.query.select(ORGANIZATION, of="organization")
        body = organization(customer, customer.domains.all())
        return {name: body[name] for name in names}


class OrganizationDetail(OrganizationList):
    def get(self, request: Request, tenant_id: str) -> Answer:  # type: ignore[override]  # one of them
        self.query.allow("select")
        customer = self.tenant(P.READ_COMPANY_DETAILS)
        if tenant_id != str(customer.pk):
            raise not_there(tenant_id)
        return self.one("organization/$entity", self.shown(customer))


class DomainList(DirectoryView):
    reads_with = DIRECTORY_READS | {"Domain.Read.All", "Domain.ReadWrite.All"}

    def get(self, request: Request) -> Answer:
        self.query.allow("select")
        names = self.query.select(DOMAIN, of="domain")
        rows = list(Domain.objects.filter(customer=self.tenant(P.READ_DOMAINS)).order_by("-is_default", "name"))
        return self.many("domains", [self.shown(row, rows, names) for row in rows])

    def shown(self, row: Domain, others: Collection[Domain], names: Collection[str]) -> Body:
        body = domain(row, others)
        return {name: body[name] for name in names}


class DomainDetail(DomainList):
    def get(self, request: Request, name: str) -> Answer:  # type: ignore[override]  # one of them
        self.query.allow("select")
        names = self.query.select(DOMAIN, of="domain")
        rows = list(Domain.objects.filter(customer=self.tenant(P.READ_DOMAINS)))
        for row in rows:
            if row.name.casefold() == name:
                return self.one("domains/$entity", self.shown(row, rows, names))
        raise not_there(name)


def organization(customer: Customer, domains: Collection[Domain]) -> Body:
    return {
        "id": str(customer.pk),
        "businessPhones": [customer.phone_number] if customer.phone_number else [],
        "city": customer.city or None,
        "countryLetterCode": customer.country,
        "createdDateTime": seconds(customer.created_at),
        "displayName": customer.company_name,
        "onPremisesSyncEnabled": None,
        "postalCode": customer.postal_code or None,
        "preferredLanguage": None,
        "state": customer.state or None,
        "street": customer.address_line1 or None,
        "technicalNotificationMails": [customer.email] if customer.email else [],
        "verifiedDomains": [
            {
                "capabilities": "Email, OfficeCommunicationsOnline",
                "isDefault": row.is_default,
                "isInitial": row.is_initial,
                "name": row.name,
                "type": row.authentication.capitalize(),
            }
            for row in domains
            if row.is_verified
        ],
    }


def domain(row: Domain, others: Collection[Domain]) -> Body:
    """A domain below another one of the tenant is no root."""
    is_root = not any(row.name.endswith(f".{other.name}") for other in others)
    return {
        "id": row.name,
        "authenticationType": row.authentication.capitalize(),
        "availabilityStatus": None,
        "isAdminManaged": True,
        "isDefault": row.is_default,
        "isInitial": row.is_initial,
        "isRoot": is_root,
        "isVerified": row.is_verified,
        "passwordNotificationWindowInDays": 14,
        "passwordValidityPeriodInDays": NEVER_EXPIRES,
        "state": None,
        "supportedServices": ["Email", "OfficeCommunicationsOnline"] if row.is_verified else [],
    }
