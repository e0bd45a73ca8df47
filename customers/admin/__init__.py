"""Customers and their users, for ops."""

from customers.admin.directory import (
    BillingProfileAdmin,
    CountryAdmin,
    CustomerAdmin,
    CustomerTagAdmin,
    DirectoryRoleAdmin,
    DirectoryRoleMemberAdmin,
    DomainAdmin,
    ResellerRelationshipAdmin,
    TagAdmin,
)
from customers.admin.secret import OneTimeSecretAdmin
from customers.admin.template import UserTemplateAdmin
from customers.admin.upload import UploadRowAdmin, UserUploadAdmin
from customers.admin.user import CustomerUserAdmin

__all__ = [
    "BillingProfileAdmin",
    "CountryAdmin",
    "CustomerAdmin",
    "CustomerTagAdmin",
    "CustomerUserAdmin",
    "DirectoryRoleAdmin",
    "DirectoryRoleMemberAdmin",
    "DomainAdmin",
    "OneTimeSecretAdmin",
    "ResellerRelationshipAdmin",
    "TagAdmin",
    "UploadRowAdmin",
    "UserTemplateAdmin",
    "UserUploadAdmin",
]
