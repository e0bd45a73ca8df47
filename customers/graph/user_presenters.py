"""Bodies about users (section 11). Members stand in the order of the contract's example."""

from collections.abc import Collection
from typing import Any

from customers.models import CustomerUser
from licensing.graph.presenters import OF_USER as OF_LICENSES
from licensing.graph.presenters import Held, held_by
from partnercenter.wire.graph.encoding import seconds

Body = dict[str, Any]
TYPE = "#microsoft.graph.user"

DEFAULT = (
    "id", "businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation",
    "preferredLanguage", "surname", "userPrincipalName",
)  # fmt: skip
# Told only when they are asked for.
MORE = (
    "accountEnabled", "createdDateTime", "deletedDateTime", "department", "mailNickname", "onPremisesImmutableId",
    "onPremisesLastSyncDateTime", "onPremisesSyncEnabled", "passwordProfile", "usageLocation", "userType",
    *OF_LICENSES,
)  # fmt: skip
ALL = (*DEFAULT, *MORE)


def wants_licenses(names: Collection[str]) -> bool:
    return bool(set(names) & set(OF_LICENSES))


def user(row: CustomerUser, names: Collection[str] = DEFAULT, *, held: Held | None = None) -> Body:
    """`held` holds the row's licenses, where `names` ask for them. There are no mailboxes here, so no `mail`."""
    body = {
        "id": str(row.pk),
        "businessPhones": [row.phone_number] if row.phone_number else [],
        "displayName": row.display_name,
        "givenName": row.first_name or None,
        "jobTitle": row.job_title or None,
        "mail": None,
        "mobilePhone": row.mobile_phone or None,
        "officeLocation": row.office_location or None,
        "preferredLanguage": row.preferred_language or None,
        "surname": row.last_name or None,
        "userPrincipalName": principal_name(row),
        "accountEnabled": not row.sign_in_blocked,
        "createdDateTime": seconds(row.created_at),
        "deletedDateTime": seconds(row.deleted_at),
        "department": row.department or None,
        "mailNickname": row.local_part,
        "onPremisesImmutableId": row.immutable_id or None,
        "onPremisesLastSyncDateTime": seconds(row.last_directory_sync_at),
        "onPremisesSyncEnabled": True if row.is_synced else None,
        "passwordProfile": None,
        "usageLocation": row.usage_location or None,
        "userType": "Member",
    }
    if held is not None:
        body |= held_by(row.pk, held, names)
    return {name: body[name] for name in names}


def principal_name(row: CustomerUser) -> str:
    """Somebody deleted gives the name free: theirs has the id in front, without hyphens."""
    return f"{row.pk.hex}{row.user_principal_name}" if row.deleted_at else row.user_principal_name
