"""What customers, users and roles look like on the wire; `presenters` writes what stands here, in this order."""

from partnercenter.wire.partner_center.shapes import (
    FLAG,
    GUID,
    MOMENT,
    NUMBER,
    SELF,
    TEXT,
    Maybe,
    Node,
    attributes,
    collected,
    listed,
    maybe,
    members,
    one_of,
    sent,
    shape,
    text,
    with_more,
)

COUNTRY = text("US", minLength=2, maxLength=2)

ADDRESS_OF_COMPANY = shape(
    "CompanyAddress",
    country=COUNTRY,
    region=maybe(TEXT),
    city=maybe(TEXT),
    addressLine1=maybe(TEXT),
    postalCode=maybe(TEXT),
    phoneNumber=maybe(TEXT),
)
COMPANY_PROFILE = shape(
    "CompanyProfile",
    tenantId=GUID,
    domain=text("fabrikam.com"),
    companyName=text("Fabrikam, Inc."),
    address=maybe(ADDRESS_OF_COMPANY),
    email=maybe(TEXT),
    organizationRegistrationNumber=maybe(TEXT),
    links=SELF,
    attributes=attributes("CustomerCompanyProfile"),
)
BILLING_ADDRESS = shape(
    "BillingAddress",
    country=COUNTRY,
    region=maybe(TEXT),
    city=maybe(TEXT),
    state=maybe(TEXT),
    addressLine1=maybe(TEXT),
    addressLine2=maybe(TEXT),
    postalCode=maybe(TEXT),
    firstName=maybe(TEXT),
    lastName=maybe(TEXT),
    phoneNumber=maybe(TEXT),
)
BILLING_PROFILE = shape(
    "BillingProfile",
    id=GUID,
    firstName=maybe(TEXT),
    lastName=maybe(TEXT),
    email=maybe(TEXT),
    culture=text("en-US"),
    language=text("en"),
    companyName=text("Fabrikam, Inc."),
    defaultAddress=BILLING_ADDRESS,
    links=maybe(SELF),
    attributes=attributes("CustomerBillingProfile", etag=True),
)
RELATIONSHIP = one_of("reseller", "advisor", "none")
CUSTOMER_IN_LIST = shape(
    "CustomerInList",
    id=GUID,
    companyProfile=COMPANY_PROFILE,
    relationshipToPartner=RELATIONSHIP,
    links=SELF,
    attributes=attributes("Customer"),
)
CUSTOMER = shape(
    "Customer",
    id=maybe(GUID),
    commerceId=maybe(GUID),
    companyProfile=maybe(COMPANY_PROFILE),
    billingProfile=maybe(BILLING_PROFILE),
    relationshipToPartner=RELATIONSHIP,
    allowDelegatedAccess=maybe(FLAG),
    links=maybe(SELF),
    attributes=attributes("Customer"),
)
CUSTOMER_CHANGE = sent(
    "CustomerChange",
    relationshipToPartner=one_of("none", "reseller", "unknown"),
    allowDelegatedAccess=FLAG,
)
BILLING_PROFILE_CHANGE = sent(
    "BillingProfileChange",
    firstName=TEXT,
    lastName=TEXT,
    email=TEXT,
    culture=TEXT,
    language=TEXT,
    companyName=TEXT,
    defaultAddress=sent("BillingAddressChange", **dict.fromkeys(BILLING_ADDRESS.schema["properties"], TEXT)),
    attributes=sent("Etag", etag=TEXT),
)
A_BILLING_PROFILE = {
    "email": "ap@fabrikam.com",
    "culture": "en-US",
    "language": "en",
    "companyName": "Fabrikam, Inc.",
    "defaultAddress": {
        "country": "SK",
        "city": "Bratislava",
        "addressLine1": "1 Sample Way",
        "postalCode": "81101",
        "firstName": "Ana",
        "lastName": "Born",
    },
    "attributes": {"objectType": "CustomerBillingProfile"},
}

NEW_CUSTOMER = shape(
    "NewCustomer",
    id=GUID,
    commerceId=GUID,
    companyProfile=COMPANY_PROFILE,
    billingProfile=BILLING_PROFILE,
    relationshipToPartner=RELATIONSHIP,
    allowDelegatedAccess=FLAG,
    userCredentials=members(userName=text("admin"), password=maybe(TEXT)),
    attributes=attributes("Customer"),
)
WANTED_CUSTOMER = sent(
    "WantedCustomer",
    required=["companyProfile", "billingProfile"],
    enableGDAPByDefault=FLAG,
    companyProfile=sent("WantedCompany", required=["domain"], domain=TEXT, organizationRegistrationNumber=TEXT),
    billingProfile=BILLING_PROFILE_CHANGE,
)
A_CUSTOMER = {
    "companyProfile": {"domain": "coho.onmicrosoft.com"},
    "billingProfile": {
        "culture": "en-US",
        "language": "en",
        "email": "ana@coho.example",
        "companyName": "Coho Winery",
        "defaultAddress": {
            "firstName": "Ana",
            "lastName": "Born",
            "addressLine1": "1 Sample Way",
            "city": "Redmond",
            "state": "WA",
            "postalCode": "98052",
            "country": "US",
            "phoneNumber": "4255550100",
        },
    },
}

