"""Customers and their users, for ops."""

from customers.admin.directory import (
    BillingProfileAdmin,
    CountryAdmin,
    CustomerAdmin,
    DirectoryRoleAdmin,
    DirectoryRoleMemberAdmin,
    DomainAdmin,
    ResellerRelationshipAdmin,
)
from customers.admin.secret import OneTimeSecretAdmin
from customers.admin.user import CustomerUserAdmin

__all__ = [
    "BillingProfileAdmin",
    "CountryAdmin",
    "CustomerAdmin",
    "CustomerUserAdmin",
    "DirectoryRoleAdmin",
    "DirectoryRoleMemberAdmin",
    "DomainAdmin",
    "OneTimeSecretAdmin",
    "ResellerRelationshipAdmin",
]
