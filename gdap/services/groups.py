"""Security groups of a partner and their members."""

import uuid

from django.contrib.auth.models import Group
from django.db import transaction

from gdap.access import PartnerPermission, forget, require_partner
from gdap.models import SecurityGroup
from partnercenter.accounts.models import Partner, User
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.errors import DomainError, NotFound, Problem


class GroupError(DomainError):
    """The group does not take this member."""


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


@transaction.atomic
def add_member(*, by: Principal, group: SecurityGroup, user: User) -> None:
    """Put a staff member of the same partner into the group."""
    _check(by, group)
    if user.partner_id != group.partner_id:
        raise GroupError(
            Problem(
                code="member_of_another_partner", message=f"{user} is no staff of {group.partner}.", field="members"
            )
        )
    if not user.groups.filter(pk=group.group_id).exists():
        user.groups.add(group.group_id)
        _note(by, Operation.ADD_GROUP_MEMBER, group, user)


@transaction.atomic
def remove_member(*, by: Principal, group: SecurityGroup, user: User) -> None:
    """Take somebody out of the group; whoever is not in it stays out."""
    _check(by, group)
    if user.groups.filter(pk=group.group_id).exists():
        user.groups.remove(group.group_id)
        _note(by, Operation.REMOVE_GROUP_MEMBER, group, user)


def _check(by: Principal, group: SecurityGroup) -> None:
    if not by.is_trusted and by.partner_id != group.partner_id:
        raise NotFound(Problem(code="group_not_found", message="There is no such security group."))
    require_partner(by, PartnerPermission.MANAGE_GROUPS)


def _note(by: Principal, operation: Operation, group: SecurityGroup, user: User) -> None:
    """Membership decides rights, so whoever changed it reads them afresh."""
    forget(by)
    record(
        by=by,
        operation=operation,
        resource_type=ResourceType.SECURITY_GROUP,
        resource_id=group.pk,
        resource_name=group.display_name,
        after={"member": user.username, "member_id": str(user.pk)},
    )
