from django.urls import path

from customers.api import customers, organization, paperwork, profiles, roles, small, stubs, users

_CUSTOMER = "customers/<str:customer_id>"
_USER = f"{_CUSTOMER}/users/<str:user_id>"
_ROLE = f"{_CUSTOMER}/directoryroles/<str:role_id>"

# Nobody here has any of these.
_NOTHING = {
    "servicerequests": "List service requests",
    "serviceincidents": "List service incidents",
    "invoices": "List invoices",
    "partnerrequests": "List partner requests",
    "nonmfacompliantpartnerprincipals": "List principals without MFA",
    "analytics/licenses/deployment": "Get the deployment of licenses",
    "analytics/licenses/usage": "Get the usage of licenses",
}
_NOTHING_OF = {
    "servicerequests": "List the service requests of a customer",
    "devicebatches": "List device batches",
    "policies": "List device policies",
    "analytics/licenses/deployment": "Get the deployment of a customer's licenses",
    "analytics/licenses/usage": "Get the usage of a customer's licenses",
}

urlpatterns = [
    path("customers", customers.CustomerList.as_view()),
    path("customers/relationshiprequests", small.RelationshipRequest.as_view()),
    path("customers/all/validations", small.ValidationCodes.as_view()),
    path("countryvalidationrules/<str:iso>", small.CountryRules.as_view()),
    path("relationships", small.PartnerRelationships.as_view()),
    path("profiles/organization", small.OrganizationProfile.as_view()),
    path("profiles/mpn", small.ProgramProfile.as_view()),
    path(f"{_CUSTOMER}/relationships", small.CustomerRelationships.as_view()),
    path(f"{_CUSTOMER}/managedservices", small.ManagedServices.as_view()),
    path(f"{_CUSTOMER}/qualifications", paperwork.Qualifications.as_view()),
    path(f"{_CUSTOMER}/validationstatus", small.ValidationStatus.as_view()),
    path(f"{_CUSTOMER}/directsignedmicrosoftcustomeragreementstatus", small.SignedAgreementStatus.as_view()),
    path(f"{_CUSTOMER}/verifieddomain", paperwork.VerifiedDomain.as_view()),
    path(f"{_CUSTOMER}/agreements", paperwork.CustomerAgreements.as_view()),
    path(f"{_CUSTOMER}/applicationconsents", paperwork.ApplicationConsents.as_view()),
    path(f"{_CUSTOMER}/applicationconsents/<str:application_id>", paperwork.ApplicationConsentDetail.as_view()),
    path("agreements", paperwork.AgreementTemplates.as_view()),
    path("validations/address", paperwork.AddressCheck.as_view()),
    *(path(route, stubs.nothing(summary).as_view()) for route, summary in _NOTHING.items()),
    *(path(f"{_CUSTOMER}/{route}", stubs.nothing_of(summary).as_view()) for route, summary in _NOTHING_OF.items()),
    path("applicationmfaadoptionstatus", stubs.ApplicationMfaStatus.as_view()),
    path("profiles/support", stubs.SupportProfile.as_view()),
    path("profiles/legalbusiness", stubs.LegalBusinessProfile.as_view()),
    path("profiles/billing", stubs.OwnBillingProfile.as_view()),
    path(_CUSTOMER, customers.CustomerDetail.as_view()),
    path(f"{_CUSTOMER}/profiles/company", profiles.CompanyProfile.as_view()),
    path(f"{_CUSTOMER}/profiles/billing", profiles.BillingProfileResource.as_view()),
    path(f"{_CUSTOMER}/organization", organization.Organization.as_view()),
    path(f"{_CUSTOMER}/customdomains", organization.CustomDomains.as_view()),
    path("domains/<str:domain>", organization.DomainCheck.as_view()),
    path(f"{_CUSTOMER}/users", users.UserList.as_view()),
    path(_USER, users.UserDetail.as_view()),
    path(f"{_USER}/resetpassword", users.PasswordReset.as_view()),
    path(f"{_USER}/directoryroles", roles.UserRoleList.as_view()),
    path(f"{_CUSTOMER}/directoryroles", roles.RoleList.as_view()),
    path(f"{_ROLE}/usermembers", roles.MemberList.as_view()),
    path(f"{_ROLE}/usermembers/<str:user_id>", roles.MemberDetail.as_view()),
]
