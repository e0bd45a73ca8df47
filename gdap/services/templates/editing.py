"""Templates themselves: their terms, and the groups that get roles by them."""

import uuid
from collections.abc import Collection, Iterable, Mapping

from django.db import IntegrityError, transaction
from django.db.models import F

from customers.models import DirectoryRole
from customers.roles import role_names
from gdap.access import PartnerPermission, require_partner
from gdap.models import RelationshipTemplate, SecurityGroup, TemplateGroup
from gdap.services.relationships.wish import Wish, no_role
from gdap.services.templates.errors import TemplateConflict, TemplateError, not_found
from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.errors import Problem
from partnercenter.transactions import whole


@whole
def create_template(*, by: Principal, partner: Partner, wish: Wish) -> RelationshipTemplate:
    _check(by, partner.pk)
    wish.check()
    template = RelationshipTemplate(
        partner=partner,
        display_name=wish.display_name,
        duration_days=wish.duration_days,
        auto_extend=wish.auto_extend,
    )
    try:
        with transaction.atomic():
            template.save(force_insert=True)
    except IntegrityError as error:
        raise _name_taken(wish.display_name) from error
    template.roles.set(DirectoryRole.objects.filter(pk__in=wish.roles))
    note(by, Operation.ADD_TEMPLATE, template, after=told(wish))
    return template


@whole
def update_template(
    *, by: Principal, template: RelationshipTemplate, wish: Wish, expected_version: int
) -> RelationshipTemplate:
    """Other terms. A group loses the roles that leave the template, and goes when it has no other."""
    _check(by, template.partner_id)
    wish.check()
    before = wish_of(template)
    row = RelationshipTemplate.objects.filter(pk=template.pk, version=expected_version)
    changes = {
        "display_name": wish.display_name,
        "duration_days": wish.duration_days,
        "auto_extend": wish.auto_extend,
    }
    try:
        with transaction.atomic():
            written = row.update(version=F("version") + 1, **changes)
    except IntegrityError as error:
        raise _name_taken(wish.display_name) from error
    if not written:
        message = f"{template} was changed meanwhile. Look at it again."
        raise TemplateConflict(Problem(code="template_changed", message=message))
    template.roles.set(DirectoryRole.objects.filter(pk__in=wish.roles))
    TemplateGroup.roles.through.objects.filter(templategroup__template=template).exclude(
        directoryrole__in=wish.roles
    ).delete()
    TemplateGroup.objects.filter(template=template, roles__isnull=True).delete()
    template.refresh_from_db()
    note(by, Operation.UPDATE_TEMPLATE, template, before=told(before), after=told(wish))
    return template


@whole
def delete_template(*, by: Principal, template: RelationshipTemplate) -> None:
    """What was requested from it stays."""
    _check(by, template.partner_id)
    note(by, Operation.DELETE_TEMPLATE, template, before=told(wish_of(template)))
    RelationshipTemplate.objects.filter(pk=template.pk).delete()


@whole
def put_groups(
    *, by: Principal, template: RelationshipTemplate, groups: Collection[uuid.UUID], roles: Iterable[uuid.UUID]
) -> list[TemplateGroup]:
    """Let each of these groups get these roles, instead of those that it had in the template."""
    _check(by, template.partner_id)
    wanted = frozenset(roles)
    if not wanted:
        raise TemplateError(no_role())
    if wanted - set(template.roles.values_list("pk", flat=True)):
        message = f"{template} does not cover all of these roles."
        raise TemplateError(Problem(code="role_outside_template", message=message, field="roles"))
    found = SecurityGroup.objects.filter(partner=template.partner_id).in_bulk(list(groups))
    if len(found) < len(set(groups)):
        message = "There is no such security group."
        raise TemplateError(Problem(code="group_not_found", message=message, field="groups"))
    made = [_put(template, group, wanted) for group in found.values()]
    after = {str(group.display_name): role_names(wanted) for group in found.values()}
    note(by, Operation.UPDATE_TEMPLATE, template, after={"groups": after})
    return made


def _put(template: RelationshipTemplate, group: SecurityGroup, roles: frozenset[uuid.UUID]) -> TemplateGroup:
    made, _ = TemplateGroup.objects.get_or_create(template=template, security_group=group)
    made.roles.set(DirectoryRole.objects.filter(pk__in=roles))
    return made


@whole
def remove_groups(*, by: Principal, template: RelationshipTemplate, groups: Collection[uuid.UUID]) -> None:
    """Take groups out of the template; where they have roles already, they keep them."""
    _check(by, template.partner_id)
    rows = TemplateGroup.objects.filter(template=template, pk__in=list(groups))
    names = list(rows.values_list("security_group__display_name", flat=True))
    if names:
        rows.delete()
        note(by, Operation.UPDATE_TEMPLATE, template, before={"groups": names}, after={"groups": []})


def wish_of(template: RelationshipTemplate) -> Wish:
    return Wish(
        display_name=template.display_name,
        duration_days=template.duration_days,
        roles=frozenset(template.roles.values_list("pk", flat=True)),
        auto_extend=template.auto_extend,
    )


def told(wish: Wish) -> dict[str, object]:
    return {
        "display_name": wish.display_name,
        "duration_days": wish.duration_days,
        "roles": role_names(wish.roles),
        "auto_extend": wish.auto_extend,
    }


def _check(by: Principal, partner_id: uuid.UUID) -> None:
    if not by.is_trusted and by.partner_id != partner_id:
        raise not_found()
    require_partner(by, PartnerPermission.MANAGE_RELATIONSHIPS)


def _name_taken(name: str) -> TemplateConflict:
    message = f"You have a template called {name} already."
    return TemplateConflict(Problem(code="name_taken", message=message, field="display_name"))


def note(
    by: Principal,
    operation: Operation,
    template: RelationshipTemplate,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    record(
        by=by,
        operation=operation,
        resource_type=ResourceType.RELATIONSHIP_TEMPLATE,
        resource_id=template.pk,
        resource_name=template.display_name,
        before=before,
        after=after,
    )
