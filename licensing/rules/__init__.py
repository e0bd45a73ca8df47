"""The rules of licensing as pure functions: no database, no principal, no clock."""

from licensing.rules.check import check_update, lasting_problems, no_seat_left
from licensing.rules.types import (
    LicenseErrorCode,
    LicenseToAssign,
    LicenseUpdate,
    OwnedProduct,
    UserLicenses,
)

__all__ = [
    "LicenseErrorCode",
    "LicenseToAssign",
    "LicenseUpdate",
    "OwnedProduct",
    "UserLicenses",
    "check_update",
    "lasting_problems",
    "no_seat_left",
]
