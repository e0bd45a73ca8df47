"""Security groups of a partner and their members."""

import uuid
from collections.abc import Collection, Mapping

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from gdap.access import PartnerPermission, forget, listed, require_partner
from gdap.models import SecurityGroup
from gdap.queries.groups import uses_of
from gdap.services.holding import held
from partnercenter import clock
from partnercenter.accounts.models import Partner, User
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.errors import DomainError, NotFound, Problem, sentence
from partnercenter.transactions import whole

NAME_LIMIT, DESCRIPTION_LIMIT = 120, 300


class GroupError(DomainError):
    """The group does not take this name or member, or is needed."""


class GroupConflict(GroupError):
    """Another group of the partner has the name."""

    status = 409


@whole
def create_group(
    *,
    by: Principal,
    partner: Partner,
    display_name: str,
    description: str = "",
    is_built_in: bool = False,
    group_id: uuid.UUID | None = None,
) -> SecurityGroup:
    """A new, empty group. The Django group behind it is named by id, since names are unique per partner only."""
    _check(by, partner.pk)
    _check_text(display_name, description)
    _free_name(partner.pk, display_name)
    group_id = group_id or uuid.uuid4()
    try:
        with transaction.atomic():
            group = SecurityGroup.objects.create(
                id=group_id,
                partner=partner,
                group=Group.objects.create(name=str(group_id)),
                display_name=display_name,
                description=description,
                is_built_in=is_built_in,
            )
    except IntegrityError as error:
        raise _name_taken(display_name) from error
    _note(by, Operation.ADD_GROUP, group, after={"display_name": display_name, "description": description})
    return group


@whole
def rename_group(*, by: Principal, group: SecurityGroup, display_name: str, description: str) -> SecurityGroup:
    """Another name or description; what the group opens stays."""
    _check(by, group.partner_id)
    if group.is_built_in:
        message = f"{group} is built in and keeps its name."
        raise GroupError(Problem(code="group_built_in", message=message, field="display_name"))
    _check_text(display_name, description)
    before = {"display_name": group.display_name, "description": group.description}
    after = {"display_name": display_name, "description": description}
    if before == after:
        return group
    _free_name(group.partner_id, display_name, besides=group.pk)
    group.display_name, group.description = display_name, description
    try:
        with transaction.atomic():
            group.save(update_fields=["display_name", "description"])
    except IntegrityError as error:
        raise _name_taken(display_name) from error
    _note(by, Operation.UPDATE_GROUP, group, before=before, after=after)
    return group


@whole
def delete_group(*, by: Principal, group: SecurityGroup) -> None:
    """Throw away a group that nothing uses, for good; its members only leave it.

    What it once had in relationships that are over goes with it; the audit record keeps that.
    """
    _check(by, group.partner_id)
    if not held(group):
        raise _not_found()
    if group.is_built_in:
        raise GroupError(Problem(code="group_built_in", message=f"{group} is built in and can't be deleted."))
    users = uses_of(group, clock.now())
    if users:
        message = f"{group} is used by {listed(users, last='and')}. Remove it there first."
        raise GroupError(Problem(code="group_in_use", message=message))
    members = list(User.objects.filter(groups=group.group_id).order_by("username").values_list("username", flat=True))
    _note(by, Operation.DELETE_GROUP, group, before={"display_name": group.display_name, "members": members})
    forget(by)
    group.access_assignments.all().delete()
    behind = group.group
    group.delete()
    behind.delete()


def _check_text(display_name: str, description: str) -> None:
    limits = {"display_name": (display_name, NAME_LIMIT), "description": (description, DESCRIPTION_LIMIT)}
    problems = [
        Problem(code=f"{field}_too_long", message=f"{limit} characters at most, not {len(text)}.", field=field)
        for field, (text, limit) in limits.items()
        if len(text) > limit
    ]
    if not display_name.strip():
        problems.append(Problem(code="name_missing", message="Give the group a name.", field="display_name"))
    elif not (display_name + description).isprintable():
        message = "The name or the description holds a character that can't be shown."
        problems.append(Problem(code="name_not_printable", message=message, field="display_name"))
    if problems:
        raise GroupError(*problems)


def _free_name(partner_id: uuid.UUID, name: str, *, besides: uuid.UUID | None = None) -> None:
    others = SecurityGroup.objects.filter(partner=partner_id, display_name__iexact=name)
    if any(other.pk != besides for other in others):
        raise _name_taken(name)


def _name_taken(name: str) -> GroupConflict:
    message = f"You have a security group called {name} already."
    return GroupConflict(Problem(code="group_name_taken", message=message, field="display_name"))


@whole
def add_members(*, by: Principal, group: SecurityGroup, users: Collection[uuid.UUID]) -> list[User]:
    """Put several staff members into the group, all or none; returns them."""
    found = _staff(by, group, users)
    for user in found:
        add_member(by=by, group=group, user=user)
    return found


@whole
def remove_members(*, by: Principal, group: SecurityGroup, users: Collection[uuid.UUID]) -> list[User]:
    """Take several out, all or none; returns them."""
    found = _staff(by, group, users)
    for user in found:
        remove_member(by=by, group=group, user=user)
    return found


def _staff(by: Principal, group: SecurityGroup, users: Collection[uuid.UUID]) -> list[User]:
    _check(by, group.partner_id)
    found = list(User.objects.filter(partner=group.partner_id, pk__in=list(users)).order_by("username"))
    if len(found) < len(set(users)):
        message = "Somebody who was chosen is no staff of your company."
        raise GroupError(Problem(code="member_not_found", message=message, field="members"))
    return found


@whole
def add_member(*, by: Principal, group: SecurityGroup, user: User) -> None:
    """Put a staff member of the same partner into the group."""
    _check(by, group.partner_id)
    if user.partner_id != group.partner_id:
        raise GroupError(
            Problem(
                code="member_of_another_partner",
                message=sentence(f"{user} is no staff of {group.partner}"),
                field="members",
            )
        )
    if not user.groups.filter(pk=group.group_id).exists():
        user.groups.add(group.group_id)
        _note_member(by, Operation.ADD_GROUP_MEMBER, group, user)


@whole
def remove_member(*, by: Principal, group: SecurityGroup, user: User) -> None:
    """Take somebody out of the group; whoever is not in it stays out."""
    _check(by, group.partner_id)
    if user.groups.filter(pk=group.group_id).exists():
        user.groups.remove(group.group_id)
        _note_member(by, Operation.REMOVE_GROUP_MEMBER, group, user)


def _check(by: Principal, partner_id: uuid.UUID) -> None:
    if not by.is_trusted and by.partner_id != partner_id:
        raise _not_found()
    require_partner(by, PartnerPermission.MANAGE_GROUPS)


def _not_found() -> NotFound:
    return NotFound(Problem(code="group_not_found", message="There is no such security group."))


def _note_member(by: Principal, operation: Operation, group: SecurityGroup, user: User) -> None:
    """Membership decides rights, so whoever changed it reads them afresh."""
    forget(by)
    _note(by, operation, group, after={"member": user.username, "member_id": str(user.pk)})


def _note(
    by: Principal,
    operation: Operation,
    group: SecurityGroup,
    *,
    after: Mapping[str, object] | None = None,
    before: Mapping[str, object] | None = None,
) -> None:
    record(
        by=by,
        operation=operation,
        resource_type=ResourceType.SECURITY_GROUP,
        resource_id=group.pk,
        resource_name=group.display_name,
        before=before,
        after=after,
    )
