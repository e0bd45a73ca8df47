"""The one table of error codes (partner_center_contract sections 1.9, 2.9, 3.5, 5.4 and part 9).

`sourced` is False where no public source gives the code or its status: those are our proposals. Correct them here
when somebody captures the real ones; nothing else in the code knows a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from licensing.rules import LicenseErrorCode


@dataclass(frozen=True, slots=True)
class ErrorCode:
    number: int
    status: int
    description: str
    sourced: bool = True
    source: str = "PartnerFD"


# Who asks
TOKEN_MISSING = ErrorCode(800001, 401, "Partner Token missing in request context")
TOKEN_REFUSED = ErrorCode(400, 401, "Access denied")
AUDIENCE_REFUSED = ErrorCode(
    900420, 401, "The audience in the token is invalid and is no longer supported in Partner Center API."
)
APP_ONLY = ErrorCode(900329, 403, "This resource does not support application-only authentication.")
PARTNER_ROLE_MISSING = ErrorCode(900150, 403, "The supplied role doesn't have the rights to perform the operation.")
NO_RELATIONSHIP = ErrorCode(20002, 403, "No relationship between caller and account.")
INSUFFICIENT_PRIVILEGES = ErrorCode(900308, 403, "Insufficient privileges to complete the operation.")
ACTION_NOT_ALLOWED = ErrorCode(600006, 403, "The requested action is not allowed.")
ACCESS_DENIED = ErrorCode(2032, 403, "Access denied.", sourced=False)

# What is not there
NOT_FOUND = ErrorCode(1000, 404, "Not found.")
TENANT_NOT_FOUND = ErrorCode(60003, 404, "Tenant not found.")
USER_NOT_FOUND = ErrorCode(60002, 404, "User object ID isn't found.")
SUBSCRIPTION_NOT_FOUND = ErrorCode(20003, 404, "The subscription was not found.")
ORDER_NOT_FOUND = ErrorCode(20000, 404, "The order was not found.")
ACCOUNT_STATUS_NOT_FOUND = ErrorCode(600074, 404, "Account status not found.")
PROFILE_NOT_FOUND = ErrorCode(3000, 404, "Partner Organization could not be found")

# What is wrong with the request
ARGUMENT = ErrorCode(2000, 400, "An argument is missing or invalid.")
INVALID_PROPERTY = ErrorCode(3000, 400, "Invalid property.")
INVALID_INPUT = ErrorCode(800002, 400, "Invalid request input.")
INVALID_CUSTOMER_ID = ErrorCode(900118, 400, "Invalid Customer ID.")
UNKNOWN_ENUM = ErrorCode(900126, 400, "Unable to parse enum.")
NOT_IN_ENVIRONMENT = ErrorCode(900127, 400, "The requested operation isn't available in this environment.")
NOT_SUPPORTED = ErrorCode(900141, 400, "The requested operation isn't supported.")
STALE_ETAG = ErrorCode(2055, 400, "Etag is no longer valid.")
REGISTRATION_NUMBER_NOT_SUPPORTED = ErrorCode(600002, 400, "The registration number isn't supported in this country.")
REGISTRATION_NUMBER_MISSING = ErrorCode(600049, 400, "The organization registration number is missing.")
REGISTRATION_NUMBER_INVALID = ErrorCode(600050, 400, "The organization registration number isn't valid.")
PHONE_MISSING = ErrorCode(600051, 400, "The phone number is missing.")
METHOD_NOT_ALLOWED = ErrorCode(900141, 405, "The requested operation isn't supported.", sourced=False)
REQUEST_ID_REUSED = ErrorCode(
    2000, 400, "The MS-RequestId was used for another request within the last 24 hours.", sourced=False
)
UNEXPECTED = ErrorCode(800003, 500, "Unexpected service error.")
SERVER_BUSY = ErrorCode(800003, 503, "The service is busy or not available just now. Try again later.", sourced=False)
GATEWAY_TIMEOUT = ErrorCode(800003, 504, "The service took too long to answer.", sourced=False)

# Users: the directory's texts, under a code that is proposed
NAME_TAKEN = ErrorCode(
    3000, 400, "Another object with the same value for property userPrincipalName already exists.", sourced=False
)
DOMAIN_INVALID = ErrorCode(
    3000,
    400,
    "The domain portion of the userPrincipalName property is invalid. "
    "You must use one of the verified domain names in your organization.",
    sourced=False,
)
DOMAIN_FEDERATED = ErrorCode(3000, 400, "User domain cannot be a federated domain.", sourced=False)
PASSWORD_WEAK = ErrorCode(
    3000, 400, "The specified password does not comply with password complexity requirements.", sourced=False
)
DOMAIN_EXISTS = ErrorCode(3000, 400, "The domain is already in use.", sourced=False)

# Licenses
NO_UNITS_LEFT = ErrorCode(
    60012,
    400,
    # The curly first apostrophe is what makes the captured length fit (recorded_responses section B).
    "We\N{RIGHT SINGLE QUOTATION MARK}re sorry, it looks like you've run out of licenses. "
    "Buy more licenses, and then try again.",
)
LOCATION_INVALID = ErrorCode(
    60013, 400, "License assignment cannot be done for user with invalid usage location.", sourced=False
)
SKU_NOT_OWNED = ErrorCode(3000, 400, "The license does not correspond to a valid company License.", sourced=False)
PLANS_CONFLICT = ErrorCode(
    60014, 400, "License assignment failed because the service plans depend on or exclude each other.", sourced=False
)
GROUPS_MIXED = ErrorCode(800002, 400, "All licenses of one update must belong to one license group.", sourced=False)

# Subscriptions
QUANTITY_OUT_OF_RANGE = ErrorCode(2002, 400, "The quantity is outside the range that the offer allows.")
QUANTITY_NOT_REDUCIBLE = ErrorCode(800090, 400, "The quantity can't be reduced now.")
SUBSCRIPTION_SUSPENDED = ErrorCode(2001, 400, "The quantity can't change while the subscription is suspended.")
SUBSCRIPTION_DELETED = ErrorCode(2011, 400, "A deleted subscription can't be updated.")
OFFER_UNKNOWN = ErrorCode(800004, 400, "Invalid offer Id.")
BILLING_CYCLE = ErrorCode(2054, 400, "The billing cycle of a subscription is changed through its order.")
WINDOW_PASSED = ErrorCode(900257, 400, "You have passed your 7-day window for reducing seats of this subscription.")
CANCELLATION_PASSED = ErrorCode(900214, 400, "You have passed your 7-day window for cancelling this subscription.")
SANDBOX_LIMIT = ErrorCode(800018, 400, "The limit of the sandbox is reached.")

_LICENSES = {
    LicenseErrorCode.USAGE_LOCATION_MISSING: LOCATION_INVALID,
    LicenseErrorCode.USAGE_LOCATION_NOT_ALLOWED: LOCATION_INVALID,
    LicenseErrorCode.NO_SEAT_LEFT: NO_UNITS_LEFT,
    LicenseErrorCode.PRODUCT_NOT_ASSIGNABLE: SKU_NOT_OWNED,
    LicenseErrorCode.PRODUCT_NOT_OWNED: SKU_NOT_OWNED,
    LicenseErrorCode.PLAN_NOT_IN_PRODUCT: INVALID_PROPERTY,
    LicenseErrorCode.LICENSE_GROUPS_MIXED: GROUPS_MIXED,
    LicenseErrorCode.PLANS_EXCLUDE_EACH_OTHER: PLANS_CONFLICT,
    LicenseErrorCode.PLAN_NEEDS_ANOTHER: PLANS_CONFLICT,
    LicenseErrorCode.PLAN_NEEDED_BY_ANOTHER: PLANS_CONFLICT,
    LicenseErrorCode.NOT_ASSIGNED: INVALID_PROPERTY,
    LicenseErrorCode.PRODUCT_TWICE: INVALID_INPUT,
}

# Code of a service's problem -> what it is called here. What is not named is an invalid property.
BY_PROBLEM: Mapping[str, ErrorCode] = MappingProxyType(
    {
        "access_partner_role": PARTNER_ROLE_MISSING,
        "access_gdap_role": INSUFFICIENT_PRIVILEGES,
        "access_target": INSUFFICIENT_PRIVILEGES,
        "partner_role_missing": PARTNER_ROLE_MISSING,
        "customer_not_found": NO_RELATIONSHIP,
        "user_not_found": USER_NOT_FOUND,
        "subscription_not_found": SUBSCRIPTION_NOT_FOUND,
        "consent_not_found": NOT_FOUND,
        "subscription_changed": STALE_ETAG,
        "billing_profile_changed": STALE_ETAG,
        "user_principal_name_taken": NAME_TAKEN,
        "domain_not_verified": DOMAIN_INVALID,
        "domain_federated": DOMAIN_FEDERATED,
        "password_weak": PASSWORD_WEAK,
        "quantity_out_of_range": QUANTITY_OUT_OF_RANGE,
        "quantity_not_higher": QUANTITY_NOT_REDUCIBLE,
        "subscription_not_active": SUBSCRIPTION_SUSPENDED,
        "base_not_active": SUBSCRIPTION_SUSPENDED,
        "usage_without_quantity": QUANTITY_OUT_OF_RANGE,
        "saas_not_suspended": NOT_SUPPORTED,
        "subscription_deleted": SUBSCRIPTION_DELETED,
        "reduction_window_passed": WINDOW_PASSED,
        "cancellation_window_passed": CANCELLATION_PASSED,
        "no_reseller_relationship": NO_RELATIONSHIP,
        "sandbox_limit": SANDBOX_LIMIT,
        "sandbox_only": ACCESS_DENIED,
        "domain_taken": DOMAIN_EXISTS,
        "registration_not_supported": REGISTRATION_NUMBER_NOT_SUPPORTED,
        "registration_missing": REGISTRATION_NUMBER_MISSING,
        "registration_invalid": REGISTRATION_NUMBER_INVALID,
        "phone_missing": PHONE_MISSING,
        "database_busy": SERVER_BUSY,
        "database_away": SERVER_BUSY,
        "database_full": SERVER_BUSY,
        "database_timeout": GATEWAY_TIMEOUT,
        **{str(code): found for code, found in _LICENSES.items()},
    }
)
