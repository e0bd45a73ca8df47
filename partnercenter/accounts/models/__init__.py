"""Partners and their staff; apps that ask for tokens, the keys that sign them, and what can be turned into one."""

from partnercenter.accounts.models.app_registration import AppRegistration, ClientSecret
from partnercenter.accounts.models.people import Partner, PartnerRole, PartnerRoleAssignment, User
from partnercenter.accounts.models.redeemable import AuthorizationCode, DeviceCode, RefreshToken, digest_of
from partnercenter.accounts.models.sign_in_limit import SignInLimit
from partnercenter.accounts.models.signing_key import SigningKey

__all__ = [
    "AppRegistration",
    "AuthorizationCode",
    "ClientSecret",
    "DeviceCode",
    "Partner",
    "PartnerRole",
    "PartnerRoleAssignment",
    "RefreshToken",
    "SignInLimit",
    "SigningKey",
    "User",
    "digest_of",
]
