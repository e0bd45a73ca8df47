"""Agreements, qualifications, consents, domains and addresses (section 2.10 and part 7)."""

import uuid
from datetime import UTC, datetime
from typing import Any

from rest_framework.request import Request

from customers.addresses import Address, address_problems, has_rules
from customers.api import paperwork_shapes as shapes
from customers.models import Agreement, Country, Domain
from customers.models import Qualification as Filed
from customers.services.domains import add_verified_domain
from customers.services.paperwork import (
    Consent,
    Signature,
    add_qualification,
    consent_to_application,
    record_agreement,
    withdraw_consent,
)
from partnercenter.wire.partner_center import codes
from partnercenter.wire.partner_center.encoding import collection, supplied, wire_time
from partnercenter.wire.partner_center.errors import ApiError
from partnercenter.wire.partner_center.links import self_link
from partnercenter.wire.partner_center.members import Members, as_guid
from partnercenter.wire.partner_center.operations import operation
from partnercenter.wire.partner_center.views import Answer, PartnerCenterView

READ = frozenset({"GET", "HEAD"})
TEMPLATE = uuid.UUID("117a77b0-9360-443b-8795-c6dedc750cf9")
AGREEMENT_TYPE = "MicrosoftCustomerAgreement"
AGREEMENT_LINK = "https://aka.ms/customeragreement"
ADDRESS = ("addressLine1", "addressLine2", "city", "state", "postalCode", "country", "region", "phoneNumber")


class AgreementTemplates(PartnerCenterView):
    app_only = READ

    @operation("List agreement templates", gives=shapes.TEMPLATES)
    def get(self, request: Request) -> Answer:
        template = {
            "templateId": str(TEMPLATE),
            "agreementType": AGREEMENT_TYPE,
            "agreementLink": AGREEMENT_LINK,
            "versionRank": 0,
        }
        return Answer(collection([template], links=self_link("/agreements")))


class CustomerAgreements(PartnerCenterView):
    app_only = frozenset({"GET", "HEAD", "POST"})

    @operation("List the agreements of a customer", gives=shapes.AGREEMENTS)
    def get(self, request: Request, customer_id: str) -> Answer:
        rows = Agreement.objects.filter(customer=self.customer(customer_id), partner=self.principal.partner_id)
        return Answer(collection([_agreement(row) for row in rows], links=self_link(self.path)))

    @operation(
        "Confirm that a customer accepted the agreement",
        takes=shapes.WANTED_AGREEMENT,
        example=shapes.AN_AGREEMENT,
        gives=shapes.AGREEMENT,
        status=201,
    )
    def post(self, request: Request, customer_id: str) -> Answer:
        customer = self.customer(customer_id)
        contact = self.body.members("PrimaryContact") or Members()
        kind, template = self.body.text("Type") or AGREEMENT_TYPE, self.body.text("TemplateId")
        if kind.casefold() != AGREEMENT_TYPE.casefold():
            raise ApiError(codes.UNKNOWN_ENUM, f"Type: {kind[:100]}")
        if template is not None and as_guid("TemplateId", template) != TEMPLATE:
            raise ApiError(codes.INVALID_PROPERTY, "TemplateId is no template; GET /agreements lists them.")
        signature = Signature(
            first_name=contact.text("FirstName") or "",
            last_name=contact.text("LastName") or "",
            email=contact.text("Email") or "",
            phone_number=contact.text("PhoneNumber") or "",
            agreed_at=_moment(self.body.text("DateAgreed")),
        )
        return Answer(
            _agreement(record_agreement(by=self.principal, customer=customer, signature=signature)), status=201
        )


class Qualifications(PartnerCenterView):
    app_only = READ

    @operation("List qualifications", gives=shapes.QUALIFICATIONS)
    def get(self, request: Request, customer_id: str) -> Answer:
        rows = Filed.objects.filter(customer=self.customer(customer_id))
        return Answer(
            [
                {
                    "qualification": row.kind,
                    "vettingStatus": "Approved",
                    "vettingCreatedDate": wire_time(row.created_at),
                }
                for row in rows
            ]
        )

    @operation(
        "Add a qualification",
        says="Approved at once: nobody examines it here.",
        takes=shapes.WANTED_QUALIFICATION,
        example=shapes.A_QUALIFICATION,
        gives=shapes.QUALIFICATION,
        status=201,
    )
    def post(self, request: Request, customer_id: str) -> Answer:
        customer = self.customer(customer_id)
        wanted = (self.body.text("Qualification") or "").replace("_", "").casefold()
        kind = {kind.value.casefold(): kind for kind in Filed.Kind}.get(wanted)
        if kind is None:
            raise ApiError(codes.UNKNOWN_ENUM, f"Qualification: {wanted[:100]}")
        found = add_qualification(
            by=self.principal,
            customer=customer,
            kind=kind,
            education_segment=self.body.text("EducationSegment") or "",
            website=self.body.text("Website") or "",
        )
        return Answer(
            {
                "qualification": found.kind,
                "vettingStatus": "Approved",
                "vettingCreateDate": wire_time(found.created_at),
            },
            status=201,
        )