ORGANIZATION = shape(
    "Organization",
    street=maybe(TEXT),
    countryLetterCode=COUNTRY,
    postalCode=maybe(TEXT),
    city=maybe(TEXT),
    state=maybe(TEXT),
    displayName=TEXT,
    technicalNotificationMails=listed(TEXT),
)

_USER: dict[str, Node | Maybe] = {
    "usageLocation": maybe(COUNTRY),
    "id": GUID,
    "userPrincipalName": text("dana.hudecova@fabrikam.com"),
    "firstName": maybe(text("Dana")),
    "lastName": maybe(text("Hudecova")),
    "displayName": text("Dana Hudecova"),
    "immutableId": maybe(TEXT),
    "phoneNumber": maybe(TEXT),
    "lastDirectorySyncTime": maybe(MOMENT),
    "userDomainType": one_of("none", "managed", "federated"),
    "state": one_of("active", "inactive"),
    "softDeletionTime": maybe(MOMENT),
    "links": SELF,
    "attributes": attributes("CustomerUser"),
}
USER = shape("CustomerUser", **_USER)
PASSWORD = shape("PasswordProfile", forceChangePassword=FLAG, password=TEXT)
USER_WITH_PASSWORD = with_more("CustomerUserWithPassword", USER, before="phoneNumber", passwordProfile=maybe(PASSWORD))
PASSWORD_CHANGE = sent("PasswordChange", password=TEXT, forceChangePassword=FLAG)
NEW_USER = sent(
    "NewUser",
    required=("userPrincipalName", "displayName"),
    usageLocation=TEXT,
    userPrincipalName=TEXT,
    firstName=TEXT,
    lastName=TEXT,
    displayName=TEXT,
    immutableId=TEXT,
    phoneNumber=TEXT,
    passwordProfile=PASSWORD_CHANGE,
)
A_NEW_USER = {
    "usageLocation": "SK",
    "userPrincipalName": "ana.born@fabrikam.com",
    "firstName": "Ana",
    "lastName": "Born",
    "displayName": "Ana Born",
    "passwordProfile": {"password": "Made-up-1!", "forceChangePassword": True},
    "attributes": {"objectType": "CustomerUser"},
}
USER_CHANGE = sent(
    "UserChange",
    usageLocation=TEXT,
    userPrincipalName=TEXT,
    firstName=TEXT,
    lastName=TEXT,
    displayName=TEXT,
    state=one_of("active"),
    passwordProfile=PASSWORD_CHANGE,
)
PASSWORD_RESET = sent("PasswordReset", passwordProfile=PASSWORD_CHANGE)

ROLE = shape("DirectoryRole", name=text("Helpdesk Administrator"), id=GUID, attributes=attributes("DirectoryRole"))
MEMBER = shape(
    "UserMember",
    displayName=text("Dana Hudecova"),
    userPrincipalName=text("dana.hudecova@fabrikam.com"),
    roleId=GUID,
    id=GUID,
    attributes=attributes("UserMember"),
)
NEW_MEMBER = sent("NewMember", required=("id",), id=GUID, displayName=TEXT, userPrincipalName=TEXT)

COUNTRY_RULES = shape(
    "CountryValidationRules",
    iso2Code=COUNTRY,
    defaultCulture=TEXT,
    isStateRequired=FLAG,
    supportedStatesList=listed(TEXT),
    supportedLanguagesList=listed(TEXT),
    supportedCulturesList=listed(TEXT),
    isPostalCodeRequired=FLAG,
    postalCodeRegex=maybe(TEXT),
    isCityRequired=FLAG,
    isVatIdSupported=FLAG,
    phoneNumberRegex=maybe(TEXT),
    isTaxIdSupported=FLAG,
    isTaxIdOptional=FLAG,
    countryCallingCodesList=listed(TEXT),
    attributes=attributes("CountryValidationRules"),
)
INVITATION = shape(
    "RelationshipRequest",
    url={"type": "string", "format": "uri"},
    attributes=attributes("RelationshipRequest"),
)
PARTNER_RELATIONSHIPS = collected(
    shape("PartnerRelationship", id=GUID, name=TEXT, attributes=attributes("PartnerRelationship"))
)
MANAGED_SERVICES = collected(shape("ManagedService", id=TEXT, name=TEXT, attributes=attributes("ManagedService")))
VALIDATION_CODES = listed(shape("ValidationCode", partnerId=TEXT, validationId=TEXT, maxCreates=NUMBER))
VALIDATION_STATUS = shape("ValidationStatus", type=TEXT, status=TEXT)
SIGNED = members(isSigned=FLAG)
ORGANIZATION_PROFILE = shape(
    "OrganizationProfile",
    id=GUID,
    companyName=text("Contoso Cloud Partners"),
    defaultAddress=members(country=COUNTRY),
    tenantId=GUID,
    domain=text("contoso-partners.example"),
    language=text("en"),
    culture=text("en-US"),
    profileType=one_of("OrganizationProfile"),
    links=SELF,
    attributes=attributes("OrganizationProfile"),
)
PROGRAM_PROFILE = shape(
    "MpnProfile",
    partnerName=TEXT,
    mpnId=TEXT,
    profileType=one_of("MpnProfile"),
    links=SELF,
    attributes=attributes("MpnProfile"),
)
