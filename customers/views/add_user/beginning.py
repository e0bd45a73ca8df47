"""What the wizard is filled with at the start: nothing, a template, or what another user has."""

import uuid
from dataclasses import dataclass, field, replace

from customers.forms.edit_user import domain_choices
from customers.models import Customer
from customers.permissions import CustomerPermission as P
from customers.queries import living_user
from customers.services import TemplateContent, UserInfo, template_of
from customers.views.edit_user.draft import Draft
from gdap import access
from partnercenter.accounts.principals import Principal

NOBODY = UserInfo(first_name="", last_name="", display_name="", user_principal_name="", usage_location="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """`params` start another one just like it; `left_out` says what the person may not give."""

    draft: Draft
    naming: str = ""
    params: str = ""
    left_out: list[str] = field(default_factory=list)


def beginning(principal: Principal, customer: Customer, *, template: str = "", like: str = "") -> Beginning:
    """Raises `NotFound` for a template or a user that is not there."""
    domains = domain_choices(customer)
    plain = Draft(info=_info(domains[0] if domains else "", customer.country), roles=frozenset(), licenses={})
    if template:
        found = _from_template(principal, customer, plain, template, domains)
    elif like:
        found = _like(customer, plain, like, domains)
    else:
        return Beginning(draft=plain)
    return _allowed(principal, customer, found)


def _info(domain: str, location: str) -> UserInfo:
    return replace(NOBODY, user_principal_name=f"@{domain}", usage_location=location)


def _from_template(
    principal: Principal, customer: Customer, plain: Draft, wanted: str, domains: list[str]
) -> Beginning:
    row = template_of(principal, customer, as_id(wanted))
    content = TemplateContent.of(row)
    domain = content.domain if content.domain in domains else plain.info.user_principal_name[1:]
    info = _info(domain, content.usage_location or plain.info.usage_location)
    draft = Draft(info=info, roles=content.roles, licenses=content.licenses)
    return Beginning(draft=draft, naming=content.naming, params=f"template={row.pk}")


def _like(customer: Customer, plain: Draft, wanted: str, domains: list[str]) -> Beginning:
    user = living_user(customer, as_id(wanted))
    model = Draft.of(user)
    domain = user.domain_name if user.domain_name in domains else plain.info.user_principal_name[1:]
    draft = replace(model, info=_info(domain, user.usage_location))
    return Beginning(draft=draft, params=f"like={user.pk}")


def _allowed(principal: Principal, customer: Customer, found: Beginning) -> Beginning:
    """Without what the person has no right to give; and say so."""
    draft, left_out = found.draft, []
    if draft.roles and not access.can(principal, customer, P.MANAGE_ROLES):
        draft = replace(draft, roles=frozenset())
        left_out.append("The roles were left out: you may not change directory roles here.")
    if draft.licenses and not access.can(principal, customer, P.ASSIGN_LICENSES):
        draft = replace(draft, licenses={})
        left_out.append("The licenses were left out: you may not assign licenses here.")
    return replace(found, draft=draft, left_out=left_out)


def as_id(text: str) -> uuid.UUID:
    """An id of nothing, where the text is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)
