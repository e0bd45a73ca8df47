"""The small resources around customers: a true answer where there is one, else the documented error (section 2.10)."""

import uuid

from rest_framework.request import Request

from customers.addresses import NO_POSTAL_CODES, REGISTERED, postal_patterns, recorded_rules
from customers.api import shapes
from customers.models import Country
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import Principal
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.encoding import collection, supplied
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.links import self_link
from partnercenter.wire.partner_center.operations import Parameter, operation
from partnercenter.wire.partner_center.shapes import TEXT, one_of
from partnercenter.wire.partner_center.views import Answer, PartnerCenterView

READ = frozenset({"GET", "HEAD"})
RELATIONSHIP_TYPES = {
    spelling: name
    for name in ("is_indirect_reseller_of", "is_indirect_cloud_solution_provider_of")
    for spelling in (name, name.replace("_", ""))
}
KIND = Parameter(
    name="relationship_type",
    schema=one_of("is_indirect_reseller_of", "is_indirect_cloud_solution_provider_of"),
    says="Which side of the relationship the partner is on.",
)
PROGRAM = Parameter(name="mpnId", schema=TEXT, says="The program id to look up; the own one, if not given.")
INVITATION = (
    "https://admin.microsoft.com/Adminportal/Home?invType=ResellerRelationship&partnerId={partner}"
    "&msppId=0&DAP=false#/BillingAccounts/partner-invitation"
)


class CountryRules(PartnerCenterView):
    """The recorded rules of the United States; of others what `customers.addresses` knows."""

    app_only = READ

    @operation("Get the address rules of a country", gives=shapes.COUNTRY_RULES)
    def get(self, request: Request, iso: str) -> Answer:
        code = iso.upper()
        recorded = recorded_rules().get(code)
        if recorded is not None:
            return Answer(dict(recorded))
        if not Country.objects.filter(code=code).exists():
            raise ApiError(codes.NOT_FOUND, "There is no such country or region.")
        pattern = postal_patterns().get(code, (NO_POSTAL_CODES, ""))[0]
        is_registered = code in REGISTERED
        return Answer(
            supplied(
                {
                    "iso2Code": code,
                    "defaultCulture": "en-US",
                    "isStateRequired": False,
                    "supportedStatesList": [],
                    "supportedLanguagesList": ["en"],
                    "supportedCulturesList": ["en-US"],
                    "isPostalCodeRequired": False,
                    "postalCodeRegex": None if pattern == NO_POSTAL_CODES else f"^{pattern}$",
                    "isCityRequired": False,
                    "isVatIdSupported": False,
                    "isTaxIdSupported": is_registered,
                    "isTaxIdOptional": not is_registered,
                    "countryCallingCodesList": [],
                    "attributes": {"objectType": "CountryValidationRules"},
                }
            )
        )


class RelationshipRequest(PartnerCenterView):
    """The address that a customer opens to accept the partner as reseller."""

    @operation("Get the reseller invitation", gives=shapes.INVITATION)
    def get(self, request: Request) -> Answer:
        return Answer(
            {
                "url": INVITATION.format(partner=self.principal.partner_id),
                "attributes": {"objectType": "RelationshipRequest"},
            }
        )


class PartnerRelationships(PartnerCenterView):
    """Indirect resellers and providers; nobody here has any."""

    @operation("List indirect resellers", gives=shapes.PARTNER_RELATIONSHIPS, query=(KIND,))
    def get(self, request: Request) -> Answer:
        self.query.choice("relationship_type", among=RELATIONSHIP_TYPES, default="")
        return Answer(collection([]))


class CustomerRelationships(PartnerCenterView):
    @operation("List indirect resellers of a customer", gives=shapes.PARTNER_RELATIONSHIPS)
    def get(self, request: Request, customer_id: str) -> Answer:
        self.customer(customer_id)
        return Answer(collection([]))


class ManagedServices(PartnerCenterView):
    """Services that the partner manages by DAP: none, since there is no DAP."""

    @operation("List managed services", gives=shapes.MANAGED_SERVICES)
    def get(self, request: Request, customer_id: str) -> Answer:
        self.customer(customer_id)
        return Answer(collection([]))


class ValidationStatus(PartnerCenterView):
    """Nobody validates accounts here, so there is no status, which the contract has an error for."""

    @operation("Get the validation status", gives=shapes.VALIDATION_STATUS)
    def get(self, request: Request, customer_id: str) -> Answer:
        self.customer(customer_id)
        raise ApiError(codes.ACCOUNT_STATUS_NOT_FOUND)


class ValidationCodes(PartnerCenterView):
    app_only = READ

    @operation("List validation codes", gives=shapes.VALIDATION_CODES)
    def get(self, request: Request) -> Answer:
        return Answer([])


class OrganizationProfile(PartnerCenterView):
    """The partner's own profile (section 8.2)."""

    app_only = READ

    @operation("Get the organization profile", gives=shapes.ORGANIZATION_PROFILE, refuses=(404,))
    def get(self, request: Request) -> Answer:
        partner = own_partner(self.principal)
        return Answer(
            {
                "id": str(partner.pk),
                "companyName": partner.name,
                "defaultAddress": {"country": partner.country},
                "tenantId": str(partner.pk),
                "domain": partner.domain,
                "language": "en",
                "culture": "en-US",
                "profileType": "OrganizationProfile",
                "links": self_link("/profiles/organization"),
                "attributes": {"objectType": "OrganizationProfile"},
            }
        )


class ProgramProfile(PartnerCenterView):
    """The partner of a program id. Only the own one can be looked up; an unknown one answers as captured."""

    app_only = READ

    @operation("Get the program profile", gives=shapes.PROGRAM_PROFILE, query=(PROGRAM,), refuses=(404,))
    def get(self, request: Request) -> Answer:
        partner = own_partner(self.principal)
        wanted = (self.query.get("mpnId") or partner.mpn_id).strip()
        if not wanted:
            raise ApiError(codes.PROFILE_NOT_FOUND)
        if wanted != partner.mpn_id:
            text = f"Partner Organization with partner_id {wanted[:100]} could not be found"
            raise ApiError(codes.PROFILE_NOT_FOUND, description=text)
        return Answer(
            supplied(
                {
                    "partnerName": partner.name,
                    "mpnId": partner.mpn_id,
                    "profileType": "MpnProfile",
                    "links": self_link("/profiles/mpn"),
                    "attributes": {"objectType": "MpnProfile"},
                }
            )
        )


class SignedAgreementStatus(PartnerCenterView):
    """Whether the customer signed the customer agreement directly with the vendor: never, here."""

    app_only = READ

    @operation("Get the status of the signed agreement", gives=shapes.SIGNED)
    def get(self, request: Request, customer_id: str) -> Answer:
        self.customer(customer_id)
        return Answer({"isSigned": False})


def own_partner(principal: Principal) -> Partner:
    partner = Partner.objects.filter(pk=principal.partner_id or uuid.UUID(int=0)).first()
    if partner is None:
        raise ApiError(codes.PROFILE_NOT_FOUND)
    return partner