class ApplicationConsents(PartnerCenterView):
    @operation(
        "Consent to an application",
        takes=shapes.WANTED_CONSENT,
        example=shapes.A_CONSENT,
        gives=shapes.CONSENT,
        status=201,
    )
    def post(self, request: Request, customer_id: str) -> Answer:
        customer = self.customer(customer_id)
        application_id = self.body.guid("ApplicationId")
        if application_id is None:
            raise ApiError(codes.ARGUMENT, "ApplicationId is required.")
        grants = [
            {
                "enterpriseApplicationId": item.text("EnterpriseApplicationId") or "",
                "scope": item.text("Scope") or "",
            }
            for item in self.body.objects("ApplicationGrants")
        ]
        found = consent_to_application(
            by=self.principal,
            customer=customer,
            consent=Consent(
                application_id=application_id, display_name=self.body.text("DisplayName") or "", grants=grants
            ),
        )
        return Answer(
            supplied(
                {
                    "applicationId": str(found.application_id),
                    "displayName": found.display_name or None,
                    "applicationGrants": found.grants,
                }
            ),
            status=201,
        )


class ApplicationConsentDetail(PartnerCenterView):
    @operation("Withdraw the consent to an application", status=204)
    def delete(self, request: Request, customer_id: str, application_id: str) -> Answer:
        customer = self.customer(customer_id)
        withdraw_consent(by=self.principal, customer=customer, application_id=as_guid("ApplicationId", application_id))
        return Answer(status=204)


class VerifiedDomain(PartnerCenterView):
    app_only = frozenset({"POST"})

    @operation(
        "Add a verified domain",
        takes=shapes.WANTED_DOMAIN,
        example=shapes.A_DOMAIN,
        gives=shapes.DOMAIN,
        status=201,
    )
    def post(self, request: Request, customer_id: str) -> Answer:
        customer = self.customer(customer_id)
        wanted = self.body.members("Domain") or self.body
        name = wanted.text("Name") or self.body.text("VerifiedDomainName")
        kind = (wanted.text("AuthenticationType") or "managed").casefold()
        if kind not in Domain.Authentication.values:
            raise ApiError(codes.UNKNOWN_ENUM, f"AuthenticationType: {kind[:100]}")
        if name is None:
            raise ApiError(codes.ARGUMENT, "VerifiedDomainName is required.")
        domain = add_verified_domain(
            by=self.principal, customer=customer, name=name, authentication=Domain.Authentication(kind)
        )
        return Answer(
            {
                "authenticationType": domain.authentication,
                "capability": "email",
                "isDefault": domain.is_default,
                "isInitial": domain.is_initial,
                "name": domain.name,
                "status": "verified",
                "verificationMethod": "dns_record",
            },
            status=201,
        )


class AddressCheck(PartnerCenterView):
    """By the rules of the country; whether the house stands there, nobody here knows."""

    app_only = frozenset({"POST"})

    @operation(
        "Check an address",
        says="`Verified` says that it fits the rules of its country, `NotValidated` that no rules are known.",
        takes=shapes.WANTED_ADDRESS,
        example=shapes.AN_ADDRESS,
        gives=shapes.CHECKED_ADDRESS,
    )
    def post(self, request: Request) -> Answer:
        original = supplied({name: self.body.text(name) for name in ADDRESS})
        country = (self.body.text("Country") or "").strip().upper()
        if not Country.objects.filter(code=country).exists():
            raise ApiError(codes.ARGUMENT, "Country must be the code of a country or region.")
        found = [problem.message for problem in address_problems(_address(country, original))]
        status = "None" if found else "Verified" if has_rules(country) else "NotValidated"
        return Answer(
            supplied(
                {
                    "originalAddress": original,
                    "suggestedAddresses": [original] if status == "Verified" else [],
                    "status": status,
                    "validationMessage": " ".join(found) or None,
                }
            )
        )


def _address(country: str, sent: dict[str, Any]) -> Address:
    return Address(
        country=country,
        city=sent.get("city", ""),
        state=sent.get("state", "") or sent.get("region", ""),
        line1=sent.get("addressLine1", ""),
        line2=sent.get("addressLine2", ""),
        postal_code=sent.get("postalCode", ""),
        phone_number=sent.get("phoneNumber", ""),
    )


def _agreement(row: Agreement) -> dict[str, Any]:
    return {
        "primaryContact": supplied(
            {
                "firstName": row.first_name,
                "lastName": row.last_name,
                "email": row.email,
                "phoneNumber": row.phone_number or None,
            }
        ),
        "templateId": str(TEMPLATE),
        "dateAgreed": wire_time(row.agreed_at),
        "type": AGREEMENT_TYPE,
        "agreementLink": AGREEMENT_LINK,
    }


def _moment(text: str | None) -> datetime:
    """Without a zone it is UTC; at either end of time, another zone leads out of it."""
    try:
        found = datetime.fromisoformat((text or "").strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ApiError(codes.ARGUMENT, "DateAgreed must be a date.") from None
