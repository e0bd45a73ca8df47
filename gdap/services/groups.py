"""Security groups of a partner and their members."""

import uuid

from django.contrib.auth.models import Group
from django.db import transaction

from gdap.models import SecurityGroup
from partnercenter.accounts.models import Partner, User


@transaction.atomic
def create_group(
    *,
    partner: Partner,
    display_name: str,
    description: str = "",
    is_built_in: bool = False,
    group_id: uuid.UUID | None = None,
) -> SecurityGroup:
    """A new, empty group. The Django group behind it is named by id, since names are unique per partner only."""
    group_id = group_id or uuid.uuid4()
    return SecurityGroup.objects.create(
        id=group_id,
        partner=partner,
        group=Group.objects.create(name=str(group_id)),
        display_name=display_name,
        description=description,
        is_built_in=is_built_in,
    )


def add_member(*, group: SecurityGroup, user: User) -> None:
    """Put a staff member of the same partner into the group."""
    if user.partner_id != group.partner_id:
        raise ValueError(f"{user} is no staff of {group.partner}.")
    user.groups.add(group.group)


def remove_member(*, group: SecurityGroup, user: User) -> None:
    user.groups.remove(group.group)
