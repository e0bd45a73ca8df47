"""What papers and stubs look like on the wire."""

from partnercenter.wire.partner_center.shapes import (
    FLAG,
    GUID,
    MOMENT,
    NUMBER,
    SELF,
    TEXT,
    attributes,
    collected,
    listed,
    maybe,
    members,
    one_of,
    sent,
    shape,
    text,
)

NOTHING = collected(shape("NothingFiled"))
CONTACT = shape("AgreementContact", firstName=TEXT, lastName=TEXT, email=TEXT, phoneNumber=maybe(TEXT))
AGREEMENT = shape(
    "Agreement", primaryContact=CONTACT, templateId=GUID, dateAgreed=MOMENT, type=TEXT, agreementLink=TEXT
)
AGREEMENTS = collected(AGREEMENT, links=True)
TEMPLATES = collected(
    shape("AgreementTemplate", templateId=GUID, agreementType=TEXT, agreementLink=TEXT, versionRank=NUMBER), links=True
)
WANTED_AGREEMENT = sent(
    "WantedAgreement",
    required=["primaryContact", "dateAgreed"],
    primaryContact=sent("WantedContact", firstName=TEXT, lastName=TEXT, email=TEXT, phoneNumber=TEXT),
    templateId=TEXT,
    dateAgreed=TEXT,
    type=TEXT,
)
AN_AGREEMENT = {
    "primaryContact": {"firstName": "Ana", "lastName": "Born", "email": "ana@coho.example"},
    "dateAgreed": "2026-11-20T00:00:00Z",
    "type": "MicrosoftCustomerAgreement",
}
QUALIFICATIONS = listed(
    shape("Qualification", qualification=TEXT, vettingStatus=one_of("Approved"), vettingCreatedDate=MOMENT)
)
QUALIFICATION = shape(
    "NewQualification", qualification=TEXT, vettingStatus=one_of("Approved"), vettingCreateDate=MOMENT
)
WANTED_QUALIFICATION = sent(
    "WantedQualification", required=["qualification"], qualification=TEXT, educationSegment=TEXT, website=TEXT,
    validationCode=TEXT,
)  # fmt: skip
A_QUALIFICATION = {"qualification": "Education", "educationSegment": "K12"}
CONSENT = shape(
    "ApplicationConsent",
    applicationId=GUID,
    displayName=maybe(TEXT),
    applicationGrants=listed(members(enterpriseApplicationId=TEXT, scope=TEXT)),
)
WANTED_CONSENT = sent(
    "WantedConsent",
    required=["applicationId"],
    applicationId=TEXT,
    displayName=TEXT,
    applicationGrants=listed(sent("WantedGrant", enterpriseApplicationId=TEXT, scope=TEXT)),
)
A_CONSENT = {
    "applicationId": "a9900000-0000-4000-8000-000000000001",
    "displayName": "Contoso Desk",
    "applicationGrants": [
        {"enterpriseApplicationId": "00000003-0000-0000-c000-000000000000", "scope": "Directory.Read.All"}
    ],
}
DOMAIN = shape(
    "Domain",
    authenticationType=one_of("managed", "federated"),
    capability=TEXT,
    isDefault=FLAG,
    isInitial=FLAG,
    name=text("coho.example"),
    status=one_of("verified"),
    verificationMethod=TEXT,
)
WANTED_DOMAIN = sent(
    "WantedDomain",
    verifiedDomainName=TEXT,
    domain=sent("WantedDomainItself", name=TEXT, authenticationType=TEXT, capability=TEXT, verificationMethod=TEXT),
)
A_DOMAIN = {
    "verifiedDomainName": "coho.example",
    "domain": {"name": "coho.example", "authenticationType": "Managed", "capability": "Email"},
}
_ADDRESS = dict.fromkeys(
    ("addressLine1", "addressLine2", "city", "state", "postalCode", "country", "region", "phoneNumber"), TEXT
)
WANTED_ADDRESS = sent("WantedAddress", required=["country"], **_ADDRESS)
AN_ADDRESS = {"addressLine1": "1 Sample Way", "city": "Redmond", "state": "WA", "postalCode": "98052", "country": "US"}
CHECKED_ADDRESS = shape(
    "CheckedAddress",
    originalAddress=members(**{name: maybe(TEXT) for name in _ADDRESS}),
    suggestedAddresses=listed(members(**{name: maybe(TEXT) for name in _ADDRESS})),
    status=one_of("Verified", "None", "NotValidated"),
    validationMessage=maybe(TEXT),
)
SUPPORT_PROFILE = shape(
    "SupportProfile", email=maybe(TEXT), website=TEXT, profileType=TEXT, links=SELF,
    attributes=attributes("PartnerSupportProfile"),
)  # fmt: skip
PARTNER_PROFILE = shape(
    "PartnerProfile",
    companyName=TEXT,
    address=members(country=text("US")),
    profileType=TEXT,
    links=SELF,
    attributes=members(objectType=TEXT),
)
