"""Templates for new users: of one partner, at one customer."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from customers.models import Customer, Domain, UserTemplate
from customers.naming import NamingRule
from customers.permissions import CustomerPermission
from customers.services.errors import UserError
from customers.services.validation import fits, location_problems
from gdap import access
from partnercenter import clock
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.errors import NotFound, Problem
from partnercenter.transactions import whole


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateContent:
    """What a template says. `licenses` maps SKU ids to disabled plans."""

    name: str
    domain: str = ""
    usage_location: str = ""
    naming: str = NamingRule.BY_HAND.value
    roles: frozenset[uuid.UUID] = frozenset()
    licenses: Mapping[uuid.UUID, frozenset[uuid.UUID]] = field(default_factory=dict)

    @classmethod
    def of(cls, template: UserTemplate) -> "TemplateContent":
        return cls(
            name=template.name,
            domain=template.domain,
            usage_location=template.usage_location,
            naming=template.naming,
            roles=frozenset(map(uuid.UUID, template.roles)),
            licenses={uuid.UUID(sku): frozenset(map(uuid.UUID, off)) for sku, off in template.licenses.items()},
        )

    def columns(self) -> dict[str, object]:
        return {
            "name": self.name,
            "domain": self.domain,
            "usage_location": self.usage_location,
            "naming": self.naming,
            "roles": sorted(map(str, self.roles)),
            "licenses": {str(sku): sorted(map(str, off)) for sku, off in sorted(self.licenses.items())},
        }


@whole
def save_template(
    *, by: Principal, customer: Customer, content: TemplateContent, template: UserTemplate | None = None
) -> UserTemplate:
    """A new template, or `template` changed. Whoever may create users may say what they have in common.

    What the template gives, whoever uses it needs the right to give. Raises `UserError` for what can't be.
    """
    access.require(by, customer, CustomerPermission.CREATE_USERS)
    _check(customer, content)
    row = template or UserTemplate(customer=customer, partner_id=_partner(by))
    before = {} if template is None else TemplateContent.of(template).columns()
    after = content.columns()
    for name, value in after.items():
        setattr(row, name, value)
    row.modified_at = clock.now()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        message = f"There is a template with the name {content.name} already."
        raise UserError(Problem("template_name_taken", message, "name")) from error
    changed = {name for name, value in after.items() if before.get(name) != value}
    if changed:
        _record(
            by,
            customer,
            row,
            Operation.UPDATE_USER_TEMPLATE if template else Operation.ADD_USER_TEMPLATE,
            before={name: before[name] for name in changed if name in before},
            after={name: after[name] for name in changed},
        )
    return row


@whole
def delete_template(*, by: Principal, customer: Customer, template: UserTemplate) -> None:
    access.require(by, customer, CustomerPermission.CREATE_USERS)
    _record(by, customer, template, Operation.DELETE_USER_TEMPLATE, before=TemplateContent.of(template).columns())
    template.delete()


def template_of(by: Principal, customer: Customer, template_id: uuid.UUID) -> UserTemplate:
    """One of the own partner's templates at this customer; `NotFound` otherwise."""
    found = UserTemplate.objects.filter(customer=customer, partner=_partner(by), pk=template_id).first()
    if found is None:
        raise NotFound(Problem("template_not_found", "There is no such template, or it has been deleted."))
    return found


def _partner(by: Principal) -> uuid.UUID:
    if by.partner_id is None:
        raise NotFound(Problem("template_not_found", "Templates belong to a partner."))
    return by.partner_id


def _check(customer: Customer, content: TemplateContent) -> None:
    problems = list(location_problems(content.usage_location))
    if not content.name:
        problems.append(Problem("template_name_missing", "Enter a name for the template.", "name"))
    elif not fits(UserTemplate, "name", content.name):
        limit = UserTemplate.NAME_LIMIT
        problems.append(Problem("template_name_invalid", f"A name has at most {limit} printable characters.", "name"))
    owned = Domain.objects.filter(customer=customer, name=content.domain, is_verified=True)
    if content.domain and not owned.exists():
        problems.append(
            Problem("domain_not_verified", f"{content.domain} is not a verified domain of this customer.", "domain")
        )
    if content.naming not in {rule.value for rule in NamingRule}:
        problems.append(Problem("naming_unknown", "Choose one of the rules.", "naming"))
    if problems:
        raise UserError(*problems)


def _record(
    by: Principal,
    customer: Customer,
    row: UserTemplate,
    operation: Operation,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    chain = access.granting_chain(by, customer, CustomerPermission.CREATE_USERS)
    record(
        by=by,
        operation=operation,
        resource_type=ResourceType.USER_TEMPLATE,
        resource_id=row.pk,
        resource_name=row.name,
        customer_id=customer.pk,
        customer_name=customer.company_name,
        granted_by=[holding.for_audit() for holding in chain],
        before=before,
        after=after,
    )
