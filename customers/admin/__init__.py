"""Customers and their users, for ops."""

from customers.admin.directory import (
    CountryAdmin,
    CustomerAdmin,
    DirectoryRoleAdmin,
    DirectoryRoleMemberAdmin,
    DomainAdmin,
    ResellerRelationshipAdmin,
)
from customers.admin.user import CustomerUserAdmin

__all__ = [
    "CountryAdmin",
    "CustomerAdmin",
    "CustomerUserAdmin",
    "DirectoryRoleAdmin",
    "DirectoryRoleMemberAdmin",
    "DomainAdmin",
    "ResellerRelationshipAdmin",
]
