from django.urls import path

from customers.api import customers, organization, profiles, roles, users

_CUSTOMER = "customers/<str:customer_id>"
_USER = f"{_CUSTOMER}/users/<str:user_id>"
_ROLE = f"{_CUSTOMER}/directoryroles/<str:role_id>"

urlpatterns = [
    path("customers", customers.CustomerList.as_view()),
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
