"""Customers (tenants), their domains, users and directory roles."""

from customers.models.billing import BillingProfile
from customers.models.country import Country
from customers.models.customer import Customer, CustomerQuerySet, Domain, ResellerRelationship
from customers.models.directory_role import DirectoryRole, DirectoryRoleMember
from customers.models.paperwork import Agreement, ApplicationConsent, Qualification
from customers.models.secret import OneTimeSecret
from customers.models.tag import CustomerTag, Tag
from customers.models.template import UserTemplate
from customers.models.upload import UploadRow, UserUpload
from customers.models.user import CustomerUser, CustomerUserQuerySet

__all__ = [
    "Agreement",
    "ApplicationConsent",
    "BillingProfile",
    "Country",
    "Customer",
    "CustomerQuerySet",
    "CustomerTag",
    "CustomerUser",
    "CustomerUserQuerySet",
    "DirectoryRole",
    "DirectoryRoleMember",
    "Domain",
    "OneTimeSecret",
    "Qualification",
    "ResellerRelationship",
    "Tag",
    "UploadRow",
    "UserTemplate",
    "UserUpload",
]
