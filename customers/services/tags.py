"""The words by which a partner sorts its customers (portal_screens section 2.1)."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from customers.models import Customer, CustomerTag, Tag
from customers.services.validation import fits
from gdap import access
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.errors import DomainError, NotFound, Problem, sentence
from partnercenter.transactions import whole

MOST_PER_CUSTOMER = 150  # portal_screens section 2.1


class TagError(DomainError):
    """The tag or the choice of tags can't be as asked; each problem names its field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagChange:
    """Names of tags, in the order of the alphabet."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


@whole
def create_tag(*, by: Principal, name: str) -> Tag:
    """A new tag of the principal's partner. Raises `TagError` for a name that is empty, too long or taken."""
    tag = Tag(partner_id=_partner_of(by), name=_checked(name))
    _save(tag)
    _record(by=by, tag=tag, operation=Operation.CREATE_TAG, after={"name": tag.name})
    return tag


@whole
def rename_tag(*, by: Principal, tag_id: uuid.UUID, name: str) -> Tag:
    """The same tag under another name, at every customer that wears it."""
    tag = own_tag(by=by, tag_id=tag_id)
    before, tag.name = tag.name, _checked(name)
    if tag.name == before:
        return tag
    _save(tag)
    _record(by=by, tag=tag, operation=Operation.UPDATE_TAG, before={"name": before}, after={"name": tag.name})
    return tag


@whole
def delete_tag(*, by: Principal, tag_id: uuid.UUID) -> int:
    """Remove the tag, and from the customers that wear it; returns how many those were."""
    tag = own_tag(by=by, tag_id=tag_id)
    worn, _ = CustomerTag.objects.filter(tag=tag).delete()
    _record(by=by, tag=tag, operation=Operation.DELETE_TAG, before={"name": tag.name, "customers": worn})
    tag.delete()
    return worn


@whole
def set_customer_tags(
    *, by: Principal, customer: Customer, tag_ids: Collection[uuid.UUID], new_name: str = ""
) -> TagChange:
    """Let the customer wear exactly these tags of the principal's partner, and one more that is made for it.

    Raises `NotFound` without a reseller relationship, `TagError` for more than `MOST_PER_CUSTOMER` or a tag that is
    not there any more.
    """
    partner_id = _partner_of(by)
    customer = _sold(by=by, customer=customer)
    wanted = set(tag_ids)
    if new_name.strip():
        wanted.add(create_tag(by=by, name=new_name).pk)
    if len(wanted) > MOST_PER_CUSTOMER:
        raise TagError(_too_many(customer.company_name, len(wanted)))
    tags = {tag.pk: tag for tag in Tag.objects.filter(partner=partner_id)}
    if not wanted <= tags.keys():
        raise TagError(Problem("tag_not_found", "One of the tags was deleted meanwhile; choose again.", "tags"))
    worn = set(CustomerTag.objects.filter(customer=customer, tag__partner=partner_id).values_list("tag", flat=True))
    CustomerTag.objects.bulk_create(
        [CustomerTag(customer=customer, tag=tags[pk]) for pk in wanted - worn], ignore_conflicts=True
    )
    CustomerTag.objects.filter(customer=customer, tag__in=worn - wanted).delete()
    change = TagChange(
        added=tuple(sorted(tags[pk].name for pk in wanted - worn)),
        removed=tuple(sorted(tags[pk].name for pk in worn - wanted)),
    )
    if change.added or change.removed:
        _record_tags(by=by, customer=customer, before=_names(tags, worn), after=_names(tags, wanted))
    return change


def wish_problems(company_name: str, tag_ids: Collection[uuid.UUID], new_name: str) -> Iterator[Problem]:
    """Why a customer can't wear these tags and a new one, as far as that can be told without looking."""
    is_new = bool(new_name.strip())
    if len(set(tag_ids)) + is_new > MOST_PER_CUSTOMER:
        yield _too_many(company_name, len(set(tag_ids)) + is_new)
    if is_new:
        yield from name_problems(" ".join(new_name.split()))


def _too_many(company_name: str, count: int) -> Problem:
    message = f"{company_name} would have {count} tags; {MOST_PER_CUSTOMER} are allowed."
    return Problem("too_many_tags", message, "tags")


def own_tag(*, by: Principal, tag_id: uuid.UUID) -> Tag:
    tag = Tag.objects.filter(partner=_partner_of(by), pk=tag_id).first()
    if tag is None:
        raise NotFound(Problem("tag_not_found", "There is no such tag in your account."))
    return tag


def _partner_of(by: Principal) -> uuid.UUID:
    access.require_partner(by, access.PartnerPermission.MANAGE_TAGS)
    if by.partner_id is None:
        raise TagError(Problem("partner_missing", "Only a partner has tags."))
    return by.partner_id


def _sold(*, by: Principal, customer: Customer) -> Customer:
    customer = access.visible_customer(by, customer.pk)
    if not customer.is_resold_by(by.partner_id):
        raise TagError(
            Problem(
                "not_sold_by_you",
                sentence(
                    "Tags are for customers that your company sells to; it has no reseller relationship with "
                    f"{customer.company_name}"
                ),
            )
        )
    return customer


def _checked(name: str) -> str:
    name = " ".join(name.split())
    problems = list(name_problems(name))
    if problems:
        raise TagError(*problems)
    return name


def name_problems(name: str) -> Iterator[Problem]:
    if not name:
        yield Problem("tag_name_missing", "Enter a name for the tag.", "name")
    elif len(name) > Tag.NAME_LIMIT:
        message = f"The name has {len(name)} characters; {Tag.NAME_LIMIT} are allowed."
        yield Problem("tag_name_too_long", message, "name")
    elif not fits(Tag, "name", name):
        yield Problem("tag_name_not_printable", "The name contains a control character; remove it.", "name")


def _save(tag: Tag) -> None:
    try:
        with transaction.atomic():
            tag.save()
    except IntegrityError as error:
        raise TagError(Problem("tag_name_taken", f"There is a tag {tag.name} already.", "name")) from error


def _names(tags: dict[uuid.UUID, Tag], chosen: Collection[uuid.UUID]) -> list[str]:
    return sorted(tags[pk].name for pk in chosen)


def _record(
    *,
    by: Principal,
    tag: Tag,
    operation: Operation,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    record(
        by=by,
        operation=operation,
        resource_type=ResourceType.TAG,
        resource_id=tag.pk,
        resource_name=tag.name,
        before=before,
        after=after,
    )


def _record_tags(*, by: Principal, customer: Customer, before: list[str], after: list[str]) -> None:
    record(
        by=by,
        operation=Operation.UPDATE_CUSTOMER_TAGS,
        resource_type=ResourceType.CUSTOMER,
        resource_id=customer.pk,
        resource_name=customer.company_name,
        customer_id=customer.pk,
        customer_name=customer.company_name,
        before={"tags": before},
        after={"tags": after},
    )
