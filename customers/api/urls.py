from django.urls import path

from customers.api import customers, organization, profiles, roles, small, users

_CUSTOMER = "customers/<str:customer_id>"
_USER = f"{_CUSTOMER}/users/<str:user_id>"
_ROLE = f"{_CUSTOMER}/directoryroles/<str:role_id>"

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
    path(f"{_CUSTOMER}/qualifications", small.Qualifications.as_view()),
    path(f"{_CUSTOMER}/validationstatus", small.ValidationStatus.as_view()),
    path(f"{_CUSTOMER}/directsignedmicrosoftcustomeragreementstatus", small.SignedAgreementStatus.as_view()),
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
